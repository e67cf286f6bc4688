/* SPDX-License-Identifier: GPL-2.0-only */
/* One file of a log: its header, its trailer, and what was counted in it. Private to log/. */
#ifndef TAILOR_LOG_LOGFILE_H
#define TAILOR_LOG_LOGFILE_H

#include "lib/stream.h"
#include "log/event.h"
#include "log/parse.h"

struct log_key {
	char *key;
	char *value;
};

struct log_trailer {
	uint64_t events;
	uint64_t lost;
	uint64_t unfinished;
	uint64_t backwards; /* calls whose clock did: their durations are written as 0 */
};

/* Position of a line in its file; block and line count from 0. */
struct line_at {
	bool set;
	uint32_t block;
	uint32_t line;
};

/* Counted per block, and added up per file. */
struct log_counts {
	uint64_t lines;
	uint64_t events;
	uint64_t unparsed;
	uint64_t backwards; /* lines with a duration below 0 */
	uint64_t headers;
	uint64_t trailers;
	struct log_trailer trailer; /* sums */
	struct line_at first_unparsed;
	struct line_at last_event;
	struct line_at last_trailer;
};

struct log_file {
	const char *path; /* as given; "-" is shown as "standard input" */
	struct stream *source;
	enum parse_form form;
	enum log_unit unit;
	uint64_t scale;	     /* factor to the log's common unit */
	uint64_t first_time; /* of its first event; 0: none seen at its beginning */
	struct log_key *keys;
	size_t nr_keys;
	bool exhausted;
	unsigned int busy; /* threads that still read a block of it */
	struct log_counts counts;
	uint32_t *block_lines; /* lines in each block, to tell line numbers */
	size_t nr_blocks;
};

/* Opens the file, reads its header and the time of its first event, and parks the source. */
int logfile_open(struct log_file *f, const char *path, struct terr *err);
void logfile_free(struct log_file *f);

/*
 * "# end: events=1 lost=2 unfinished=3", then perhaps "backwards=4" and others. False when it is
 * something else, or holds a number that nothing can have counted.
 */
bool logfile_trailer(const struct line *l, struct log_trailer *t);

/*
 * False for a time or a duration that no machine has: two numbers were glued together, or a clock
 * ran backwards. A call is not under way for three years; then no sum of real ones overflows.
 */
bool logfile_plausible(enum log_unit unit, const struct log_event *ev);
/* The unit that the text from s to end names, after blanks. -1: none. */
int logfile_unit(const char *s, const char *end, enum log_unit *unit);

const char *logfile_key(const struct log_file *f, const char *key);

/* A line that begins with '#', behind the header too. -1 with *err set when it changes the unit. */
int logfile_comment(const struct log_file *f, const struct line *l, struct line_at at,
		    struct log_counts *c, struct terr *err);

/* Adds what one block counted. -1: out of memory. */
int logfile_add(struct log_file *f, uint32_t block, const struct log_counts *c);

bool line_before(struct line_at a, struct line_at b);

/* Line number, from 1. */
uint64_t logfile_line(const struct log_file *f, uint32_t block, uint32_t line);

#endif /* TAILOR_LOG_LOGFILE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading system call logs: the thesis' five-field form and "tailor-syscalls 1", told apart by
 * their content, plain or compressed (gzip, zstd), from files or standard input. Memory does not
 * grow with the length of a log: files are read in blocks, by several threads.
 *
 * Most callers want the aggregates of log/agg.h; log_scan() is for those that need each event.
 */
#ifndef TAILOR_LOG_LOG_H
#define TAILOR_LOG_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/slice.h"
#include "base/terr.h"
#include "options.h"

/* A longer line is counted as unparsed; the longest real ones have a few KiB. */
#define LOG_LINE_MAX 65536u

/* Unit of the time and duration columns. Cycles cannot be mixed with the others. */
enum log_unit {
	LOG_UNIT_US,
	LOG_UNIT_NS,
	LOG_UNIT_CYCLES,
};

const char *log_unit_name(enum log_unit unit);

/* Where an event stands. For log_pos_path() and log_pos_line(). */
struct log_pos {
	uint32_t file;
	uint32_t block;
	uint32_t line; /* within the block, from 0 */
};

/* True when a stands before b (order of the paths, then of the lines). */
bool log_pos_before(struct log_pos a, struct log_pos b);

/*
 * What was read, over all files; stands beside every answer as "input". An answer is evidence for
 * a removal only when complete is true: every file has its trailer, no event was lost, no line was
 * left unparsed, and the trailers' number of events is the number found.
 */
struct log_input {
	uint64_t lines;	 /* all, comments and empty ones too */
	uint64_t events; /* understood, before any filter */
	uint64_t unparsed;
	int64_t lost;	    /* -1: unknown, at least one file has no trailer */
	int64_t unfinished; /* calls that had not returned at the end; -1: unknown */
	/* Calls whose clock ran backwards: they took 0, or have no duration in an old log. */
	uint64_t backwards;
	bool complete;
	char incomplete[256];	   /* why not complete, with the file's name; "" when complete */
	const char *unparsed_path; /* the first line that was not understood; NULL: none */
	uint64_t unparsed_line;
};

/* Return value of a call. */
enum log_ret {
	LOG_RET_VALUE,
	LOG_RET_NONE, /* "?": it never returned (exit) */
};

/* One line of a log. Slices are as in the log: quotes and escapes stand. */
struct log_event {
	uint64_t time;
	struct slice task;    /* terminated */
	struct slice syscall; /* terminated; numbers are already replaced by names */
	/* Dense from 0 in each visitor's state: equal for equal names; a pair may have several. */
	uint32_t task_id;
	uint32_t syscall_id;
	uint32_t pair_id;
	struct slice args; /* between the outer parentheses */
	enum log_ret ret_kind;
	int64_t ret;
	int err; /* errno of a failed call, else 0 */
	uint64_t duration;
	bool has_duration; /* false for a call that never returned, or before it began */
	bool backwards;	   /* the latter: its duration is below 0 */
	bool has_ids;	   /* pid and tid are there */
	uint32_t pid;
	uint32_t tid;
	struct log_pos pos;
};

/*
 * Called for every event that passes the filters, from several threads at a time, each with its
 * own state. When all is read, merge() is called for each state from one thread; it frees the
 * state. After an error, drop() is called instead.
 */
struct log_visitor {
	void *(*start)(void *arg);			       /* a state; NULL: out of memory */
	int (*event)(void *state, const struct log_event *ev); /* not 0: out of memory */
	int (*merge)(void *arg, void *state);		       /* not 0: out of memory */
	void (*drop)(void *state);
	void *arg;
	bool in_order; /* one state and one thread, which sees the events as they stand */
};

struct log;

/*
 * Opens the paths (none: standard input) and reads their headers. Filters come from *o, which must
 * outlive the log. NULL with *err set when a file cannot be read or is no log.
 */
struct log *log_open(const struct opts *o, char *const *paths, size_t nr_paths, struct terr *err);
void log_close(struct log *log);

/* Reads all. A second time only after log_rewind(). */
int log_scan(struct log *log, const struct log_visitor *visitor, struct terr *err);

/* False for what can be read only once: a pipe, standard input. */
bool log_can_rewind(const struct log *log);
void log_rewind(struct log *log);

/* Common unit of all events; files in us are converted when others are in ns. */
enum log_unit log_unit(const struct log *log);
/* Value of the first header line "# key: value" with that key; NULL when no file has it. */
const char *log_header(const struct log *log, const char *key);

/* After log_scan(). */
const struct log_input *log_input(const struct log *log);
const char *log_pos_path(const struct log *log, struct log_pos pos);
uint64_t log_pos_line(const struct log *log, struct log_pos pos);

/*
 * Says on standard error what was not understood and why the log is not complete. Returns the exit
 * code: EXIT_FINE, or EXIT_FOUND with --strict and anything to say.
 */
int log_verdict(const struct log *log, const struct opts *o);
int log_input_verdict(const struct log_input *in, const struct opts *o);

/* Names of errors: "EACCES" <-> 13. 0 and NULL when unknown. */
int errno_by_name(const char *name, size_t len);
const char *errno_name(int err);

#endif /* TAILOR_LOG_LOG_H */

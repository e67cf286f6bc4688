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

#include "lib/slice.h"
#include "lib/terr.h"
#include "log/filter.h"
#include "log/input.h"

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
 * Opens the paths (none: standard input) and reads their headers. What is wanted must outlive the
 * log; threads 0 is one per processor. NULL with *err set when a file cannot be read or is no log.
 */
struct log *log_open(const struct log_filter *wanted, unsigned int threads, char *const *paths,
		     size_t nr_paths, struct terr *err);
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

#endif /* TAILOR_LOG_LOG_H */

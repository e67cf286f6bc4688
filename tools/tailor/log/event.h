/* SPDX-License-Identifier: GPL-2.0-only */
/* One system call of a log, and where it stands. */
#ifndef TAILOR_LOG_EVENT_H
#define TAILOR_LOG_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/slice.h"

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

#endif /* TAILOR_LOG_EVENT_H */

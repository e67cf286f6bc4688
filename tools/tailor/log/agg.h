/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Aggregates of a system call log: one row per task, per system call, or per pair of them.
 *
 *	struct log *log = log_open(&o->events, o->threads, o->paths, o->nr_paths, err);
 *	struct agg *agg = log ? agg_read(log, AGG_SYSCALL, AGG_LATENCY | AGG_ERRNO, err) : NULL;
 *	for (size_t i = 0; i < agg->nr; i++)
 *		... agg->rows[i] ...
 *	agg_free(agg);
 *	log_close(log);
 */
#ifndef TAILOR_LOG_AGG_H
#define TAILOR_LOG_AGG_H

#include "log/hist.h"
#include "log/log.h"

/* What a row stands for. */
enum {
	AGG_TASK = 1u << 0,
	AGG_SYSCALL = 1u << 1,
};

/* What to collect beside counts, total, minimum and maximum. */
enum {
	AGG_LATENCY = 1u << 0, /* histogram and the fastest calls */
	AGG_ERRNO = 1u << 1,   /* calls per error */
	AGG_PARAM = 1u << 2,   /* values of each parameter */
};

struct agg_errno {
	int err;
	uint64_t calls;
	struct log_pos first;
};

/* One value of a parameter: as in the log, at most AGG_VALUE_MAX bytes. */
struct agg_value {
	char *text;
	uint64_t calls;
};

/*
 * The values of one parameter of one system call. At most AGG_VALUES different ones are kept; when
 * more were seen, the rest is dropped by the rule of Misra and Gries: any value with more than
 * `missed` calls is kept for certain. The calls of kept values are then counted exactly in a second
 * pass, and what has no more than `missed` calls is dropped, so that the answer does not depend on
 * the number of threads; only when the log cannot be read twice (a pipe) they stay lower bounds,
 * too low by at most `missed`, and `exact` is false. With missed == 0 all values are there.
 */
struct agg_param {
	const char *name;
	unsigned int index;
	uint64_t calls; /* calls in which the parameter was given */
	uint64_t missed;
	bool exact;
	struct agg_value *values; /* most calls first */
	size_t nr;
};

#define AGG_VALUES 64
#define AGG_VALUE_MAX 128

struct agg_row {
	const char *task;    /* NULL unless AGG_TASK */
	const char *syscall; /* NULL unless AGG_SYSCALL */
	uint64_t calls;
	uint64_t errors;
	uint64_t timed; /* calls with a duration; one that never returned has none */
	uint64_t total; /* durations, in log_unit() */
	uint64_t min;
	uint64_t max;
	struct log_pos first;
	struct log_hist *hist;	     /* AGG_LATENCY */
	struct log_fastest *fastest; /* AGG_LATENCY */
	struct agg_errno *errnos;    /* AGG_ERRNO, most calls first */
	size_t nr_errnos;
	struct agg_param *params; /* AGG_PARAM, in order of the parameters */
	size_t nr_params;
	bool more_params; /* than are kept: some are missing */
};

struct agg {
	struct agg_row *rows; /* by name: task, then system call */
	size_t nr;
};

/* Scans the log. NULL with *err set on failure. */
struct agg *agg_read(struct log *log, unsigned int by, unsigned int want, struct terr *err);
/* The same, while another visitor sees the events too. */
struct agg *agg_read_beside(struct log *log, unsigned int by, unsigned int want,
			    const struct log_visitor *beside, struct terr *err);
/* The same with another number than AGG_VALUES. */
struct agg *agg_read_values(struct log *log, unsigned int by, unsigned int want, size_t nr_values,
			    struct terr *err);
void agg_free(struct agg *agg);

/* The row of a task and/or system call (NULL for what rows are not by); NULL when there is none. */
const struct agg_row *agg_find(const struct agg *agg, const char *task, const char *syscall);

#endif /* TAILOR_LOG_AGG_H */

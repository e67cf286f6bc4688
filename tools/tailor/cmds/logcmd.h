/* SPDX-License-Identifier: GPL-2.0-only */
/* What the commands that answer with a table about a system call log have in common. */
#ifndef TAILOR_CMDS_LOGCMD_H
#define TAILOR_CMDS_LOGCMD_H

#include "log/agg.h"
#include "output/table.h"
#include "options.h"

struct logcmd {
	unsigned int by;   /* AGG_TASK, AGG_SYSCALL */
	unsigned int want; /* AGG_LATENCY, ... */
	size_t nr_values;  /* of a parameter, to be told apart; 0: AGG_VALUES */
	const char *sort;  /* column; NULL: as the rows are added */
	unsigned int top;  /* rows shown when --top is not given, 0: all */
	/* NULL: out of memory. */
	struct out_table *(*table)(const struct opts *o, const struct agg *agg, enum log_unit unit);
	/* Writes the answer; NULL: the table as it is. */
	int (*write)(const struct out_table *t, const struct opts *o, const struct log *log,
		     const struct agg *agg, struct terr *err);
};

/* Reads o->paths, makes the table, sorts, cuts and writes it. Returns what a command returns. */
int logcmd_run(const struct opts *o, const struct logcmd *c, struct terr *err);

/*
 * A table whose columns named *_us are in the unit of the log: with three decimals when that is ns,
 * called *_cycles when it is cycles.
 */
struct out_table *logcmd_table(const struct out_col *cols, size_t nr, enum log_unit unit);

/* A duration (or a mean of some) in the unit of those columns. */
double logcmd_time(double value, enum log_unit unit);

/* The columns of latencies; see logcmd_latency(). Text has its own. */
enum {
	LATENCY_SYSCALL,
	LATENCY_CALLS,
	LATENCY_ERRORS,
	LATENCY_TOTAL,
	LATENCY_MIN,
	LATENCY_MAX,
	LATENCY_AVG,
	LATENCY_P50,
	LATENCY_P95,
	LATENCY_P99,
	LATENCY_FASTEST,
	NR_LATENCY,
};

/* clang-format off */
#define LOGCMD_LATENCY_COLS \
	[LATENCY_SYSCALL] = { .name = "syscall" }, \
	[LATENCY_CALLS] = { .name = "calls", .type = OUT_UINT }, \
	[LATENCY_ERRORS] = { .name = "errors", .type = OUT_UINT }, \
	[LATENCY_TOTAL] = { .name = "total_us", .type = OUT_REAL }, \
	[LATENCY_MIN] = { .name = "min_us", .type = OUT_REAL }, \
	[LATENCY_MAX] = { .name = "max_us", .type = OUT_REAL }, \
	[LATENCY_AVG] = { .name = "avg_us", .type = OUT_REAL, .decimals = 2 }, \
	[LATENCY_P50] = { .name = "p50_us", .type = OUT_REAL, .decimals = 2 }, \
	[LATENCY_P95] = { .name = "p95_us", .type = OUT_REAL, .decimals = 2 }, \
	[LATENCY_P99] = { .name = "p99_us", .type = OUT_REAL, .decimals = 2 }, \
	[LATENCY_FASTEST] = { .name = "fastest30_us", .type = OUT_REAL, .decimals = 2 }
/* clang-format on */

/* Fills the NR_LATENCY cells of a row. Without any duration they are NaN. */
void logcmd_latency(const struct agg_row *r, enum log_unit unit, union out_cell *cells);

#endif /* TAILOR_CMDS_LOGCMD_H */

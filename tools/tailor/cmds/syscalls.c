// SPDX-License-Identifier: GPL-2.0-only
/* tailor syscalls: which system calls were made, as "strace -c" shows them, with percentiles. */
#include <math.h>

#include "cmds/logcmd.h"
#include "options.h"

/* What is shown in text only; the names are those strace -S knows. */
enum {
	TEXT_TIME = NR_LATENCY,
	TEXT_SECONDS,
	TEXT_AVG,
	TEXT_CALLS,
	TEXT_ERRORS,
	TEXT_MIN,
	TEXT_P50,
	TEXT_P95,
	TEXT_P99,
	TEXT_MAX,
	TEXT_FASTEST,
	TEXT_NAME,
	NR_COLS,
};

static struct out_table *new_table(enum log_unit unit)
{
	struct out_col cols[NR_COLS] = {
		LOGCMD_LATENCY_COLS,
		[TEXT_TIME] = { .name = "time",
				.heading = "% time",
				.type = OUT_REAL,
				.decimals = 2 },
		[TEXT_SECONDS] = { .name = "seconds",
				   .heading = "seconds",
				   .type = OUT_REAL,
				   .decimals = 6 },
		[TEXT_AVG] = { .name = "avg",
			       .heading = "usecs/call",
			       .type = OUT_REAL,
			       .decimals = 2 },
		[TEXT_CALLS] = { .name = "calls", .heading = "calls", .type = OUT_UINT },
		[TEXT_ERRORS] = { .name = "errors", .heading = "errors", .type = OUT_UINT },
		[TEXT_MIN] = { .name = "min", .heading = "min", .type = OUT_REAL, .decimals = 2 },
		[TEXT_P50] = { .name = "p50", .heading = "p50", .type = OUT_REAL, .decimals = 2 },
		[TEXT_P95] = { .name = "p95", .heading = "p95", .type = OUT_REAL, .decimals = 2 },
		[TEXT_P99] = { .name = "p99", .heading = "p99", .type = OUT_REAL, .decimals = 2 },
		[TEXT_MAX] = { .name = "max", .heading = "max", .type = OUT_REAL, .decimals = 2 },
		[TEXT_FASTEST] = { .name = "fastest30",
				   .heading = "fastest30",
				   .type = OUT_REAL,
				   .decimals = 2 },
		[TEXT_NAME] = { .name = "name", .heading = "syscall" },
	};

	for (size_t i = TEXT_TIME; i < NR_COLS; i++)
		cols[i].formats = OUT_IN_TEXT;
	if (unit == LOG_UNIT_CYCLES) {
		cols[TEXT_SECONDS].heading = "cycles";
		cols[TEXT_SECONDS].decimals = 0;
		cols[TEXT_AVG].heading = "cycles/call";
	}
	return logcmd_table(cols, NR_COLS, unit);
}

/* The cells of text repeat those of a row behind logcmd_latency(). */
static void text_cells(union out_cell *cells, double all, enum log_unit unit)
{
	double total = cells[LATENCY_TOTAL].r;

	cells[TEXT_TIME].r = all > 0 ? 100 * total / all : 0;
	cells[TEXT_SECONDS].r = unit == LOG_UNIT_CYCLES ? total : total / 1e6;
	cells[TEXT_CALLS] = cells[LATENCY_CALLS];
	cells[TEXT_ERRORS] = cells[LATENCY_ERRORS];
	cells[TEXT_MIN] = cells[LATENCY_MIN];
	cells[TEXT_MAX] = cells[LATENCY_MAX];
	cells[TEXT_AVG] = cells[LATENCY_AVG];
	cells[TEXT_P50] = cells[LATENCY_P50];
	cells[TEXT_P95] = cells[LATENCY_P95];
	cells[TEXT_P99] = cells[LATENCY_P99];
	cells[TEXT_FASTEST] = cells[LATENCY_FASTEST];
	cells[TEXT_NAME] = cells[LATENCY_SYSCALL];
}

static int add_total(struct out_table *t, const struct agg_row *sum, enum log_unit unit)
{
	union out_cell cells[NR_COLS];

	cells[LATENCY_SYSCALL].s = "total";
	cells[LATENCY_CALLS].u = sum->calls;
	cells[LATENCY_ERRORS].u = sum->errors;
	cells[LATENCY_TOTAL].r = logcmd_time((double)sum->total, unit);
	for (size_t i = LATENCY_TOTAL + 1; i < NR_LATENCY; i++)
		cells[i].r = NAN;
	if (sum->timed)
		cells[LATENCY_AVG].r = cells[LATENCY_TOTAL].r / (double)sum->timed;
	text_cells(cells, cells[LATENCY_TOTAL].r, unit);
	return out_table_total(t, cells);
}

static struct out_table *make_table(const struct opts *o, const struct agg *agg, enum log_unit unit)
{
	struct out_table *t = new_table(unit);
	struct agg_row sum = { 0 };
	int rc = 0;

	(void)o;
	for (size_t i = 0; i < agg->nr; i++) {
		sum.calls += agg->rows[i].calls;
		sum.errors += agg->rows[i].errors;
		sum.timed += agg->rows[i].timed;
		sum.total += agg->rows[i].total;
	}
	for (size_t i = 0; t && !rc && i < agg->nr; i++) {
		union out_cell cells[NR_COLS];

		logcmd_latency(&agg->rows[i], unit, cells);
		text_cells(cells, logcmd_time((double)sum.total, unit), unit);
		rc = out_table_add(t, cells);
	}
	if (t && !rc && !add_total(t, &sum, unit))
		return t;
	out_table_free(t);
	return NULL;
}

int cmd_syscalls(const struct opts *o, struct terr *err)
{
	const struct logcmd c = {
		.by = AGG_SYSCALL,
		.want = AGG_LATENCY,
		.sort = "time",
		.table = make_table,
	};

	return logcmd_run(o, &c, err);
}

// SPDX-License-Identifier: GPL-2.0-only
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cmds/logcmd.h"
#include "options.h"

#define COLS_MAX 24
#define UNIT_SUFFIX "_us"

double logcmd_time(double value, enum log_unit unit)
{
	return unit == LOG_UNIT_NS ? value / 1000 : value;
}

static bool is_time(const char *name)
{
	size_t len = strlen(name);

	return len > 3 && !strcmp(name + len - 3, UNIT_SUFFIX);
}

struct out_table *logcmd_table(const struct out_col *cols, size_t nr, enum log_unit unit)
{
	struct out_col own[COLS_MAX];
	char names[COLS_MAX][32];

	if (nr > COLS_MAX)
		return NULL;
	memcpy(own, cols, nr * sizeof(*own));
	for (size_t i = 0; i < nr; i++) {
		if (!is_time(own[i].name))
			continue;
		if (unit == LOG_UNIT_NS)
			own[i].decimals = 3;
		if (unit == LOG_UNIT_CYCLES) {
			snprintf(names[i], sizeof(names[i]), "%.*s_cycles",
				 (int)strlen(own[i].name) - 3, own[i].name);
			own[i].name = names[i];
			if (own[i].heading)
				own[i].heading = names[i];
		}
	}
	return out_table_new(own, nr);
}

static double percentile(const struct agg_row *r, double p, enum log_unit unit)
{
	return logcmd_time(log_hist_percentile(r->hist, r->timed, p, r->min, r->max), unit);
}

void logcmd_latency(const struct agg_row *r, enum log_unit unit, union out_cell *cells)
{
	cells[LATENCY_SYSCALL].s = r->syscall;
	cells[LATENCY_CALLS].u = r->calls;
	cells[LATENCY_ERRORS].u = r->errors;
	cells[LATENCY_TOTAL].r = logcmd_time((double)r->total, unit);
	for (size_t i = LATENCY_TOTAL + 1; i < NR_LATENCY; i++)
		cells[i].r = NAN;
	if (!r->timed)
		return;
	cells[LATENCY_MIN].r = logcmd_time((double)r->min, unit);
	cells[LATENCY_MAX].r = logcmd_time((double)r->max, unit);
	cells[LATENCY_AVG].r = logcmd_time((double)r->total / (double)r->timed, unit);
	cells[LATENCY_P50].r = percentile(r, 0.50, unit);
	cells[LATENCY_P95].r = percentile(r, 0.95, unit);
	cells[LATENCY_P99].r = percentile(r, 0.99, unit);
	cells[LATENCY_FASTEST].r = logcmd_time(log_fastest_mean(r->fastest), unit);
}

/* Times are columns of another name when they are cycles. */
static int sort_rows(struct out_table *t, const char *column, enum log_unit unit, struct terr *err)
{
	char name[32];

	if (unit != LOG_UNIT_CYCLES || !is_time(column))
		return out_table_sort(t, column, err);
	snprintf(name, sizeof(name), "%.*s_cycles", (int)strlen(column) - 3, column);
	return out_table_sort(t, name, err);
}

static int answer(const struct opts *o, const struct logcmd *c, const struct log *log,
		  const struct agg *agg, struct terr *err)
{
	const struct log_input *in = log_input(log);
	struct out_table *t = c->table(o, agg, log_unit(log));
	const char *sort = o->sort ? o->sort : c->sort;
	int rc;

	if (!agg->nr && in->events)
		fprintf(stderr, "tailor: none of the %llu events was selected\n",
			(unsigned long long)in->events);
	if (!t)
		return terr_set(err, "out of memory");
	rc = sort ? sort_rows(t, sort, log_unit(log), err) : 0;
	if (!rc) {
		out_table_top(t, o->top ? o->top : c->top);
		rc = c->write ? c->write(t, o, log, agg, err)
			      : out_table_write(t, o->format, o->output, log_input(log), err);
	}
	out_table_free(t);
	return rc;
}

int logcmd_run(const struct opts *o, const struct logcmd *c, struct terr *err)
{
	struct log *log = log_open(&o->events, o->threads, o->paths, o->nr_paths, err);
	size_t nr_values = c->nr_values ? c->nr_values : AGG_VALUES;
	struct agg *agg = log ? agg_read_values(log, c->by, c->want, nr_values, err) : NULL;
	int rc = -1;

	if (agg && !answer(o, c, log, agg, err))
		rc = log_input_warn(log_input(log)) && o->strict ? EXIT_FOUND : EXIT_FINE;
	agg_free(agg);
	log_close(log);
	return rc;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * tailor hot: the system calls that are worth a look, by their number and by their time.
 *
 * A call that waits (poll, futex) takes time without doing work, so beside the time there is the
 * undisturbed time: what all calls would have taken if each were as fast as the 30 fastest.
 */
#include <math.h>
#include <stdlib.h>

#include "cmds/logcmd.h"
#include "options.h"

/* A call with less than this share of the calls, the time and the undisturbed time is not hot. */
#define HOT_SHARE 0.01

enum measure {
	BY_CALLS,
	BY_TIME,
	BY_UNDISTURBED,
	NR_MEASURES,
};

struct hot_row {
	const struct agg_row *r;
	double value[NR_MEASURES];
	double share[NR_MEASURES];
	unsigned int rank[NR_MEASURES];
};

static void fill(struct hot_row *rows, const struct agg *agg, enum log_unit unit)
{
	double sum[NR_MEASURES] = { 0 };

	for (size_t i = 0; i < agg->nr; i++) {
		const struct agg_row *r = &agg->rows[i];

		rows[i].r = r;
		rows[i].value[BY_CALLS] = (double)r->calls;
		rows[i].value[BY_TIME] = logcmd_time((double)r->total, unit);
		rows[i].value[BY_UNDISTURBED] =
			logcmd_time(log_fastest_mean(r->fastest) * (double)r->timed, unit);
		for (int m = 0; m < NR_MEASURES; m++)
			sum[m] += rows[i].value[m];
	}
	for (size_t i = 0; i < agg->nr; i++)
		for (int m = 0; m < NR_MEASURES; m++) {
			rows[i].share[m] = sum[m] > 0 ? rows[i].value[m] / sum[m] : 0;
			rows[i].rank[m] = 1;
			for (size_t j = 0; j < agg->nr; j++)
				rows[i].rank[m] += rows[j].value[m] > rows[i].value[m];
		}
}

static double hottest(const struct hot_row *r)
{
	return fmax(r->share[BY_CALLS], fmax(r->share[BY_TIME], r->share[BY_UNDISTURBED]));
}

static int by_heat(const void *a, const void *b)
{
	double x = hottest(a);
	double y = hottest(b);

	return (x < y) - (x > y);
}

static int add_row(struct out_table *t, const struct hot_row *h)
{
	const union out_cell cells[] = {
		{ .s = h->r->syscall },
		{ .u = h->r->calls },
		{ .r = h->share[BY_CALLS] },
		{ .u = h->rank[BY_CALLS] },
		{ .r = h->value[BY_TIME] },
		{ .r = h->share[BY_TIME] },
		{ .u = h->rank[BY_TIME] },
		{ .r = h->value[BY_UNDISTURBED] },
		{ .r = h->share[BY_UNDISTURBED] },
		{ .u = h->rank[BY_UNDISTURBED] },
	};

	return out_table_add(t, cells);
}

static struct out_table *make_table(const struct opts *o, const struct agg *agg, enum log_unit unit)
{
	struct out_col cols[] = {
		{ .name = "syscall" },
		{ .name = "calls", .type = OUT_UINT },
		{ .name = "calls_share", .type = OUT_REAL, .decimals = 4 },
		{ .name = "calls_rank", .type = OUT_UINT },
		{ .name = "total_us", .type = OUT_REAL },
		{ .name = "time_share", .type = OUT_REAL, .decimals = 4 },
		{ .name = "time_rank", .type = OUT_UINT },
		{ .name = "undisturbed_us", .type = OUT_REAL },
		{ .name = "undisturbed_share", .type = OUT_REAL, .decimals = 4 },
		{ .name = "undisturbed_rank", .type = OUT_UINT },
	};
	struct hot_row *rows = calloc(agg->nr + 1, sizeof(*rows));
	struct out_table *t;
	int rc = rows ? 0 : -1;

	for (size_t i = 0; i < ARRAY_SIZE(cols); i++)
		cols[i].heading = cols[i].name;
	t = logcmd_table(cols, ARRAY_SIZE(cols), unit);
	if (rows) {
		fill(rows, agg, unit);
		qsort(rows, agg->nr, sizeof(*rows), by_heat);
	}
	for (size_t i = 0; t && !rc && i < agg->nr; i++)
		if (o->top || hottest(&rows[i]) >= HOT_SHARE)
			rc = add_row(t, &rows[i]);
	free(rows);
	if (!rc)
		return t;
	out_table_free(t);
	return NULL;
}

int cmd_hot(const struct opts *o, struct terr *err)
{
	const struct logcmd c = { .by = AGG_SYSCALL, .want = AGG_LATENCY, .table = make_table };

	return logcmd_run(o, &c, err);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * tailor params: parameters that have (nearly) always the same value, the basis of a bypass.
 */
#include <stdio.h>

#include "cmds/logcmd.h"
#include "options.h"

/* So many different values of a parameter are told apart at most. */
#define VALUES_MAX 4096

/* A value that was counted as a lower bound may still have the share. */
static bool is_constant(const struct agg_param *p, const struct agg_value *v, double min_share)
{
	uint64_t most = v->calls + (p->exact ? 0 : p->missed);

	return v->calls && (double)most >= min_share * (double)p->calls;
}

/* Says which values that were asked for cannot be told for certain. */
static void warn_param(const struct opts *o, const struct agg_row *r, const struct agg_param *p)
{
	if (p->missed && o->min_share * (double)p->calls <= (double)p->missed)
		fprintf(stderr,
			"tailor: %s %s has too many values: those with %llu calls or fewer are not "
			"shown\n",
			r->syscall, p->name, (unsigned long long)p->missed);
}

static int add_param(struct out_table *t, const struct opts *o, const struct agg_row *r,
		     const struct agg_param *p)
{
	for (size_t i = 0; i < p->nr; i++) {
		const struct agg_value *v = &p->values[i];
		const union out_cell cells[] = {
			{ .s = r->syscall },
			{ .s = p->name },
			{ .s = v->text },
			{ .u = v->calls },
			{ .r = (double)v->calls / (double)p->calls },
		};

		if (!is_constant(p, v, o->min_share))
			continue;
		if (!p->exact)
			fprintf(stderr,
				"tailor: %s %s: the calls of \"%s\" are a lower bound, at most %llu too low: too many values for one pass, name a file instead of a pipe\n",
				r->syscall, p->name, v->text, (unsigned long long)p->missed);
		if (out_table_add(t, cells))
			return -1;
	}
	return 0;
}

static struct out_table *make_table(const struct opts *o, const struct agg *agg, enum log_unit unit)
{
	static const struct out_col cols[] = {
		{ .name = "syscall", .heading = "syscall" },
		{ .name = "param", .heading = "param" },
		{ .name = "value", .heading = "value" },
		{ .name = "calls", .heading = "calls", .type = OUT_UINT },
		{ .name = "share", .heading = "share", .type = OUT_REAL, .decimals = 4 },
	};
	struct out_table *t = logcmd_table(cols, ARRAY_SIZE(cols), unit);
	int rc = 0;

	for (size_t i = 0; t && i < agg->nr; i++) {
		const struct agg_row *r = &agg->rows[i];

		if (r->more_params)
			fprintf(stderr,
				"tailor: %s has parameters of more than %zu names: the first in the "
				"alphabet are shown\n",
				r->syscall, r->nr_params);
		for (size_t j = 0; !rc && j < r->nr_params; j++) {
			warn_param(o, r, &r->params[j]);
			rc = add_param(t, o, r, &r->params[j]);
		}
	}
	if (!rc)
		return t;
	out_table_free(t);
	return NULL;
}

/* Enough to find every value that has the share: there are no more than 1 / share of them. */
static size_t nr_values(double min_share)
{
	if (min_share * VALUES_MAX <= 1)
		return VALUES_MAX;
	return min_share * AGG_VALUES < 1 ? (size_t)(1 / min_share) + 1 : AGG_VALUES;
}

int cmd_params(const struct opts *o, struct terr *err)
{
	const struct logcmd c = {
		.by = AGG_SYSCALL,
		.want = AGG_PARAM,
		.nr_values = nr_values(o->min_share),
		.table = make_table,
	};

	if (o->min_share > 1)
		return terr_set(err, "--min-share=%g is more than 1: it is a share of the calls",
				o->min_share);
	return logcmd_run(o, &c, err);
}

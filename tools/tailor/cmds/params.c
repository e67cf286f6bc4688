// SPDX-License-Identifier: GPL-2.0-only
/*
 * tailor params: parameters that have (nearly) always the same value, the basis of a bypass.
 */
#include <stdio.h>

#include "lib/logcmd.h"

/* A value that was counted as a lower bound may still have the share. */
static bool is_constant(const struct agg_param *p, const struct agg_value *v, double min_share)
{
	uint64_t most = v->calls + (p->exact ? 0 : p->missed);

	return v->calls && (double)most >= min_share * (double)p->calls;
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

	for (size_t i = 0; t && i < agg->nr; i++)
		for (size_t j = 0; !rc && j < agg->rows[i].nr_params; j++)
			rc = add_param(t, o, &agg->rows[i], &agg->rows[i].params[j]);
	if (!rc)
		return t;
	out_table_free(t);
	return NULL;
}

int cmd_params(const struct opts *o, struct terr *err)
{
	const struct logcmd c = { .by = AGG_SYSCALL, .want = AGG_PARAM, .table = make_table };

	if (o->min_share > 1)
		return terr_set(err, "--min-share=%g is more than 1: it is a share of the calls",
				o->min_share);
	return logcmd_run(o, &c, err);
}

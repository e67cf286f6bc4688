// SPDX-License-Identifier: GPL-2.0-only
/* tailor tasks: which tasks made system calls. */
#include "cmds/logcmd.h"
#include "options.h"

static struct out_table *make_table(const struct opts *o, const struct agg *agg, enum log_unit unit)
{
	static const struct out_col cols[] = {
		{ .name = "task" },
		{ .name = "calls", .heading = "calls", .type = OUT_UINT },
		{ .name = "errors", .heading = "errors", .type = OUT_UINT },
		{ .name = "total_us", .heading = "total_us", .type = OUT_REAL },
		{ .name = "task", .heading = "task", .formats = OUT_IN_TEXT },
	};
	struct out_table *t = logcmd_table(cols, ARRAY_SIZE(cols), unit);
	int rc = 0;

	(void)o;
	for (size_t i = 0; t && !rc && i < agg->nr; i++) {
		const struct agg_row *r = &agg->rows[i];
		const union out_cell cells[] = {
			{ .s = r->task },   { .u = r->calls },
			{ .u = r->errors }, { .r = logcmd_time((double)r->total, unit) },
			{ .s = r->task },
		};

		rc = out_table_add(t, cells);
	}
	if (!rc)
		return t;
	out_table_free(t);
	return NULL;
}

int cmd_tasks(const struct opts *o, struct terr *err)
{
	const struct logcmd c = { .by = AGG_TASK, .sort = "calls", .table = make_table };

	return logcmd_run(o, &c, err);
}

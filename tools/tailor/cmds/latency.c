// SPDX-License-Identifier: GPL-2.0-only
/* tailor latency: how long system calls took, with a histogram in powers of two. */
#include <errno.h>
#include <string.h>

#include "cmds/logcmd.h"
#include "output/json.h"
#include "output/out.h"
#include "options.h"

#define BAR_WIDTH 40

static struct out_table *make_table(const struct opts *o, const struct agg *agg, enum log_unit unit)
{
	struct out_col cols[] = { LOGCMD_LATENCY_COLS };
	struct out_table *t;
	int rc = 0;

	(void)o;
	for (size_t i = 0; i < ARRAY_SIZE(cols); i++)
		cols[i].heading = cols[i].name;
	t = logcmd_table(cols, ARRAY_SIZE(cols), unit);
	for (size_t i = 0; t && !rc && i < agg->nr; i++) {
		union out_cell cells[NR_LATENCY];

		logcmd_latency(&agg->rows[i], unit, cells);
		rc = out_table_add(t, cells);
	}
	if (!rc)
		return t;
	out_table_free(t);
	return NULL;
}

/* The powers of two from the smallest to the largest that has a call. */
static void histogram_range(const struct agg_row *r, unsigned int *from, unsigned int *to)
{
	*from = r->min > 1 ? 63 - (unsigned int)__builtin_clzll(r->min) : 0;
	*to = r->max > 1 ? 63 - (unsigned int)__builtin_clzll(r->max) : 0;
}

static double bound(unsigned int k, enum log_unit unit)
{
	return k ? logcmd_time((double)(1ull << (k - 1)) * 2, unit) : 0;
}

static json_t *histogram_json(const struct agg_row *r, enum log_unit unit)
{
	json_t *array = json_array();
	unsigned int from;
	unsigned int to;

	histogram_range(r, &from, &to);
	for (unsigned int k = from; r->timed && k <= to; k++)
		json_array_append_new(array, json_pack("{s:f, s:f, s:I}", "from", bound(k, unit),
						       "to", bound(k + 1, unit), "calls",
						       (json_int_t)log_hist_log2(r->hist, k)));
	return array;
}

static void histogram_text(const struct agg_row *r, enum log_unit unit, FILE *f)
{
	const char *name = unit == LOG_UNIT_CYCLES ? "cycles" : "us";
	uint64_t most = 1;
	unsigned int from;
	unsigned int to;

	histogram_range(r, &from, &to);
	for (unsigned int k = from; k <= to; k++)
		if (log_hist_log2(r->hist, k) > most)
			most = log_hist_log2(r->hist, k);
	fprintf(f, "\n%s\n%14s  %14s  %10s\n", r->syscall, "from", "below", "calls");
	for (unsigned int k = from; r->timed && k <= to; k++) {
		uint64_t calls = log_hist_log2(r->hist, k);
		int bar = (int)((calls * BAR_WIDTH + most - 1) / most);

		fprintf(f, "%11.*f %s  %11.*f %s  %10llu  |%-*.*s|\n", unit == LOG_UNIT_NS ? 3 : 0,
			bound(k, unit), name, unit == LOG_UNIT_NS ? 3 : 0, bound(k + 1, unit), name,
			(unsigned long long)calls, BAR_WIDTH, bar,
			"########################################");
	}
}

static int write_json(const struct out_table *t, const struct log *log, const struct agg *agg,
		      FILE *f)
{
	json_t *root = json_object();
	json_t *rows = out_json_rows(t);
	json_t *row;
	size_t i;

	json_array_foreach (rows, i, row) {
		const char *name = json_string_value(json_object_get(row, "syscall"));
		const struct agg_row *r = agg_find(agg, NULL, name);

		json_object_set_new(row, "histogram", histogram_json(r, log_unit(log)));
	}
	json_object_set_new(root, "input", out_json_input(log_input(log)));
	json_object_set_new(root, "rows", rows);
	return out_json_dump(root, f);
}

static int write_answer(const struct out_table *t, const struct opts *o, const struct log *log,
			const struct agg *agg, struct terr *err)
{
	struct out out;
	int rc;

	if (out_open(&out, o->output, err))
		return -1;
	if (o->format == FORMAT_JSON)
		rc = write_json(t, log, agg, out.f);
	else
		rc = out_table_print(t, o->format, out.f);
	/* Seventy histograms help nobody: they are shown for what was asked for. */
	for (size_t i = 0; !rc && o->format == FORMAT_TEXT && o->events.syscall.nr && i < agg->nr;
	     i++)
		histogram_text(&agg->rows[i], log_unit(log), out.f);
	if (rc) {
		out_abort(&out);
		return terr_set(err, "cannot write: %s", strerror(errno));
	}
	return out_close(&out, err);
}

int cmd_latency(const struct opts *o, struct terr *err)
{
	const struct logcmd c = {
		.by = AGG_SYSCALL,
		.want = AGG_LATENCY,
		.sort = "total_us",
		.table = make_table,
		.write = write_answer,
	};

	return logcmd_run(o, &c, err);
}

// SPDX-License-Identifier: GPL-2.0-only
/* tailor compare: medians, spread and significance of several arms. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "compare/compare.h"
#include "output/json.h"
#include "output/out.h"
#include "output/table.h"
#include "options.h"

/*
 * Text: a block for each scenario, in it a line for each arm of each metric. The columns are as
 * wide in all blocks.
 */
enum grid_col {
	GRID_METRIC,
	GRID_ARM,
	GRID_N,
	GRID_MEDIAN,
	GRID_SPREAD,
	GRID_CHANGE,
	GRID_RATIO,
	GRID_P,
	GRID_CORRECTED,
	GRID_VERDICT,
	NR_GRID,
};

#define CELL_MAX 160

struct grid_row {
	char cells[NR_GRID][CELL_MAX];
};

static const struct grid_row grid_head = { {
	[GRID_METRIC] = "metric",
	[GRID_ARM] = "arm",
	[GRID_N] = "n",
	[GRID_MEDIAN] = "median",
	[GRID_SPREAD] = "spread",
	[GRID_CHANGE] = "change",
	[GRID_RATIO] = "ratio",
	[GRID_P] = "p",
	[GRID_CORRECTED] = "corrected",
	[GRID_VERDICT] = "verdict",
} };

static bool to_the_right(enum grid_col col)
{
	return col >= GRID_N && col <= GRID_CHANGE;
}

static void print_grid_row(FILE *f, const struct grid_row *row, const size_t widths[NR_GRID])
{
	size_t last = NR_GRID;

	while (last && !row->cells[last - 1][0])
		last--;
	for (size_t i = 0; i < last; i++) {
		size_t pad = widths[i] - text_width(row->cells[i]);

		fputs("  ", f);
		if (to_the_right(i))
			fprintf(f, "%*s%s", (int)pad, "", row->cells[i]);
		else
			fprintf(f, "%s%*s", row->cells[i], i + 1 < last ? (int)pad : 0, "");
	}
	fputc('\n', f);
}

/* Six digits, and never fewer than a whole number has. */
static void value_text(char *buf, size_t len, double v)
{
	if (fabs(v) >= 100000 || v == rint(v))
		snprintf(buf, len, "%.0f", v);
	else
		snprintf(buf, len, "%.6g", v);
}

static void spread_text(char *buf, size_t len, const struct summary *sum, bool exact)
{
	const char *of = sum->has_ci ? "" : " (range)";

	if (exact)
		snprintf(buf, len, "-");
	else if (sum->spread < 0)
		snprintf(buf, len, "±?%s", of);
	else if (sum->spread > 0 && sum->spread < 0.00005)
		snprintf(buf, len, "±<0.01%%%s", of);
	else
		snprintf(buf, len, "±%.2f%%%s", 100 * sum->spread, of);
}

static const char *better_text(enum better better)
{
	static const char *const texts[] = {
		[BETTER_LOWER] = "lower is better",
		[BETTER_HIGHER] = "higher is better",
		[BETTER_SAME] = "must be equal",
		[BETTER_NONE] = "neither is better",
	};

	return texts[better];
}

static void same_cells(struct grid_row *out, const struct cmp_cell *cell)
{
	const struct series *s = cell->series;
	bool equal = true;

	for (size_t i = 1; i < s->nr; i++)
		equal = equal && !strcmp(s->samples[0].text, s->samples[i].text);
	snprintf(out->cells[GRID_N], CELL_MAX, "%zu", s->nr);
	snprintf(out->cells[GRID_MEDIAN], CELL_MAX, "%.16s",
		 equal ? s->samples[0].text : "different");
}

static void change_cells(struct grid_row *out, const struct cmp_cell *cell, const char *unit)
{
	if (cell->tested)
		compare_p_text(out->cells[GRID_P], CELL_MAX, cell->mwu.p);
	else
		snprintf(out->cells[GRID_P], CELL_MAX, "-");
	if (cell->family)
		compare_p_text(out->cells[GRID_CORRECTED], CELL_MAX, cell->p_corrected);
	else
		snprintf(out->cells[GRID_CORRECTED], CELL_MAX, "-");
	if (cell->verdict == CMP_NONE || cell->verdict == CMP_TOO_FEW) {
		snprintf(out->cells[GRID_CHANGE], CELL_MAX, "~");
		return;
	}
	if (!isnan(cell->percent))
		snprintf(out->cells[GRID_CHANGE], CELL_MAX, "%+.2f%%", cell->percent);
	compare_ratio_text(out->cells[GRID_RATIO], CELL_MAX, cell->ratio, unit);
}

/* Names come from files: what may not reach a terminal is shown as \xHH. 0, or -1 without memory.
 */
static int name_cell(char buf[CELL_MAX], const char *s)
{
	char *escaped = text_escape(s, strlen(s));

	if (!escaped)
		return -1;
	snprintf(buf, CELL_MAX, "%s", escaped);
	free(escaped);
	return 0;
}

static int fill_row(struct grid_row *out, const struct comparison *c, const struct cmp_row *row,
		    size_t arm)
{
	const struct cmp_cell *cell = &row->cells[arm];
	char metric[CELL_MAX], unit[CELL_MAX];

	memset(out, 0, sizeof(*out));
	if (name_cell(metric, row->metric) || name_cell(unit, row->unit) ||
	    name_cell(out->cells[GRID_ARM], c->arms[arm].name))
		return -1;
	if (!arm)
		snprintf(out->cells[GRID_METRIC], CELL_MAX, "%.60s (%.20s%s%s)", metric, unit,
			 unit[0] ? ", " : "", better_text(row->better));
	if (cell->verdict != CMP_BASELINE && cell->verdict != CMP_NONE)
		snprintf(out->cells[GRID_VERDICT], CELL_MAX, "%s%s",
			 cmp_verdict_name(cell->verdict), cell->failed ? " (fails)" : "");
	if (!cell->series)
		return 0;
	if (row->better == BETTER_SAME) {
		same_cells(out, cell);
		return 0;
	}
	snprintf(out->cells[GRID_N], CELL_MAX, "%zu", cell->sum.n);
	value_text(out->cells[GRID_MEDIAN], CELL_MAX, cell->sum.median);
	spread_text(out->cells[GRID_SPREAD], CELL_MAX, &cell->sum, row->exact);
	if (cell->compared)
		change_cells(out, cell, row->unit);
	return 0;
}

static void print_scenario(FILE *f, const struct comparison *c, const struct grid_row *grid,
			   size_t first, const size_t widths[NR_GRID])
{
	fprintf(f, "\n%s\n", c->rows[first].scenario);
	print_grid_row(f, &grid_head, widths);
	for (size_t i = first; i < c->nr_rows; i++)
		if (!strcmp(c->rows[i].scenario, c->rows[first].scenario))
			for (size_t arm = 0; arm < c->nr_arms; arm++)
				print_grid_row(f, &grid[i * c->nr_arms + arm], widths);
}

static bool is_first_of_scenario(const struct comparison *c, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (!strcmp(c->rows[j].scenario, c->rows[i].scenario))
			return false;
	return true;
}

static int print_rows(FILE *f, const struct comparison *c)
{
	size_t nr = c->nr_rows * c->nr_arms;
	struct grid_row *grid = calloc(nr, sizeof(*grid));
	size_t widths[NR_GRID];

	if (!grid)
		return -1;
	for (size_t col = 0; col < NR_GRID; col++)
		widths[col] = text_width(grid_head.cells[col]);
	for (size_t i = 0; i < nr; i++) {
		if (fill_row(&grid[i], c, &c->rows[i / c->nr_arms], i % c->nr_arms)) {
			free(grid);
			return -1;
		}
		for (size_t col = 0; col < NR_GRID; col++)
			if (text_width(grid[i].cells[col]) > widths[col])
				widths[col] = text_width(grid[i].cells[col]);
	}
	for (size_t i = 0; i < c->nr_rows; i++)
		if (is_first_of_scenario(c, i))
			print_scenario(f, c, grid, i, widths);
	free(grid);
	return 0;
}

/* Digests are told apart by their first digits. */
static int shown_length(const char *value)
{
	size_t len = strlen(value);

	return len >= 32 && strspn(value, "0123456789abcdef") == len ? 12 : (int)len;
}

static bool has_exits(const struct comparison *c)
{
	for (size_t i = 0; i < c->nr_rows; i++)
		if (c->rows[i].guest && compare_is_exits(c->rows[i].metric))
			return true;
	return false;
}

static void print_head(FILE *f, const struct comparison *c)
{
	const struct run_arm *base = &c->arms[0];
	const char *banner = compare_banner(c);

	fprintf(f, "# bed:");
	for (size_t i = 0, nr = 0; i < base->facts.nr; i++)
		if (!strncmp(base->facts.v[i].key, "bed.", 4))
			fprintf(f, "%s %s %.*s", nr++ ? "," : "", base->facts.v[i].key + 4,
				shown_length(base->facts.v[i].value), base->facts.v[i].value);
	fputc('\n', f);
	for (size_t i = 0; i < c->nr_arms; i++) {
		const char *release = runs_fact(&c->arms[i], "kernel.release");
		const char *sha256 = runs_fact(&c->arms[i], "kernel.sha256");

		fprintf(f, "# [%zu] %s%s: Linux %s, sha256 %.12s (from %s)\n", i, c->arms[i].name,
			i ? "" : ", the baseline", release ? release : "unknown",
			sha256 ? sha256 : "unknown", c->arms[i].dir);
	}
	if (banner)
		fprintf(f, "# %s\n", banner);
	fprintf(f,
		"# median of n %ss%s; spread to the farther end of its %g %% interval, (range): to the "
		"farthest %s\n",
		compare_sample(c), c->params.by_run ? "" : ", each the median of its runs",
		100 * CMP_LEVEL, compare_sample(c));
	fprintf(f,
		"# p: two-sided Mann-Whitney U test; corrected: by Holm, busy_*%s of the workload over all "
		"scenarios and arms, the others within their arm; significant at corrected p <= %g; ~ "
		"no significant difference\n",
		has_exits(c) ? " and " CMP_EXITS "*" : "", c->params.alpha);
}

static void print_geomeans(FILE *f, const struct comparison *c)
{
	bool any = false;

	for (size_t i = 0; i < c->nr_rows; i++) {
		bool first = true;

		for (size_t j = 0; j < i; j++)
			first = first && strcmp(c->rows[j].metric, c->rows[i].metric);
		for (size_t arm = 1; first && arm < c->nr_arms; arm++) {
			double mean = compare_geomean(c, c->rows[i].metric, arm);
			char ratio[64];

			if (isnan(mean))
				continue;
			if (!any)
				fprintf(f, "\ngeometric mean of the ratios over all scenarios\n");
			any = true;
			compare_ratio_text(ratio, sizeof(ratio), mean, c->rows[i].unit);
			fprintf(f, "  %s: %s %s\n", c->rows[i].metric, c->arms[arm].name,
				ratio[0] ? ratio : "1.00x");
		}
	}
}

static int print_notes(FILE *f, const struct comparison *c)
{
	json_t *notes = compare_notes(c);
	json_t *note;
	size_t i;

	if (!notes)
		return -1;
	if (json_array_size(notes))
		fprintf(f, "\nnotes\n");
	json_array_foreach (notes, i, note)
		fprintf(f, "  - %s\n", json_string_value(note));
	json_decref(notes);
	return 0;
}

/* It names arms and scenarios, as files have them. */
static int print_refusal(FILE *f, const char *refusal, struct terr *err)
{
	char *escaped = text_escape(refusal, strlen(refusal));

	if (!escaped)
		return terr_set(err, "out of memory");
	fprintf(f, "\n%s\n", escaped);
	free(escaped);
	return 0;
}

static int write_text(FILE *f, const struct comparison *c, struct terr *err)
{
	char refusal[CMP_REFUSAL_MAX];

	print_head(f, c);
	if (print_rows(f, c))
		return terr_set(err, "out of memory");
	print_geomeans(f, c);
	if (print_notes(f, c))
		return terr_set(err, "out of memory");
	if (c->failures)
		fprintf(f,
			"\n%zu figure%s failed: worse by more than %g %%, not equal, absent, or failed requests\n",
			c->failures, c->failures == 1 ? "" : "s", c->params.threshold_percent);
	return compare_refusal(c, refusal, sizeof(refusal)) ? print_refusal(f, refusal, err) : 0;
}

static const struct out_col csv_cols[] = {
	{ .name = "scenario" },	   { .name = "metric" },      { .name = "unit" },
	{ .name = "better" },	   { .name = "arm" },	      { .name = "n" },
	{ .name = "boots" },	   { .name = "median" },      { .name = "ci_low" },
	{ .name = "ci_high" },	   { .name = "min" },	      { .name = "max" },
	{ .name = "percent" },	   { .name = "ratio" },	      { .name = "p" },
	{ .name = "p_method" },	   { .name = "verdict" },     { .name = "failed" },
	{ .name = "accelerator" }, { .name = "p_corrected" }, { .name = "tests" },
	{ .name = "sample" },
};

enum csv_col {
	CSV_SCENARIO,
	CSV_METRIC,
	CSV_UNIT,
	CSV_BETTER,
	CSV_ARM,
	CSV_N,
	CSV_BOOTS,
	CSV_MEDIAN,
	CSV_CI_LOW,
	CSV_CI_HIGH,
	CSV_MIN,
	CSV_MAX,
	CSV_PERCENT,
	CSV_RATIO,
	CSV_P,
	CSV_METHOD,
	CSV_VERDICT,
	CSV_FAILED,
	CSV_ACCELERATOR,
	CSV_CORRECTED,
	CSV_TESTS,
	CSV_SAMPLE,
	NR_CSV,
};

_Static_assert(ARRAY_SIZE(csv_cols) == NR_CSV, "a name for each column");

/* One row of CSV; all cells are text, so that each figure has as many digits as it needs. */
struct csv_row {
	union out_cell cells[NR_CSV];
	char text[NR_CSV][32];
};

static void csv_real(struct csv_row *r, enum csv_col col, double v)
{
	if (isnan(v))
		return;
	snprintf(r->text[col], sizeof(r->text[col]), "%.15g", v);
	r->cells[col].s = r->text[col];
}

static void csv_count(struct csv_row *r, enum csv_col col, size_t n)
{
	snprintf(r->text[col], sizeof(r->text[col]), "%zu", n);
	r->cells[col].s = r->text[col];
}

static void csv_figures(struct csv_row *r, const struct cmp_cell *cell)
{
	csv_real(r, CSV_MEDIAN, cell->sum.median);
	csv_real(r, CSV_CI_LOW, cell->sum.has_ci ? cell->sum.ci_low : NAN);
	csv_real(r, CSV_CI_HIGH, cell->sum.has_ci ? cell->sum.ci_high : NAN);
	csv_real(r, CSV_MIN, cell->sum.min);
	csv_real(r, CSV_MAX, cell->sum.max);
	if (cell->compared) {
		csv_real(r, CSV_PERCENT, cell->percent);
		csv_real(r, CSV_RATIO, cell->ratio);
	}
	if (!cell->tested)
		return;
	csv_real(r, CSV_P, cell->mwu.p);
	if (cell->family)
		csv_real(r, CSV_CORRECTED, cell->p_corrected);
	csv_count(r, CSV_TESTS, cell->family);
	r->cells[CSV_METHOD].s = cell->mwu.method == MWU_EXACT ? "exact" : "normal";
}

static void fill_csv(struct csv_row *r, const struct comparison *c, const struct cmp_row *row,
		     size_t arm)
{
	const struct cmp_cell *cell = &row->cells[arm];
	bool counted = cell->series && row->better != BETTER_SAME;

	memset(r, 0, sizeof(*r));
	r->cells[CSV_SCENARIO].s = row->scenario;
	r->cells[CSV_METRIC].s = row->metric;
	r->cells[CSV_UNIT].s = row->unit;
	r->cells[CSV_BETTER].s = better_name(row->better);
	r->cells[CSV_ARM].s = c->arms[arm].name;
	csv_count(r, CSV_N, counted ? cell->sum.n : cell->series ? cell->series->nr : 0);
	csv_count(r, CSV_BOOTS, cell->boots);
	r->cells[CSV_VERDICT].s = cmp_verdict_name(cell->verdict);
	r->cells[CSV_FAILED].s = cell->failed ? "1" : "0";
	r->cells[CSV_SAMPLE].s = compare_sample(c);
	r->cells[CSV_ACCELERATOR].s = runs_fact(&c->arms[0], "bed.accelerator");
	if (counted)
		csv_figures(r, cell);
	else if (cell->series)
		r->cells[CSV_MEDIAN].s = cell->series->samples[0].text;
}

static int write_csv(FILE *f, const struct comparison *c, struct terr *err)
{
	struct out_table *t = out_table_new(csv_cols, ARRAY_SIZE(csv_cols));
	int rc = t ? 0 : -1;

	for (size_t i = 0; !rc && i < c->nr_rows * c->nr_arms; i++) {
		struct csv_row r;

		fill_csv(&r, c, &c->rows[i / c->nr_arms], i % c->nr_arms);
		rc = out_table_add(t, r.cells);
	}
	if (!rc)
		rc = out_table_print(t, FORMAT_CSV, f);
	out_table_free(t);
	return rc ? terr_set(err, "out of memory") : 0;
}

static int write_json(FILE *f, const struct comparison *c, struct terr *err)
{
	json_t *root = compare_json(c);

	if (!root)
		return terr_set(err, "out of memory");
	return out_json_dump(root, f) ? terr_set(err, "cannot write the answer") : 0;
}

static int write_comparison(const struct opts *o, const struct comparison *c, struct terr *err)
{
	struct out out;
	int rc;

	if (out_open(&out, o->output, err))
		return -1;
	if (o->format == FORMAT_JSON)
		rc = write_json(out.f, c, err);
	else if (o->format == FORMAT_CSV)
		rc = write_csv(out.f, c, err);
	else
		rc = write_text(out.f, c, err);
	if (!rc)
		return out_close(&out, err);
	out_abort(&out);
	return -1;
}

int cmd_compare(const struct opts *o, struct terr *err)
{
	struct cmp_params params;
	struct comparison c = { 0 };
	char refusal[CMP_REFUSAL_MAX];
	int rc;

	if (compare_params(&params, o->alpha, o->threshold, o->by_run, o->insn_profile, err))
		return -1;
	rc = compare_read(&c, o->paths, o->nr_paths, &params, err);
	if (!rc)
		rc = write_comparison(o, &c, err);
	if (!rc)
		rc = c.failures || compare_refusal(&c, refusal, sizeof(refusal)) ? EXIT_FOUND
										 : EXIT_FINE;
	compare_free(&c);
	return rc;
}

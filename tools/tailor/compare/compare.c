// SPDX-License-Identifier: GPL-2.0-only
/* Comparison of arms. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "compare/compare.h"
#include "output/json.h"
#include "profile/insnprof.h"

static const char *const verdict_names[] = {
	[CMP_BASELINE] = "baseline", [CMP_ABSENT] = "absent",	[CMP_ERRORS] = "errors",
	[CMP_TOO_FEW] = "too few",   [CMP_NONE] = "~",		[CMP_BETTER] = "better",
	[CMP_WORSE] = "worse",	     [CMP_CHANGED] = "changed", [CMP_EQUAL] = "equal",
	[CMP_DIFFERS] = "differs",   [CMP_EXACT] = "exact",
};

const char *cmp_verdict_name(enum cmp_verdict verdict)
{
	return verdict_names[verdict];
}

int compare_params(struct cmp_params *params, double alpha, double threshold, bool by_run,
		   const char *insn_profile, struct terr *err)
{
	params->alpha = alpha;
	params->threshold_percent = threshold < 0 ? CMP_THRESHOLD_PERCENT : threshold;
	params->by_run = by_run;
	params->insn_profile = insn_profile;
	if (!(params->alpha > 0 && params->alpha < 1))
		return terr_set(err, "--alpha=%g is not between 0 and 1", alpha);
	return 0;
}

static bool is_first_of_boot(const struct series *s, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (s->samples[j].boot == s->samples[i].boot)
			return false;
	return true;
}

static size_t count_boots(const struct series *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->nr; i++)
		n += is_first_of_boot(s, i);
	return n;
}

/* Median of the runs of one boot, by way of stats_summary(); 0 or -1. */
static int boot_median(const struct series *s, unsigned int boot, double *room, double *median)
{
	struct summary sum;
	size_t n = 0;

	for (size_t i = 0; i < s->nr; i++)
		if (s->samples[i].boot == boot)
			room[n++] = s->samples[i].value;
	if (stats_summary(room, n, CMP_LEVEL, &sum))
		return -1;
	*median = sum.median;
	return 0;
}

/* The samples to compare, to be freed: of each boot, or of each run. NULL without memory. */
static double *values_of(const struct series *s, bool by_run, size_t *nr)
{
	double *values = calloc(s->nr, sizeof(*values));
	double *room = calloc(s->nr, sizeof(*room));
	size_t n = 0;

	for (size_t i = 0; values && room && i < s->nr; i++) {
		if (by_run)
			values[n++] = s->samples[i].value;
		else if (is_first_of_boot(s, i) &&
			 boot_median(s, s->samples[i].boot, room, &values[n++]))
			break;
	}
	free(room);
	*nr = n;
	if (n == (by_run ? s->nr : count_boots(s)))
		return values;
	free(values);
	return NULL;
}

static int test_cell(struct cmp_cell *cell, const struct cmp_cell *base, const struct cmp_params *p)
{
	size_t nx, ny;
	double *x = values_of(base->series, p->by_run, &nx);
	double *y = values_of(cell->series, p->by_run, &ny);
	int rc = x && y ? stats_mwu(x, nx, y, ny, &cell->mwu) : -1;

	cell->tested = !rc;
	free(x);
	free(y);
	return rc;
}

static int compare_cell(struct cmp_cell *cell, const struct cmp_cell *base,
			const struct cmp_row *row, const struct cmp_params *p)
{
	if (!cell->series || !base->series || row->better == BETTER_SAME)
		return 0;
	if (!row->exact && test_cell(cell, base, p))
		return -1;
	cell->compared = true;
	if (base->sum.median != 0)
		cell->percent =
			100 * (cell->sum.median - base->sum.median) / fabs(base->sum.median);
	if (base->sum.median > 0 && cell->sum.median > 0)
		cell->ratio = base->sum.median / cell->sum.median;
	return 0;
}

static int summarise(struct cmp_cell *cell, const struct series *s, const struct cmp_params *p)
{
	double *values;
	size_t nr;
	int rc;

	*cell = (struct cmp_cell){ .series = s, .ratio = NAN, .percent = NAN };
	if (!s)
		return 0;
	cell->boots = count_boots(s);
	if (s->better == BETTER_SAME)
		return 0;
	values = values_of(s, p->by_run, &nr);
	if (!values)
		return -1;
	rc = stats_summary(values, nr, CMP_LEVEL, &cell->sum);
	free(values);
	return rc;
}

static bool is_busy(const char *metric)
{
	return !strncmp(metric, "busy_", 5);
}

/* What the whole guest does for the workload; to boot faster is no gain of it. */
static bool is_guest(const struct comparison *c, const struct series *s)
{
	const bool exits = compare_is_exits(s->metric);

	if (s->exact || (!exits && !is_busy(s->metric)) || !strcmp(s->scenario, "boot"))
		return false;
	for (size_t i = 0; i < c->nr_rows; i++)
		if (c->rows[i].guest && compare_is_exits(c->rows[i].metric) == exits &&
		    !strcmp(c->rows[i].scenario, s->scenario))
			return false;
	return true;
}

/* What an arm has of a metric, none where requests failed: only how many, and that, is told. */
static const struct series *measured(const struct run_arm *arm, const struct cmp_row *row)
{
	if (!row->exact && strcmp(row->metric, RUNS_ERRORS) && runs_failed(arm, row->scenario))
		return NULL;
	return runs_find(arm, row->scenario, row->metric);
}

static int compare_row(struct comparison *c, const struct series *s)
{
	bool guest = is_guest(c, s);
	struct cmp_row *row = &c->rows[c->nr_rows++];

	row->scenario = s->scenario;
	row->metric = s->metric;
	row->unit = s->unit;
	row->better = s->better;
	row->exact = s->exact;
	row->guest = guest;
	row->cells = calloc(c->nr_arms, sizeof(*row->cells));
	if (!row->cells)
		return -1;
	for (size_t i = 0; i < c->nr_arms; i++) {
		if (summarise(&row->cells[i], measured(&c->arms[i], row), &c->params) ||
		    (i && compare_cell(&row->cells[i], &row->cells[0], row, &c->params)))
			return -1;
	}
	return 0;
}

/* Whether an arm before this one has the metric, so that it has its row already. */
static bool has_row(const struct comparison *c, size_t arm, const struct series *s)
{
	for (size_t i = 0; i < arm; i++)
		if (runs_find(&c->arms[i], s->scenario, s->metric))
			return true;
	return false;
}

static int compare_all(struct comparison *c)
{
	size_t room = 0;

	for (size_t i = 0; i < c->nr_arms; i++)
		room += c->arms[i].nr_series;
	c->rows = calloc(room, sizeof(*c->rows));
	if (!c->rows)
		return -1;
	for (size_t i = 0; i < c->nr_arms; i++)
		for (size_t j = 0; j < c->arms[i].nr_series; j++)
			if (!has_row(c, i, &c->arms[i].series[j]) &&
			    compare_row(c, &c->arms[i].series[j]))
				return -1;
	return compare_judge(c);
}

static int check_names(const struct comparison *c, struct terr *err)
{
	for (size_t i = 0; i < c->nr_arms; i++)
		for (size_t j = 0; j < i; j++)
			if (!strcmp(c->arms[i].name, c->arms[j].name))
				return terr_set(err,
						"%s and %s are both named '%s'; give each its own "
						"'arm:' in arm.facts",
						c->arms[j].dir, c->arms[i].dir, c->arms[i].name);
	return 0;
}

static double exact_user(const struct insn_arm *arm)
{
	return arm->user;
}

/* What a comparison takes from an exact profile. */
static const struct exact_metric {
	const char *metric;
	const char *unit;
	double (*value)(const struct insn_arm *arm);
} exact_metrics[] = {
	{ "user_insn_per_request", "insn", exact_user },
	{ "kernel_insn_per_request", "insn", insnprof_kernel },
	{ "intrusion_factor", "", insnprof_intrusion },
};

/* A profile of another kernel or image says nothing about this arm. */
static int same_subject(const struct run_arm *arm, const struct insn_profile *p,
			const char *arm_key, const char *key, struct terr *err)
{
	const char *measured = runs_fact(arm, arm_key);
	const char *profiled = insnprof_fact(p, key);

	if (!measured || !profiled || !strcmp(measured, profiled))
		return 0;
	return terr_set(err,
			"%s/profile.facts: %s is %.12s, but %s of %s is %.12s; make the exact "
			"profile of what was measured (bench/profile)",
			p->dir, key, profiled, arm_key, arm->dir, measured);
}

static int add_exact(struct run_arm *arm, const struct insn_profile *p, struct terr *err)
{
	const struct insn_arm *exact = insnprof_arm(p, arm->name);
	char *kernel;
	int rc;

	if (!exact)
		return 0;
	if (asprintf(&kernel, "kernel_sha256.%s", arm->name) < 0)
		return terr_set(err, "out of memory");
	rc = same_subject(arm, p, "kernel.sha256", kernel, err);
	if (!rc)
		rc = same_subject(arm, p, "bed.image_sha256", "image_sha256", err);
	for (size_t i = 0; !rc && i < ARRAY_SIZE(exact_metrics); i++)
		rc = runs_add_exact(
			arm,
			&(struct series){ .scenario = (char *)insnprof_fact(p, "scenario"),
					  .metric = (char *)exact_metrics[i].metric,
					  .unit = (char *)exact_metrics[i].unit,
					  .better = BETTER_LOWER },
			exact_metrics[i].value(exact), err);
	free(kernel);
	return rc;
}

/* The exact profile's figures join those of the arms that it has. */
static int add_profile(struct comparison *c, struct terr *err)
{
	struct insn_profile p;
	int rc;

	if (!c->params.insn_profile)
		return 0;
	rc = insnprof_read_figures(&p, c->params.insn_profile, err);
	c->exact_behind_card = !rc && insnprof_is_behind_card(&p);
	for (size_t i = 0; !rc && i < c->nr_arms; i++)
		rc = add_exact(&c->arms[i], &p, err);
	if (!rc && !insnprof_arm(&p, c->arms[0].name))
		rc = terr_set(err,
			      "%s/profile.facts: its arms are '%s', without the baseline '%s'; "
			      "profile that too (bench/profile --arm)",
			      p.dir, insnprof_fact(&p, "arms"), c->arms[0].name);
	insnprof_free(&p);
	return rc;
}

int compare_read(struct comparison *c, char *const *dirs, size_t nr,
		 const struct cmp_params *params, struct terr *err)
{
	memset(c, 0, sizeof(*c));
	c->params = *params;
	if (nr < 2)
		return terr_set(err,
				"a comparison needs two run folders or more, the baseline first");
	c->arms = calloc(nr, sizeof(*c->arms));
	if (!c->arms)
		return terr_set(err, "out of memory");
	for (size_t i = 0; i < nr; i++) {
		c->nr_arms++;
		if (runs_read(&c->arms[i], dirs[i], err))
			return -1;
	}
	if (check_names(c, err) || runs_comparable(c->arms, c->nr_arms, err))
		return -1;
	if (add_profile(c, err))
		return -1;
	return compare_all(c) ? terr_set(err, "out of memory") : 0;
}

void compare_free(struct comparison *c)
{
	for (size_t i = 0; i < c->nr_rows; i++)
		free(c->rows[i].cells);
	for (size_t i = 0; i < c->nr_arms; i++)
		runs_free(&c->arms[i]);
	free(c->rows);
	free(c->arms);
	memset(c, 0, sizeof(*c));
}

static bool holds(const char *s, const char *word)
{
	return s && strstr(s, word);
}

const char *compare_banner(const struct comparison *c)
{
	const char *accelerator = runs_fact(&c->arms[0], "bed.accelerator");
	bool counted = holds(accelerator, "icount");

	if (!strcmp(accelerator, "nested-kvm"))
		return "These figures are counts: a real KVM ran in an emulated host, which counted the "
		       "executed instructions of both and how often the guest left for its host. "
		       "Times do not carry over to hardware.";
	if (!counted && strncmp(accelerator, "tcg", 3))
		return NULL;
	if (counted || holds(runs_fact(&c->arms[0], "bed.clock"), "icount"))
		return "These figures are instruction counts, not time: an emulator counted the "
		       "guest's executed instructions. Cache, TLB, branch and VM-exit costs do not "
		       "show in them.";
	return "These figures are of an emulator: counts of instructions, calls and bytes hold, "
	       "times do not carry over to hardware.";
}

double compare_geomean(const struct comparison *c, const char *metric, size_t arm)
{
	double *ratios = calloc(c->nr_rows, sizeof(*ratios));
	double mean = NAN;
	size_t n = 0;

	for (size_t i = 0; ratios && i < c->nr_rows; i++)
		if (!strcmp(c->rows[i].metric, metric) && c->rows[i].better != BETTER_NONE &&
		    !isnan(c->rows[i].cells[arm].ratio))
			ratios[n++] = c->rows[i].cells[arm].ratio;
	if (n > 1)
		mean = stats_geomean(ratios, n);
	free(ratios);
	return mean;
}

/* "fewer" is for what is counted, "less" for what is measured. */
static bool is_measured(const char *unit)
{
	static const char *const units[] = { "",  "ns",	 "us",	"ms",  "s",    "B",	"bytes",
					     "%", "KiB", "MiB", "GiB", "MB/s", "KiB/s", "MiB/s" };

	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (!strcmp(unit, units[i]))
			return true;
	return false;
}

void compare_ratio_text(char *buf, size_t len, double ratio, const char *unit)
{
	double factor = ratio < 1 ? 1 / ratio : ratio;
	const char *word = "more";

	buf[0] = '\0';
	if (isnan(ratio) || factor < 1.005)
		return;
	if (ratio > 1)
		word = is_measured(unit) ? "less" : "fewer";
	snprintf(buf, len, "%.2fx %s", factor, word);
}

void compare_p_text(char *buf, size_t len, double p)
{
	if (p < 0.0005)
		snprintf(buf, len, "p<0.001");
	else
		snprintf(buf, len, "p=%.3f", p);
}

/*
 * Notes, each said once however many metrics it is about.
 */
static int note(json_t *notes, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static int note(json_t *notes, const char *fmt, ...)
{
	char text[512];
	json_t *old;
	size_t i;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	json_array_foreach (notes, i, old)
		if (!strcmp(json_string_value(old), text))
			return 0;
	return json_array_append_new(notes, out_json_string(text));
}

static bool is_behind_card(const struct run_arm *arm)
{
	const char *client = runs_fact(arm, "bed.client");

	return client && !strcmp(client, "behind a card");
}

static int note_cell(json_t *notes, const struct comparison *c, const struct cmp_row *row,
		     size_t arm)
{
	const struct cmp_cell *cell = &row->cells[arm];
	const char *name = c->arms[arm].name;
	const char *sample = compare_sample(c);
	size_t tests = cell->family ? cell->family : 1;
	int rc = 0;

	if (runs_failed(&c->arms[arm], row->scenario))
		return note(notes,
			    "%s: requests of %s failed, so it was not measured; see the client's "
			    "reports in %s/raw",
			    name, row->scenario, c->arms[arm].dir);

	if (!cell->series && row->exact)
		return note(notes, "%s: not in the exact profile", name);
	if (!cell->series)
		return note(notes, "%s: no samples of %s %s; measure this scenario in it", name,
			    row->scenario, row->metric);
	if (row->better == BETTER_SAME)
		return 0;
	if (row->exact && is_behind_card(&c->arms[arm]) != c->exact_behind_card)
		return note(notes,
			    "exact: the exact profile was made on another bed, with the client %s; "
			    "its rows are not to be compared with the others",
			    c->exact_behind_card ? "behind a card" : "in the guest");
	if (row->exact)
		return note(
			notes,
			"exact: each instruction of some operations in a row was counted, in one "
			"boot of each arm (n = 1); what differs from boot to boot is not known, so "
			"there is neither a spread nor p");
	if (cell->verdict == CMP_TOO_FEW)
		rc |= note(
			notes,
			"too few %ss: the least p of %zu and %zu is %.3g, corrected for %zu test%s "
			"%.3g; measure at least %zu in each arm for significance at %g",
			sample, row->cells[0].sum.n, cell->sum.n, cell->mwu.p_min, tests,
			tests == 1 ? "" : "s", cell->p_least,
			stats_samples_needed(c->params.alpha / (double)tests), c->params.alpha);
	if (!cell->sum.has_ci)
		rc |= note(notes,
			   "fewer than %zu %ss have no %g %% interval of the median; their "
			   "spread is the full range",
			   stats_samples_for_ci(CMP_LEVEL), sample, 100 * CMP_LEVEL);
	if (cell->boots == 1)
		rc |= note(notes,
			   "%s: all samples are of one boot; what differs from boot to boot is not "
			   "in the spread",
			   name);
	return rc;
}

json_t *compare_notes(const struct comparison *c)
{
	json_t *notes = json_array();

	if (notes && c->params.by_run &&
	    note(notes, "a sample is a run: runs of one boot are not independent, so spread and p "
			"are too small")) {
		json_decref(notes);
		return NULL;
	}
	for (size_t i = 0; notes && i < c->nr_rows; i++) {
		for (size_t arm = 0; arm < c->nr_arms; arm++) {
			if (note_cell(notes, c, &c->rows[i], arm)) {
				json_decref(notes);
				return NULL;
			}
		}
	}
	return notes;
}

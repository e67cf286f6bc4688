// SPDX-License-Identifier: GPL-2.0-only
/* What the figures of a comparison say: p corrected, a verdict on each cell, and on all of it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/compare.h"

bool compare_is_exits(const char *metric)
{
	return !strncmp(metric, CMP_EXITS, strlen(CMP_EXITS));
}

const char *compare_sample(const struct comparison *c)
{
	return c->params.by_run ? "run" : "boot";
}

/* The cells of a family in the arms from first to last; NULL without memory. */
static struct cmp_cell **family_of(const struct comparison *c, bool guest, size_t first,
				   size_t last, size_t *nr)
{
	struct cmp_cell **cells = calloc(c->nr_rows * c->nr_arms + 1, sizeof(struct cmp_cell *));

	*nr = 0;
	for (size_t i = 0; cells && i < c->nr_rows; i++) {
		const struct cmp_row *row = &c->rows[i];

		if (row->guest != guest || row->better == BETTER_NONE)
			continue;
		for (size_t arm = first; arm <= last; arm++)
			if (row->cells[arm].tested)
				cells[(*nr)++] = &row->cells[arm];
	}
	return cells;
}

static int correct_family(struct comparison *c, bool guest, size_t first, size_t last)
{
	size_t nr;
	struct cmp_cell **cells = family_of(c, guest, first, last, &nr);
	double *p = calloc(nr + 1, sizeof(*p));
	double *least = calloc(nr + 1, sizeof(*least));
	int rc = cells && p && least ? 0 : -1;

	for (size_t i = 0; !rc && i < nr; i++) {
		p[i] = cells[i]->mwu.p;
		least[i] = cells[i]->mwu.p_min;
	}
	if (!rc && nr)
		rc = stats_holm(p, nr) || stats_holm(least, nr) ? -1 : 0;
	for (size_t i = 0; !rc && i < nr; i++) {
		cells[i]->family = nr;
		cells[i]->p_corrected = p[i];
		cells[i]->p_least = least[i];
	}
	free(cells);
	free(p);
	free(least);
	return rc;
}

static int correct_all(struct comparison *c)
{
	for (size_t i = 0; i < c->nr_rows; i++)
		for (size_t arm = 0; arm < c->nr_arms; arm++) {
			struct cmp_cell *cell = &c->rows[i].cells[arm];

			cell->p_corrected = cell->mwu.p;
			cell->p_least = cell->mwu.p_min;
		}
	for (size_t arm = 1; arm < c->nr_arms; arm++)
		if (correct_family(c, false, arm, arm))
			return -1;
	return correct_family(c, true, 1, c->nr_arms - 1);
}

static bool all_equal(const struct series *a, const struct series *b)
{
	for (size_t i = 0; i < b->nr; i++)
		if (strcmp(a->samples[0].text, b->samples[i].text))
			return false;
	return true;
}

static bool within_threshold(const struct cmp_cell *cell, const struct cmp_params *p)
{
	/* A worsening from 0 has no percentage, and is beyond any. */
	return fabs(cell->percent) <= p->threshold_percent;
}

/* Even if all tests of the family came out as clear as they can, this one would not be significant.
 */
static bool has_too_few(const struct cmp_cell *cell, const struct cmp_params *p)
{
	return cell->p_least > p->alpha;
}

static enum cmp_verdict verdict_of_test(const struct cmp_cell *cell, const struct cmp_row *row,
					const struct cmp_params *p)
{
	double base = row->cells[0].sum.median;

	if (has_too_few(cell, p))
		return CMP_TOO_FEW;
	if (cell->p_corrected > p->alpha || cell->sum.median == base)
		return CMP_NONE;
	if (row->better == BETTER_NONE)
		return CMP_CHANGED;
	return (cell->sum.median < base) == (row->better == BETTER_LOWER) ? CMP_BETTER : CMP_WORSE;
}

static enum cmp_verdict verdict_of_same(const struct cmp_cell *cell, const struct cmp_cell *base)
{
	bool equal = all_equal(base->series, base->series) && all_equal(base->series, cell->series);

	return equal ? CMP_EQUAL : CMP_DIFFERS;
}

static enum cmp_verdict verdict_of(const struct comparison *c, const struct cmp_row *row,
				   size_t arm)
{
	const struct cmp_cell *cell = &row->cells[arm];

	if (!row->exact &&
	    (runs_failed(&c->arms[arm], row->scenario) || runs_failed(&c->arms[0], row->scenario)))
		return CMP_ERRORS;
	if (!arm)
		return CMP_BASELINE;
	if (!cell->series || !row->cells[0].series)
		return CMP_ABSENT;
	if (row->better == BETTER_SAME)
		return verdict_of_same(cell, &row->cells[0]);
	return row->exact ? CMP_EXACT : verdict_of_test(cell, row, &c->params);
}

static bool is_failure(const struct comparison *c, const struct cmp_row *row, size_t arm)
{
	const struct cmp_cell *cell = &row->cells[arm];

	switch (cell->verdict) {
	case CMP_ABSENT:
		/* An exact profile need not be of all arms. */
		return row->better != BETTER_NONE && !row->exact;
	case CMP_ERRORS:
		/* Said once, where they are counted. */
		return !strcmp(row->metric, RUNS_ERRORS) &&
		       runs_failed(&c->arms[arm], row->scenario);
	case CMP_DIFFERS:
		return true;
	case CMP_WORSE:
		return !within_threshold(cell, &c->params);
	default:
		return false;
	}
}

int compare_judge(struct comparison *c)
{
	if (correct_all(c))
		return -1;
	for (size_t i = 0; i < c->nr_rows; i++) {
		for (size_t arm = 0; arm < c->nr_arms; arm++) {
			struct cmp_cell *cell = &c->rows[i].cells[arm];

			cell->verdict = verdict_of(c, &c->rows[i], arm);
			cell->failed = is_failure(c, &c->rows[i], arm);
			c->failures += cell->failed;
		}
	}
	return 0;
}

/* What the whole guest of one arm says: the first scenario of each kind, or NULL. */
struct arm_outcome {
	const char *arm;
	const struct cmp_row *gain;
	const struct cmp_row *loss; /* beyond the threshold */
	const char *errors;
	size_t tested;
	const struct cmp_cell *too_few;
};

static void add_cell(struct arm_outcome *o, const struct cmp_row *row, const struct cmp_cell *cell,
		     bool own_errors)
{
	o->tested += cell->tested;
	if (cell->verdict == CMP_BETTER && !o->gain)
		o->gain = row;
	if (cell->verdict == CMP_WORSE && cell->failed && !o->loss)
		o->loss = row;
	if (own_errors && !o->errors)
		o->errors = row->scenario;
	if (cell->verdict == CMP_TOO_FEW && !o->too_few)
		o->too_few = cell;
}

static struct arm_outcome outcome_of_arm(const struct comparison *c, size_t arm)
{
	struct arm_outcome o = { .arm = c->arms[arm].name };

	for (size_t i = 0; i < c->nr_rows; i++)
		if (c->rows[i].guest)
			add_cell(&o, &c->rows[i], &c->rows[i].cells[arm],
				 runs_failed(&c->arms[arm], c->rows[i].scenario));
	return o;
}

/* How much an arm's outcome tells: one that speaks against it more than one without a difference.
 */
static int weight(const struct arm_outcome *o)
{
	if (o->gain)
		return 5;
	if (o->errors)
		return 4;
	if (o->loss)
		return 3;
	return o->too_few ? 2 : o->tested > 0;
}

static const char *less(const struct cmp_row *row)
{
	return compare_is_exits(row->metric) ? "leaves for its host less often in"
					     : "needs less for";
}

static const char *more(const struct cmp_row *row)
{
	return compare_is_exits(row->metric) ? "leaves for its host more often in"
					     : "needs more for";
}

static void say(char *buf, size_t len, const struct comparison *c, const struct arm_outcome *o)
{
	if (o->errors && o->gain)
		snprintf(buf, len, "do not tailor: %s gains in %s, but requests of %s failed in it",
			 o->arm, o->gain->scenario, o->errors);
	else if (o->errors)
		snprintf(buf, len, "do not tailor: requests of %s failed in %s", o->errors, o->arm);
	else if (o->loss && o->gain)
		snprintf(buf, len, "do not tailor: %s %s %s, but %s %s", o->arm, less(o->gain),
			 o->gain->scenario, more(o->loss), o->loss->scenario);
	else if (o->loss)
		snprintf(buf, len, "do not tailor: %s %s %s", o->arm, more(o->loss),
			 o->loss->scenario);
	else if (o->too_few)
		snprintf(
			buf, len,
			"do not tailor: too few boots to tell a gain from the noise: at least %zu of "
			"each arm",
			stats_samples_needed(c->params.alpha / (double)o->too_few->family));
	else if (o->tested)
		snprintf(buf, len, "do not tailor: no gain above the noise in any scenario");
	else
		snprintf(buf, len,
			 "do not tailor: no scenario was measured in both arms without a failed "
			 "request");
}

static bool has_guest(const struct comparison *c)
{
	for (size_t i = 0; i < c->nr_rows; i++)
		if (c->rows[i].guest)
			return true;
	return false;
}

bool compare_refusal(const struct comparison *c, char *buf, size_t len)
{
	struct arm_outcome worst = { 0 };

	buf[0] = '\0';
	if (!has_guest(c))
		return false;
	if (c->params.by_run) {
		snprintf(
			buf, len,
			"do not tailor: runs of one boot are not independent; a verdict needs boots "
			"(leave out --by-run)");
		return true;
	}
	for (size_t arm = 1; arm < c->nr_arms; arm++) {
		struct arm_outcome o = outcome_of_arm(c, arm);

		if (o.gain && !o.loss && !o.errors)
			return false;
		if (!worst.arm || weight(&o) > weight(&worst))
			worst = o;
	}
	say(buf, len, c, &worst);
	return true;
}

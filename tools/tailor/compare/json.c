// SPDX-License-Identifier: GPL-2.0-only
/* A comparison as JSON: what "compare --format=json" prints and "report" puts into its page. */
#include <math.h>
#include <string.h>

#include "compare/compare.h"
#include "output/json.h"

/* JSON has neither NaN nor infinity: what is unknown, or too large to be told, is null. */
static json_t *number(double v)
{
	return isfinite(v) ? json_real(v) : json_null();
}

/* Appends, or fails when either is NULL; takes the reference in both cases. */
static int append(json_t *array, json_t *value)
{
	if (!value)
		return -1;
	return json_array_append_new(array, value);
}

/* All facts whose key starts with prefix, the prefix left out. */
static json_t *facts_json(const struct run_arm *arm, const char *prefix)
{
	json_t *object = json_object();
	size_t len = strlen(prefix);

	for (size_t i = 0; object && i < arm->facts.nr; i++) {
		const struct keyval *fact = &arm->facts.v[i];

		if (strncmp(fact->key, prefix, len))
			continue;
		if (json_object_set_new(object, fact->key + len, out_json_string(fact->value))) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

static json_t *arm_json(const struct run_arm *arm)
{
	json_t *object = json_object();

	if (json_object_set_new(object, "name", out_json_string(arm->name)) ||
	    json_object_set_new(object, "runs", out_json_string(arm->dir)) ||
	    json_object_set_new(object, "kernel", facts_json(arm, "kernel.")) ||
	    json_object_set_new(object, "host", facts_json(arm, "host."))) {
		json_decref(object);
		return NULL;
	}
	return object;
}

static json_t *samples_json(const struct series *s)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < s->nr; i++) {
		const struct sample *sample = &s->samples[i];

		if (append(array, json_pack("{s:I, s:I, s:o}", "boot", (json_int_t)sample->boot,
					    "run", (json_int_t)sample->run, "value",
					    s->better == BETTER_SAME ? out_json_string(sample->text)
								     : number(sample->value)))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static int set_summary(json_t *object, const struct summary *sum, bool exact)
{
	return json_object_set_new(object, "n", json_integer((json_int_t)sum->n)) ||
	       json_object_set_new(object, "median", number(sum->median)) ||
	       json_object_set_new(object, "ci_low", number(sum->has_ci ? sum->ci_low : NAN)) ||
	       json_object_set_new(object, "ci_high", number(sum->has_ci ? sum->ci_high : NAN)) ||
	       json_object_set_new(object, "ci_level", number(sum->has_ci ? sum->ci_level : NAN)) ||
	       json_object_set_new(object, "min", number(sum->min)) ||
	       json_object_set_new(object, "max", number(sum->max)) ||
	       json_object_set_new(object, "spread_percent",
				   number(exact || sum->spread < 0 ? NAN : 100 * sum->spread)) ||
	       json_object_set_new(object, "spread_of",
				   exact ? json_null()
					 : json_string(sum->has_ci ? "interval" : "range"));
}

static int set_change(json_t *object, const struct cmp_cell *cell, const char *unit)
{
	char ratio[64];

	compare_ratio_text(ratio, sizeof(ratio), cell->ratio, unit);
	return json_object_set_new(object, "percent", number(cell->percent)) ||
	       json_object_set_new(object, "ratio", number(cell->ratio)) ||
	       json_object_set_new(object, "ratio_text", json_string(ratio));
}

static int set_test(json_t *object, const struct cmp_cell *cell)
{
	static const char *const methods[] = { [MWU_EXACT] = "exact", [MWU_NORMAL] = "normal" };
	char p[32];
	char corrected[32] = "";

	compare_p_text(p, sizeof(p), cell->mwu.p);
	if (cell->family)
		compare_p_text(corrected, sizeof(corrected), cell->p_corrected);
	return json_object_set_new(object, "u", number(cell->mwu.u)) ||
	       json_object_set_new(object, "p", number(cell->mwu.p)) ||
	       json_object_set_new(object, "p_text", json_string(p)) ||
	       json_object_set_new(object, "p_corrected",
				   number(cell->family ? cell->p_corrected : NAN)) ||
	       json_object_set_new(object, "p_corrected_text", json_string(corrected)) ||
	       json_object_set_new(object, "tests", json_integer((json_int_t)cell->family)) ||
	       json_object_set_new(object, "p_method", json_string(methods[cell->mwu.method]));
}

static json_t *cell_json(const struct comparison *c, const struct cmp_row *row, size_t arm)
{
	const struct cmp_cell *cell = &row->cells[arm];
	bool counted = cell->series && row->better != BETTER_SAME;
	json_t *object = json_object();

	if (json_object_set_new(object, "arm", out_json_string(c->arms[arm].name)) ||
	    json_object_set_new(object, "verdict", json_string(cmp_verdict_name(cell->verdict))) ||
	    json_object_set_new(object, "failed", json_boolean(cell->failed)) ||
	    (cell->series &&
	     json_object_set_new(object, "boots", json_integer((json_int_t)cell->boots))) ||
	    (counted && set_summary(object, &cell->sum, row->exact)) ||
	    (cell->compared && set_change(object, cell, row->unit)) ||
	    (cell->tested && set_test(object, cell)) ||
	    (cell->series && json_object_set_new(object, "samples", samples_json(cell->series)))) {
		json_decref(object);
		return NULL;
	}
	return object;
}

static json_t *row_json(const struct comparison *c, const struct cmp_row *row)
{
	json_t *object = json_object();
	json_t *cells = json_array();

	if (json_object_set_new(object, "scenario", out_json_string(row->scenario)) ||
	    json_object_set_new(object, "metric", out_json_string(row->metric)) ||
	    json_object_set_new(object, "unit", out_json_string(row->unit)) ||
	    json_object_set_new(object, "better", json_string(better_name(row->better))) ||
	    json_object_set_new(object, "exact", json_boolean(row->exact)) ||
	    json_object_set_new(object, "guest", json_boolean(row->guest)) ||
	    json_object_set_new(object, "arms", cells)) {
		json_decref(object);
		return NULL;
	}
	for (size_t i = 0; i < c->nr_arms; i++) {
		if (append(cells, cell_json(c, row, i))) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

static bool is_first_of_metric(const struct comparison *c, size_t i)
{
	for (size_t j = 0; j < i; j++)
		if (!strcmp(c->rows[j].metric, c->rows[i].metric))
			return false;
	return true;
}

static int append_geomeans(json_t *array, const struct comparison *c, const struct cmp_row *row)
{
	for (size_t i = 1; i < c->nr_arms; i++) {
		double mean = compare_geomean(c, row->metric, i);
		char ratio[64];

		if (isnan(mean))
			continue;
		compare_ratio_text(ratio, sizeof(ratio), mean, row->unit);
		if (append(array,
			   json_pack("{s:o, s:o, s:o, s:s}", "metric", out_json_string(row->metric),
				     "arm", out_json_string(c->arms[i].name), "ratio", number(mean),
				     "ratio_text", ratio)))
			return -1;
	}
	return 0;
}

static json_t *geomeans_json(const struct comparison *c)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < c->nr_rows; i++) {
		if (is_first_of_metric(c, i) && append_geomeans(array, c, &c->rows[i])) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t *head_json(const struct comparison *c)
{
	const char *banner = compare_banner(c);
	char refusal[CMP_REFUSAL_MAX];
	bool refused = compare_refusal(c, refusal, sizeof(refusal));

	return json_pack("{s:i, s:o, s:o, s:o, s:f, s:f, s:f, s:s, s:I, s:o, s:o}", "format", 1,
			 "accelerator", out_json_string(runs_fact(&c->arms[0], "bed.accelerator")),
			 "banner", banner ? json_string(banner) : json_null(), "bed",
			 facts_json(&c->arms[0], "bed."), "level", CMP_LEVEL, "alpha",
			 c->params.alpha, "threshold_percent", c->params.threshold_percent,
			 "sample", compare_sample(c), "failures", (json_int_t)c->failures,
			 "refusal", refused ? out_json_string(refusal) : json_null(), "notes",
			 compare_notes(c));
}

json_t *compare_json(const struct comparison *c)
{
	json_t *root = head_json(c);
	json_t *arms;
	json_t *rows;

	if (!root)
		return NULL;
	arms = json_array();
	rows = json_array();
	/* json_object_set_new() takes each in any case, so both are offered. */
	if (json_object_set_new(root, "arms", arms) | json_object_set_new(root, "rows", rows) ||
	    json_object_set_new(root, "geomeans", geomeans_json(c)))
		goto failed;
	for (size_t i = 0; i < c->nr_arms; i++)
		if (append(arms, arm_json(&c->arms[i])))
			goto failed;
	for (size_t i = 0; i < c->nr_rows; i++)
		if (append(rows, row_json(c, &c->rows[i])))
			goto failed;
	return root;
failed:
	json_decref(root);
	return NULL;
}

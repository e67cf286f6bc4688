// SPDX-License-Identifier: GPL-2.0-only
/* Reader of a runs/<arm>/ folder; the format stands in runs.h. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "compare/runs.h"

#define RUN_FOLDER "the folder of one arm, as scripts/measure writes it"
#define SAMPLES_HEADER "scenario,metric,unit,better,boot,run,value"

enum samples_column {
	COL_SCENARIO,
	COL_METRIC,
	COL_UNIT,
	COL_BETTER,
	COL_BOOT,
	COL_RUN,
	COL_VALUE,
	NR_COLUMNS,
};

static const char *const column_names[] = { "scenario", "metric", "unit", "better",
					    "boot",	"run",	  "value" };

static const char *const better_names[] = {
	[BETTER_LOWER] = "lower",
	[BETTER_HIGHER] = "higher",
	[BETTER_SAME] = "same",
	[BETTER_NONE] = "none",
};

const char *better_name(enum better better)
{
	return better_names[better];
}

static int read_facts(struct run_arm *arm, struct terr *err)
{
	return keyvals_read(&arm->facts, arm->dir, "arm.facts", RUN_FOLDER, err);
}

static int split(const struct lines *l, char *fields[NR_COLUMNS], struct terr *err)
{
	if (lines_split(l, fields, NR_COLUMNS, SAMPLES_HEADER, err))
		return -1;
	for (size_t n = 0; n < NR_COLUMNS; n++)
		if (!fields[n][0] && n != COL_UNIT)
			return terr_set(err, "%s:%u: the field '%s' is empty; correct the line",
					l->path, l->number, column_names[n]);
	return 0;
}

static int parse_better(const struct lines *l, const char *s, enum better *out, struct terr *err)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(better_names); i++) {
		if (!strcmp(s, better_names[i])) {
			*out = i;
			return 0;
		}
	}
	return terr_set(err, "%s:%u: better is '%s'; use lower, higher, same or none", l->path,
			l->number, s);
}

static int parse_count(const struct lines *l, enum samples_column col, const char *s,
		       unsigned int *out, struct terr *err)
{
	unsigned long v;
	char *end;

	errno = 0;
	v = strtoul(s, &end, 10);
	if (s[0] < '0' || s[0] > '9' || *end || errno || v > UINT_MAX)
		return terr_set(err, "%s:%u: %s is '%s', not a whole number; correct the line",
				l->path, l->number, column_names[col], s);
	*out = v;
	return 0;
}

static int parse_value(const struct lines *l, const char *s, double *out, struct terr *err)
{
	if (lines_number(s, out))
		return terr_set(err,
				"%s:%u: value is '%.40s', not a number; remove the line of a "
				"failed run, or measure the arm again",
				l->path, l->number, s);
	return 0;
}

static struct series *find(const struct run_arm *arm, const char *scenario, const char *metric)
{
	size_t i;

	for (i = 0; i < arm->nr_series; i++) {
		struct series *s = &arm->series[i];

		if (!strcmp(s->scenario, scenario) && !strcmp(s->metric, metric))
			return s;
	}
	return NULL;
}

const struct series *runs_find(const struct run_arm *arm, const char *scenario, const char *metric)
{
	return find(arm, scenario, metric);
}

bool runs_failed(const struct run_arm *arm, const char *scenario)
{
	const struct series *errors = find(arm, scenario, RUNS_ERRORS);

	for (size_t i = 0; errors && i < errors->nr; i++) {
		double nr;

		/* What is no number is not known to be none. */
		if (lines_number(errors->samples[i].text, &nr) || nr != 0)
			return true;
	}
	return false;
}

/* A new series without samples; NULL with *err set. */
static struct series *add_series(struct run_arm *arm, const struct series *what, struct terr *err)
{
	struct series *s = array_grow(arm->series, arm->nr_series, sizeof(*s));

	if (!s) {
		terr_no_memory(err);
		return NULL;
	}
	arm->series = s;
	s += arm->nr_series++;
	*s = (struct series){ .better = what->better, .line = what->line, .exact = what->exact };
	s->scenario = strdup(what->scenario);
	s->metric = strdup(what->metric);
	s->unit = strdup(what->unit);
	if (s->scenario && s->metric && s->unit)
		return s;
	terr_no_memory(err);
	return NULL;
}

/* The series a line belongs to, a new one when it is the first. NULL with *err set. */
static struct series *series_of(struct run_arm *arm, const struct lines *l, char **fields,
				enum better better, struct terr *err)
{
	struct series *s = find(arm, fields[COL_SCENARIO], fields[COL_METRIC]);

	if (s && (s->better != better || strcmp(s->unit, fields[COL_UNIT]))) {
		terr_set(err, "%s:%u: %s is '%s,%s' here and '%s,%s' in line %u; make them agree",
			 l->path, l->number, s->metric, fields[COL_UNIT], better_names[better],
			 s->unit, better_names[s->better], s->line);
		return NULL;
	}
	if (s)
		return s;
	return add_series(arm,
			  &(struct series){ .scenario = fields[COL_SCENARIO],
					    .metric = fields[COL_METRIC],
					    .unit = fields[COL_UNIT],
					    .better = better,
					    .line = l->number },
			  err);
}

static int add_sample(struct series *s, const struct lines *l, const struct sample *new,
		      const char *text, struct terr *err)
{
	struct sample *grown;
	size_t i;

	for (i = 0; i < s->nr; i++)
		if (s->samples[i].boot == new->boot && s->samples[i].run == new->run)
			return terr_set(err,
					"%s:%u: %s %s of boot %u run %u stands here a second time; "
					"keep one of the lines",
					l->path, l->number, s->scenario, s->metric, new->boot,
					new->run);
	grown = array_grow(s->samples, s->nr, sizeof(*grown));
	if (!grown)
		return terr_no_memory(err);
	s->samples = grown;
	grown += s->nr++;
	*grown = *new;
	grown->text = strdup(text);
	return grown->text ? 0 : terr_no_memory(err);
}

static int read_sample(struct run_arm *arm, const struct lines *l, struct terr *err)
{
	struct sample sample = { 0 };
	char *fields[NR_COLUMNS] = { 0 };
	enum better better = BETTER_NONE;
	struct series *s;

	if (split(l, fields, err) || parse_better(l, fields[COL_BETTER], &better, err) ||
	    parse_count(l, COL_BOOT, fields[COL_BOOT], &sample.boot, err) ||
	    parse_count(l, COL_RUN, fields[COL_RUN], &sample.run, err))
		return -1;
	if (better != BETTER_SAME && parse_value(l, fields[COL_VALUE], &sample.value, err))
		return -1;
	s = series_of(arm, l, fields, better, err);
	return s ? add_sample(s, l, &sample, fields[COL_VALUE], err) : -1;
}

static int read_samples(struct run_arm *arm, struct terr *err)
{
	struct lines l;
	int rc = lines_open(&l, arm->dir, "samples.csv", RUN_FOLDER, "measure the arm again", err);

	if (!rc)
		rc = lines_header(&l, SAMPLES_HEADER, err);
	while (!rc && (rc = lines_next(&l, err)) > 0)
		rc = read_sample(arm, &l, err);
	if (!rc && !arm->nr_series)
		rc = terr_set(err, "%s: no samples; measure the arm again", l.path);
	/* the heading and the end were counted, too */
	if (!rc)
		rc = keyvals_count(&arm->facts, "samples", l.path, l.number - 2, err);
	lines_close(&l);
	return rc;
}

int runs_add_exact(struct run_arm *arm, const struct series *what, double value, struct terr *err)
{
	struct sample *sample;
	struct series *s;

	if (find(arm, what->scenario, what->metric))
		return terr_set(err,
				"%s/samples.csv has %s %s, which is a name of the exact profile; "
				"rename the metric",
				arm->dir, what->scenario, what->metric);
	s = add_series(arm, what, err);
	if (!s)
		return -1;
	sample = calloc(1, sizeof(*sample));
	if (!sample)
		return terr_no_memory(err);
	s->exact = true;
	s->samples = sample;
	s->nr = 1;
	*sample = (struct sample){ .boot = 1, .run = 1, .value = value };
	if (asprintf(&sample->text, "%.15g", value) < 0) {
		sample->text = NULL;
		return terr_no_memory(err);
	}
	return 0;
}

/* The facts a comparison cannot be labelled without. */
static int check_facts(struct run_arm *arm, struct terr *err)
{
	static const char *const needed[] = { "arm", "bed.accelerator" };

	for (size_t i = 0; i < ARRAY_SIZE(needed); i++)
		if (!runs_fact(arm, needed[i]))
			return terr_set(err, "%s/arm.facts: no '%s: ...' line; add it", arm->dir,
					needed[i]);
	arm->name = strdup(runs_fact(arm, "arm"));
	return arm->name ? 0 : terr_no_memory(err);
}

int runs_read(struct run_arm *arm, const char *dir, struct terr *err)
{
	memset(arm, 0, sizeof(*arm));
	arm->dir = strdup(dir);
	if (!arm->dir)
		return terr_no_memory(err);
	if (read_facts(arm, err) || check_facts(arm, err))
		return -1;
	return read_samples(arm, err);
}

static void series_free(struct series *s)
{
	size_t i;

	for (i = 0; i < s->nr; i++)
		free(s->samples[i].text);
	free(s->samples);
	free(s->scenario);
	free(s->metric);
	free(s->unit);
}

void runs_free(struct run_arm *arm)
{
	size_t i;

	for (i = 0; i < arm->nr_series; i++)
		series_free(&arm->series[i]);
	free(arm->series);
	keyvals_free(&arm->facts);
	free(arm->dir);
	free(arm->name);
	memset(arm, 0, sizeof(*arm));
}

const char *runs_fact(const struct run_arm *arm, const char *key)
{
	return keyvals_get(&arm->facts, key);
}

/* As many differences as a message has room for; the rest is counted. */
#define BED_NAMED_MAX 3

/*
 * Notes each bed.* key that a has with another value than b; or, with missing_only, that b lacks.
 * Returns how many there were.
 */
static unsigned int bed_differences(const struct run_arm *a, const struct run_arm *b,
				    bool missing_only, unsigned int nr, FILE *out)
{
	for (size_t i = 0; i < a->facts.nr; i++) {
		const struct keyval *fact = &a->facts.v[i];
		const char *other = runs_fact(b, fact->key);

		if (strncmp(fact->key, "bed.", 4) || (other && missing_only) ||
		    (other && !strcmp(fact->value, other)) || nr++ >= BED_NAMED_MAX)
			continue;
		fprintf(out, "; %s is '%s' in %s and ", fact->key, fact->value, a->dir);
		if (other)
			fprintf(out, "'%s' in %s", other, b->dir);
		else
			fprintf(out, "absent in %s", b->dir);
	}
	return nr;
}

static int same_bed(const struct run_arm *a, const struct run_arm *b, struct terr *err)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	unsigned int nr;
	int rc = 0;

	if (!out)
		return terr_no_memory(err);
	nr = bed_differences(a, b, false, 0, out);
	nr = bed_differences(b, a, true, nr, out);
	if (nr > BED_NAMED_MAX)
		fprintf(out, "; and %u more", nr - BED_NAMED_MAX);
	if (fclose(out))
		rc = terr_no_memory(err);
	else if (nr)
		rc = terr_set(err,
			      "the arms were measured on different beds, measure them on one%s",
			      text);
	free(text);
	return rc;
}

static int same_metrics(const struct run_arm *a, const struct run_arm *b, struct terr *err)
{
	size_t i;

	for (i = 0; i < b->nr_series; i++) {
		const struct series *y = &b->series[i];
		const struct series *x = find(a, y->scenario, y->metric);

		if (x && (x->better != y->better || strcmp(x->unit, y->unit)))
			return terr_set(err,
					"%s/samples.csv:%u: %s is '%s,%s' here and '%s,%s' in "
					"%s/samples.csv:%u; measure both arms with one bench",
					b->dir, y->line, y->metric, y->unit,
					better_names[y->better], x->unit, better_names[x->better],
					a->dir, x->line);
	}
	return 0;
}

int runs_comparable(const struct run_arm *arms, size_t nr, struct terr *err)
{
	size_t i, j;

	for (i = 1; i < nr; i++)
		if (same_bed(&arms[0], &arms[i], err))
			return -1;
	for (i = 0; i < nr; i++)
		for (j = i + 1; j < nr; j++)
			if (same_metrics(&arms[i], &arms[j], err))
				return -1;
	return 0;
}

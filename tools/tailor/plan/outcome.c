// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/array.h"
#include "plan/outcome.h"
#include "plan/read.h"

static int load_plan_json(struct plan_outcome *c, const char *dir, struct terr *err)
{
	if (asprintf(&c->plan_json, "%s/plan.json", dir) < 0) {
		c->plan_json = NULL;
		return terr_no_memory(err);
	}
	if (access(c->plan_json, F_OK) && errno == ENOENT)
		return 0;
	c->plan = plan_load(dir, err);
	return c->plan ? 0 : -1;
}

/* A folder with tailored.config and perhaps plan.json, or a fragment alone. */
static int load_plan(struct plan_outcome *c, const char *path, struct terr *err)
{
	struct stat st;
	char *fragment;
	int rc;

	c->asked.repeats = true;
	if (stat(path, &st))
		return terr_set(err, "%s: %s", path, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return fragment_load(&c->asked, path, err);
	c->is_folder = true;
	if (asprintf(&fragment, "%s/tailored.config", path) < 0)
		return terr_no_memory(err);
	rc = fragment_load(&c->asked, fragment, err);
	free(fragment);
	return rc ? -1 : load_plan_json(c, path, err);
}

static int load_all(struct plan_outcome *c, const struct plan_outcome_of *of, struct terr *err)
{
	c->k = of->k;
	if (load_plan(c, of->plan, err))
		return -1;
	c->dot = kdot_load(c->k, of->config, err);
	if (!c->dot)
		return -1;
	if (!of->stock)
		return 0;
	c->stock = kdot_load(c->k, of->stock, err);
	return c->stock ? 0 : -1;
}

/* Of two lines about one symbol Kconfig takes the later one. */
static int index_lines(struct plan_outcome *c, struct terr *err)
{
	c->nr_last = kconfig_nr(c->k);
	c->last = calloc(c->nr_last + 1, sizeof(const struct frag_line *));
	if (!c->last)
		return terr_no_memory(err);
	for (size_t i = 0; i < c->asked.nr; i++) {
		const struct ksym *sym = kconfig_find(c->k, c->asked.v[i].symbol);

		if (sym)
			c->last[sym->id] = &c->asked.v[i];
	}
	return 0;
}

static const struct frag_line *line_of(const struct plan_outcome *c, const struct ksym *sym)
{
	return sym->id < c->nr_last ? c->last[sym->id] : NULL;
}

void plan_outcome_free(struct plan_outcome *c)
{
	for (size_t i = 0; i < c->nr_rows; i++)
		kfinding_free(&c->rows[i].finding);
	free(c->rows);
	free(c->last);
	kdot_free(c->stock);
	kdot_free(c->dot);
	fragment_free(&c->asked);
	json_decref(c->plan);
	free(c->plan_json);
}

/* --- answers --- */

static int add_row(struct plan_outcome *c, struct plan_outcome_row row, struct terr *err)
{
	struct plan_outcome_row *rows = array_grow(c->rows, c->nr_rows, sizeof(*rows));

	if (!rows) {
		kfinding_free(&row.finding);
		return terr_no_memory(err);
	}
	c->rows = rows;
	rows[c->nr_rows++] = row;
	c->count[row.section][row.finding.verdict]++;
	if (row.section == OUTCOME_SETTINGS && row.finding.verdict != KV_MATCH) {
		if (row.line && row.line->optional)
			c->optional++;
		else
			c->failed++;
	}
	return 0;
}

/* Another line about the symbol than this one holds. */
static int overridden(struct plan_outcome_row *row, const struct frag_line *by)
{
	row->finding.verdict = KV_OVERRIDDEN;
	return asprintf(&row->finding.why, "line %d sets it to %s", by->line, by->value) < 0 ? -1
											     : 0;
}

static int check_setting(struct plan_outcome *c, const char *symbol, const char *asked,
			 const struct frag_line *line, struct terr *err)
{
	const struct ksym *sym = kconfig_find(c->k, symbol);
	const struct frag_line *holds = sym ? line_of(c, sym) : NULL;
	struct plan_outcome_row row = {
		.section = OUTCOME_SETTINGS,
		.symbol = symbol,
		.asked = asked,
		.value = sym ? kdot_shown(c->dot, sym) : "n",
		.line = line,
		.decision = plan_decision(c->plan, symbol),
	};
	int rc;

	if (holds && holds != line && strcmp(holds->value, asked))
		rc = overridden(&row, holds);
	else
		rc = kcheck_setting(c->k, c->dot, sym, symbol, asked, &row.finding);
	if (rc) {
		kfinding_free(&row.finding);
		return terr_no_memory(err);
	}
	return add_row(c, row, err);
}

/* A decision is a line of tailored.config too, unless the symbol belongs to a patch left out. */
static int check_decision(struct plan_outcome *c, json_t *d, struct terr *err)
{
	const char *symbol = json_string_value(json_object_get(d, "name"));
	const char *value = json_string_value(json_object_get(d, "value"));
	const struct frag_line *line;

	if (!symbol || !value)
		return terr_set(err, "%s: a decision has no name or no value; plan again",
				c->plan_json);
	line = fragment_find(&c->asked, symbol);
	if (line && !strcmp(line->value, value))
		return 0;
	return check_setting(c, symbol, value, NULL, err);
}

static int check_settings(struct plan_outcome *c, struct terr *err)
{
	json_t *d;
	size_t i;

	for (i = 0; i < c->asked.nr; i++) {
		const struct frag_line *l = &c->asked.v[i];

		if (check_setting(c, l->symbol, l->value, l, err))
			return -1;
	}
	json_array_foreach (json_object_get(c->plan, "decisions"), i, d)
		if (check_decision(c, d, err))
			return -1;
	return 0;
}

static bool is_on(const char *value)
{
	return !strcmp(value, "y") || !strcmp(value, "m");
}

static int check_symbol(struct plan_outcome *c, const struct ksym *sym, struct terr *err)
{
	const struct frag_line *line = line_of(c, sym);
	const char *value = kdot_shown(c->dot, sym);
	struct plan_outcome_row row = { .section = OUTCOME_SYMBOLS,
					.symbol = sym->name,
					.value = value };

	/* y that became m, and the other way round, has its verdict as a setting */
	if (line && (!strcmp(line->value, value) || (is_on(line->value) && is_on(value))))
		row.line = line;
	if (row.line)
		row.decision = plan_decision(c->plan, sym->name);
	if (kcheck_symbol(c->dot, sym, row.line, &row.finding)) {
		kfinding_free(&row.finding);
		return terr_no_memory(err);
	}
	if (row.finding.verdict == KV_MATCH) {
		kfinding_free(&row.finding);
		return 0;
	}
	return add_row(c, row, err);
}

static int check_absent(struct plan_outcome *c, const struct ksym *sym, struct terr *err)
{
	const struct frag_line *line = line_of(c, sym);
	struct plan_outcome_row row = {
		.section = OUTCOME_STOCK,
		.symbol = sym->name,
		.value = kdot_value(c->stock, sym),
		.line = line,
	};

	if (kdot_tri(c->stock, sym) == KTRI_N || kdot_tri(c->dot, sym) != KTRI_N)
		return 0;
	if (line)
		row.decision = plan_decision(c->plan, sym->name);
	if (kcheck_absent(c->dot, c->stock, sym, line && !strcmp(line->value, "n"), &row.finding)) {
		kfinding_free(&row.finding);
		return terr_no_memory(err);
	}
	return add_row(c, row, err);
}

struct in_file {
	const struct ksym *sym;
	int line;
};

static int by_line(const void *a, const void *b)
{
	const struct in_file *x = a;
	const struct in_file *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return (x->sym->id > y->sym->id) - (x->sym->id < y->sym->id);
}

/* All symbols, in the order of a configuration; those that it does not name come first. */
static int for_each_symbol(struct plan_outcome *c, const struct kdot *dot,
			   int (*fn)(struct plan_outcome *c, const struct ksym *sym,
				     struct terr *err),
			   struct terr *err)
{
	size_t nr = kconfig_nr(c->k);
	struct in_file *v = calloc(nr + 1, sizeof(*v));
	int rc = v ? 0 : terr_no_memory(err);

	for (size_t i = 0; v && i < nr; i++) {
		v[i].sym = kconfig_sym(c->k, i);
		v[i].line = kdot_line(dot, v[i].sym);
	}
	if (v)
		qsort(v, nr, sizeof(*v), by_line);
	for (size_t i = 0; !rc && i < nr; i++)
		rc = fn(c, v[i].sym, err);
	free(v);
	return rc;
}

int plan_outcome_read(struct plan_outcome *c, const struct plan_outcome_of *of, struct terr *err)
{
	*c = (struct plan_outcome){ 0 };
	if (load_all(c, of, err) || index_lines(c, err) || check_settings(c, err))
		return -1;
	if (of->all && for_each_symbol(c, c->dot, check_symbol, err))
		return -1;
	return c->stock ? for_each_symbol(c, c->stock, check_absent, err) : 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * tailor check: compares what was asked for with the configuration that Kconfig made of it, because
 * Kconfig drops what does not fit without failing; and says of every symbol why it is on.
 */
#include <errno.h>
#include <libgen.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/lines.h"
#include "kconfig/dotconfig.h"
#include "kconfig/fragment.h"
#include "kconfig/kcheck.h"
#include "output/json.h"
#include "output/out.h"
#include "output/table.h"
#include "plan/read.h"
#include "options.h"

/* What is asked about: the settings of the plan, the symbols that are on, those only stock has. */
enum section { SETTINGS, SYMBOLS, STOCK, NR_SECTIONS };

static const char *const section_names[NR_SECTIONS] = {
	[SETTINGS] = "settings",
	[SYMBOLS] = "symbols",
	[STOCK] = "stock",
};

/*
 * struct check_row - one answer
 * @asked: NULL: nobody asked for a value
 * @line:  of the plan that asks; NULL: none does
 */
struct check_row {
	enum section section;
	const char *symbol;
	const char *asked;
	const char *value;
	const struct frag_line *line;
	json_t *decision;
	struct kfinding finding;
};

struct check {
	const struct opts *o;
	struct terr *err;
	char *plan_json; /* for messages; NULL: there is none */
	json_t *plan;
	bool is_folder;
	struct fragment asked;
	const struct frag_line **last; /* by the id of the symbol: the line that holds */
	size_t nr_last;
	struct kconfig *k;
	struct kdot *dot;
	struct kdot *stock;
	struct check_row *rows;
	size_t nr_rows;
	size_t count[NR_SECTIONS][NR_KVERDICTS];
	size_t optional; /* settings that did not come through, but need not */
	size_t failed;	 /* settings that had to */
};

/* --- what is read --- */

static int no_memory(struct check *c)
{
	return terr_set(c->err, "out of memory");
}

static int load_plan_json(struct check *c, const char *dir)
{
	if (asprintf(&c->plan_json, "%s/plan.json", dir) < 0) {
		c->plan_json = NULL;
		return no_memory(c);
	}
	if (access(c->plan_json, F_OK) && errno == ENOENT)
		return 0;
	c->plan = plan_load(dir, c->err);
	return c->plan ? 0 : -1;
}

/* A folder with tailored.config and perhaps plan.json, or a fragment alone. */
static int load_plan(struct check *c, const char *path)
{
	struct stat st;
	char *fragment;
	int rc;

	c->asked.repeats = true;
	if (stat(path, &st))
		return terr_set(c->err, "%s: %s", path, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return fragment_load(&c->asked, path, c->err);
	c->is_folder = true;
	if (asprintf(&fragment, "%s/tailored.config", path) < 0)
		return no_memory(c);
	rc = fragment_load(&c->asked, fragment, c->err);
	free(fragment);
	return rc ? -1 : load_plan_json(c, path);
}

static int load_tree(struct check *c, const char *config)
{
	char *path = NULL;
	char *copy = strdup(config);
	int n = -1;

	if (copy && c->o->tree)
		n = asprintf(&path, "%s", c->o->tree);
	else if (copy)
		n = asprintf(&path, "%s/source", dirname(copy));
	free(copy);
	if (n < 0)
		return no_memory(c);
	c->k = kconfig_open(path, c->err);
	if (!c->k && c->err->msg[0] && access(path, F_OK))
		snprintf(c->err->msg, sizeof(c->err->msg),
			 "%s is no kernel tree: give the source with --tree=DIR", path);
	free(path);
	return c->k ? 0 : -1;
}

static int load_all(struct check *c)
{
	if (load_plan(c, c->o->paths[0]) || load_tree(c, c->o->paths[1]))
		return -1;
	c->dot = kdot_load(c->k, c->o->paths[1], c->err);
	if (!c->dot)
		return -1;
	if (!c->o->stock)
		return 0;
	c->stock = kdot_load(c->k, c->o->stock, c->err);
	return c->stock ? 0 : -1;
}

/* Of two lines about one symbol Kconfig takes the later one. */
static int index_lines(struct check *c)
{
	c->nr_last = kconfig_nr(c->k);
	c->last = calloc(c->nr_last + 1, sizeof(const struct frag_line *));
	if (!c->last)
		return no_memory(c);
	for (size_t i = 0; i < c->asked.nr; i++) {
		const struct ksym *sym = kconfig_find(c->k, c->asked.v[i].symbol);

		if (sym)
			c->last[sym->id] = &c->asked.v[i];
	}
	return 0;
}

static const struct frag_line *line_of(const struct check *c, const struct ksym *sym)
{
	return sym->id < c->nr_last ? c->last[sym->id] : NULL;
}

static void free_all(struct check *c)
{
	for (size_t i = 0; i < c->nr_rows; i++)
		kfinding_free(&c->rows[i].finding);
	free(c->rows);
	free(c->last);
	kdot_free(c->stock);
	kdot_free(c->dot);
	kconfig_close(c->k);
	fragment_free(&c->asked);
	json_decref(c->plan);
	free(c->plan_json);
}

/* --- answers --- */

static int add_row(struct check *c, struct check_row row)
{
	struct check_row *rows = array_grow(c->rows, c->nr_rows, sizeof(*rows));

	if (!rows) {
		kfinding_free(&row.finding);
		return no_memory(c);
	}
	c->rows = rows;
	rows[c->nr_rows++] = row;
	c->count[row.section][row.finding.verdict]++;
	if (row.section == SETTINGS && row.finding.verdict != KV_MATCH) {
		if (row.line && row.line->optional)
			c->optional++;
		else
			c->failed++;
	}
	return 0;
}

/* Another line about the symbol than this one holds. */
static int overridden(struct check_row *row, const struct frag_line *by)
{
	row->finding.verdict = KV_OVERRIDDEN;
	return asprintf(&row->finding.why, "line %d sets it to %s", by->line, by->value) < 0 ? -1
											     : 0;
}

static int check_setting(struct check *c, const char *symbol, const char *asked,
			 const struct frag_line *line)
{
	const struct ksym *sym = kconfig_find(c->k, symbol);
	const struct frag_line *holds = sym ? line_of(c, sym) : NULL;
	struct check_row row = {
		.section = SETTINGS,
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
		return no_memory(c);
	}
	return add_row(c, row);
}

/* A decision is a line of tailored.config too, unless the symbol belongs to a patch left out. */
static int check_decision(struct check *c, json_t *d)
{
	const char *symbol = json_string_value(json_object_get(d, "name"));
	const char *value = json_string_value(json_object_get(d, "value"));
	const struct frag_line *line;

	if (!symbol || !value)
		return terr_set(c->err, "%s: a decision has no name or no value; plan again",
				c->plan_json);
	line = fragment_find(&c->asked, symbol);
	if (line && !strcmp(line->value, value))
		return 0;
	return check_setting(c, symbol, value, NULL);
}

static int check_settings(struct check *c)
{
	json_t *d;
	size_t i;

	for (i = 0; i < c->asked.nr; i++) {
		const struct frag_line *l = &c->asked.v[i];

		if (check_setting(c, l->symbol, l->value, l))
			return -1;
	}
	json_array_foreach (json_object_get(c->plan, "decisions"), i, d)
		if (check_decision(c, d))
			return -1;
	return 0;
}

static bool is_on(const char *value)
{
	return !strcmp(value, "y") || !strcmp(value, "m");
}

static int check_symbol(struct check *c, const struct ksym *sym)
{
	const struct frag_line *line = line_of(c, sym);
	const char *value = kdot_shown(c->dot, sym);
	struct check_row row = { .section = SYMBOLS, .symbol = sym->name, .value = value };

	/* y that became m, and the other way round, has its verdict as a setting */
	if (line && (!strcmp(line->value, value) || (is_on(line->value) && is_on(value))))
		row.line = line;
	if (row.line)
		row.decision = plan_decision(c->plan, sym->name);
	if (kcheck_symbol(c->dot, sym, row.line, &row.finding)) {
		kfinding_free(&row.finding);
		return no_memory(c);
	}
	if (row.finding.verdict == KV_MATCH) {
		kfinding_free(&row.finding);
		return 0;
	}
	return add_row(c, row);
}

static int check_absent(struct check *c, const struct ksym *sym)
{
	const struct frag_line *line = line_of(c, sym);
	struct check_row row = {
		.section = STOCK,
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
		return no_memory(c);
	}
	return add_row(c, row);
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
static int for_each_symbol(struct check *c, const struct kdot *dot,
			   int (*fn)(struct check *c, const struct ksym *sym))
{
	size_t nr = kconfig_nr(c->k);
	struct in_file *v = calloc(nr + 1, sizeof(*v));
	int rc = v ? 0 : no_memory(c);

	for (size_t i = 0; v && i < nr; i++) {
		v[i].sym = kconfig_sym(c->k, i);
		v[i].line = kdot_line(dot, v[i].sym);
	}
	if (v)
		qsort(v, nr, sizeof(*v), by_line);
	for (size_t i = 0; !rc && i < nr; i++)
		rc = fn(c, v[i].sym);
	free(v);
	return rc;
}

static int check_all(struct check *c)
{
	if (check_settings(c))
		return -1;
	if (c->o->all && for_each_symbol(c, c->dot, check_symbol))
		return -1;
	return c->stock ? for_each_symbol(c, c->stock, check_absent) : 0;
}

/* --- the answer as text --- */

/* Of a folder without its path: the same plan elsewhere is the same. */
static const char *file_of(const struct check *c, const struct check_row *r)
{
	if (!r->line)
		return r->section == SETTINGS ? "plan.json" : NULL;
	return c->is_folder ? "tailored.config" : r->line->file;
}

/* What a reader of a build log looks for: JSON has all. */
static bool is_shown(const struct check *c, const struct check_row *r)
{
	return r->section != SETTINGS || r->finding.verdict != KV_MATCH || c->o->verbose;
}

static const char *why(const struct check_row *r)
{
	return r->finding.why ? r->finding.why : "";
}

static void print_setting(const struct check *c, const struct check_row *r, FILE *f)
{
	fputs(file_of(c, r), f);
	if (r->line)
		fprintf(f, ":%d", r->line->line);
	fprintf(f, ": CONFIG_%s: asked for %s, got %s: %s%s%s%s\n", r->symbol, r->asked, r->value,
		kverdict_names[r->finding.verdict], *why(r) ? ": " : "", why(r),
		r->line && r->line->optional && r->finding.verdict != KV_MATCH ? " (optional)"
									       : "");
}

static void print_symbol(const struct check *c, const struct check_row *r, FILE *f)
{
	fprintf(f, "CONFIG_%s=%s: %s", r->symbol, r->value, kverdict_names[r->finding.verdict]);
	if (*why(r))
		fprintf(f, ": %s", why(r));
	if (r->line && (r->finding.verdict == KV_ASKED || r->finding.verdict == KV_REMOVED))
		fprintf(f, ": %s:%d%s%s", file_of(c, r), r->line->line,
			*r->line->reason ? ", " : "", r->line->reason);
	fputc('\n', f);
}

static void print_settings_summary(const struct check *c, FILE *f)
{
	size_t nr = 0;

	for (int v = 0; v < NR_KVERDICTS; v++)
		nr += c->count[SETTINGS][v];
	fprintf(f, "%zu settings: %zu match, %zu do not, %zu optional ones do not\n", nr,
		c->count[SETTINGS][KV_MATCH], c->failed, c->optional);
}

/* "486 symbols: 100 asked for, 200 selected, ..., 0 not explained" */
static void print_summary(const struct check *c, enum section section, const char *what,
			  const enum kverdict *verdicts, size_t nr_verdicts, FILE *f)
{
	size_t nr = 0;

	for (int v = 0; v < NR_KVERDICTS; v++)
		nr += c->count[section][v];
	fprintf(f, "%zu %s", nr, what);
	for (size_t i = 0; i < nr_verdicts; i++)
		fprintf(f, "%s %zu %s", i ? "," : ":", c->count[section][verdicts[i]],
			kverdict_names[verdicts[i]]);
	fputc('\n', f);
}

static const enum kverdict symbol_verdicts[] = { KV_ASKED,   KV_SELECTED, KV_IMPLIED,
						 KV_DEFAULT, KV_CHOICE,	  KV_UNEXPLAINED };
static const enum kverdict stock_verdicts[] = { KV_REMOVED,	 KV_UNMET,	  KV_NOT_ASKED,
						KV_NOT_SELECTED, KV_DEFAULT_GONE, KV_OTHER_CHOICE,
						KV_UNKNOWN };

static int print_text(const struct check *c, FILE *f)
{
	for (size_t i = 0; i < c->nr_rows; i++) {
		const struct check_row *r = &c->rows[i];

		if (!is_shown(c, r))
			continue;
		if (r->section == SETTINGS)
			print_setting(c, r, f);
		else
			print_symbol(c, r, f);
	}
	print_settings_summary(c, f);
	if (c->o->all)
		print_summary(c, SYMBOLS, "symbols", symbol_verdicts, ARRAY_SIZE(symbol_verdicts),
			      f);
	if (c->stock)
		print_summary(c, STOCK, "on in stock and off here", stock_verdicts,
			      ARRAY_SIZE(stock_verdicts), f);
	return ferror(f) ? -1 : 0;
}

/* --- as CSV and JSON --- */

static const char *rule_of(const struct check_row *r)
{
	return json_string_value(json_object_get(r->decision, "rule"));
}

static int print_csv(const struct check *c, FILE *f)
{
	static const struct out_col cols[] = {
		{ .name = "section" },	{ .name = "symbol" },
		{ .name = "asked" },	{ .name = "value" },
		{ .name = "verdict" },	{ .name = "why" },
		{ .name = "file" },	{ .name = "line", .type = OUT_REAL },
		{ .name = "reason" },	{ .name = "rule" },
		{ .name = "optional" },
	};
	struct out_table *t = out_table_new(cols, ARRAY_SIZE(cols));
	int rc = t ? 0 : -1;

	for (size_t i = 0; !rc && i < c->nr_rows; i++) {
		const struct check_row *r = &c->rows[i];
		const union out_cell cells[] = {
			{ .s = section_names[r->section] },
			{ .s = r->symbol },
			{ .s = r->asked },
			{ .s = r->value },
			{ .s = kverdict_names[r->finding.verdict] },
			{ .s = why(r) },
			{ .s = file_of(c, r) },
			{ .r = r->line ? r->line->line : NAN },
			{ .s = r->line ? r->line->reason : NULL },
			{ .s = rule_of(r) },
			{ .s = r->line && r->line->optional ? "yes" : "no" },
		};

		if (is_shown(c, r))
			rc = out_table_add(t, cells);
	}
	if (!rc)
		rc = out_table_print(t, FORMAT_CSV, f);
	out_table_free(t);
	return rc;
}

static json_t *json_text(const char *s)
{
	return s && *s ? out_json_string(s) : json_null();
}

static json_t *json_names(const struct kfinding *finding)
{
	json_t *a = json_array();

	for (size_t i = 0; a && i < finding->nr_names; i++)
		json_array_append_new(a, json_string(finding->names[i]));
	return a;
}

static json_t *json_row(const struct check *c, const struct check_row *r)
{
	const struct frag_line *l = r->line;

	return json_pack("{s:s, s:o, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:b}", "symbol",
			 r->symbol, "asked", json_text(r->asked), "value", r->value, "verdict",
			 kverdict_names[r->finding.verdict], "why", json_text(why(r)), "names",
			 json_names(&r->finding), "file", json_text(file_of(c, r)), "line",
			 l ? json_integer(l->line) : json_null(), "reason",
			 json_text(l ? l->reason : NULL), "rule", json_text(rule_of(r)), "optional",
			 l && l->optional);
}

static json_t *json_counts(const struct check *c, enum section section)
{
	json_t *counts = json_object();

	for (int v = 0; counts && v < NR_KVERDICTS; v++)
		if (c->count[section][v])
			json_object_set_new(counts, kverdict_names[v],
					    json_integer((json_int_t)c->count[section][v]));
	return counts;
}

static int print_json(const struct check *c, FILE *f)
{
	json_t *sections[NR_SECTIONS];
	json_t *root;

	for (int s = 0; s < NR_SECTIONS; s++)
		sections[s] = json_array();
	for (size_t i = 0; i < c->nr_rows; i++)
		json_array_append_new(sections[c->rows[i].section], json_row(c, &c->rows[i]));
	root = json_pack("{s:o, s:o, s:o, s:{s:o, s:I, s:I, s:o, s:o}}", section_names[SETTINGS],
			 sections[SETTINGS], section_names[SYMBOLS], sections[SYMBOLS],
			 section_names[STOCK], sections[STOCK], "summary", "settings",
			 json_counts(c, SETTINGS), "failed", (json_int_t)c->failed, "optional",
			 (json_int_t)c->optional, "symbols", json_counts(c, SYMBOLS), "stock",
			 json_counts(c, STOCK));
	return root ? out_json_dump(root, f) : -1;
}

static int print_answer(const struct check *c, FILE *f)
{
	switch (c->o->format) {
	case FORMAT_JSON:
		return print_json(c, f);
	case FORMAT_CSV:
		return print_csv(c, f);
	default:
		return print_text(c, f);
	}
}

static int write_answer(const struct check *c)
{
	struct out out;

	if (out_open(&out, c->o->output, c->err))
		return -1;
	errno = 0;
	if (print_answer(c, out.f)) {
		out_abort(&out);
		return terr_set(c->err, "cannot write: %s", strerror(errno ? errno : ENOMEM));
	}
	return out_close(&out, c->err);
}

static int answer(struct check *c)
{
	if (load_all(c) || index_lines(c) || check_all(c) || write_answer(c))
		return -1;
	return c->failed || c->count[SYMBOLS][KV_UNEXPLAINED] ? EXIT_FOUND : EXIT_FINE;
}

int cmd_check(const struct opts *o, struct terr *err)
{
	struct check c = { .o = o, .err = err };
	int rc;

	if (o->nr_paths != 2)
		return terr_set(err, "give PLAN and CONFIG: a plan folder or a fragment, and the "
				     "configuration that was made of it");
	rc = answer(&c);
	free_all(&c);
	return rc;
}

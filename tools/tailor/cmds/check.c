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
#include <unistd.h>

#include "cmds/kconfcmd.h"
#include "output/json.h"
#include "output/out.h"
#include "output/table.h"
#include "plan/outcome.h"
#include "options.h"

static const char *const section_names[NR_OUTCOME_SECTIONS] = {
	[OUTCOME_SETTINGS] = "settings",
	[OUTCOME_SYMBOLS] = "symbols",
	[OUTCOME_STOCK] = "stock",
};

struct check {
	const struct opts *o;
	struct terr *err;
	struct kconfig *k;
	struct plan_outcome out;
};

/* --- the answer as text --- */

/* Of a folder without its path: the same plan elsewhere is the same. */
static const char *file_of(const struct check *c, const struct plan_outcome_row *r)
{
	if (!r->line)
		return r->section == OUTCOME_SETTINGS ? "plan.json" : NULL;
	return c->out.is_folder ? "tailored.config" : r->line->file;
}

/* What a reader of a build log looks for: JSON has all. */
static bool is_shown(const struct check *c, const struct plan_outcome_row *r)
{
	return r->section != OUTCOME_SETTINGS || r->finding.verdict != KV_MATCH || c->o->verbose;
}

static const char *why(const struct plan_outcome_row *r)
{
	return r->finding.why ? r->finding.why : "";
}

static void print_setting(const struct check *c, const struct plan_outcome_row *r, FILE *f)
{
	fputs(file_of(c, r), f);
	if (r->line)
		fprintf(f, ":%d", r->line->line);
	fprintf(f, ": CONFIG_%s: asked for %s, got %s: %s%s%s%s\n", r->symbol, r->asked, r->value,
		kverdict_names[r->finding.verdict], *why(r) ? ": " : "", why(r),
		r->line && r->line->optional && r->finding.verdict != KV_MATCH ? " (optional)"
									       : "");
}

static void print_symbol(const struct check *c, const struct plan_outcome_row *r, FILE *f)
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
		nr += c->out.count[OUTCOME_SETTINGS][v];
	fprintf(f, "%zu settings: %zu match, %zu do not, %zu optional ones do not\n", nr,
		c->out.count[OUTCOME_SETTINGS][KV_MATCH], c->out.failed, c->out.optional);
}

/* "486 symbols: 100 asked for, 200 selected, ..., 0 not explained" */
static void print_summary(const struct check *c, enum outcome_section section, const char *what,
			  const enum kverdict *verdicts, size_t nr_verdicts, FILE *f)
{
	size_t nr = 0;

	for (int v = 0; v < NR_KVERDICTS; v++)
		nr += c->out.count[section][v];
	fprintf(f, "%zu %s", nr, what);
	for (size_t i = 0; i < nr_verdicts; i++)
		fprintf(f, "%s %zu %s", i ? "," : ":", c->out.count[section][verdicts[i]],
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
	for (size_t i = 0; i < c->out.nr_rows; i++) {
		const struct plan_outcome_row *r = &c->out.rows[i];

		if (!is_shown(c, r))
			continue;
		if (r->section == OUTCOME_SETTINGS)
			print_setting(c, r, f);
		else
			print_symbol(c, r, f);
	}
	print_settings_summary(c, f);
	if (c->o->all)
		print_summary(c, OUTCOME_SYMBOLS, "symbols", symbol_verdicts,
			      ARRAY_SIZE(symbol_verdicts), f);
	if (c->out.stock)
		print_summary(c, OUTCOME_STOCK, "on in stock and off here", stock_verdicts,
			      ARRAY_SIZE(stock_verdicts), f);
	return ferror(f) ? -1 : 0;
}

/* --- as CSV and JSON --- */

static const char *rule_of(const struct plan_outcome_row *r)
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

	for (size_t i = 0; !rc && i < c->out.nr_rows; i++) {
		const struct plan_outcome_row *r = &c->out.rows[i];
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

static json_t *json_row(const struct check *c, const struct plan_outcome_row *r)
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

static json_t *json_counts(const struct check *c, enum outcome_section section)
{
	json_t *counts = json_object();

	for (int v = 0; counts && v < NR_KVERDICTS; v++)
		if (c->out.count[section][v])
			json_object_set_new(counts, kverdict_names[v],
					    json_integer((json_int_t)c->out.count[section][v]));
	return counts;
}

static int print_json(const struct check *c, FILE *f)
{
	json_t *sections[NR_OUTCOME_SECTIONS];
	json_t *root;

	for (int s = 0; s < NR_OUTCOME_SECTIONS; s++)
		sections[s] = json_array();
	for (size_t i = 0; i < c->out.nr_rows; i++)
		json_array_append_new(sections[c->out.rows[i].section],
				      json_row(c, &c->out.rows[i]));
	root = json_pack(
		"{s:o, s:o, s:o, s:{s:o, s:I, s:I, s:o, s:o}}", section_names[OUTCOME_SETTINGS],
		sections[OUTCOME_SETTINGS], section_names[OUTCOME_SYMBOLS],
		sections[OUTCOME_SYMBOLS], section_names[OUTCOME_STOCK], sections[OUTCOME_STOCK],
		"summary", "settings", json_counts(c, OUTCOME_SETTINGS), "failed",
		(json_int_t)c->out.failed, "optional", (json_int_t)c->out.optional, "symbols",
		json_counts(c, OUTCOME_SYMBOLS), "stock", json_counts(c, OUTCOME_STOCK));
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

/* Without --tree that of the build folder in which the configuration lies. */
static struct kconfig *load_kconfig(const struct opts *o, struct terr *err)
{
	char *copy;
	char *tree = NULL;
	struct kconfig *k = NULL;

	if (o->kconfig || o->tree)
		return kconfcmd_load(o, o->tree, o->paths[1], err);
	copy = strdup(o->paths[1]);
	if (!copy || asprintf(&tree, "%s/source", dirname(copy)) < 0) {
		tree = NULL;
		terr_no_memory(err);
	} else if (access(tree, F_OK)) {
		terr_set(err, "%s is no kernel tree: give the source with --tree=DIR", tree);
	} else {
		k = kconfcmd_load(o, tree, o->paths[1], err);
	}
	free(tree);
	free(copy);
	return k;
}

static int answer(struct check *c)
{
	const struct plan_outcome_of of = {
		.plan = c->o->paths[0],
		.config = c->o->paths[1],
		.k = c->k,
		.stock = c->o->stock,
		.all = c->o->all,
	};

	if (plan_outcome_read(&c->out, &of, c->err) || write_answer(c))
		return -1;
	return c->out.failed || c->out.count[OUTCOME_SYMBOLS][KV_UNEXPLAINED] ? EXIT_FOUND
									      : EXIT_FINE;
}

int cmd_check(const struct opts *o, struct terr *err)
{
	struct check c = { .o = o, .err = err };
	int rc;

	if (o->nr_paths != 2)
		return terr_set(err, "give PLAN and CONFIG: a plan folder or a fragment, and the "
				     "configuration that was made of it");
	c.k = load_kconfig(o, err);
	rc = c.k ? answer(&c) : -1;
	plan_outcome_free(&c.out);
	kconfig_close(c.k);
	return rc;
}

// SPDX-License-Identifier: GPL-2.0-only
/* tailor diagnose: which missing symbols explain what a kernel or a program says. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose/diagnose.h"
#include "kconfig/fragment.h"
#include "output/table.h"
#include "lib/datadir.h"
#include "options.h"

struct diagnose_work {
	const struct opts *o;
	char *root; /* of the data */
	char symptoms_path[PATH_MAX];
	struct symptoms symptoms;
	struct ruleset rules;
	struct knames *names;
	struct fragment plan; /* its settings */
	struct console_known known;
	struct console *consoles;
	struct diagnosis d;
	struct out_table *table;
};

static void work_free(struct diagnose_work *w)
{
	out_table_free(w->table);
	diagnosis_free(&w->d);
	for (size_t i = 0; w->consoles && i < w->o->nr_paths; i++)
		console_free(&w->consoles[i]);
	free(w->consoles);
	console_known_free(&w->known);
	fragment_free(&w->plan);
	knames_close(w->names);
	rules_free(&w->rules);
	symptoms_free(&w->symptoms);
	free(w->root);
}

/* ---- what is known ---- */

static int load_symptoms(struct diagnose_work *w, struct terr *err)
{
	w->root = datadir(err);
	if (!w->root)
		return -1;
	snprintf(w->symptoms_path, sizeof(w->symptoms_path), "%s%s",
		 w->o->symptoms ? w->o->symptoms : w->root,
		 w->o->symptoms ? "" : "/kconfig/symptoms");
	return symptoms_load(&w->symptoms, w->symptoms_path, err);
}

static int load_known(struct diagnose_work *w, struct terr *err)
{
	for (size_t i = 0; i < w->o->known.nr; i++) {
		struct console c = { 0 };
		int rc = console_read(&c, w->o->known.v[i], err) ||
			 console_known_add(&w->known, &c, err);

		console_free(&c);
		if (rc)
			return -1;
	}
	return 0;
}

static int load_plan(struct diagnose_work *w, struct terr *err)
{
	char *path;
	int rc;

	if (!w->o->plan)
		return 0;
	if (asprintf(&path, "%s/tailored.config", w->o->plan) < 0)
		return terr_set(err, "out of memory");
	rc = fragment_load(&w->plan, path, err);
	free(path);
	return rc;
}

static int load_all(struct diagnose_work *w, struct terr *err)
{
	if (load_symptoms(w, err) || rules_load_all(&w->rules, NULL, 0, w->root, err) ||
	    load_known(w, err) || load_plan(w, err))
		return -1;
	w->names = knames_open(&w->symptoms, &w->rules, w->o->tree, err);
	return w->names ? 0 : -1;
}

/* ---- the answer ---- */

enum fate {
	FATE_REMOVED,
	FATE_UNDECIDED, /* off, as no rule speaks of it; or there is no plan */
	FATE_KEPT,
};

static enum fate fate_of(const struct diagnose_work *w, const char *symbol)
{
	const struct frag_line *line = fragment_find(&w->plan, symbol);

	if (!line)
		return FATE_UNDECIDED;
	return strcmp(line->value, "n") ? FATE_KEPT : FATE_REMOVED;
}

/* Logs of containers have lines that no terminal is wide enough for. */
#define TEXT_BYTES 100

static const char *shorten(const struct diagnose_work *w, const struct console_line *line,
			   char *buf)
{
	size_t len = TEXT_BYTES;

	if (w->o->format != FORMAT_TEXT || w->o->output || line->len <= len)
		return line->s;
	while (len && ((unsigned char)line->s[len] & 0xc0) == 0x80)
		len--;
	snprintf(buf, TEXT_BYTES + 4, "%.*s...", (int)len, line->s);
	return buf;
}

static int add_row(struct diagnose_work *w, const struct clue *clue, struct terr *err)
{
	char text[TEXT_BYTES + 4];
	char where[512];
	union out_cell cells[4] = {
		{ .s = clue->symbol },
		{ .u = clue->line->nr },
		{ .s = shorten(w, clue->line, text) },
		{ .s = clue->text },
	};

	if (w->o->nr_paths > 1) {
		snprintf(where, sizeof(where), "%s:%u", clue->console->path, clue->line->nr);
		cells[1].s = where;
	}
	return out_table_add(w->table, cells) ? terr_set(err, "out of memory") : 0;
}

static int add_rows(struct diagnose_work *w, enum fate fate, struct terr *err)
{
	for (size_t i = 0; i < w->d.nr; i++)
		if (fate_of(w, w->d.v[i].symbol) == fate && add_row(w, &w->d.v[i], err))
			return -1;
	return 0;
}

static int write_answer(struct diagnose_work *w, struct terr *err)
{
	const struct out_col cols[] = {
		{ .name = "symbol", .heading = "symbol" },
		{ .name = "line",
		  .heading = "line",
		  .type = w->o->nr_paths > 1 ? OUT_STRING : OUT_UINT },
		{ .name = "text", .heading = "text" },
		{ .name = "clue", .heading = "clue" },
	};

	w->table = out_table_new(cols, ARRAY_SIZE(cols));
	if (!w->table)
		return terr_set(err, "out of memory");
	diagnosis_sort(&w->d);
	if (add_rows(w, FATE_REMOVED, err) || add_rows(w, FATE_UNDECIDED, err))
		return -1;
	if (!out_table_rows(w->table))
		fprintf(stderr, "tailor: no missing symbol explains what is said there\n");
	out_table_top(w->table, w->o->top);
	if (!out_table_rows(w->table) && w->o->format == FORMAT_TEXT && !w->o->output)
		return 0;
	return out_table_write(w->table, w->o->format, w->o->output, NULL, err);
}

static int run(struct diagnose_work *w, struct terr *err)
{
	if (load_all(w, err))
		return -1;
	w->consoles = calloc(w->o->nr_paths, sizeof(*w->consoles));
	if (!w->consoles)
		return terr_set(err, "out of memory");
	for (size_t i = 0; i < w->o->nr_paths; i++)
		if (console_read(&w->consoles[i], w->o->paths[i], err) ||
		    diagnose(&w->d, &w->consoles[i], &w->known, &w->symptoms, w->names, err))
			return -1;
	return write_answer(w, err);
}

int cmd_diagnose(const struct opts *o, struct terr *err)
{
	struct diagnose_work w = { .o = o };
	int rc;

	if (!o->nr_paths)
		return terr_set(err, "no console: give what the kernel or the program said, or - "
				     "for standard input (see \"tailor diagnose --help\")");
	rc = run(&w, err);
	work_free(&w);
	return rc ? -1 : EXIT_FINE;
}

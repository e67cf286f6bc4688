// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "lib/lines.h"
#include "lib/strlist.h"
#include "cover/covcount.h"
#include "log/filter.h"

const char *const cov_how_names[] = {
	[COV_HOW_LINE] = "line",
	[COV_HOW_FILE] = "file",
	[COV_HOW_MODULE] = "module",
};

/* A row that a line makes needed. */
struct need {
	uint32_t symbol;
	bool by_file; /* else by an #if */
};

struct cov_needs {
	struct need *v;
	size_t nr;
};

/* --- numbers for keys --- */

struct idmap_slot {
	uint32_t key[3];
	uint32_t id; /* + 1; 0: free */
};

static struct idmap_slot *find_slot(const struct idmap *m, const uint32_t key[3])
{
	uint64_t hash = (key[0] * 0x9e3779b97f4a7c15ull + key[1]) * 0x9e3779b97f4a7c15ull + key[2];
	uint32_t i = (uint32_t)(hash * 0x9e3779b97f4a7c15ull >> 32) & m->mask;

	while (m->slots[i].id && memcmp(m->slots[i].key, key, sizeof(m->slots[i].key)) != 0)
		i = (i + 1) & m->mask;
	return &m->slots[i];
}

/* Twice the slots; at most half of them are in use. */
static int grow(struct idmap *m)
{
	struct idmap bigger = { .mask = m->slots ? 2 * m->mask + 1 : 1023, .nr = m->nr };

	bigger.slots = calloc((size_t)bigger.mask + 1, sizeof(*bigger.slots));
	if (!bigger.slots)
		return -1;
	for (size_t i = 0; m->slots && i <= m->mask; i++)
		if (m->slots[i].id)
			*find_slot(&bigger, m->slots[i].key) = m->slots[i];
	free(m->slots);
	*m = bigger;
	return 0;
}

/* The number of this key; equal to nr before when it is new. ADDRLINE_NONE: out of memory. */
static uint32_t number(struct idmap *m, uint32_t a, uint32_t b, uint32_t c)
{
	const uint32_t key[3] = { a, b, c };
	struct idmap_slot *slot;

	if ((!m->slots || m->nr > m->mask / 2) && grow(m))
		return ADDRLINE_NONE;
	slot = find_slot(m, key);
	if (!slot->id) {
		memcpy(slot->key, key, sizeof(slot->key));
		slot->id = ++m->nr;
	}
	return slot->id - 1;
}

/* --- rows --- */

/* The row with this key. ADDRLINE_NONE: out of memory. */
static uint32_t find_row(struct covcount *c, uint32_t name, struct cov_place at)
{
	uint32_t id = number(&c->row_of, name, at.file, at.line);
	struct cov_row *v;

	if (id == ADDRLINE_NONE || id < c->nr)
		return id;
	v = array_grow(c->rows, c->nr, sizeof(*v));
	if (!v)
		return ADDRLINE_NONE;
	c->rows = v;
	v += c->nr++;
	*v = (struct cov_row){ .name = name, .at = at };
	for (int i = 0; i < NR_COV_PHASES; i++)
		v->first[i].file = ADDRLINE_NONE;
	return id;
}

static int count_line(struct covcount *c, uint32_t row, struct cov_place line, uint32_t phases)
{
	uint32_t nr = c->line_of.nr;
	uint32_t id = number(&c->line_of, row, line.file, line.line);
	uint8_t *v;

	if (id == ADDRLINE_NONE)
		return -1;
	if (id == nr) {
		v = array_grow(c->line_phases, nr, sizeof(*v));
		if (!v)
			return -1;
		c->line_phases = v;
		v[id] = 0;
	}
	for (int i = 0; i < NR_COV_PHASES; i++)
		if (phases & ~(uint32_t)c->line_phases[id] & 1u << i)
			c->rows[row].lines[i]++;
	c->line_phases[id] |= (uint8_t)phases;
	return 0;
}

/* The address counts for the row, because of that line. */
static int count_row(struct covcount *c, uint32_t id, const struct al_point *p,
		     struct cov_place line)
{
	struct cov_row *row;

	if (id == ADDRLINE_NONE)
		return -1;
	row = &c->rows[id];
	for (int i = 0; i < NR_COV_PHASES; i++) {
		if (!(p->phases & 1u << i))
			continue;
		row->addrs[i] += row->last != p;
		if (row->first[i].file == ADDRLINE_NONE)
			row->first[i] = line;
	}
	row->last = p;
	return count_line(c, id, line, p->phases);
}

/* --- symbols --- */

/* The values that a symbol had for which #if and Makefiles ask. 0: the configuration is not known.
 */
static unsigned int value_of(const struct covcount *c, const char *symbol)
{
	const struct frag_line *l;

	if (!c->config)
		return 0;
	l = fragment_find(c->config, symbol);
	if (!l || !strcmp(l->value, "n"))
		return KMODEL_N;
	return strcmp(l->value, "m") ? KMODEL_Y : KMODEL_M;
}

static bool was_so(const struct covcount *c, const struct ktree_gate *g)
{
	unsigned int value = value_of(c, g->symbol);

	return !value || (g->values & value);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

#define ANY_MAX 16

static int add_need(struct covcount *c, struct cov_needs *needs, const char *const *names,
		    size_t nr, bool by_file)
{
	char text[1024] = "";
	struct need need = { .by_file = by_file };
	struct need *v;
	size_t len = 0;

	for (size_t i = 0; i < nr && len < sizeof(text) - 8; i++)
		if (!i || strcmp(names[i], names[i - 1]) != 0)
			len += (size_t)snprintf(text + len, sizeof(text) - 8 - len, "%s%s",
						i ? "|" : "", names[i]);
	need.symbol = intern_add(&c->symbols, text, strlen(text));
	if (need.symbol == INTERN_NONE)
		return -1;
	for (size_t i = 0; i < needs->nr; i++)
		if (needs->v[i].symbol == need.symbol) {
			needs->v[i].by_file |= by_file;
			return 0;
		}
	v = array_grow(needs->v, needs->nr, sizeof(*v));
	if (!v)
		return -1;
	needs->v = v;
	v[needs->nr++] = need;
	return 0;
}

/*
 * One condition: gates i to end, of which any will do. What held because a symbol was off needs no
 * symbol; of several those count that were on.
 */
static int take_gates(struct covcount *c, struct cov_needs *needs, const struct ktree_gate *gates,
		      int nr)
{
	const char *names[ANY_MAX];
	size_t nr_names = 0;

	for (int i = 0; i < nr; i++) {
		if (!was_so(c, &gates[i]))
			continue;
		if (gates[i].negated || nr_names == ANY_MAX)
			return 0;
		names[nr_names++] = gates[i].symbol;
	}
	if (!nr_names) {
		c->contradicted++;
		return 0;
	}
	qsort(names, nr_names, sizeof(*names), by_name);
	return add_need(c, needs, names, nr_names, gates[0].how == KMODEL_FILE);
}

/* What a line needs, found out once. NULL: out of memory. */
static const struct cov_needs *needs_of(struct covcount *c, struct cov_place at)
{
	uint32_t nr = c->needs_of.nr;
	uint32_t id = number(&c->needs_of, at.file, at.line, 0);
	const struct ktree_gate *gates;
	struct cov_needs *v;
	int nr_gates, end;

	if (id == ADDRLINE_NONE)
		return NULL;
	if (id < nr)
		return &c->needs[id];
	v = array_grow(c->needs, nr, sizeof(*v));
	if (!v)
		return NULL;
	c->needs = v;
	v[c->nr_needs++] = (struct cov_needs){ 0 };
	nr_gates = ktree_gates(c->model, addrline_file(c->al, at.file), (int)at.line, &gates);
	c->unknown_files += nr_gates < 0;
	for (int i = 0; i < nr_gates; i = end) {
		end = i + 1;
		while (gates[i].any && end < nr_gates && gates[end].any == gates[i].any)
			end++;
		if (take_gates(c, &v[id], gates + i, end - i))
			return NULL;
	}
	return &v[id];
}

static int count_needs(struct covcount *c, const struct al_point *p, struct cov_place asked,
		       struct cov_place line)
{
	static const struct cov_place nowhere = { ADDRLINE_NONE, 0 };
	const struct cov_needs *needs = needs_of(c, asked);

	if (!needs)
		return -1;
	for (size_t i = 0; i < needs->nr; i++) {
		enum cov_how how = !needs->v[i].by_file ? COV_HOW_LINE
				   : p->module		? COV_HOW_MODULE
							: COV_HOW_FILE;
		uint32_t row = find_row(c, needs->v[i].symbol, nowhere);

		if (count_row(c, row, p, line))
			return -1;
		if (how > c->rows[row].how)
			c->rows[row].how = how;
	}
	return 0;
}

/* --- points --- */

static bool is_asked(const struct covcount *c, const struct al_frame *f)
{
	if (c->file_ok && !c->file_ok[f->file])
		return false;
	return !c->function_ok ||
	       (f->scope != ADDRLINE_NONE && c->function_ok[c->al->scopes[f->scope].name]);
}

static int count_frame(struct covcount *c, const struct al_point *p, const struct al_frame *f)
{
	const struct cov_place at = { f->file, f->line };
	const struct al_scope *s = f->scope == ADDRLINE_NONE ? NULL : &c->al->scopes[f->scope];

	switch (c->by) {
	case COV_BY_SYMBOL:
		return count_needs(c, p, at, at);
	case COV_BY_FILE:
		return count_row(c, find_row(c, 0, (struct cov_place){ f->file, 0 }), p, at);
	case COV_BY_LINE:
		return count_row(c, find_row(c, 0, at), p, at);
	case COV_BY_FUNCTION:
		return s ? count_row(c,
				     find_row(c, s->name, (struct cov_place){ s->file, s->line }),
				     p, at)
			 : 0;
	}
	return 0;
}

static int count_point(struct covcount *c, const struct al_point *p)
{
	struct al_frame frames[AL_FRAMES_MAX];
	size_t nr = addrline_frames(c->al, p, frames);
	const struct al_frame *asked = NULL;

	for (size_t i = 0; i < nr; i++) {
		if (!is_asked(c, &frames[i]))
			continue;
		asked = &frames[i];
		if (count_frame(c, p, asked))
			return -1;
	}
	/* Whatever header a line is from, it was compiled into that unit. */
	if (c->by != COV_BY_SYMBOL || !asked || p->unit == ADDRLINE_NONE)
		return 0;
	return count_needs(c, p, (struct cov_place){ p->unit, 0 },
			   (struct cov_place){ asked->file, asked->line });
}

/* A byte for each name, whether it is asked for; NULL without a list, or when out of memory. */
static char *match_names(const struct intern *in, const struct strlist *l)
{
	char *ok = l->nr ? calloc((size_t)in->nr + 1, 1) : NULL;

	for (uint32_t i = 0; ok && i < in->nr; i++)
		ok[i] = strlist_match(l, in->names[i].s);
	return ok;
}

int covcount(struct covcount *c, const struct addrline *al, enum cov_by by,
	     const struct strlist *files, const struct strlist *functions, struct ktree *model,
	     const struct fragment *config, struct terr *err)
{
	*c = (struct covcount){ .al = al, .by = by, .model = model, .config = config };
	c->file_ok = match_names(&al->files, files);
	c->function_ok = match_names(&al->names, functions);
	if ((files->nr && !c->file_ok) || (functions->nr && !c->function_ok))
		return terr_no_memory(err);
	for (size_t i = 0; i < al->nr_points; i++)
		if (count_point(c, &al->points[i]))
			return terr_no_memory(err);
	return 0;
}

void covcount_free(struct covcount *c)
{
	for (size_t i = 0; i < c->nr_needs; i++)
		free(c->needs[i].v);
	free(c->needs);
	free(c->needs_of.slots);
	free(c->row_of.slots);
	free(c->line_of.slots);
	free(c->line_phases);
	free(c->file_ok);
	free(c->function_ok);
	free(c->rows);
	intern_free(&c->symbols);
}

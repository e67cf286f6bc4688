// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "kconfig/kcond.h"

/* No condition of a kernel needs more; beyond them a clause is left out. */
#define CLAUSES_MAX 64
#define LITERALS_MAX 32

const struct kcond cond_true = { .op = COND_TRUE };
const struct kcond cond_false = { .op = COND_FALSE };
const struct kcond cond_unknown = { .op = COND_UNKNOWN };

static const struct kcond *new_node(struct arena *ar, struct kcond node)
{
	struct kcond *c = arena_alloc(ar, sizeof(*c));

	if (!c)
		return &cond_unknown;
	*c = node;
	return c;
}

const struct kcond *kcond_lit(struct arena *ar, struct kcond_lit lit)
{
	if (!lit.values)
		return &cond_false;
	if (lit.values == COND_ANY)
		return &cond_true;
	return new_node(ar, (struct kcond){ .op = COND_LIT, .lit = lit });
}

/* Two literals of one symbol are one. */
static bool same_symbol(const struct kcond *a, const struct kcond *b)
{
	return a->op == COND_LIT && b->op == COND_LIT && a->lit.symbol == b->lit.symbol;
}

static const struct kcond *merge(struct arena *ar, const struct kcond *a, unsigned int values)
{
	struct kcond_lit lit = a->lit;

	if (values == lit.values)
		return a;
	lit.values = values;
	return kcond_lit(ar, lit);
}

/* a is already part of the chain of ANDs or ORs that c is. */
static bool is_part(enum cond_op op, const struct kcond *c, const struct kcond *a)
{
	while (c->op == op) {
		if (c->b == a)
			return true;
		c = c->a;
	}
	return c == a;
}

const struct kcond *kcond_and(struct arena *ar, const struct kcond *a, const struct kcond *b)
{
	if (a->op == COND_FALSE || b->op == COND_FALSE)
		return &cond_false;
	if (a->op == COND_TRUE || is_part(COND_AND, b, a))
		return b;
	if (b->op == COND_TRUE || is_part(COND_AND, a, b))
		return a;
	if (same_symbol(a, b))
		return merge(ar, a, a->lit.values & b->lit.values);
	if (kcond_exclude(a, b))
		return &cond_false;
	return new_node(ar, (struct kcond){ .op = COND_AND, .a = a, .b = b });
}

const struct kcond *kcond_or(struct arena *ar, const struct kcond *a, const struct kcond *b)
{
	if (a->op == COND_TRUE || b->op == COND_TRUE)
		return &cond_true;
	if (a->op == COND_FALSE || is_part(COND_OR, b, a))
		return b;
	if (b->op == COND_FALSE || is_part(COND_OR, a, b))
		return a;
	if (same_symbol(a, b))
		return merge(ar, a, a->lit.values | b->lit.values);
	return new_node(ar, (struct kcond){ .op = COND_OR, .a = a, .b = b });
}

const struct kcond *kcond_not(struct arena *ar, const struct kcond *c)
{
	struct kcond_lit lit = c->lit;

	switch (c->op) {
	case COND_TRUE:
		return &cond_false;
	case COND_FALSE:
		return &cond_true;
	case COND_UNKNOWN:
		return c;
	case COND_LIT:
		lit.values = ~lit.values & COND_ANY;
		return kcond_lit(ar, lit);
	case COND_AND:
		return kcond_or(ar, kcond_not(ar, c->a), kcond_not(ar, c->b));
	case COND_OR:
		return kcond_and(ar, kcond_not(ar, c->a), kcond_not(ar, c->b));
	}
	return &cond_unknown;
}

/* Of the values of lit's symbol those that c leaves. */
static unsigned int values_left(const struct kcond *c, const struct kcond_lit *lit)
{
	unsigned int values = COND_ANY;

	for (; c->op == COND_AND; c = c->a)
		values &= values_left(c->b, lit);
	if (c->op == COND_OR)
		values &= values_left(c->a, lit) | values_left(c->b, lit);
	else if (c->op == COND_LIT && c->lit.symbol == lit->symbol)
		values &= c->lit.values;
	return values;
}

bool kcond_exclude(const struct kcond *a, const struct kcond *b)
{
	for (; a->op == COND_AND; a = a->a)
		if (kcond_exclude(a->b, b))
			return true;
	if (a->op == COND_FALSE)
		return true;
	if (a->op == COND_OR)
		return kcond_exclude(a->a, b) && kcond_exclude(a->b, b);
	return a->op == COND_LIT && !(values_left(b, &a->lit) & a->lit.values);
}

bool kcond_has_unknown(const struct kcond *c)
{
	for (; c->op == COND_AND || c->op == COND_OR; c = c->a)
		if (kcond_has_unknown(c->b))
			return true;
	return c->op == COND_UNKNOWN;
}

/* --- clauses --- */

struct clauses {
	struct arena *ar;
	size_t nr;
	struct kcond_clause v[CLAUSES_MAX];
};

/* Not 0: the clause holds always, or is too long; it is to be left out. */
static int add_literal(struct kcond_clause *c, struct kcond_lit lit)
{
	for (size_t i = 0; i < c->nr; i++) {
		if (c->lit[i].symbol != lit.symbol)
			continue;
		c->lit[i].values |= lit.values;
		return c->lit[i].values == COND_ANY;
	}
	if (c->nr == LITERALS_MAX)
		return -1;
	c->lit[c->nr++] = lit;
	return 0;
}

/* Where b holds, a does. */
static bool follows(const struct kcond_clause *a, const struct kcond_clause *b)
{
	for (size_t i = 0; i < b->nr; i++) {
		bool found = false;

		for (size_t j = 0; j < a->nr && !found; j++)
			found = a->lit[j].symbol == b->lit[i].symbol &&
				!(b->lit[i].values & ~a->lit[j].values);
		if (!found)
			return false;
	}
	return true;
}

static void add_clause(struct clauses *cs, const struct kcond_clause *c)
{
	size_t kept = 0;

	for (size_t i = 0; i < cs->nr; i++) {
		struct kcond_clause *old = &cs->v[i];

		if (follows(c, old))
			return;
		/* "Y or M" and "Y or N" of one symbol alone are "Y". */
		if (c->nr == 1 && old->nr == 1 && c->lit[0].symbol == old->lit[0].symbol) {
			old->lit[0].values &= c->lit[0].values;
			old->nr = old->lit[0].values ? 1 : 0;
			return;
		}
	}
	for (size_t i = 0; i < cs->nr; i++)
		if (!follows(&cs->v[i], c))
			cs->v[kept++] = cs->v[i];
	cs->nr = kept;
	if (cs->nr < CLAUSES_MAX)
		cs->v[cs->nr++] = *c;
}

static int copy_clause(struct arena *ar, struct kcond_clause *to, const struct kcond_clause *from)
{
	to->nr = from->nr;
	to->lit = arena_alloc(ar, LITERALS_MAX * sizeof(*to->lit));
	if (!to->lit)
		return -1;
	if (from->nr)
		memcpy(to->lit, from->lit, from->nr * sizeof(*to->lit));
	return 0;
}

static void collect(struct clauses *cs, const struct kcond *c);

/* (a and b) or (c and d): each clause of the one side with each of the other. */
static void collect_or(struct clauses *cs, const struct kcond *c)
{
	struct clauses a = { .ar = cs->ar };
	struct clauses b = { .ar = cs->ar };

	collect(&a, c->a);
	if (!a.nr)
		return;
	collect(&b, c->b);
	for (size_t i = 0; i < a.nr; i++)
		for (size_t j = 0; j < b.nr; j++) {
			struct kcond_clause both;
			int useless = copy_clause(cs->ar, &both, &a.v[i]);

			for (size_t k = 0; !useless && k < b.v[j].nr; k++)
				useless = add_literal(&both, b.v[j].lit[k]);
			if (!useless)
				add_clause(cs, &both);
		}
}

static void collect(struct clauses *cs, const struct kcond *c)
{
	struct kcond_clause one = { 0 };

	switch (c->op) {
	case COND_TRUE:
	case COND_UNKNOWN:
		return;
	case COND_AND:
		collect(cs, c->a);
		collect(cs, c->b);
		return;
	case COND_OR:
		collect_or(cs, c);
		return;
	case COND_LIT:
		one.nr = 1;
		break;
	case COND_FALSE:
		break;
	}
	one.lit = (struct kcond_lit *)&c->lit;
	if (!copy_clause(cs->ar, &one, &(struct kcond_clause){ one.nr, one.lit }))
		add_clause(cs, &one);
}

void kcond_to_cnf(struct arena *ar, const struct kcond *c, struct kcond_cnf *out)
{
	struct arena scratch = { 0 };
	struct clauses cs = { .ar = &scratch };

	collect(&cs, c);
	*out = (struct kcond_cnf){ .v = arena_alloc(ar, cs.nr * sizeof(*out->v)) };
	for (size_t i = 0; out->v && i < cs.nr; i++) {
		struct kcond_lit *lit = arena_alloc(ar, cs.v[i].nr * sizeof(*lit));

		if (!lit)
			break;
		memcpy(lit, cs.v[i].lit, cs.v[i].nr * sizeof(*lit));
		out->v[out->nr++] = (struct kcond_clause){ cs.v[i].nr, lit };
	}
	ar->failed |= scratch.failed;
	arena_free(&scratch);
}

static unsigned int relaxed(unsigned int values)
{
	return values & COND_ON ? values | COND_ON : values;
}

/* The same when y and m are not told apart. */
static bool follows_relaxed(const struct kcond_clause *a, const struct kcond_clause *b)
{
	for (size_t i = 0; i < b->nr; i++) {
		bool found = false;

		for (size_t j = 0; j < a->nr && !found; j++)
			found = a->lit[j].symbol == b->lit[i].symbol &&
				!(relaxed(b->lit[i].values) & ~relaxed(a->lit[j].values));
		if (!found)
			return false;
	}
	return true;
}

void kcond_cnf_relax(struct kcond_cnf *cnf)
{
	size_t kept = 0;

	for (size_t i = 0; i < cnf->nr; i++) {
		bool useless = false;

		for (size_t j = 0; j < cnf->nr && cnf->v[i].nr > 1; j++)
			useless |= cnf->v[j].nr < cnf->v[i].nr &&
				   follows_relaxed(&cnf->v[i], &cnf->v[j]);
		if (!useless)
			cnf->v[kept++] = cnf->v[i];
	}
	cnf->nr = kept;
}

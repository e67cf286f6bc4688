// SPDX-License-Identifier: GPL-2.0-only
/*
 * Decisions against the Kconfig files of the tree: round by round the configuration is worked out
 * that the kernel's own conf would make, and each line that it would not take is mended. A round
 * only makes symbols stay, leaves patches out, or drops what coverage alone keeps; so it ends.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decide/internal.h"
#include "decide/settings.h"
#include "kconfig/kcalc.h"
#include "kconfig/kcheck.h"
#include "kconfig/kneeds.h"
#include "kconfig/value.h"

#define MAX_ROUNDS 1000
/* How deep it looks for a way to meet a dependency. */
#define MAX_DEPTH 12
#define IMPOSSIBLE 10000
/* With it on, code for other machines can be compiled; it does not work for that. */
#define COMPILES_ONLY "COMPILE_TEST"

struct close {
	struct decisions *all;
	const struct kconfig *k;
	const struct decide_opts *o;
	struct terr *err;
	struct settings set;
	struct kdot *dot;
	bool *asked;   /* by the id of a symbol: some line asks for y */
	bool *looking; /* the same, to see circles */
	int changed;
};

/* Who asks: a symbol that stays, and where its file says so. */
struct cause {
	const struct ksym *by;
	const char *relation;
	const char *file;
	int line;
};

static int no_memory(const struct close *c)
{
	return terr_set(c->err, "out of memory");
}

static const char *print(struct close *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static const char *print(struct close *c, const char *fmt, ...)
{
	char buf[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	return arena_strndup(&c->all->closing, buf, strlen(buf));
}

/* ---- what stays because of another one ---- */

/* The decision stays as it was, for this cause. */
static int hold(struct close *c, struct decision *d, const struct cause *cause)
{
	struct forced *f = arena_alloc(&c->all->closing, sizeof(*f));
	const char *place = print(c, "%s:%d", cause->file, cause->line);

	if (!f || !place)
		return no_memory(c);
	*f = (struct forced){ cause->by ? cause->by->name : NULL, cause->relation, place };
	d->replaced_by = NULL;
	d->part_of = NULL;
	d->required_by = NULL;
	if (f->by ? decision_block(d, HOLD_KCONFIG, c->err, "%s, which stays, %s it (%s)", f->by,
				   f->relation, place)
		  : decision_block(d, HOLD_KCONFIG, c->err, "%s (%s)", f->relation, place))
		return -1;
	d->forced = f;
	c->changed++;
	return 0;
}

/* A decision about what no stanza names: it stays. */
static int add(struct close *c, const struct ksym *sym, const struct cause *cause)
{
	struct arena *a = &c->all->closing;
	struct decision *v = realloc(c->all->v, (c->all->nr + 1) * sizeof(*v));
	struct rule *r = arena_alloc(a, sizeof(*r));

	if (v)
		c->all->v = v;
	if (!v || !r)
		return no_memory(c);
	*r = (struct rule){
		.symbol = sym->name,
		.value = "y",
		.removed_value = "n",
		.why = "No rule decides it; what stays cannot be without it.",
		.source = print(c, "%s:%d", sym->defs->file, sym->defs->line),
		.file = sym->defs->file,
		.line = sym->defs->line,
	};
	if (!r->source)
		return no_memory(c);
	v[c->all->nr] = (struct decision){ .rule = r, .action = ACTION_KEEP };
	return hold(c, &v[c->all->nr++], cause);
}

/* ---- how a dependency can be met ---- */

static const struct frag_line *base_line(const struct close *c, const char *symbol)
{
	return c->o->base ? fragment_find(c->o->base, symbol) : NULL;
}

/* Of turning symbols on so that e holds (on), or that it does not. */
static int cost_of(struct close *c, const struct kexpr *e, bool on, int depth);
static int meet(struct close *c, const struct kexpr *e, bool on, const struct cause *cause,
		int depth);

static int sum(int a, int b)
{
	return a + b < IMPOSSIBLE ? a + b : IMPOSSIBLE;
}

/* "X", "X = y", "X != n": the symbol that has to be on; "X = n": off. NULL: another expression. */
static const struct ksym *asks_for(const struct kexpr *e, bool *on)
{
	const char *text = e->right && e->right->kind == KEXPR_TEXT ? e->right->text : "";

	if (e->kind == KEXPR_SYMBOL)
		return e->sym;
	if (!e->left || e->left->kind != KEXPR_SYMBOL)
		return NULL;
	if ((e->kind == KEXPR_EQ && !strcmp(text, "y")) ||
	    (e->kind == KEXPR_NE && !strcmp(text, "n")))
		return e->left->sym;
	if (e->kind != KEXPR_EQ || strcmp(text, "n"))
		return NULL;
	*on = !*on;
	return e->left->sym;
}

static bool is_tri(const struct ksym *sym)
{
	return sym->type == KSYM_BOOL || sym->type == KSYM_TRISTATE;
}

/* Another member of its choice that somebody asks for. */
static const struct ksym *rival(const struct close *c, const struct ksym *sym)
{
	const struct ksym *m = sym->choice ? sym->choice->members : NULL;

	for (; m; m = m->next_member)
		if (m != sym && c->asked[m->id] && kdot_tri(c->dot, m) != KTRI_N)
			return m;
	return NULL;
}

/* What asking for it costs by itself; what it depends on aside. */
static int cost_of_asking(struct close *c, const struct ksym *sym)
{
	const struct decision *d = decision_find(c->all, sym->name);
	const struct frag_line *l = base_line(c, sym->name);

	if ((l && strcmp(l->value, "y")) || rival(c, sym))
		return IMPOSSIBLE;
	if (d && (d->rule->patch || strcmp(d->rule->value, "y") || d->replaced_by))
		return IMPOSSIBLE;
	if (l || (d && decision_stays(d)))
		return 0;
	if (!strcmp(sym->name, COMPILES_ONLY))
		return IMPOSSIBLE;
	/* what a rule knows is better than what nobody looked at */
	return d ? 1 : 2;
}

static int cost_of_prompt(struct close *c, const struct ksym *sym, int depth,
			  const struct kprop **best)
{
	int least = IMPOSSIBLE;

	*best = NULL;
	kprop_each(p, sym->props, KPROP_PROMPT)
	{
		int cost = sum(cost_of_asking(c, sym), cost_of(c, p->cond, true, depth));

		if (cost < least) {
			least = cost;
			*best = p;
		}
	}
	return least;
}

/* A default only counts when no earlier one holds. */
static int cost_of_default(struct close *c, const struct ksym *sym, int depth,
			   const struct kprop **best)
{
	*best = NULL;
	kprop_each(p, sym->props, KPROP_DEFAULT)
	{
		int cost = sum(cost_of(c, p->cond, true, depth), cost_of(c, p->value, true, depth));

		if (cost < IMPOSSIBLE) {
			*best = p;
			return cost;
		}
		if (kprop_value(p, c->dot) != KTRI_N)
			return IMPOSSIBLE;
	}
	return IMPOSSIBLE;
}

static int cost_of_symbol(struct close *c, const struct ksym *sym, int depth,
			  const struct kprop **best);

/* Of those that select it only what is on already or what a rule decides; any other is a guess. */
static int cost_of_select(struct close *c, const struct ksym *sym, int depth,
			  const struct kprop **best)
{
	const struct kprop *other;
	int least = IMPOSSIBLE;

	*best = NULL;
	for (const struct kprop *p = sym->selected_by; p; p = p->next_of_target) {
		bool is_on = kdot_tri(c->dot, p->sym) == KTRI_Y;
		int cost;

		if (!is_on && !decision_find(c->all, p->sym->name))
			continue;
		cost = sum(cost_of(c, p->cond, true, depth),
			   is_on ? 0 : cost_of_symbol(c, p->sym, depth, &other));
		if (cost < least) {
			least = cost;
			*best = p;
		}
	}
	return least;
}

/* The cheapest of the three ways; *best is the property that it takes. */
static int cost_of_symbol(struct close *c, const struct ksym *sym, int depth,
			  const struct kprop **best)
{
	const struct kprop *other;
	int least = IMPOSSIBLE;
	int cost;

	*best = NULL;
	if (kdot_tri(c->dot, sym) == KTRI_Y)
		return 0;
	if (!sym->defs || !is_tri(sym) || depth >= MAX_DEPTH || c->looking[sym->id])
		return IMPOSSIBLE;
	c->looking[sym->id] = true;
	least = cost_of_prompt(c, sym, depth + 1, best);
	cost = cost_of_default(c, sym, depth + 1, &other);
	if (cost < least && ksym_visible(sym, c->dot) == KTRI_N) {
		least = cost;
		*best = other;
	}
	cost = least < IMPOSSIBLE ? IMPOSSIBLE : cost_of_select(c, sym, depth + 1, &other);
	if (cost < least) {
		least = cost;
		*best = other;
	}
	c->looking[sym->id] = false;
	return least;
}

/* Only a default that nobody asked for can be made to fail. */
static int cost_of_off(struct close *c, const struct ksym *sym, int depth)
{
	int cost = 0;

	if (kdot_tri(c->dot, sym) == KTRI_N)
		return 0;
	if (!sym->defs || c->asked[sym->id] || sym->choice || depth >= MAX_DEPTH ||
	    c->looking[sym->id] || ksym_selected(sym, c->dot) != KTRI_N ||
	    ksym_implied(sym, c->dot) != KTRI_N)
		return IMPOSSIBLE;
	c->looking[sym->id] = true;
	kprop_each(p, sym->props, KPROP_DEFAULT)
	{
		if (kprop_value(p, c->dot) != KTRI_N)
			cost = sum(cost, cost_of(c, p->cond, false, depth + 1));
	}
	c->looking[sym->id] = false;
	return cost;
}

static int cost_of(struct close *c, const struct kexpr *e, bool on, int depth)
{
	enum ktri v = kexpr_value(e, c->dot);
	const struct kprop *best;
	const struct ksym *sym;
	int left;
	int right;

	if (v == (on ? KTRI_Y : KTRI_N))
		return 0;
	if (!e)
		return IMPOSSIBLE;
	sym = asks_for(e, &on);
	if (sym)
		return on ? cost_of_symbol(c, sym, depth, &best) : cost_of_off(c, sym, depth);
	if (e->kind == KEXPR_NOT)
		return cost_of(c, e->left, !on, depth);
	if (e->kind != KEXPR_AND && e->kind != KEXPR_OR)
		return IMPOSSIBLE;
	left = cost_of(c, e->left, on, depth);
	right = cost_of(c, e->right, on, depth);
	if ((e->kind == KEXPR_AND) == on)
		return sum(left, right);
	return left < right ? left : right;
}

static int turn_on(struct close *c, const struct ksym *sym, const struct cause *cause, int depth)
{
	struct decision *d = decision_find(c->all, sym->name);
	const struct kprop *way;
	struct cause next;

	if (cost_of_symbol(c, sym, depth, &way) >= IMPOSSIBLE || !way)
		return 0;
	next = (struct cause){
		.by = sym, .relation = "depends on", .file = way->file, .line = way->line
	};
	if (way->kind == KPROP_SELECT) {
		if (kdot_tri(c->dot, way->sym) != KTRI_Y && turn_on(c, way->sym, cause, depth + 1))
			return -1;
		return meet(c, way->cond, true, &next, depth + 1);
	}
	/* the default of one without a prompt comes by itself, nobody can ask for it */
	if (way->kind == KPROP_DEFAULT)
		return meet(c, way->cond, true, cause, depth + 1) ||
				       meet(c, way->value, true, cause, depth + 1)
			       ? -1
			       : 0;
	if (d && decision_goes(d) && hold(c, d, cause))
		return -1;
	if (!d && !base_line(c, sym->name) && add(c, sym, cause))
		return -1;
	return meet(c, way->cond, true, &next, depth + 1);
}

static int turn_off(struct close *c, const struct ksym *sym, const struct cause *cause, int depth)
{
	if (cost_of_off(c, sym, depth) >= IMPOSSIBLE)
		return 0;
	kprop_each(p, sym->props, KPROP_DEFAULT)
	{
		if (kprop_value(p, c->dot) == KTRI_N)
			continue;
		if (meet(c, p->cond, false, cause, depth + 1))
			return -1;
	}
	return 0;
}

/* Turns on what it takes; there is a way, cost_of() says. */
static int meet(struct close *c, const struct kexpr *e, bool on, const struct cause *cause,
		int depth)
{
	enum ktri v = kexpr_value(e, c->dot);
	const struct ksym *sym;

	if (!e || (v == (on ? KTRI_Y : KTRI_N)))
		return 0;
	sym = asks_for(e, &on);
	if (sym)
		return on ? turn_on(c, sym, cause, depth) : turn_off(c, sym, cause, depth);
	if (e->kind == KEXPR_NOT)
		return meet(c, e->left, !on, cause, depth);
	if (e->kind != KEXPR_AND && e->kind != KEXPR_OR)
		return 0;
	if ((e->kind == KEXPR_AND) == on)
		return meet(c, e->left, on, cause, depth) || meet(c, e->right, on, cause, depth)
			       ? -1
			       : 0;
	return cost_of(c, e->left, on, depth) <= cost_of(c, e->right, on, depth)
		       ? meet(c, e->left, on, cause, depth)
		       : meet(c, e->right, on, cause, depth);
}

/* ---- lines that are not taken ---- */

/* Of a part of e that does not hold, a symbol to blame; NULL: none. */
static const struct ksym *culprit(const struct close *c, const struct kexpr *e, bool hold_on)
{
	const struct ksym *found;

	if (!e)
		return NULL;
	if (e->kind == KEXPR_SYMBOL)
		return (kdot_tri(c->dot, e->sym) == KTRI_Y) != hold_on ? e->sym : NULL;
	if (e->kind == KEXPR_NOT)
		return culprit(c, e->left, !hold_on);
	if (e->kind != KEXPR_AND && e->kind != KEXPR_OR)
		return e->left && e->left->kind == KEXPR_SYMBOL ? e->left->sym : NULL;
	if (hold_on && kexpr_value(e->left, c->dot) == KTRI_Y)
		return culprit(c, e->right, hold_on);
	found = culprit(c, e->left, hold_on);
	return found ? found : culprit(c, e->right, hold_on);
}

static const struct kexpr *condition_of(const struct ksym *sym)
{
	const struct kprop *p = kprop_next(sym->props, KPROP_PROMPT);

	return p ? p->cond : sym->defs ? sym->defs->depends : NULL;
}

/* Who speaks for the line: "FILE:LINE: SYMBOL". */
static const char *line_side(struct close *c, const struct setting *s)
{
	if (s->line)
		return print(c, "%s:%d: %s=%s", s->line->file, s->line->line, s->symbol, s->value);
	if (s->companion)
		return print(c, "%s:%d: %s=%s, which comes with %s", s->d->rule->file,
			     s->d->rule->line, s->symbol, s->value, s->d->rule->symbol);
	return print(c, "%s:%d: %s, which stays (%s)", s->d->rule->file, s->d->rule->line,
		     s->symbol, decision_reason(s->d));
}

/* Who speaks for another symbol: "X (kconfig/a.rules:3: why)". */
static const char *other_side(struct close *c, const struct ksym *sym)
{
	const struct decision *d = decision_find(c->all, sym->name);
	const struct frag_line *l = base_line(c, sym->name);
	const char *state = kdot_shown(c->dot, sym);
	const struct kprop *p = sym->selected_by;

	if (l)
		return print(c, "%s=%s is set at %s:%d", sym->name, state, l->file, l->line);
	if (d)
		return print(c, "%s=%s is decided at %s:%d (%s)", sym->name, state, d->rule->file,
			     d->rule->line, decision_goes(d) ? "it goes" : decision_reason(d));
	while (p && kprop_value(p, c->dot) == KTRI_N)
		p = p->next_of_target;
	if (p)
		return print(c, "%s=%s is selected by %s", sym->name, state, p->sym->name);
	return print(c, "%s=%s is decided by nobody", sym->name, state);
}

/* Two sides that cannot both have their way. */
static int refuse(struct close *c, const struct setting *s, const struct ksym *sym,
		  const struct ksym *other)
{
	struct kfinding f = { 0 };
	const char *side = line_side(c, s);
	int rc;

	if (!side || kcheck_setting(c->k, c->dot, sym, s->symbol, s->value, &f)) {
		kfinding_free(&f);
		return no_memory(c);
	}
	rc = terr_set(c->err, "%s: Kconfig refuses it, %s: %.200s%s%s; drop one of the two%s", side,
		      kverdict_names[f.verdict], f.why ? f.why : "", other ? "; " : "",
		      other ? other_side(c, other) : "",
		      sym && sym->defs ? " (--keep, --base)"
				       : ", or give the model of a tree that has it");
	kfinding_free(&f);
	return rc;
}

/* Why a symbol that is to be off is on. */
static struct cause why_on(const struct close *c, const struct ksym *sym)
{
	const struct kprop *p;

	for (p = sym->selected_by; p; p = p->next_of_target)
		if (kprop_value(p, c->dot) != KTRI_N)
			return (struct cause){ p->sym, "selects", p->file, p->line };
	if (sym->choice)
		return (struct cause){ NULL, "one of its choice has to be on", sym->choice->file,
				       sym->choice->line };
	for (p = sym->implied_by; p; p = p->next_of_target)
		if (kprop_value(p, c->dot) != KTRI_N)
			return (struct cause){ p->sym, "implies", p->file, p->line };
	kprop_each(d, sym->props, KPROP_DEFAULT) if (kprop_value(d, c->dot) != KTRI_N) return (
		struct cause){ NULL, "nobody can be asked, its default is on", d->file, d->line };
	return (struct cause){ NULL, "it cannot be off", sym->defs->file, sym->defs->line };
}

/* A line says n, and it is on. */
static int mend_on(struct close *c, const struct setting *s, const struct ksym *sym)
{
	struct cause cause = why_on(c, sym);

	if (s->line || (!s->companion && !decision_goes(s->d)))
		return refuse(c, s, sym, cause.by);
	return s->companion ? add(c, sym, &cause) : hold(c, s->d, &cause);
}

static int leave_patch(struct close *c, const struct setting *s, const struct ksym *sym)
{
	const struct ksym *need = culprit(c, condition_of(sym), true);

	if (s->d->rule->always)
		return refuse(c, s, sym, need);
	s->d->required_by = NULL;
	c->changed++;
	return decision_block(s->d, HOLD_KCONFIG, c->err, "depends on %s, which is %s (%s:%d)",
			      need ? need->name : "what is off",
			      need && kdot_tri(c->dot, need) != KTRI_N ? "on" : "off",
			      sym->defs->file, sym->defs->line);
}

/* What coverage alone keeps goes with what it depends on; Kconfig says no more than that. */
static void drop_covered(struct close *c, const struct setting *s, const struct ksym *sym)
{
	const struct ksym *need = rival(c, sym);

	if (!need)
		need = culprit(c, condition_of(sym), true);
	if (!need)
		return;
	decision_unblock(s->d, ACTION_REMOVE);
	s->d->verdict = VERDICT_NOTHING;
	s->d->part_of = need->name;
	c->changed++;
}

/* A line says y, and it is off. */
static int mend_off(struct close *c, const struct setting *s, const struct ksym *sym)
{
	struct cause cause = { .by = sym, .relation = "depends on" };
	const struct kprop *way;

	if (!s->line && !s->companion && s->d->rule->patch)
		return leave_patch(c, s, sym);
	if (s->optional) {
		if (!s->line && s->d->hold != HOLD_REQUIRED && s->d->hold != HOLD_KCONFIG)
			drop_covered(c, s, sym);
		return 0;
	}
	if (rival(c, sym))
		return refuse(c, s, sym, rival(c, sym));
	if (cost_of_symbol(c, sym, 0, &way) >= IMPOSSIBLE || !way)
		return refuse(c, s, sym, culprit(c, condition_of(sym), true));
	cause.file = way->file;
	cause.line = way->line;
	if (way->kind == KPROP_SELECT)
		return turn_on(c, sym, &cause, 0);
	if (meet(c, way->cond, true, &cause, 0))
		return -1;
	return way->kind == KPROP_DEFAULT ? meet(c, way->value, true, &cause, 0) : 0;
}

static int mend(struct close *c, const struct setting *s)
{
	const struct ksym *sym = kconfig_find(c->k, s->symbol);
	const char *got = sym && sym->defs ? kdot_shown(c->dot, sym) : "n";

	if (!strcmp(got, s->value))
		return 0;
	if (!sym || !sym->defs)
		return s->optional ? 0 : refuse(c, s, sym, NULL);
	if (!strcmp(s->value, "n"))
		return s->optional ? 0 : mend_on(c, s, sym);
	if (!strcmp(s->value, "y"))
		return mend_off(c, s, sym);
	return s->optional ? 0 : refuse(c, s, sym, NULL);
}

/* ---- the rounds ---- */

static int calculate(struct close *c)
{
	struct kwish *wishes = calloc(c->set.nr + 1, sizeof(*wishes));
	size_t nr = 0;

	if (!wishes)
		return no_memory(c);
	memset(c->asked, 0, kconfig_nr(c->k) * sizeof(*c->asked));
	for (size_t i = 0; i < c->set.nr; i++) {
		const struct ksym *sym = kconfig_find(c->k, c->set.v[i].symbol);

		if (!sym || !sym->defs)
			continue;
		wishes[nr++] = (struct kwish){ sym, c->set.v[i].value };
		c->asked[sym->id] = !strcmp(c->set.v[i].value, "y");
	}
	c->dot = kcalc(c->k, wishes, nr, c->err);
	free(wishes);
	return c->dot ? 0 : -1;
}

/* 1: something was mended, 0: all lines are taken, -1: an error. */
static int round_of(struct close *c)
{
	static const struct fragment nothing = { 0 };
	int rc = settings_make(&c->set, c->all, c->o->base ? c->o->base : &nothing, c->err);

	c->changed = 0;
	if (!rc)
		rc = calculate(c);
	/* what was added in this round moves the decisions: the rest waits for the next one */
	for (size_t i = 0, nr = c->all->nr; !rc && i < c->set.nr && c->all->nr == nr; i++)
		rc = mend(c, &c->set.v[i]);
	kdot_free(c->dot);
	c->dot = NULL;
	settings_free(&c->set);
	if (rc || !c->changed)
		return rc;
	return decide_settle(c->all, c->o, c->err) ? -1 : 1;
}

int decide_close(struct decisions *all, const struct kconfig *k, const struct decide_opts *o,
		 struct terr *err)
{
	struct close c = { .all = all, .k = k, .o = o, .err = err };
	int rc = 1;

	c.asked = calloc(kconfig_nr(k) + 1, sizeof(*c.asked));
	c.looking = calloc(kconfig_nr(k) + 1, sizeof(*c.looking));
	if (!c.asked || !c.looking)
		rc = no_memory(&c);
	for (int i = 0; rc > 0 && i < MAX_ROUNDS; i++)
		rc = round_of(&c);
	if (rc > 0)
		rc = terr_set(
			err,
			"the plan cannot be closed: after %d rounds Kconfig still refuses lines; "
			"plan without --kconfig, and see what tailor check says",
			MAX_ROUNDS);
	free(c.asked);
	free(c.looking);
	decide_drop_needless(all);
	return rc;
}

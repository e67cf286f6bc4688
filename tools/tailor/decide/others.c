// SPDX-License-Identifier: GPL-2.0-only
/* What no rule names, but ran: the rule for all others decides it, with what it depends on. */
#include <stdlib.h>
#include <string.h>

#include "lib/strlist.h"
#include "decide/internal.h"

size_t decide_nr_others(const struct covered *c)
{
	size_t nr = 0;

	for (size_t i = 0; c && i < c->nr; i++)
		nr += 1 + c->v[i].needs.nr;
	return nr;
}

static bool comes_with(const struct namelist *lines, const char *symbol)
{
	size_t n = strlen(symbol);

	for (size_t i = 0; i < lines->nr; i++)
		if (!strncmp(lines->v[i], symbol, n) && lines->v[i][n] == '=')
			return true;
	return false;
}

/* Whether a rule, the floor or the bed says what becomes of it. */
static bool is_settled(const struct ctx *x, const struct ruleset *rules, const char *symbol)
{
	if (x->o->base && fragment_find(x->o->base, symbol))
		return true;
	for (size_t i = 0; i < rules->nr; i++)
		if (!strcmp(rules->v[i].symbol, symbol) || comes_with(&rules->v[i].with, symbol) ||
		    comes_with(&rules->v[i].instead, symbol))
			return true;
	return false;
}

static struct decision *add_other(struct decisions *out, const struct rule *others,
				  const char *symbol, const struct ctx *x, struct terr *err)
{
	struct rule *r = &out->made[out->nr_made++];
	struct decision *d = &out->v[out->nr++];

	*r = *others;
	r->symbol = symbol;
	d->rule = r;
	return decide_one(d, x, err) ? NULL : d;
}

/* A symbol that what ran depends on, and that nobody else settles, stays with it. */
static int add_needs(struct decisions *out, const struct rule *others,
		     const struct covered_symbol *s, const struct ctx *x,
		     const struct ruleset *rules, struct terr *err)
{
	for (size_t i = 0; i < s->needs.nr; i++) {
		struct decision *d = decision_find(out, s->needs.v[i]);

		if (d || is_settled(x, rules, s->needs.v[i]))
			continue;
		d = add_other(out, others, s->needs.v[i], x, err);
		if (!d)
			return -1;
		if (d->action == ACTION_KEEP)
			continue;
		d->action = ACTION_KEEP;
		d->required_by = s->symbol;
	}
	return 0;
}

int decide_others(struct decisions *out, const struct ctx *x, const struct ruleset *rules,
		  struct terr *err)
{
	const struct covered *c = x->o->coverage;
	const struct rule *others = rules_find(rules, RULE_OTHERS);

	if (!c || !others)
		return 0;
	for (size_t i = 0; i < c->nr; i++) {
		const struct covered_symbol *s = &c->v[i];

		if (!s->workload || !s->prompt || is_settled(x, rules, s->symbol))
			continue;
		if (!decision_find(out, s->symbol) && !add_other(out, others, s->symbol, x, err))
			return -1;
		if (add_needs(out, others, s, x, rules, err))
			return -1;
	}
	return 0;
}

/* Which of the symbols that it depends on is off; NULL: none. */
static const char *missing_need(const struct decisions *all, const struct covered_symbol *s,
				const struct decide_opts *o)
{
	for (size_t i = 0; s && i < s->needs.nr; i++) {
		const struct decision *need = decision_find(all, s->needs.v[i]);
		const struct frag_line *l = o->base ? fragment_find(o->base, s->needs.v[i]) : NULL;

		if ((need && !decision_stays(need)) || (!need && l && !strcmp(l->value, "n")))
			return s->needs.v[i];
	}
	return NULL;
}

/* Something that stays and depends on it; NULL: nothing. */
static const char *needed_by(const struct decisions *all, const char *symbol,
			     const struct decide_opts *o)
{
	for (size_t i = 0; i < all->nr; i++) {
		const struct decision *d = &all->v[i];
		const struct covered_symbol *s;

		if (!decision_by_coverage(all, d) || d->required_by || !decision_stays(d))
			continue;
		s = covered_find(o->coverage, d->rule->symbol);
		if (s && namelist_has(&s->needs, symbol))
			return d->rule->symbol;
	}
	return NULL;
}

/* What only coverage knows goes with what it depends on, or with all that depended on it. */
int decide_leave_needless(struct decisions *all, struct decision *d, const struct decide_opts *o,
			  struct terr *err)
{
	const char *missing;

	(void)err;
	if (!decision_by_coverage(all, d) || d->action != ACTION_KEEP || d->hold == HOLD_REQUIRED ||
	    d->hold == HOLD_KCONFIG)
		return 0;
	if (d->required_by) {
		const char *by = needed_by(all, d->rule->symbol, o);

		if (!by)
			d->action = ACTION_REMOVE;
		else
			d->required_by = by;
		return !by;
	}
	missing = missing_need(all, covered_find(o->coverage, d->rule->symbol), o);
	if (!missing)
		return 0;
	d->action = ACTION_REMOVE;
	d->verdict = VERDICT_NOTHING;
	d->part_of = missing;
	return 1;
}

void decide_drop_needless(struct decisions *all)
{
	size_t nr = 0;

	for (size_t i = 0; i < all->nr; i++) {
		struct decision *d = &all->v[i];

		if (decision_by_coverage(all, d) && d->required_by && !decision_stays(d)) {
			free(d->evidence);
			continue;
		}
		all->v[nr++] = *d;
	}
	all->nr = nr;
}

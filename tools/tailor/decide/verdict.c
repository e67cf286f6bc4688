// SPDX-License-Identifier: GPL-2.0-only
/* The decision on one rule by itself. */
#include <stdio.h>
#include <stdlib.h>

#include "lib/strlist.h"
#include "decide/internal.h"

static int note_unknown(struct decision *d, const struct clause *c, const struct why *why,
			struct terr *err)
{
	if (d->unknown)
		return 0;
	if (asprintf(&d->unknown, "\"%s\" cannot be answered: %s", c->text,
		     why->text[0] ? why->text : "another clause cannot") < 0) {
		d->unknown = NULL;
		return terr_set(err, "out of memory");
	}
	return 0;
}

enum list {
	USED_BY,
	NOTHING_IF,
	WANTED_BY,
};

/*
 * Asks one list of clauses. Used-by and Wanted-by are true when any of them is, Decides-nothing-if
 * when all are; what cannot be answered leaves the result open unless another clause settles it.
 */
static int ask_all(struct decision *d, const struct ctx *x, enum list list, enum truth used,
		   enum truth *out, struct terr *err)
{
	const struct rule *r = d->rule;
	const struct clause *c = list == USED_BY      ? r->used_by
				 : list == NOTHING_IF ? r->nothing_if
						      : r->wanted_by;
	size_t nr = list == USED_BY	 ? r->nr_used_by
		    : list == NOTHING_IF ? r->nr_nothing_if
					 : r->nr_wanted_by;
	enum truth settled = list == NOTHING_IF ? NO : YES;
	enum truth result = list == NOTHING_IF ? YES : NO;

	for (size_t i = 0; i < nr; i++) {
		struct evidence *e = &d->evidence[d->nr_evidence];
		struct why why = { "" };
		enum truth t;

		*e = (struct evidence){
			.clause = &c[i],
			.used_by = list == USED_BY,
			.wanted = list == WANTED_BY,
		};
		t = ask_clause(x, d, &c[i], used, e, &why);
		e->holds = t == YES;
		e->unknown = t == UNKNOWN;
		d->nr_evidence++;
		if (t == UNKNOWN && note_unknown(d, &c[i], &why, err))
			return -1;
		if (t == settled || (t == UNKNOWN && result != settled))
			result = t;
	}
	*out = result;
	return 0;
}

static int choose_action(struct decision *d, const struct decide_opts *o, struct terr *err)
{
	const struct rule *r = d->rule;

	if (r->always) {
		d->action = r->patch ? ACTION_APPLY : ACTION_KEEP;
		return 0;
	}
	if (d->verdict == VERDICT_USED) {
		d->action = r->patch ? ACTION_LEAVE : ACTION_KEEP;
		return 0;
	}
	d->action = r->patch ? ACTION_APPLY : ACTION_REMOVE;
	if (namelist_has(o->fixed, r->symbol))
		return decision_block(d, HOLD_BED, err, "the bed needs it");
	if (namelist_has(o->keep, r->symbol))
		return decision_block(d, HOLD_USER, err, "--keep=%s", r->symbol);
	if (o->repairs && remarks_of(o->repairs, r->symbol))
		return decision_block(d, HOLD_REPAIR, err, "%s", remarks_of(o->repairs, r->symbol));
	if (r->gains_nothing)
		return decision_block(d, HOLD_GAIN, err, "it was measured to gain nothing");
	if (r->trust > o->trust)
		return decision_block(d, HOLD_TRUST, err, "only with --trust=single%s",
				      r->fails == FAILS_OPEN ? ": it fails open" : "");
	if (o->incomplete)
		return decision_block(d, HOLD_LOG, err, "the log is not complete: %s",
				      o->incomplete);
	if (o->growing)
		return decision_block(d, HOLD_GROWING, err, "%s", o->growing);
	return 0;
}

/* A fact that speaks of what would ask for the patch, and does not ask for it; NULL: none does. */
static const struct fact *told_instead(const struct decision *d)
{
	for (size_t i = 0; i < d->nr_evidence; i++)
		if (d->evidence[i].wanted && d->evidence[i].fact)
			return d->evidence[i].fact;
	return NULL;
}

/* A patch that would do no harm waits until something asks for it, or another patch requires it. */
static int ask_wanted(struct decision *d, const struct ctx *x, struct terr *err)
{
	const struct fact *told;
	enum truth wanted;

	free(d->unknown);
	d->unknown = NULL;
	if (ask_all(d, x, WANTED_BY, NO, &wanted, err))
		return -1;
	if (wanted == YES || d->action != ACTION_APPLY)
		return 0;
	d->unwanted = true;
	if (wanted == UNKNOWN)
		return decision_block(d, HOLD_UNWANTED, err, NOT_WANTED "; %s", d->unknown);
	told = told_instead(d);
	return told ? decision_block(d, HOLD_UNWANTED, err, NOT_WANTED "; %s: %s", told->key,
				     told->value)
		    : decision_block(d, HOLD_UNWANTED, err, NOT_WANTED);
}

/* What ran although nothing shows that it is needed decides nothing. */
static void weigh_coverage(struct decision *d, const struct ctx *x)
{
	static const struct clause covered = { .kind = CLAUSE_COVERED, .text = "covered" };
	struct evidence *e = &d->evidence[d->nr_evidence];
	struct why why;

	if (!x->o->coverage || d->rule->patch || d->verdict == VERDICT_USED)
		return;
	*e = (struct evidence){ .clause = &covered };
	e->holds = ask_covered(x, d->rule->symbol, e, &why) == YES;
	d->nr_evidence++;
	if (e->holds)
		d->verdict = VERDICT_NOTHING;
}

int decide_one(struct decision *d, const struct ctx *x, struct terr *err)
{
	const struct rule *r = d->rule;
	enum truth used;
	enum truth nothing = NO;

	d->evidence = calloc(r->nr_used_by + r->nr_nothing_if + r->nr_wanted_by + 2,
			     sizeof(*d->evidence));
	if (!d->evidence)
		return terr_set(err, "out of memory");
	if (ask_all(d, x, USED_BY, NO, &used, err))
		return -1;
	if (r->nr_nothing_if && ask_all(d, x, NOTHING_IF, used, &nothing, err))
		return -1;
	if (nothing == YES)
		d->verdict = VERDICT_NOTHING;
	/* without a Used-by, what may decide something is used */
	else if (used != NO || !r->nr_used_by || r->always)
		d->verdict = VERDICT_USED;
	else
		d->verdict = VERDICT_UNUSED;
	weigh_coverage(d, x);
	if (choose_action(d, x->o, err))
		return -1;
	/* used for want of an answer, not because a clause hit */
	if (d->verdict == VERDICT_USED && !r->always && used != YES &&
	    (used == UNKNOWN || nothing == UNKNOWN))
		return decision_block(d, HOLD_UNKNOWN, err, "%s", d->unknown);
	return r->nr_wanted_by && !r->always ? ask_wanted(d, x, err) : 0;
}

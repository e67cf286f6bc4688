// SPDX-License-Identifier: GPL-2.0-only
/* The decision on one rule, and the way through all of them. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/strlist.h"
#include "decide/internal.h"

int decision_block(struct decision *d, enum hold hold, struct terr *err, const char *fmt, ...)
{
	va_list ap;
	int n;

	decision_unblock(d, d->action);
	d->hold = hold;
	d->action = d->rule->patch ? ACTION_LEAVE : ACTION_KEEP;
	va_start(ap, fmt);
	n = vasprintf(&d->blocked_by, fmt, ap);
	va_end(ap);
	if (n >= 0)
		return 0;
	d->blocked_by = NULL;
	return terr_set(err, "out of memory");
}

void decision_unblock(struct decision *d, enum action action)
{
	free(d->blocked_by);
	d->blocked_by = NULL;
	d->hold = HOLD_NONE;
	d->forced = NULL;
	d->action = action;
}

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
	if (o->repairs && gains_of(o->repairs, r->symbol))
		return decision_block(d, HOLD_REPAIR, err, "%s", gains_of(o->repairs, r->symbol));
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

int decide_ask(struct decisions *out, const struct agg *agg, const struct facts *facts,
	       const struct ruleset *rules, const struct decide_opts *o, struct terr *err)
{
	struct ctx x = { .agg = agg, .facts = facts, .o = o };
	size_t others = decide_nr_others(o->coverage);

	*out = (struct decisions){ 0 };
	out->v = calloc(rules->nr + others + 1, sizeof(*out->v));
	out->made = calloc(others + 1, sizeof(*out->made));
	if (!out->v || !out->made)
		return terr_set(err, "out of memory");
	for (size_t i = 0; i < rules->nr; i++) {
		if (!strcmp(rules->v[i].symbol, RULE_OTHERS))
			continue;
		out->v[out->nr].rule = &rules->v[i];
		if (decide_one(&out->v[out->nr++], &x, err))
			return -1;
	}
	return 0;
}

int decide(struct decisions *out, const struct agg *agg, const struct facts *facts,
	   const struct ruleset *rules, const struct decide_opts *o, struct terr *err)
{
	struct ctx x = { .agg = agg, .facts = facts, .o = o };

	if (decide_ask(out, agg, facts, rules, o, err) || decide_others(out, &x, rules, err))
		return -1;
	if (decide_settle(out, o, err))
		return -1;
	decide_drop_needless(out);
	return 0;
}

void decisions_free(struct decisions *d)
{
	for (size_t i = 0; i < d->nr; i++) {
		free(d->v[i].evidence);
		free(d->v[i].blocked_by);
		free(d->v[i].unknown);
	}
	closing_free(d->closing);
	free(d->v);
	free(d->made);
	memset(d, 0, sizeof(*d));
}

const struct decision *decisions_find(const struct decisions *d, const char *symbol)
{
	return decision_find(d, symbol);
}

const char *decision_value(const struct decision *d)
{
	const struct rule *r = d->rule;

	if (r->always)
		return r->patch ? r->removed_value : r->value;
	return decision_goes(d) ? r->removed_value : r->value;
}

const char *verdict_name(enum verdict v)
{
	static const char *const names[] = {
		[VERDICT_UNUSED] = "unused",
		[VERDICT_USED] = "used",
		[VERDICT_NOTHING] = "decides-nothing",
	};

	return names[v];
}

const char *action_name(enum action a)
{
	static const char *const names[] = {
		[ACTION_REMOVE] = "remove",
		[ACTION_KEEP] = "keep",
		[ACTION_APPLY] = "apply",
		[ACTION_LEAVE] = "leave",
	};

	return names[a];
}

// SPDX-License-Identifier: GPL-2.0-only
/* What decisions make of each other. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/decide_int.h"

/* What stays keeps what it requires. Returns how many removals were taken back. */
static int keep_required(struct decisions *all, struct decision *d, const struct decide_opts *o,
			 struct terr *err)
{
	int changed = 0;

	(void)o;
	if (d->rule->patch || decision_goes(d))
		return 0;
	for (size_t i = 0; i < d->rule->requires.nr; i++) {
		struct decision *need = decision_find(all, d->rule->requires.v[i]);

		if (!need || need->rule->patch || !decision_goes(need))
			continue;
		if (decision_block(need, err, "required by %s, which stays", d->rule->symbol))
			return -1;
		changed++;
	}
	return changed;
}

/* A patch that is applied brings those it requires, unless something speaks against them. */
static int bring_required(struct decisions *all, struct decision *d, const struct decide_opts *o,
			  struct terr *err)
{
	int changed = 0;

	(void)o;
	(void)err;
	if (d->action != ACTION_APPLY)
		return 0;
	for (size_t i = 0; i < d->rule->requires.nr; i++) {
		struct decision *need = decision_find(all, d->rule->requires.v[i]);

		if (!need || !need->unwanted || need->action == ACTION_APPLY)
			continue;
		need->action = ACTION_APPLY;
		need->required_by = d->rule->symbol;
		free(need->blocked_by);
		need->blocked_by = NULL;
		changed++;
	}
	return changed;
}

static const char *required_by(const struct decisions *all, const char *symbol)
{
	for (size_t i = 0; i < all->nr; i++)
		if (all->v[i].action == ACTION_APPLY &&
		    names_have(&all->v[i].rule->requires, symbol))
			return all->v[i].rule->symbol;
	return NULL;
}

/* Takes one back when the patch that brought it is left after all. */
static int leave_unrequired(struct decisions *all, struct decision *d, const struct decide_opts *o,
			    struct terr *err)
{
	(void)o;
	if (!d->required_by || !d->rule->patch)
		return 0;
	d->required_by = required_by(all, d->rule->symbol);
	if (d->required_by || d->action != ACTION_APPLY)
		return 0;
	return decision_block(d, err, NOT_WANTED) ? -1 : 1;
}

/* Leaves a patch whose requirements are not met, or that conflicts with something that stays. */
static int leave_unfit(struct decisions *all, struct decision *d, const struct decide_opts *o,
		       struct terr *err)
{
	const struct rule *r = d->rule;

	if (d->action != ACTION_APPLY)
		return 0;
	for (size_t i = 0; i < r->requires.nr; i++) {
		const struct decision *need = decision_find(all, r->requires.v[i]);

		if (need && !decision_stays(need))
			return decision_block(d, err, "requires %s, which is off", r->requires.v[i])
				       ? -1
				       : 1;
	}
	for (size_t i = 0; i < r->conflicts.nr; i++) {
		const struct decision *other = decision_find(all, r->conflicts.v[i]);

		if (decision_stays(other) || (!other && names_have(o->fixed, r->conflicts.v[i])))
			return decision_block(d, err, "conflicts with %s, which is on",
					      r->conflicts.v[i])
				       ? -1
				       : 1;
	}
	return 0;
}

static bool excludes(const struct decision *a, const struct decision *b)
{
	return names_have(&a->rule->conflicts, b->rule->symbol);
}

/* Whether d cannot be on beside what stays, or without what gave way. */
static bool has_no_place(const struct decisions *all, const struct decision *d)
{
	for (size_t i = 0; i < all->nr; i++) {
		const struct decision *other = &all->v[i];

		if (other == d || other->rule->patch)
			continue;
		if (decision_stays(other) && (excludes(d, other) || excludes(other, d)))
			return true;
		if (other->gives_way && names_have(&d->rule->requires, other->rule->symbol))
			return true;
	}
	return false;
}

/*
 * What stays from caution alone gives way to another member of its choice that stays. Returns how
 * many did.
 */
static int give_way(struct decisions *all, struct decision *d, const struct decide_opts *o,
		    struct terr *err)
{
	(void)o;
	(void)err;
	if (d->rule->patch || !d->blocked_by || d->verdict == VERDICT_USED || !has_no_place(all, d))
		return 0;
	d->action = ACTION_REMOVE;
	d->gives_way = true;
	free(d->blocked_by);
	d->blocked_by = NULL;
	return 1;
}

/* Two symbols that both stay but exclude each other cannot become a configuration. */
static int check_conflicts(const struct decisions *all, struct terr *err)
{
	for (size_t i = 0; i < all->nr; i++) {
		const struct decision *d = &all->v[i];

		if (d->rule->patch || !decision_stays(d))
			continue;
		for (size_t j = 0; j < d->rule->conflicts.nr; j++) {
			const struct decision *other = decision_find(all, d->rule->conflicts.v[j]);

			if (other && !other->rule->patch && decision_stays(other))
				return terr_set(err,
						"%s:%d: %s and %s exclude each other, but both are "
						"needed (%s:%d); profile the two uses apart",
						d->rule->file, d->rule->line, d->rule->symbol,
						other->rule->symbol, other->rule->file,
						other->rule->line);
		}
	}
	return 0;
}

/*
 * Until nothing changes. From the last: of two patches that exclude each other the first stays.
 * Each pass changes a decision in one direction only, so this ends.
 */
static int repeat(struct decisions *all, const struct decide_opts *o,
		  int (*pass)(struct decisions *all, struct decision *d,
			      const struct decide_opts *o, struct terr *err),
		  struct terr *err)
{
	int changed;

	do {
		changed = 0;
		for (size_t i = all->nr; i-- > 0;) {
			int n = pass(all, &all->v[i], o, err);

			if (n < 0)
				return -1;
			changed += n;
		}
	} while (changed);
	return 0;
}

int decide_settle(struct decisions *all, const struct decide_opts *o, struct terr *err)
{
	if (repeat(all, o, keep_required, err) || repeat(all, o, bring_required, err) ||
	    repeat(all, o, decide_leave_needless, err) || repeat(all, o, leave_unfit, err) ||
	    repeat(all, o, leave_unrequired, err) || repeat(all, o, give_way, err))
		return -1;
	return check_conflicts(all, err);
}

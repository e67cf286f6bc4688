// SPDX-License-Identifier: GPL-2.0-only
/*
 * What decisions make of each other. Symbols first: what stays brings what it requires. Then the
 * patches, which change no symbol. Both go through the decisions by their names, so the order of
 * the rules decides nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/strlist.h"
#include "decide/internal.h"

struct settling {
	struct decisions *all;
	const struct decide_opts *o;
	struct terr *err;
	struct decision **by_name; /* symbols, then patches in the order of their numbers */
};

static int compare_names(const void *a, const void *b)
{
	const struct rule *l = (*(struct decision *const *)a)->rule;
	const struct rule *r = (*(struct decision *const *)b)->rule;
	int order = 0;

	if (!l->patch != !r->patch)
		return l->patch ? 1 : -1;
	if (l->patch)
		order = strverscmp(l->patch, r->patch);
	return order ? order : strcmp(l->symbol, r->symbol);
}

/* ---- symbols ---- */

static bool base_sets(const struct decide_opts *o, const char *symbol, const char *value)
{
	const struct frag_line *l = o->base ? fragment_find(o->base, symbol) : NULL;

	return l && !strcmp(l->value, value);
}

/* A module is on as well: what it registers is there once it is loaded. */
static bool base_turns_on(const struct decide_opts *o, const char *symbol)
{
	return base_sets(o, symbol, "y") || base_sets(o, symbol, "m");
}

/* Whether it is known to be on, or to be off; what nobody decides is neither. */
static bool is_on(const struct settling *s, const char *symbol)
{
	const struct decision *d = decision_find(s->all, symbol);

	return d ? decision_stays(d) : base_turns_on(s->o, symbol);
}

static bool is_off(const struct settling *s, const char *symbol)
{
	const struct decision *d = decision_find(s->all, symbol);

	return d ? !decision_stays(d) : base_sets(s->o, symbol, "n");
}

static const struct decision *required(const struct settling *s, const struct decision *d)
{
	for (size_t i = 0; i < s->all->nr; i++) {
		const struct decision *other = s->by_name[i];

		if (!other->rule->patch && !decision_goes(other) &&
		    namelist_has(&other->rule->requires, d->rule->symbol))
			return other;
	}
	return NULL;
}

/* What stays keeps what it requires. How many removals were taken back, or -1. */
static int keep_required(const struct settling *s, struct decision *d)
{
	int changed = 0;

	if (d->rule->patch || decision_goes(d))
		return 0;
	for (size_t i = 0; i < d->rule->requires.nr; i++) {
		struct decision *need = decision_find(s->all, d->rule->requires.v[i]);

		if (!need || need->rule->patch || !decision_goes(need))
			continue;
		need->replaced_by = NULL;
		need->part_of = NULL;
		if (decision_block(need, HOLD_REQUIRED, s->err, "required by %s, which stays",
				   d->rule->symbol))
			return -1;
		changed++;
	}
	return changed;
}

/* By bed, user or a repair, whatever the profile shows. */
static bool is_asked_for(const struct decide_opts *o, const char *symbol)
{
	return namelist_has(o->fixed, symbol) || namelist_has(o->keep, symbol) ||
	       (o->repairs && remarks_of(o->repairs, symbol));
}

/* What another one does as well goes when that stays, unless somebody asked for this very one. */
static int replace(const struct settling *s, struct decision *d)
{
	const struct rule *r = d->rule;
	const struct decision *other;

	if (!r->replaced_by || d->replaced_by || r->always || d->hold == HOLD_KCONFIG)
		return 0;
	if (d->action == ACTION_KEEP && (is_asked_for(s->o, r->symbol) || required(s, d)))
		return 0;
	other = decision_find(s->all, r->replaced_by);
	if (!other || !decision_stays(other))
		return 0;
	decision_unblock(d, ACTION_REMOVE);
	d->replaced_by = r->replaced_by;
	return 1;
}

static int leave_needless(const struct settling *s, struct decision *d)
{
	return decide_leave_needless(s->all, d, s->o, s->err);
}

/* One pass over all; 1 when anything changed, -1 on an error. */
static int pass(const struct settling *s, int (*step)(const struct settling *s, struct decision *d))
{
	int changed = 0;

	for (size_t i = 0; i < s->all->nr; i++) {
		int n = step(s, s->by_name[i]);

		if (n < 0)
			return -1;
		changed |= n > 0;
	}
	return changed;
}

/*
 * Until nothing changes. It ends: what is required stays for good, and each of the other two steps
 * takes a symbol away once.
 */
static int settle_symbols(const struct settling *s)
{
	for (;;) {
		int kept = pass(s, keep_required);
		int left = kept < 0 ? -1 : pass(s, leave_needless);
		int gone = left < 0 ? -1 : pass(s, replace);

		if (gone < 0)
			return -1;
		if (!kept && !left && !gone)
			return 0;
	}
}

/* ---- patches ---- */

/* Wanted by itself, or by another patch that would be applied. */
static bool may_apply(const struct decision *d)
{
	return d->action == ACTION_APPLY || d->hold == HOLD_UNWANTED;
}

static bool patches_exclude(const struct decision *a, const struct decision *b)
{
	return namelist_has(&a->rule->conflicts, b->rule->symbol) ||
	       namelist_has(&b->rule->conflicts, a->rule->symbol);
}

static int leave(const struct settling *s, struct decision *d, const char *how, const char *symbol,
		 const char *state)
{
	if (d->rule->always)
		return terr_set(s->err,
				"%s:%d: %s is always applied, but %s %s, which is %s; change the "
				"stanza, or profile a guest that does without",
				d->rule->file, d->rule->line, d->rule->symbol, how, symbol, state);
	/* what nobody asked for has a reason already */
	if (d->hold == HOLD_UNWANTED) {
		d->hold = HOLD_UNFIT;
		return 1;
	}
	return decision_block(d, HOLD_UNFIT, s->err, "%s %s, which is %s", how, symbol, state) ? -1
											       : 1;
}

/* Leaves a patch that does not fit the symbols, or needs one that is left. */
static int leave_unfit(const struct settling *s, struct decision *d)
{
	const struct rule *r = d->rule;

	if (!r->patch || !may_apply(d))
		return 0;
	for (size_t i = 0; i < r->requires.nr; i++) {
		const struct decision *need = decision_find(s->all, r->requires.v[i]);

		if (need && need->rule->patch ? !may_apply(need) : is_off(s, r->requires.v[i]))
			return leave(s, d, "requires", r->requires.v[i], "off");
	}
	for (size_t i = 0; i < r->conflicts.nr; i++) {
		const struct decision *other = decision_find(s->all, r->conflicts.v[i]);

		if (!(other && other->rule->patch) && is_on(s, r->conflicts.v[i]))
			return leave(s, d, "conflicts with", r->conflicts.v[i], "on");
	}
	return 0;
}

/* Of two that exclude each other the one with the lower number stays. */
static int leave_second(const struct settling *s, struct decision *d)
{
	if (!d->rule->patch || d->action != ACTION_APPLY)
		return 0;
	for (size_t i = 0; i < s->all->nr && s->by_name[i] != d; i++) {
		const struct decision *first = s->by_name[i];

		if (first->action == ACTION_APPLY && patches_exclude(first, d))
			return leave(s, d, "conflicts with", first->rule->symbol, "on");
	}
	return 0;
}

/* The first patch that is applied and requires it. */
static const char *applied_for(const struct settling *s, const char *symbol)
{
	for (size_t i = 0; i < s->all->nr; i++)
		if (s->by_name[i]->action == ACTION_APPLY &&
		    namelist_has(&s->by_name[i]->rule->requires, symbol))
			return s->by_name[i]->rule->symbol;
	return NULL;
}

/* A patch that is applied brings those it requires. */
static int bring_required(const struct settling *s, struct decision *d)
{
	const char *by;

	if (!d->rule->patch || d->hold != HOLD_UNWANTED)
		return 0;
	by = applied_for(s, d->rule->symbol);
	if (!by)
		return 0;
	decision_unblock(d, ACTION_APPLY);
	d->required_by = by;
	return 1;
}

/* What was brought by a patch that is left after all goes back to being unwanted. */
static int take_back(const struct settling *s, struct decision *d)
{
	if (!d->rule->patch || !d->required_by || d->action != ACTION_APPLY)
		return 0;
	d->required_by = NULL;
	return decision_block(d, HOLD_UNWANTED, s->err, NOT_WANTED) ? -1 : 1;
}

/*
 * A round that leaves a patch is followed by another one that begins with those that are wanted by
 * themselves, so that nothing is applied that only a patch that is left had brought.
 */
static int settle_patches(const struct settling *s)
{
	for (;;) {
		int n;

		if (pass(s, take_back) < 0)
			return -1;
		while ((n = pass(s, leave_unfit)) > 0)
			;
		while (n == 0 && (n = pass(s, bring_required)) > 0)
			n = 0;
		if (n < 0)
			return -1;
		n = pass(s, leave_second);
		if (n <= 0)
			return n;
	}
}

/* ---- what cannot be ---- */

const char *decision_reason(const struct decision *d)
{
	if (d->blocked_by)
		return d->blocked_by;
	for (size_t i = 0; i < d->nr_evidence; i++)
		if (d->evidence[i].used_by && d->evidence[i].holds)
			return d->evidence[i].clause->text;
	return d->rule->always ? "it always stays" : "it is used";
}

static const char *way_out(const struct decision *a, const struct decision *b)
{
	const struct decision *both[] = { a, b };

	for (size_t i = 0; i < ARRAY_SIZE(both); i++)
		switch (both[i]->hold) {
		case HOLD_USER:
			return "drop the --keep of one of the two";
		case HOLD_REPAIR:
			return "take one of the two out of the file of --repairs";
		case HOLD_BED:
			return "take it out of the floor or bed, or give another --base";
		case HOLD_LOG:
			return "record a complete log, or accept it with --accept-incomplete";
		case HOLD_GROWING:
			return "profile for longer, or accept it with --accept-growing";
		case HOLD_TRUST:
			return "plan with --trust=single if the guest runs one trusted application";
		default:
			break;
		}
	return "profile the two uses apart";
}

static int exclude_each_other(const struct decision *a, const struct decision *b, struct terr *err)
{
	return terr_set(err,
			"%s:%d: %s and %s exclude each other, but both stay: %s (%s), %s (%s, "
			"%s:%d); %s",
			a->rule->file, a->rule->line, a->rule->symbol, b->rule->symbol,
			a->rule->symbol, decision_reason(a), b->rule->symbol, decision_reason(b),
			b->rule->file, b->rule->line, way_out(a, b));
}

/* Two symbols that both stay but exclude each other cannot become a configuration. */
static int check_conflicts(const struct settling *s, struct decision *d)
{
	const struct rule *r = d->rule;

	if (r->patch || !decision_stays(d))
		return 0;
	for (size_t i = 0; i < r->conflicts.nr; i++) {
		const struct decision *other = decision_find(s->all, r->conflicts.v[i]);
		const struct frag_line *l;

		if (other && !other->rule->patch && decision_stays(other))
			return exclude_each_other(d, other, s->err);
		if (other || !base_turns_on(s->o, r->conflicts.v[i]))
			continue;
		l = fragment_find(s->o->base, r->conflicts.v[i]);
		return terr_set(
			s->err,
			"%s:%d: %s, which stays (%s), and %s, which %s:%d sets, exclude each "
			"other; take the line out, or give another --base",
			r->file, r->line, r->symbol, decision_reason(d), l->symbol, l->file,
			l->line);
	}
	return 0;
}

int decide_settle(struct decisions *all, const struct decide_opts *o, struct terr *err)
{
	struct settling s = { .all = all, .o = o, .err = err };
	int rc;

	s.by_name = calloc(all->nr + 1, sizeof(struct decision *));
	if (!s.by_name)
		return terr_set(err, "out of memory");
	for (size_t i = 0; i < all->nr; i++)
		s.by_name[i] = &all->v[i];
	qsort(s.by_name, all->nr, sizeof(struct decision *), compare_names);
	rc = settle_symbols(&s);
	if (!rc)
		rc = pass(&s, check_conflicts);
	if (!rc)
		rc = settle_patches(&s);
	free(s.by_name);
	return rc;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files share, from the lowest up: decision.c, ask.c (one clause), verdict.c (one rule),
 * others.c (what no rule names), settle.c (what decisions make of each other), then decide.c and
 * close.c.
 */
#ifndef TAILOR_DECIDE_INTERNAL_H
#define TAILOR_DECIDE_INTERNAL_H

#include <string.h>

#include "decide/decide.h"

#define NOT_WANTED "nothing in the profile asks for it"

enum truth {
	NO,
	YES,
	UNKNOWN,
};

/* Where an unanswerable clause says why. */
struct why {
	char text[256];
};

struct ctx {
	const struct agg *agg;
	const struct facts *facts;
	const struct decide_opts *o;
};

static inline bool decision_goes(const struct decision *d)
{
	return d->action == ACTION_REMOVE || d->action == ACTION_APPLY;
}

static inline struct decision *decision_find(const struct decisions *d, const char *symbol)
{
	for (size_t i = 0; i < d->nr; i++)
		if (!strcmp(d->v[i].rule->symbol, symbol))
			return &d->v[i];
	return NULL;
}

/*
 * Whether the kernel will have the symbol on, built in or as a module; what no rule decides is left
 * to Kconfig itself.
 */
static inline bool decision_stays(const struct decision *d)
{
	return d && (!strcmp(decision_value(d), "y") || !strcmp(decision_value(d), "m"));
}

/* --- decision.c --- */

/* The removal is not made, or the patch not applied; fmt says why. */
int decision_block(struct decision *d, enum hold hold, struct terr *err, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* The block is taken back. */
void decision_unblock(struct decision *d, enum action action);

/* --- verdict.c --- */

/* Verdict, evidence and action of d->rule by itself. */
int decide_one(struct decision *d, const struct ctx *x, struct terr *err);

/* --- ask.c --- */

/* used: what Used-by came to, for clauses about that. Fills *e and, when UNKNOWN, *why. */
enum truth ask_clause(const struct ctx *x, const struct decision *d, const struct clause *c,
		      enum truth used, struct evidence *e, struct why *why);
enum truth ask_covered(const struct ctx *x, const char *symbol, struct evidence *e,
		       struct why *why);

/* --- others.c --- */

/* The most decisions that coverage can add. */
size_t decide_nr_others(const struct covered *c);
/* Adds them to *out, which has room for as many. */
int decide_others(struct decisions *out, const struct ctx *x, const struct ruleset *rules,
		  struct terr *err);
/* A pass of decide_settle(): how many decisions it changed, or -1. */
int decide_leave_needless(struct decisions *all, struct decision *d, const struct decide_opts *o,
			  struct terr *err);
/* Takes out what stayed only for something that went: it is not decided at all. */
void decide_drop_needless(struct decisions *all);

/* --- settle.c --- */

/* The clause that shows the use, or another word for why it stays. */
const char *decision_reason(const struct decision *d);

/*
 * What stays brings what it requires, patches are left out that do not fit what stays, and what
 * cannot be together is an error. Settling what is settled changes nothing.
 */
int decide_settle(struct decisions *all, const struct decide_opts *o, struct terr *err);

#endif /* TAILOR_DECIDE_INTERNAL_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The decision: which symbols stay, which go and which patches are applied. A function of the
 * aggregates of a log, the facts, the profiles, the rules and the level of trust alone; it reads no
 * file and prints nothing.
 *
 *	verdict		decides-nothing	Decides-nothing-if is given and every clause of it holds
 *			used		else, a Used-by clause hits or cannot be answered
 *			unused		else
 *
 * What is unused or decides nothing goes (a patch is applied) unless that is blocked: the log is
 * not complete or the profile still grows, the removal fails open and the trust is shared, or
 * something that stays requires it. A clause that cannot be answered never helps a removal: a facts
 * file without the key, a parameter that the log does not hold.
 *
 * With coverage, a symbol that is unused by its rule but whose code ran decides nothing; and one
 * that no rule names but whose code ran in the workload is decided by the rule for all others
 * (RULE_OTHERS): it stays with what it depends on, unless that goes.
 *
 * A patch with Wanted-by is applied only when one of those clauses holds, or when a patch that is
 * applied requires it.
 *
 * No conflict makes a decision that is blocked. Of two members of a choice of which one does all
 * that the other does (Replaced-by) that one stays; any other two that exclude each other and both
 * stay are an error. The order of the rules does not matter.
 */
#ifndef TAILOR_DECIDE_DECIDE_H
#define TAILOR_DECIDE_DECIDE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/strlist.h"
#include "cover/covered.h"
#include "decide/decision.h"
#include "kconfig/fragment.h"
#include "log/agg.h"
#include "profile/facts.h"
#include "profile/hotspots.h"
#include "profile/lockstat.h"
#include "ruleset/remarks.h"
#include "ruleset/rules.h"

struct decide_opts {
	enum rule_trust trust;
	const char *incomplete; /* why the log is not complete; NULL: it is, or that is accepted */
	const char *growing;	/* why the profile still grows; NULL: it does not, or accepted */
	const struct namelist *fixed;	 /* symbols that the bed sets: they stay; NULL: none */
	const struct namelist *keep;	 /* symbols that the user keeps, patches left out */
	const struct remarks *repairs;	 /* the same, with why each was put back; NULL: none */
	const struct lockstat *locks;	 /* NULL: none were given */
	const struct hotspots *hotspots; /* NULL: none were given */
	const struct covered *coverage;	 /* NULL: none was given */
	const struct fragment *base;	 /* what floor and bed set */
};

/*
 * Asks every clause of every rule: verdicts and evidence, as if no decision touched another. 0, or
 * -1 with *err set; *out is to be freed in both cases.
 */
int decide_ask(struct decisions *out, const struct agg *agg, const struct facts *facts,
	       const struct ruleset *rules, const struct decide_opts *o, struct terr *err);

/* The same, and then what stays brings what it requires. */
int decide(struct decisions *out, const struct agg *agg, const struct facts *facts,
	   const struct ruleset *rules, const struct decide_opts *o, struct terr *err);

struct kconfig;

/*
 * Makes of decisions that are settled some whose configuration the kernel's own conf takes as it is
 * asked for: what something that stays selects or depends on stays with it, also what no rule
 * decides; a patch whose dependencies are off is left out. What cannot be met is an error that
 * names both sides. k: of kconfig_load(); it has to live as long as *all.
 */
int decide_close(struct decisions *all, const struct kconfig *k, const struct decide_opts *o,
		 struct terr *err);

/* Whether a value of the parameter is what a clause about it counts. */
bool clause_counts(const struct clause *c, const char *value);

#endif /* TAILOR_DECIDE_DECIDE_H */

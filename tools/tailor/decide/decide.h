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

#include "base/strlist.h"
#include "cover/covered.h"
#include "kconfig/fragment.h"
#include "log/agg.h"
#include "profile/facts.h"
#include "profile/hotspots.h"
#include "profile/lockstat.h"
#include "rules/gains.h"
#include "rules/rules.h"

enum verdict {
	VERDICT_UNUSED,
	VERDICT_USED,
	VERDICT_NOTHING,
};

enum action {
	ACTION_REMOVE,
	ACTION_KEEP,
	ACTION_APPLY, /* a patch */
	ACTION_LEAVE, /* a patch */
};

/* What one clause found. Counts of 0 are evidence too: what was looked for and not seen. */
struct evidence {
	const struct clause *clause;
	bool used_by; /* the clause stands in Used-by */
	bool wanted;  /* the clause stands in Wanted-by */
	bool holds;
	bool unknown;	/* it could not be answered */
	uint64_t count; /* calls, matching facts, a fact's or a lock's number, or percent */
	bool has_pos;
	struct log_pos pos;	 /* the first call */
	const struct fact *fact; /* the first matching fact; NULL: none */
	/* of a lock or a function, with line; of coverage "file:line" of the kernel; NULL: none */
	const char *path;
	uint64_t line;
};

/* What keeps a removal from being made, or a patch from being applied. */
enum hold {
	HOLD_NONE,
	HOLD_BED,      /* floor or bed set it */
	HOLD_USER,     /* --keep */
	HOLD_REPAIR,   /* it was put back */
	HOLD_GAIN,     /* it was measured to gain nothing */
	HOLD_TRUST,    /* it needs a higher level of trust */
	HOLD_LOG,      /* the log is not complete */
	HOLD_GROWING,  /* the profile still grows */
	HOLD_UNKNOWN,  /* a clause could not be answered */
	HOLD_UNWANTED, /* a patch that nothing asks for */
	HOLD_REQUIRED, /* something that stays requires it */
	HOLD_UNFIT,    /* a patch that does not fit what stays */
	HOLD_KCONFIG,  /* the tree's Kconfig files leave no choice */
};

/* "NAME, which stays, RELATION it (PLACE)"; of HOLD_KCONFIG. */
struct forced {
	const char *by;	      /* another symbol; NULL: none, the relation says all */
	const char *relation; /* "selects", "depends on", ... */
	const char *place;    /* "init/Kconfig:12" */
};

struct decision {
	const struct rule *rule;
	enum verdict verdict;
	enum action action;
	struct evidence *evidence;
	size_t nr_evidence;
	char *blocked_by; /* why a removal was not made; NULL: it was made, or not asked for */
	enum hold hold;	  /* the same as a kind */
	bool unwanted;	  /* a patch that none of its Wanted-by asks for */
	/* the patch for which an unwanted one is applied; the symbol that needs this; NULL: none */
	const char *required_by;
	const char *part_of; /* the symbol it depends on, which goes; NULL: none */
	const char
		*replaced_by; /* what stays in its place, its Instead does not hold; NULL: none */
	const struct forced *forced; /* why Kconfig leaves no choice; NULL: it does */
	char *unknown; /* the first clause that could not be answered, and why; NULL: none */
};

struct decisions {
	struct decision *v; /* in the order of the rules, then what only coverage knows */
	size_t nr;
	struct rule *made; /* for those, from the rule for all others */
	size_t nr_made;
	struct closing *closing; /* what decide_close() added; NULL: it was not called */
};

struct decide_opts {
	enum rule_trust trust;
	const char *incomplete; /* why the log is not complete; NULL: it is, or that is accepted */
	const char *growing;	/* why the profile still grows; NULL: it does not, or accepted */
	const struct namelist *fixed;	 /* symbols that the bed sets: they stay; NULL: none */
	const struct namelist *keep;	 /* symbols that the user keeps, patches left out */
	const struct gains *repairs;	 /* the same, with why each was put back; NULL: none */
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
/* How many symbols it made stay, or patches it left. */
size_t decisions_forced(const struct decisions *d);
void decisions_free(struct decisions *d);

/* NULL when no rule has this symbol. */
const struct decision *decisions_find(const struct decisions *d, const char *symbol);

/*
 * Whether coverage alone keeps it. What it depends on may be gone in each of several ways, which
 * only Kconfig can tell: such a setting may be refused.
 */
bool decision_by_coverage(const struct decisions *all, const struct decision *d);

/* What the configuration gets for it: the rule's value, or the value when removed. */
const char *decision_value(const struct decision *d);

/* Whether a value of the parameter is what a clause about it counts. */
bool clause_counts(const struct clause *c, const char *value);

const char *verdict_name(enum verdict v);
const char *action_name(enum action a);

#endif /* TAILOR_DECIDE_DECIDE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* A decision on one symbol or patch: what it is, why, and what keeps it from being made. */
#ifndef TAILOR_DECIDE_DECISION_H
#define TAILOR_DECIDE_DECISION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/arena.h"
#include "lib/terr.h"
#include "log/event.h"
#include "profile/facts.h"
#include "ruleset/rules.h"

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
	struct arena closing; /* rules and reasons that decide_close() added */
};

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
const char *verdict_name(enum verdict v);
const char *action_name(enum action a);

#endif /* TAILOR_DECIDE_DECISION_H */

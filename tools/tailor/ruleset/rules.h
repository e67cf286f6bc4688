/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rules: what in a log or in the facts shows that a Kconfig symbol (or a patch) is needed, and
 * what shows that it decides nothing. The format is described in kconfig/README.md; the rule
 * files of kconfig/ and patches/6.1/patches.rules share it.
 */
#ifndef TAILOR_RULESET_RULES_H
#define TAILOR_RULESET_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/strlist.h"
#include "lib/terr.h"
#include "ruleset/clause.h"

enum rule_fails {
	FAILS_CLOSED, /* a later need ends in an error */
	FAILS_OPEN,   /* a later need is silently granted */
};

/* The lowest level of trust at which a removal is made; single includes shared. */
enum rule_trust {
	TRUST_SHARED,
	TRUST_SINGLE,
};

/* The symbol of the stanza for all that have none of their own but ran. */
#define RULE_OTHERS "*"

struct rule {
	const char *symbol; /* without CONFIG_, or RULE_OTHERS */
	const char *patch;  /* file name; NULL for a plain symbol */
	bool gains_nothing; /* measured, and not worth having: not taken */
	bool always;	    /* never decided: a symbol that stays, a patch that is always applied */
	struct clause *used_by;
	size_t nr_used_by;
	struct clause *nothing_if;
	size_t nr_nothing_if;
	struct clause *wanted_by; /* of a patch: it is taken only when one of these holds */
	size_t nr_wanted_by;
	enum rule_fails fails;
	enum rule_trust trust;
	const char *value;	   /* when it stays; default y */
	const char *removed_value; /* when it goes; default n */
	struct namelist requires;
	struct namelist conflicts;
	const char *replaced_by; /* a symbol that does all that this one does; NULL: none */
	struct namelist with;	 /* SYMBOL=VALUE lines that come when it stays */
	struct namelist instead; /* SYMBOL=VALUE lines that come when it goes */
	const char *expected;	 /* NULL: not given */
	const char *why;
	const char *source;
	const char *file; /* where the stanza stands */
	int line;
};

struct rules_file {
	char *path;
	char *text;
};

struct ruleset {
	struct rule *v;
	size_t nr;
	size_t nr_files;
	struct rules_file *files; /* texts that the rules point into */
};

/*
 * Adds the stanzas of a file, or of every *.rules file of a directory in the order of their names.
 * On an error (which names file and line, and what to do) *rs is still to be freed.
 */
int rules_load(struct ruleset *rs, const char *path, struct terr *err);
/* Adds those of these files and folders; without any, those of root's kconfig/ (see datadir()). */
int rules_load_all(struct ruleset *rs, char *const *paths, size_t nr, const char *root,
		   struct terr *err);
void rules_free(struct ruleset *rs);

/* What only shows when all files are loaded: rules that contradict each other. */
int rules_check(const struct ruleset *rs, struct terr *err);

/* NULL when no rule has this symbol. */
const struct rule *rules_find(const struct ruleset *rs, const char *symbol);

/* Whether any clause of any rule speaks of this system call. */
bool rules_know_syscall(const struct ruleset *rs, const char *name);

/* Whether it is clear what the call needs: every kernel has it, or some clause speaks of it. */
bool rules_place_syscall(const struct ruleset *rs, const char *name);

#endif /* TAILOR_RULESET_RULES_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* What a stanza asks of a profile: one clause, which holds or not. */
#ifndef TAILOR_RULESET_CLAUSE_H
#define TAILOR_RULESET_CLAUSE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/terr.h"

enum clause_kind {
	CLAUSE_SYSCALL, /* syscall NAME, syscall NAME errno E, syscall NAME absent */
	CLAUSE_ERRNO,	/* errno E, errno E N */
	CLAUSE_PARAM,	/* param SYSCALL.PARAM = V, ... only V V, ... other-than V V */
	CLAUSE_FACT,	/* fact KEY, ... absent, = V, > N, < N, has V, lacks V, only V V, ... */
	CLAUSE_LOCK,	/* lock NAME COLUMN > N, ... < N */
	CLAUSE_HOTSPOT, /* hotspot SYMBOL > PERCENT */
	CLAUSE_COVERED, /* covered: code of the stanza's symbol ran in the workload */
	CLAUSE_UNUSED,	/* unused: no Used-by clause of the stanza hits */
	CLAUSE_UNSEEN,	/* unseen: the same, those that cannot be answered left aside */
};

enum clause_op {
	OP_PRESENT,
	OP_ABSENT,
	OP_EQUAL,
	OP_GREATER,
	OP_LESS,
	OP_HAS,
	OP_LACKS,
	OP_ONLY,
	OP_OTHER_THAN,
};

struct clause {
	enum clause_kind kind;
	enum clause_op op;
	const char *name; /* system call, errno or fact key; pattern of a lock or a function */
	/* errno of a system call, the parameter's name, or a lock's column; NULL: none */
	const char *sub;
	/* OP_EQUAL of an errno, OP_GREATER, OP_LESS; of a hotspot hundredths of a percent */
	long long number;
	const char *
		*value; /* OP_EQUAL, OP_HAS, OP_ONLY, OP_OTHER_THAN; a quoted one keeps quotes */
	size_t nr_values;
	const char *text; /* as written */
};

struct field;

/*
 * Adds the clauses of a field, whose text they point into; path is the file, for messages. 0, or -1
 * with *err set. clauses_free() is right in both cases.
 */
int clauses_parse(struct clause **out, size_t *nr_out, const struct field *f, const char *path,
		  struct terr *err);
void clauses_free(struct clause *c, size_t nr);

/* Whether one of them is about that system call. */
bool clauses_name(const struct clause *c, size_t nr, const char *syscall);

/* Cuts the next item of a comma list off *rest; commas in quotes do not count. NULL: none is left.
 */
char *clause_next_item(char **rest);

#endif /* TAILOR_RULESET_CLAUSE_H */

// SPDX-License-Identifier: GPL-2.0-only
/* All rules together: finding one, and what only shows when all are loaded. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/strlist.h"
#include "log/syscalls.h"
#include "ruleset/rules.h"

const struct rule *rules_find(const struct ruleset *rs, const char *symbol)
{
	for (size_t i = 0; i < rs->nr; i++)
		if (!strcmp(rs->v[i].symbol, symbol))
			return &rs->v[i];
	return NULL;
}

/* A symbol that another rule sets in passing must not be decided for itself as well. */
static int check_companions(const struct ruleset *rs, const struct rule *r,
			    const struct namelist *names, const char *field, struct terr *err)
{
	for (size_t i = 0; i < names->nr; i++) {
		char symbol[128];
		const struct rule *other;

		snprintf(symbol, sizeof(symbol), "%.*s", (int)strcspn(names->v[i], "="),
			 names->v[i]);
		other = rules_find(rs, symbol);
		if (other)
			return terr_set(
				err,
				"%s:%d: %s: %s of %s has a stanza of its own at %s:%d; name it in "
				"Requires instead",
				r->file, r->line, field, names->v[i], r->symbol, other->file,
				other->line);
	}
	return 0;
}

static int check_replacing(const struct ruleset *rs, const struct rule *r, struct terr *err)
{
	const struct rule *other = r->replaced_by ? rules_find(rs, r->replaced_by) : NULL;

	if (!r->replaced_by || (other && !other->patch && !other->replaced_by))
		return 0;
	if (other && other->replaced_by)
		return terr_set(err, "%s:%d: %s is replaced itself (%s:%d); name %s here too",
				r->file, r->line, other->symbol, other->file, other->line,
				other->replaced_by);
	return terr_set(err,
			"%s:%d: no rule decides the symbol %s, which is to take the place of %s",
			r->file, r->line, r->replaced_by, r->symbol);
}

int rules_check(const struct ruleset *rs, struct terr *err)
{
	for (size_t i = 0; i < rs->nr; i++) {
		const struct rule *r = &rs->v[i];

		if (check_companions(rs, r, &r->with, "With", err) ||
		    check_companions(rs, r, &r->instead, "Instead", err))
			return -1;
		if (check_replacing(rs, r, err))
			return -1;
		for (size_t j = 0; j < r->requires.nr; j++) {
			const struct rule *need = rules_find(rs, r->requires.v[j]);

			if (need && namelist_has(&need->conflicts, r->symbol))
				return terr_set(
					err,
					"%s:%d: %s requires %s, but %s:%d says that %s conflicts "
					"with %s; drop one of the two",
					r->file, r->line, r->symbol, need->symbol, need->file,
					need->line, need->symbol, r->symbol);
		}
	}
	return 0;
}

bool rules_know_syscall(const struct ruleset *rs, const char *name)
{
	for (size_t i = 0; i < rs->nr; i++)
		if (clauses_name(rs->v[i].used_by, rs->v[i].nr_used_by, name) ||
		    clauses_name(rs->v[i].nothing_if, rs->v[i].nr_nothing_if, name) ||
		    clauses_name(rs->v[i].wanted_by, rs->v[i].nr_wanted_by, name))
			return true;
	return false;
}

bool rules_place_syscall(const struct ruleset *rs, const char *name)
{
	const struct syscall_def *def = syscall_by_name(name, strlen(name));

	return (def && def->nr_params >= 0) || rules_know_syscall(rs, name);
}

void rules_free(struct ruleset *rs)
{
	for (size_t i = 0; i < rs->nr; i++) {
		struct rule *r = &rs->v[i];

		clauses_free(r->used_by, r->nr_used_by);
		clauses_free(r->nothing_if, r->nr_nothing_if);
		clauses_free(r->wanted_by, r->nr_wanted_by);
		free(r->requires.v);
		free(r->conflicts.v);
		free(r->with.v);
		free(r->instead.v);
	}
	for (size_t i = 0; i < rs->nr_files; i++) {
		free(rs->files[i].path);
		free(rs->files[i].text);
	}
	free(rs->v);
	free(rs->files);
	memset(rs, 0, sizeof(*rs));
}

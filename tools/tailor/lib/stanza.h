/* SPDX-License-Identifier: GPL-2.0-only */
/* A stanza of a *.rules file as it stands there. */
#ifndef TAILOR_LIB_STANZA_H
#define TAILOR_LIB_STANZA_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/terr.h"

/* One "Key: value" of a stanza, continuation lines joined. */
struct field {
	const char *key;
	char *value;
	int line;
};

enum field_id {
	F_SYMBOL,
	F_PATCH,
	F_ALWAYS,
	F_USED_BY,
	F_NOTHING_IF,
	F_WANTED_BY,
	F_FAILS,
	F_TRUST,
	F_VALUE,
	F_REMOVED_VALUE,
	F_REQUIRES,
	F_CONFLICTS,
	F_REPLACED_BY,
	F_WITH,
	F_INSTEAD,
	F_EXPECTED,
	F_GAIN,
	F_WHY,
	F_SOURCE,
	NR_FIELDS,
};

extern const char *const stanza_fields[NR_FIELDS];

/* A stanza while it is read. */
struct stanza {
	struct field field[NR_FIELDS];
	const char *path;
	int line;
	size_t nr;
};

static inline bool stanza_has(const struct stanza *st, enum field_id id)
{
	return st->field[id].value != NULL;
}

/*
 * Calls take() for each stanza of the text, which is cut up in place. 0, or -1 with *err set, by
 * take() too.
 */
int stanzas_each(const char *path, char *rest,
		 int (*take)(void *arg, const struct stanza *st, struct terr *err), void *arg,
		 struct terr *err);

#endif /* TAILOR_LIB_STANZA_H */

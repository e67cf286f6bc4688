/* SPDX-License-Identifier: GPL-2.0-only */
/* Lists of names. */
#ifndef TAILOR_LIB_STRLIST_H
#define TAILOR_LIB_STRLIST_H

#include <stdbool.h>
#include <stddef.h>

/* What an option that may be repeated, or be given a comma list, collected. */
struct strlist {
	size_t nr;
	char **v;
};

/* Adds s itself. Not 0: out of memory. */
int strlist_add(struct strlist *l, char *s);

/* A name matches exactly or as a shell pattern; an empty list matches all. */
bool strlist_match(const struct strlist *l, const char *name);

/* Names that stand in a text which somebody else owns. */
struct namelist {
	const char **v;
	size_t nr;
};

/* Not 0: out of memory. */
int namelist_add(struct namelist *names, const char *name);

/* False too without a list. */
bool namelist_has(const struct namelist *names, const char *name);

#endif /* TAILOR_LIB_STRLIST_H */

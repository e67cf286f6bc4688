/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What ksource.c (the sources), kindex.c (what they define and include), ktree.c (gates) and
 * kfind.c (where things are) share.
 */
#ifndef TAILOR_KTREE_INTERNAL_H
#define TAILOR_KTREE_INTERNAL_H

#include <string.h>

#include "ktree/cppcond.h"
#include "ktree/kbuild.h"
#include "ktree/ktree.h"

struct gates {
	struct ktree_gate *v;
	int nr;
	bool made;
};

/* A source that includes this one. */
struct includer {
	struct includer *next;
	uint32_t source;
	int line;
};

/* A system call, filesystem or alias, and where the source defines it. */
enum definition_kind {
	DEFINES_SYSCALL,
	DEFINES_FILESYSTEM,
	DEFINES_FILESYSTEM_ALIAS,
	DEFINES_ALIAS,
};

struct definition {
	struct definition *next;
	enum definition_kind kind;
	const char *name;
	uint32_t source;
	int line;
};

struct ksource {
	uint32_t name;
	bool exists;
	bool parsed;
	bool indexed; /* what it includes and defines has been noted */
	bool asked;   /* known is set; also while it is being found out */
	bool known;
	const struct kcond *cond; /* of the file */
	struct cpp_source cpp;
	struct gates file_gates;
	struct gates *line_gates; /* one for each of cpp.ranges */
	struct includer *includers;
};

struct ktree {
	char *tree;
	struct arena ar;
	struct intern names;
	struct kbuild kbuild;
	struct ksource **sources; /* by number of name */
	size_t nr_sources;
	size_t nr_parsed;
	bool indexed;			/* all sources */
	struct definition *definitions; /* of all sources */
};

static inline const char *ktree_name(const struct ktree *m, uint32_t id)
{
	return m->names.names[id].s;
}

static inline bool ktree_ends_with(const char *s, const char *suffix)
{
	size_t len = strlen(s);
	size_t n = strlen(suffix);

	return len >= n && !strcmp(s + len - n, suffix);
}

/* NULL: out of memory. */
struct ksource *ktree_source(struct ktree *m, uint32_t name);

/* The same for a path as the user gives it. NULL: out of memory, or it is too long. */
struct ksource *ktree_source_of_path(struct ktree *m, const char *file);

/* Its way into the kernel, or NULL. What the build writes is noted as .c, and may be .S. */
const struct kbuild_object *ktree_find_object(struct ktree *m, const struct ksource *s);

/* The text of a source, to be unmapped; NULL also for an empty one: *exists says which. */
char *ktree_map(const struct ktree *m, const char *name, size_t *len, bool *exists);

/* Reads the #if lines, once. -1: out of memory. */
int ktree_parse(struct ktree *m, struct ksource *s);

/* Sets s->known and s->cond. -1: out of memory. */
int ktree_find_cond(struct ktree *m, struct ksource *s);

/* -1: out of memory. */
int ktree_make_gates(struct ktree *m, const struct kcond *c, struct gates *g);

/* Notes what all sources define, once. */
void ktree_index(struct ktree *m);

/* Fills s->includers: the neighbours are asked first, then all. */
void ktree_find_includers(struct ktree *m, struct ksource *s);

#endif /* TAILOR_KTREE_INTERNAL_H */

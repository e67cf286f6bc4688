/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads makefiles for all configurations at once: $(CONFIG_X) has no value but is "y" on the
 * condition that X is y, "m" on the condition that it is m, and nothing otherwise; so each word of
 * each variable ends up with the condition on which it is there. Rules and recipes are passed over.
 * What is not understood ($(shell), $(call)) makes a word that holds MAKE_UNKNOWN.
 */
#ifndef TAILOR_MAKE_MAKE_H
#define TAILOR_MAKE_MAKE_H

#include "lib/intern.h"
#include "kconfig/kcond.h"

/* A character that no makefile holds. */
#define MAKE_UNKNOWN '\001'

/* $(srctree) and $(objtree): what starts so is relative to the tree's root. */
#define MAKE_TREE "\002"

/* Before a target: the variable that holds what the target is made of. */
#define MAKE_RULE "\003"

struct make_word {
	const char *s;
	const struct kcond *cond;
	uint32_t file; /* where it was assigned */
	int line;
	bool computed; /* to a variable whose name depends on the configuration */
};

struct make_words {
	struct make_word *v;
	size_t nr;
	size_t room;
};

struct make_var;

#define MAKE_BUCKETS 256

/* The variables of one makefile; what is not found is looked for in the parent. */
struct make_scope {
	struct arena ar;
	const struct make_scope *parent;
	struct make_var *buckets[MAKE_BUCKETS];
};

/* What all makefiles share. */
struct make {
	const char *tree;
	struct arena *ar;     /* conditions, which outlive the scopes */
	struct intern *names; /* symbols and files */
	struct make_scope *scope;
	uint32_t file; /* what is being read */
	int line;
	int depth;
};

/* The number of a name in m->names. */
uint32_t make_name(struct make *m, const char *s, size_t len);

/* Plain assignment, as on make's command line. */
void make_set(struct make *m, const char *name, const char *value);

/*
 * Reads tree/path into m->scope. 0, or 1 when there is no such file; memory that ran out is
 * remembered in the arenas.
 */
int make_read(struct make *m, const char *path);

bool make_defined(const struct make *m, const char *name);

/* What $(name) is; the words live as long as m->scope. */
void make_value(struct make *m, const char *name, struct make_words *out);

/* Frees the variables, for the next makefile. */
void make_scope_reset(struct make_scope *scope);

#endif /* TAILOR_MAKE_MAKE_H */

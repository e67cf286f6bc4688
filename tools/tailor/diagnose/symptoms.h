/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Symptoms: what kernels and programs say when a Kconfig symbol is missing. The format of the file
 * (kconfig/symptoms) is described in kconfig/README.md.
 */
#ifndef TAILOR_DIAGNOSE_SYMPTOMS_H
#define TAILOR_DIAGNOSE_SYMPTOMS_H

#include <stdint.h>

#include "lib/arena.h"
#include "diagnose/phrase.h"

/* Number of classes of errors ("Error: ENOSYS") that a file may have. */
#define SYMPTOM_ERRORS 32
/* Lines before and behind one that belong to it. */
#define SYMPTOM_NEAR 3

/* A phrase, and what it is part of. */
struct symptom_text {
	const char *written;
	struct phrase phrase;
	uint32_t errors; /* bits of the classes that it shows */
	uint32_t *first; /* numbers of the sayings that begin with it */
	size_t nr_first;
	uint32_t next; /* with the same anchor; UINT32_MAX: none */
};

/* One part of a saying: one of the texts, or one of the classes of errors. */
struct symptom_term {
	uint32_t *texts;
	size_t nr_texts;
	uint32_t errors;
	bool near;    /* a line near by will do */
	bool negated; /* must not be there */
};

/* A line of the file that begins with Says or Hints: all terms must hold. The first one has texts.
 */
struct symptom_saying {
	const char **symbols; /* best first; "{kind}": what the name stands for */
	size_t nr_symbols;
	struct symptom_term *terms;
	size_t nr_terms;
	bool hint; /* weak: counts where nothing else does */
	const char *written;
	int line;
};

/* What a name of a kind stands for where no tree says it. */
struct symptom_name {
	const char *kind;
	const char *name; /* a "*" at its end stands for any rest */
	const char *symbol;
	int line;
};

/* Where the tree has names of a kind: "module xt_%", "alias rtnl-link-%". */
struct symptom_kind {
	const char *name;
	const char **tree;
	size_t nr_tree;
};

/* A symbol of which nobody hears when it is missing, and why. */
struct symptom_silent {
	const char *symbol;
	const char *why;
};

struct symptoms {
	struct arena ar;
	const char *path;
	char *text; /* of the file */
	struct symptom_text *texts;
	size_t nr_texts;
	struct symptom_saying *sayings;
	size_t nr_sayings;
	struct symptom_name *names;
	size_t nr_names;
	struct symptom_kind *kinds;
	size_t nr_kinds;
	struct symptom_silent *silent;
	size_t nr_silent;
	const char *errors[SYMPTOM_ERRORS];
	uint32_t outweighs[SYMPTOM_ERRORS]; /* classes that count no more beside this one */
	size_t nr_errors;
	uint32_t *slots; /* anchor to its first text; UINT32_MAX: free */
	uint32_t mask;
};

/* -1 with *err set, naming file, line and what to do; *s is to be freed in each case. */
int symptoms_load(struct symptoms *s, const char *path, struct terr *err);
void symptoms_free(struct symptoms *s);

/* The bit of a class of errors; 0: the file has none of this name. */
uint32_t symptoms_error(const struct symptoms *s, const char *name);

/* Where the names of this kind are in a tree; NULL: the file does not say. */
const struct symptom_kind *symptoms_kind(const struct symptoms *s, const char *name);

/* A phrase that was found in a line. */
struct symptom_hit {
	uint32_t text;
	uint32_t name; /* offset of its name in the line */
	uint32_t name_len;
};

/* Called for each phrase in a line; not 0 ends the search and is returned. */
typedef int (*symptom_hit_fn)(void *arg, const struct symptom_hit *hit);

/* The line is given in small letters. */
int symptoms_find(const struct symptoms *s, const char *line, size_t len, symptom_hit_fn take,
		  void *arg);

#endif /* TAILOR_DIAGNOSE_SYMPTOMS_H */

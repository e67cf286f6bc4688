/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the Makefiles of a kernel tree build, for x86-64, and on which conditions: reads them from
 * the root down as scripts/Makefile.build does.
 */
#ifndef TAILOR_KTREE_KBUILD_H
#define TAILOR_KTREE_KBUILD_H

#include "lib/terr.h"
#include "make/make.h"

enum kbuild_kind {
	KBUILD_BUILTIN, /* obj-y, lib-y, extra-y */
	KBUILD_MODULE,	/* obj-m */
	KBUILD_IMAGE,	/* of a program of its own: boot code, vDSO, real mode */
};

/* One line of a Makefile that brings a source file in. */
struct kbuild_object {
	uint32_t source; /* "net/ipv4/tcp.c"; all names are numbers of names */
	uint32_t dir;	 /* index of the folder whose Makefile it is */
	uint32_t target; /* "foo" of foo.o as obj-y has it: the module's name */
	enum kbuild_kind kind;
	bool generated;		    /* there is no such file in the tree */
	const struct kcond *cond;   /* beside that of the folder */
	const struct kcond *whole;  /* of the target alone, without that of this part of it */
	struct kbuild_object *next; /* another way for the same source */
};

/* What sends make into a folder. */
struct kbuild_edge {
	uint32_t parent;
	bool builtin; /* its obj-y is linked into the kernel */
	const struct kcond *cond;
};

struct kbuild_dir {
	uint32_t name; /* "net/ipv4"; the root is "" */
	struct kbuild_edge *edges;
	size_t nr_edges;
	/* On which condition make comes here at all, and for built-in objects. */
	const struct kcond *any;
	const struct kcond *builtin;
};

/* A word of a Makefile that could not be told. */
struct kbuild_note {
	uint32_t file;
	int line;
	char *what;
};

struct kbuild {
	struct make make;
	struct arena ar;
	struct intern *names;
	struct make_scope global;
	struct kbuild_dir *dirs;
	size_t nr_dirs;
	/* By number of name: index of the folder + 1; first object of a source. */
	uint32_t *dir_of;
	struct kbuild_object **object_of;
	size_t nr_by_name;
	struct kbuild_object **objects; /* as they were found */
	size_t nr_objects;
	struct kbuild_note *notes;
	size_t nr_notes;
	size_t nr_makefiles;
	bool failed; /* out of memory */
};

/* names must outlive k. -1 with *err set. */
int kbuild_read(struct kbuild *k, const char *tree, struct intern *names, struct terr *err);
void kbuild_free(struct kbuild *k);

/* A built-in object of a folder that only a rule of its own brings in is part of an image. */
enum kbuild_kind kbuild_kind(const struct kbuild *k, const struct kbuild_object *o);

/* On which condition the target of an object is built as obj-y or obj-m, all lines together. */
const struct kcond *kbuild_target_cond(struct kbuild *k, const struct kbuild_object *o);

/* The first way in which this source is built; NULL: no Makefile names it. */
struct kbuild_object *kbuild_find(const struct kbuild *k, uint32_t source);

/* On which condition a source is compiled, all ways together. */
const struct kcond *kbuild_cond(struct kbuild *k, const struct kbuild_object *first);

/* "a/./b/../c" to "a/c" in place. A path that leads out of the tree keeps its "..". */
void kbuild_clean_path(char *path);

#endif /* TAILOR_KTREE_KBUILD_H */

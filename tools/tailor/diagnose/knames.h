/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What symbol a name of the kernel's world stands for: a module, a filesystem, a system call, a
 * kind of network device, a match of iptables, a path below /dev. Asks the tree where there is one,
 * then the table of the symptoms and the rules.
 */
#ifndef TAILOR_DIAGNOSE_KNAMES_H
#define TAILOR_DIAGNOSE_KNAMES_H

#include "diagnose/symptoms.h"
#include "ruleset/rules.h"

struct knames;

/* tree NULL: none. The symptoms and the rules must outlive it. NULL with *err set. */
struct knames *knames_open(const struct symptoms *s, const struct ruleset *rules, const char *tree,
			   struct terr *err);
void knames_close(struct knames *kn);

/* At most this many symbols belong to one name. */
#define KNAMES_MAX 4

struct kname {
	const char *symbol[KNAMES_MAX]; /* the nearest first */
	size_t nr;			/* 0: nobody knows the name */
	const char *where;		/* says so: a place in the tree, or NULL */
};

/*
 * The name as it stands in a line. *out is filled; what it points to lives as long as kn. -1 with
 * *err set.
 */
int knames_find(struct knames *kn, const char *kind, const char *name, size_t len,
		struct kname *out, struct terr *err);

/* The entry of the table for a path: the longest that it begins with. NULL: none. */
const struct symptom_name *knames_path(const struct knames *kn, const char *path, size_t len);

/* The same as knames_find(), but never of the tree: for a test that both agree. */
const char *knames_table(const struct knames *kn, const char *kind, const char *name);

#endif /* TAILOR_DIAGNOSE_KNAMES_H */

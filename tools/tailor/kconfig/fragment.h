/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kconfig fragments that stay whatever a log says (kconfig/floor.config, a bed): CONFIG_X=value and
 * "# CONFIG_X is not set" lines in groups; the comment right above a group is its reason; a line
 * that ends in "# optional: why", or has such a comment right above it, may be refused by Kconfig.
 */
#ifndef TAILOR_KCONFIG_FRAGMENT_H
#define TAILOR_KCONFIG_FRAGMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/terr.h"

struct frag_line {
	const char *symbol;   /* without CONFIG_ */
	const char *value;    /* n for "is not set" */
	const char *reason;   /* "" when the group has no comment */
	const char *optional; /* why it may be refused; NULL: it must come through */
	const char *file;
	int line;
};

struct fragment {
	bool repeats; /* set before: two lines about one symbol are both kept, as Kconfig takes them
		       */
	struct frag_line *v;
	size_t nr;
	size_t nr_files;
	struct frag_file *files; /* texts that the lines point into */
};

/* Adds a file; two lines about one symbol are refused unless f->repeats. *f is to be freed in each
 * case. */
int fragment_load(struct fragment *f, const char *path, struct terr *err);
void fragment_free(struct fragment *f);

/* The first line about this symbol; NULL: there is none. */
const struct frag_line *fragment_find(const struct fragment *f, const char *symbol);

#endif /* TAILOR_KCONFIG_FRAGMENT_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The #if lines of a C or assembly source: on which condition on Kconfig symbols each line is
 * compiled. CONFIG_X is known as an operand of defined() and the like only; all else is unknown.
 * What stands behind "if (IS_ENABLED(CONFIG_X))" counts as well: the compiler leaves it out.
 */
#ifndef TAILOR_KTREE_CPPCOND_H
#define TAILOR_KTREE_CPPCOND_H

#include "lib/intern.h"
#include "kconfig/kcond.h"

/* From line on, up to the next of them. */
struct cpp_range {
	int line;
	const struct kcond *cond;
};

/* #include "x.c": the text between the quotes and where it stands. */
struct cpp_include {
	int line;
	const char *name;
};

struct cpp_source {
	struct cpp_range *ranges; /* the first begins at line 1 */
	size_t nr;
	struct cpp_include *includes; /* of .c and .S files only */
	size_t nr_includes;
};

/*
 * text is len bytes; symbols become numbers of names, file is the number of the file. -1: out of
 * memory. *out is to be freed with cpp_source_free(), its conditions and names with ar.
 */
int cpp_parse(struct arena *ar, struct intern *names, uint32_t file, const char *text, size_t len,
	      struct cpp_source *out);
void cpp_source_free(struct cpp_source *s);

/* Number of the range that the line is in. */
size_t cpp_range_at(const struct cpp_source *s, int line);

/* On which condition the line is compiled. */
const struct kcond *cpp_cond_at(const struct cpp_source *s, int line);

/* The condition of one #if, for what stands behind it. */
const struct kcond *cpp_expression(struct arena *ar, struct intern *names, uint32_t file, int line,
				   const char *text, size_t len);

#endif /* TAILOR_KTREE_CPPCOND_H */

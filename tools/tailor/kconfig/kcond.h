/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Conditions on Kconfig symbols, as Makefiles and #if lines state them.
 *
 * A condition may be unknown in part (a make function, a macro of the source). Then what is known
 * of it still holds as far as logic allows: of "CONFIG_A and unknown" A is needed, of "CONFIG_A or
 * unknown" nothing is, and the opposite of the first needs nothing either.
 */
#ifndef TAILOR_KCONFIG_KCOND_H
#define TAILOR_KCONFIG_KCOND_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/arena.h"

/* The values of a symbol for which a literal holds. */
enum {
	COND_N = 1u << 0,
	COND_M = 1u << 1,
	COND_Y = 1u << 2,
	COND_ON = COND_M | COND_Y,
	COND_ANY = COND_N | COND_ON,
};

enum cond_op {
	COND_TRUE,
	COND_FALSE,
	COND_UNKNOWN,
	COND_LIT,
	COND_AND,
	COND_OR,
};

/* Names are numbers here; whoever made the condition knows which. */
struct kcond_lit {
	uint32_t symbol;
	uint32_t file; /* where it stands */
	int line;
	unsigned int values; /* COND_N, COND_M, COND_Y */
};

/* Immutable; the opposite of a condition is pushed down to its literals. */
struct kcond {
	enum cond_op op;
	struct kcond_lit lit;
	const struct kcond *a;
	const struct kcond *b;
};

extern const struct kcond cond_true;
extern const struct kcond cond_false;
extern const struct kcond cond_unknown;

/* When memory runs out the arena says so, and the condition is unknown. */
const struct kcond *kcond_lit(struct arena *ar, struct kcond_lit lit);
const struct kcond *kcond_and(struct arena *ar, const struct kcond *a, const struct kcond *b);
const struct kcond *kcond_or(struct arena *ar, const struct kcond *a, const struct kcond *b);
const struct kcond *kcond_not(struct arena *ar, const struct kcond *c);

/* Both can never hold at once; told from literals that each needs. */
bool kcond_exclude(const struct kcond *a, const struct kcond *b);
/* Some part of it is unknown. */
bool kcond_has_unknown(const struct kcond *c);

/* All clauses must hold; of a clause one literal. Without literals: never. */
struct kcond_clause {
	size_t nr;
	struct kcond_lit *lit;
};

struct kcond_cnf {
	size_t nr;
	struct kcond_clause *v;
};

/*
 * What is certainly needed for c: unknown parts, and disjunctions too long to be of use, are left
 * out. Clauses that say less than another are left out as well.
 */
void kcond_to_cnf(struct arena *ar, const struct kcond *c, struct kcond_cnf *out);

/*
 * Leaves out disjunctions that only tell y from m of symbols that another clause wants on anyway: a
 * module of two parts, X and Y, is "X on, Y on, and Y=y or X=m".
 */
void kcond_cnf_relax(struct kcond_cnf *cnf);

#endif /* TAILOR_KCONFIG_KCOND_H */

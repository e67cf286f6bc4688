/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Expressions of Kconfig: conditions and default values. A NULL expression is "always".
 *
 * The kernel's own parser reads the files, but values are worked out here: tailor plan does so for
 * hundreds of configurations that it tries, and tailor check has to say which part of an expression
 * does not hold. kconfig/tests/run compares the values with those of conf, to the last symbol.
 */
#ifndef TAILOR_KCONFIG_KEXPR_H
#define TAILOR_KCONFIG_KEXPR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/arena.h"

enum ktri { KTRI_N, KTRI_M, KTRI_Y };

enum kexpr_kind {
	KEXPR_SYMBOL,
	KEXPR_TEXT, /* a constant: y, 12, 0x1f, "words" */
	KEXPR_NOT,
	KEXPR_AND,
	KEXPR_OR,
	/* comparisons */
	KEXPR_EQ,
	KEXPR_NE,
	KEXPR_LT,
	KEXPR_LE,
	KEXPR_GT,
	KEXPR_GE,
};

struct ksym;
struct kdot;

struct kexpr {
	enum kexpr_kind kind;
	const struct kexpr *left; /* the only one of KEXPR_NOT */
	const struct kexpr *right;
	const struct ksym *sym;
	const char *text; /* KEXPR_TEXT: without quotes */
	bool quoted;
};

/* NULL: out of memory. */
const struct kexpr *kexpr_new(struct arena *a, struct kexpr e);

/* Both; each may be "always". Not 0: out of memory. */
int kexpr_and(struct arena *a, const struct kexpr *left, const struct kexpr *right,
	      const struct kexpr **out);
int kexpr_or(struct arena *a, const struct kexpr *left, const struct kexpr *right,
	     const struct kexpr **out);

static inline enum ktri ktri_min(enum ktri a, enum ktri b)
{
	return a < b ? a : b;
}

static inline enum ktri ktri_max(enum ktri a, enum ktri b)
{
	return a > b ? a : b;
}

enum ktri kexpr_value(const struct kexpr *e, const struct kdot *dot);

/* The value of a constant or a symbol as text, "" when it has none; NULL: the expression is
 * neither. */
const char *kexpr_text(const struct kexpr *e, const struct kdot *dot);

/* As Kconfig writes it. */
void kexpr_print(const struct kexpr *e, FILE *f);
/* The parts of a conjunction that are less than want. */
void kexpr_print_unmet(const struct kexpr *e, const struct kdot *dot, enum ktri want, FILE *f);
/* " (A=y, B=n)": each symbol once that stands in these parts; nothing when there is none. Not 0:
 * out of memory. */
int kexpr_print_values(const struct kexpr *e, const struct kdot *dot, enum ktri want, FILE *f);

#endif /* TAILOR_KCONFIG_KEXPR_H */

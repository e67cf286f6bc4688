/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The configuration that the kernel's own conf makes of a fragment: allnoconfig with
 * KCONFIG_ALLCONFIG.
 */
#ifndef TAILOR_KCONFIG_KCALC_H
#define TAILOR_KCONFIG_KCALC_H

#include "kconfig/kconfig.h"

/* A line of the fragment: y, m, n, a number, or a string in its quotes. */
struct kwish {
	const struct ksym *sym;
	const char *value;
};

/* NULL with *err set. What the wishes point to has to live as long as the result. */
struct kdot *kcalc(const struct kconfig *k, const struct kwish *wishes, size_t nr,
		   struct terr *err);

#endif /* TAILOR_KCONFIG_KCALC_H */

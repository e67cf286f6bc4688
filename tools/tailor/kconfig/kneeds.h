/* SPDX-License-Identifier: GPL-2.0-only */
/* What a configuration has to ask for beside a symbol, so that Kconfig lets it be on. */
#ifndef TAILOR_KCONFIG_KNEEDS_H
#define TAILOR_KCONFIG_KNEEDS_H

#include "kconfig/kconfig.h"

#define KNEEDS_MAX 64

struct kneeds {
	const struct ksym *v[KNEEDS_MAX];
	size_t nr;
};

/*
 * The symbols with a prompt without which sym cannot be on, all the way up; not those of which any
 * would do. What does not fit is left out.
 */
void ksym_needs(const struct ksym *sym, struct kneeds *out);

/* Whether a user can ask for it. */
bool ksym_has_prompt(const struct ksym *sym);

#endif /* TAILOR_KCONFIG_KNEEDS_H */

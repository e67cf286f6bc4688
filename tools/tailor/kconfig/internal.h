/* SPDX-License-Identifier: GPL-2.0-only */
/* What kconfig.c, its reader json.c and dotconfig.c share. */
#ifndef TAILOR_KCONFIG_INTERNAL_H
#define TAILOR_KCONFIG_INTERNAL_H

#include "lib/intern.h"
#include "kconfig/kconfig.h"

struct kconfig {
	struct intern names;
	struct arena arena;
	struct ksym **syms; /* by id */
	size_t nr;
	size_t room;
	uint32_t nr_choices;
	const struct ksym *modules; /* the one that says "modules"; NULL: none does */
};

/* Finds or adds a symbol. NULL: out of memory, or a name of more than 128 characters. */
struct ksym *kconfig_add(struct kconfig *k, const char *name, size_t len);

#endif /* TAILOR_KCONFIG_INTERNAL_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* What a symbol may be under a .config: a range, where a question is left open. */
#ifndef TAILOR_KCONFIG_VALUE_H
#define TAILOR_KCONFIG_VALUE_H

#include "kconfig/dotconfig.h"
#include "kconfig/kexpr.h"

/*
 * What may be seen and set: the range of the values a user could give. A symbol that may be y or n
 * but depends on m may be y as well.
 */
struct kvalue ksym_visible(const struct ksym *sym, const struct kdot *dot);
/* Any of its definitions. */
struct kvalue ksym_depends(const struct ksym *sym, const struct kdot *dot);
/* What others select it to, and imply. */
struct kvalue ksym_selected(const struct ksym *sym, const struct kdot *dot);
struct kvalue ksym_implied(const struct ksym *sym, const struct kdot *dot);
/* The value that one property asks for: of the symbol that selects, or of the default. */
struct kvalue kprop_value(const struct kprop *p, const struct kdot *dot);
/* m of a symbol that has no m is y. */
struct kvalue ksym_fit(const struct ksym *sym, const struct kdot *dot, struct kvalue v);

#endif /* TAILOR_KCONFIG_VALUE_H */

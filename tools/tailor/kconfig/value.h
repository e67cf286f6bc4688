/* SPDX-License-Identifier: GPL-2.0-only */
/* What a symbol may be under a .config. */
#ifndef TAILOR_KCONFIG_VALUE_H
#define TAILOR_KCONFIG_VALUE_H

#include "kconfig/dotconfig.h"
#include "kconfig/kexpr.h"

/*
 * What may be seen and set: the largest value a user could give. A symbol that may be y or n
 * but depends on m may be y as well.
 */
enum ktri ksym_visible(const struct ksym *sym, const struct kdot *dot);
/* Any of its definitions. */
enum ktri ksym_depends(const struct ksym *sym, const struct kdot *dot);
/* What others select it to, and imply. */
enum ktri ksym_selected(const struct ksym *sym, const struct kdot *dot);
enum ktri ksym_implied(const struct ksym *sym, const struct kdot *dot);
/* The value that one property asks for: of the symbol that selects, or of the default. */
enum ktri kprop_value(const struct kprop *p, const struct kdot *dot);
/* m of a symbol that has no m is y. */
enum ktri ksym_fit(const struct ksym *sym, const struct kdot *dot, enum ktri v);

#endif /* TAILOR_KCONFIG_VALUE_H */

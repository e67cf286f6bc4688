// SPDX-License-Identifier: GPL-2.0-only
/* What a symbol may be under a .config, from its properties. */
#include "kconfig/value.h"

struct kvalue ksym_fit(const struct ksym *sym, const struct kdot *dot, struct kvalue v)
{
	if (sym->type != KSYM_TRISTATE || !kdot_has_modules(dot)) {
		v.min = v.min == KTRI_M ? KTRI_Y : v.min;
		v.max = v.max == KTRI_M ? KTRI_Y : v.max;
	}
	return v;
}

static struct kvalue either(struct kvalue a, struct kvalue b)
{
	return (struct kvalue){ a.min > b.min ? a.min : b.min, a.max > b.max ? a.max : b.max };
}

static struct kvalue both(struct kvalue a, struct kvalue b)
{
	return (struct kvalue){ a.min < b.min ? a.min : b.min, a.max < b.max ? a.max : b.max };
}

struct kvalue ksym_visible(const struct ksym *sym, const struct kdot *dot)
{
	struct kvalue v = { KTRI_N, KTRI_N };

	kprop_each(p, sym->props, KPROP_PROMPT) v = either(v, kexpr_value(p->cond, dot));
	return ksym_fit(sym, dot, v);
}

struct kvalue ksym_depends(const struct ksym *sym, const struct kdot *dot)
{
	struct kvalue v = { KTRI_N, KTRI_N };

	for (const struct kdef *d = sym->defs; d; d = d->next)
		v = either(v, kexpr_value(d->depends, dot));
	return ksym_fit(sym, dot, v);
}

struct kvalue kprop_value(const struct kprop *p, const struct kdot *dot)
{
	struct kvalue v = kexpr_value(p->cond, dot);

	if (p->kind == KPROP_DEFAULT)
		return both(v, kexpr_value(p->value, dot));
	if (p->kind == KPROP_SELECT || p->kind == KPROP_IMPLY) {
		enum ktri tri = kdot_tri(dot, p->sym);

		return both(v, (struct kvalue){ tri, tri });
	}
	return v;
}

struct kvalue ksym_selected(const struct ksym *sym, const struct kdot *dot)
{
	struct kvalue v = { KTRI_N, KTRI_N };

	for (const struct kprop *p = sym->selected_by; p; p = p->next_of_target)
		v = either(v, kprop_value(p, dot));
	return ksym_fit(sym, dot, v);
}

struct kvalue ksym_implied(const struct ksym *sym, const struct kdot *dot)
{
	struct kvalue v = { KTRI_N, KTRI_N };

	for (const struct kprop *p = sym->implied_by; p; p = p->next_of_target)
		v = either(v, kprop_value(p, dot));
	return ksym_fit(sym, dot, v);
}

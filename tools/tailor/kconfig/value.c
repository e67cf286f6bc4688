// SPDX-License-Identifier: GPL-2.0-only
/* What a symbol may be under a .config, from its properties. */
#include "kconfig/value.h"

enum ktri ksym_fit(const struct ksym *sym, const struct kdot *dot, enum ktri v)
{
	bool has_m = sym->type == KSYM_TRISTATE && kdot_has_modules(dot);

	return v == KTRI_M && !has_m ? KTRI_Y : v;
}

enum ktri ksym_visible(const struct ksym *sym, const struct kdot *dot)
{
	enum ktri v = KTRI_N;

	kprop_each(p, sym->props, KPROP_PROMPT) v = ktri_max(v, kexpr_value(p->cond, dot));
	return ksym_fit(sym, dot, v);
}

enum ktri ksym_depends(const struct ksym *sym, const struct kdot *dot)
{
	enum ktri v = KTRI_N;

	for (const struct kdef *d = sym->defs; d; d = d->next)
		v = ktri_max(v, kexpr_value(d->depends, dot));
	return ksym_fit(sym, dot, v);
}

enum ktri kprop_value(const struct kprop *p, const struct kdot *dot)
{
	enum ktri v = kexpr_value(p->cond, dot);

	if (p->kind == KPROP_DEFAULT)
		return ktri_min(v, kexpr_value(p->value, dot));
	if (p->kind == KPROP_SELECT || p->kind == KPROP_IMPLY)
		return ktri_min(v, kdot_tri(dot, p->sym));
	return v;
}

static enum ktri any_of(const struct kprop *list, const struct kdot *dot)
{
	enum ktri v = KTRI_N;

	for (const struct kprop *p = list; p; p = p->next_of_target)
		v = ktri_max(v, kprop_value(p, dot));
	return v;
}

enum ktri ksym_selected(const struct ksym *sym, const struct kdot *dot)
{
	return ksym_fit(sym, dot, any_of(sym->selected_by, dot));
}

enum ktri ksym_implied(const struct ksym *sym, const struct kdot *dot)
{
	return ksym_fit(sym, dot, any_of(sym->implied_by, dot));
}

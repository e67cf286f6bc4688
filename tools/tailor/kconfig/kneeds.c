// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "kconfig/kneeds.h"

bool ksym_has_prompt(const struct ksym *sym)
{
	return kprop_next(sym->props, KPROP_PROMPT);
}

static bool has(const struct kneeds *n, const struct ksym *sym)
{
	for (size_t i = 0; i < n->nr; i++)
		if (n->v[i] == sym)
			return true;
	return false;
}

/* "X" or "X=y": the symbol that has to be on; NULL: another expression. */
static const struct ksym *asks_for(const struct kexpr *e)
{
	if (e->kind == KEXPR_SYMBOL)
		return e->sym;
	if (e->kind == KEXPR_EQ && e->left->kind == KEXPR_SYMBOL && e->right->kind == KEXPR_TEXT &&
	    !strcmp(e->right->text, "y"))
		return e->left->sym;
	return NULL;
}

static void add_parts(const struct kexpr *e, struct kneeds *out)
{
	const struct ksym *sym;

	if (!e)
		return;
	if (e->kind == KEXPR_AND) {
		add_parts(e->left, out);
		add_parts(e->right, out);
		return;
	}
	sym = asks_for(e);
	if (!sym || !sym->defs || has(out, sym) || out->nr == KNEEDS_MAX)
		return;
	/* one without a prompt is on by itself where its own dependencies hold, or is selected */
	if (ksym_has_prompt(sym))
		out->v[out->nr++] = sym;
	else if (sym->selected_by)
		return;
	ksym_needs(sym, out);
}

void ksym_needs(const struct ksym *sym, struct kneeds *out)
{
	/* of several definitions any would do */
	if (sym->defs && !sym->defs->next)
		add_parts(sym->defs->depends, out);
}

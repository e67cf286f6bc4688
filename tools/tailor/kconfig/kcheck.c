// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "lib/lines.h"
#include "kconfig/kcheck.h"
#include "kconfig/value.h"

const char *const kverdict_names[NR_KVERDICTS] = {
	[KV_MATCH] = "match",
	[KV_OVERRIDDEN] = "overridden",
	[KV_UNKNOWN] = "unknown symbol",
	[KV_UNMET] = "unmet dependency",
	[KV_FORCED] = "forced",
	[KV_OTHER_CHOICE] = "other choice",
	[KV_NO_PROMPT] = "no prompt",
	[KV_NOT_TAKEN] = "not taken over",
	[KV_ASKED] = "asked for",
	[KV_SELECTED] = "selected",
	[KV_IMPLIED] = "implied",
	[KV_DEFAULT] = "default",
	[KV_CHOICE] = "choice",
	[KV_UNEXPLAINED] = "not explained",
	[KV_REMOVED] = "removed",
	[KV_NOT_ASKED] = "not asked for",
	[KV_NOT_SELECTED] = "not selected",
	[KV_DEFAULT_GONE] = "default gone",
};

void kfinding_free(struct kfinding *f)
{
	free(f->why);
	free(f->names);
	*f = (struct kfinding){ 0 };
}

/* An answer in the making. */
struct kcheck_answer {
	struct kfinding *out;
	FILE *f; /* writes out->why */
	size_t len;
	bool failed;
};

static int answer_open(struct kcheck_answer *a, struct kfinding *out)
{
	*out = (struct kfinding){ .verdict = KV_UNEXPLAINED };
	*a = (struct kcheck_answer){ .out = out };
	a->f = open_memstream(&out->why, &a->len);
	return a->f ? 0 : -1;
}

static int answer_close(struct kcheck_answer *a)
{
	if (fflush(a->f) || ferror(a->f))
		a->failed = true;
	fclose(a->f);
	return a->failed ? -1 : 0;
}

static void blame(struct kcheck_answer *a, const char *name)
{
	const char **names = array_grow(a->out->names, a->out->nr_names, sizeof(*names));

	if (!names) {
		a->failed = true;
		return;
	}
	a->out->names = names;
	names[a->out->nr_names++] = name;
	fprintf(a->f, "%s%s", a->out->nr_names > 1 ? ", " : "", name);
}

static bool is_blamed(const struct kcheck_answer *a, const char *name)
{
	for (size_t i = 0; i < a->out->nr_names; i++)
		if (!strcmp(a->out->names[i], name))
			return true;
	return false;
}

static bool has_prompt(const struct ksym *sym)
{
	return kprop_next(sym->props, KPROP_PROMPT);
}

static bool is_tri(const struct ksym *sym)
{
	return sym->type == KSYM_BOOL || sym->type == KSYM_TRISTATE;
}

/* --- who is to blame --- */

/* Those whose value is not n. */
static void blame_all(struct kcheck_answer *a, const struct kprop *list, const struct kdot *dot)
{
	for (const struct kprop *p = list; p; p = p->next_of_target)
		if (kprop_value(p, dot) != KTRI_N && !is_blamed(a, p->sym->name))
			blame(a, p->sym->name);
}

/* Another member of its choice, which is on, if there is one. */
static bool blame_member(struct kcheck_answer *a, const struct ksym *sym, const struct kdot *dot)
{
	const struct ksym *m = sym->choice ? sym->choice->members : NULL;

	while (m && (m == sym || kdot_tri(dot, m) == KTRI_N))
		m = m->next_member;
	if (!m)
		return false;
	blame(a, m->name);
	fputs("=y", a->f);
	return true;
}

/* The default that Kconfig takes: the first whose condition holds. NULL: there is none. */
static const struct kprop *taken_default(const struct ksym *sym, const struct kdot *dot)
{
	kprop_each(p, sym->props, KPROP_DEFAULT) if (kexpr_value(p->cond, dot) != KTRI_N) return p;
	return NULL;
}

static bool same_number(const char *a, const char *b)
{
	char *end_a;
	char *end_b;
	unsigned long long x = strtoull(a, &end_a, 0);
	unsigned long long y = strtoull(b, &end_b, 0);

	return *a && *b && !*end_a && !*end_b && x == y;
}

/* Whether the text of e may be the symbol's value. */
static bool may_be(const struct kexpr *e, const struct ksym *sym, const struct kdot *dot)
{
	const char *text = kexpr_text(e, dot);
	const char *value = kdot_text(dot, sym);

	return !text || !strcmp(text, value) || same_number(text, value);
}

static bool gives_value(const struct kprop *p, const struct ksym *sym, const struct kdot *dot)
{
	if (is_tri(sym))
		return ksym_fit(sym, dot, kprop_value(p, dot)) >= kdot_tri(dot, sym);
	return may_be(p->value, sym, dot);
}

/* The default, if it gives the symbol its value. */
static const struct kprop *default_of(const struct ksym *sym, const struct kdot *dot)
{
	const struct kprop *p = taken_default(sym, dot);

	return p && gives_value(p, sym, dot) ? p : NULL;
}

/* An end of a range that holds is the value. */
static const struct kprop *range_of(const struct ksym *sym, const struct kdot *dot)
{
	kprop_each(p, sym->props, KPROP_RANGE) if (kexpr_value(p->cond, dot) != KTRI_N &&
						   (may_be(p->value, sym, dot) ||
						    may_be(p->high, sym, dot))) return p;
	return NULL;
}

/* The default of a choice that can be seen. */
static bool is_choice_default(const struct ksym *sym, const struct kdot *dot)
{
	kprop_each(p, sym->choice->props, KPROP_DEFAULT)
	{
		const struct ksym *target = p->value->kind == KEXPR_SYMBOL ? p->value->sym : NULL;

		if (target == sym && kexpr_value(p->cond, dot) != KTRI_N)
			return true;
	}
	return false;
}

/* It is on because one member has to be, and nobody asked for another one. */
static bool is_chosen(struct kcheck_answer *a, const struct ksym *sym, const struct kdot *dot)
{
	const struct kchoice *c = sym->choice;

	if (!c || c->optional || ksym_visible(sym, dot) == KTRI_N)
		return false;
	fprintf(a->f,
		is_choice_default(sym, dot) ? "the default of its choice (%s:%d)"
					    : "one of its choice has to be on (%s:%d)",
		c->file, c->line);
	return true;
}

/* --- settings --- */

/* What the compiler or the shell answered is a plain n in an expression. */
static bool has_answer(const struct kexpr *e)
{
	if (!e)
		return false;
	if (e->kind == KEXPR_AND)
		return has_answer(e->left) || has_answer(e->right);
	return e->kind == KEXPR_TEXT && !strcmp(e->text, "n");
}

/* The parts of e, of file:line, that do not hold, with the values in them. */
static void tell_unmet(struct kcheck_answer *a, const struct kexpr *e, const struct kdot *dot,
		       enum ktri want, const char *file, int line)
{
	kexpr_print_unmet(e, dot, want, a->f);
	if (kexpr_print_values(e, dot, want, a->f))
		a->failed = true;
	if (has_answer(e))
		fprintf(a->f, " (an answer of the compiler or the shell, see %s:%d)", file, line);
}

/* Any of the definitions would do. */
static void why_unmet(struct kcheck_answer *a, const struct ksym *sym, const struct kdot *dot,
		      enum ktri want)
{
	for (const struct kdef *d = sym->defs; d; d = d->next) {
		tell_unmet(a, d->depends, dot, want, d->file, d->line);
		fputs(d->next ? ", or " : "", a->f);
	}
}

static enum kverdict why_hidden(struct kcheck_answer *a, const struct ksym *sym,
				const struct kdot *dot, enum ktri want)
{
	const struct kprop *p = kprop_next(sym->props, KPROP_PROMPT);

	fputs("the prompt is hidden: ", a->f);
	tell_unmet(a, p->cond, dot, want, p->file, p->line);
	return KV_UNMET;
}

static enum kverdict why_not_taken(struct kcheck_answer *a, const struct ksym *sym)
{
	fprintf(a->f, "nothing speaks against it (%s:%d)", sym->defs->file, sym->defs->line);
	return KV_NOT_TAKEN;
}

static enum kverdict why_off(struct kcheck_answer *a, const struct ksym *sym,
			     const struct kdot *dot, enum ktri want)
{
	if (ksym_depends(sym, dot) < want) {
		why_unmet(a, sym, dot, want);
		return KV_UNMET;
	}
	if (blame_member(a, sym, dot))
		return KV_OTHER_CHOICE;
	if (!has_prompt(sym)) {
		fprintf(a->f, "only selects and its default set it (%s:%d)", sym->defs->file,
			sym->defs->line);
		return KV_NO_PROMPT;
	}
	if (ksym_visible(sym, dot) < want)
		return why_hidden(a, sym, dot, want);
	return why_not_taken(a, sym);
}

static enum kverdict why_on(struct kcheck_answer *a, const struct ksym *sym, const struct kdot *dot)
{
	const struct kdef *d = sym->defs;

	if (ksym_selected(sym, dot) != KTRI_N) {
		fputs("selected by ", a->f);
		blame_all(a, sym->selected_by, dot);
		return KV_FORCED;
	}
	if (is_chosen(a, sym, dot))
		return KV_FORCED;
	if (ksym_implied(sym, dot) != KTRI_N && !default_of(sym, dot)) {
		fputs("implied by ", a->f);
		blame_all(a, sym->implied_by, dot);
		return KV_FORCED;
	}
	if (!has_prompt(sym)) {
		fprintf(a->f, "on by its own default, it has no prompt (%s:%d)", d->file, d->line);
		return KV_FORCED;
	}
	if (ksym_visible(sym, dot) == KTRI_N) {
		fprintf(a->f, "the prompt is hidden, so its default holds (%s:%d)", d->file,
			d->line);
		return KV_FORCED;
	}
	return why_not_taken(a, sym);
}

/* Numbers and strings. */
static enum kverdict why_other(struct kcheck_answer *a, const struct ksym *sym,
			       const struct kdot *dot)
{
	const struct kdef *d = sym->defs;

	if (!is_tri(sym) && ksym_depends(sym, dot) != KTRI_N && has_prompt(sym)) {
		if (ksym_visible(sym, dot) == KTRI_N) {
			fprintf(a->f, "the prompt is hidden, so its default holds (%s:%d)", d->file,
				d->line);
			return KV_FORCED;
		}
		kprop_each(p, sym->props, KPROP_RANGE)
		{
			fputs("its range is ", a->f);
			kexpr_print(p->value, a->f);
			fputs(" to ", a->f);
			kexpr_print(p->high, a->f);
			fprintf(a->f, " (%s:%d)", p->file, p->line);
			return KV_NOT_TAKEN;
		}
	}
	return why_off(a, sym, dot, KTRI_M);
}

/* Built in, but a module was asked for. */
static enum kverdict why_no_module(struct kcheck_answer *a, const struct ksym *sym,
				   const struct kdot *dot)
{
	if (sym->type == KSYM_TRISTATE && kdot_has_modules(dot))
		return why_on(a, sym, dot);
	fputs(sym->type == KSYM_TRISTATE ? "the kernel has no modules" : "it cannot be a module",
	      a->f);
	return KV_FORCED;
}

/* What the dependencies must be for the value; m is enough where there is no m. */
static enum ktri enough(const struct ksym *sym, const struct kdot *dot, const char *asked)
{
	bool has_m = sym->type == KSYM_TRISTATE && kdot_has_modules(dot);

	return has_m && !strcmp(asked, "y") ? KTRI_Y : KTRI_M;
}

int kcheck_setting(const struct kconfig *k, const struct kdot *dot, const struct ksym *sym,
		   const char *name, const char *asked, struct kfinding *out)
{
	const char *got = sym ? kdot_shown(dot, sym) : "n";
	const struct ksym *near;
	struct kcheck_answer a;

	if (answer_open(&a, out))
		return -1;
	if (!strcmp(got, asked)) {
		out->verdict = KV_MATCH;
	} else if (!sym || !sym->defs) {
		near = kconfig_nearest(k, name);
		fputs("no Kconfig file of the tree defines it", a.f);
		if (near) {
			fputs("; is it ", a.f);
			blame(&a, near->name);
			fputc('?', a.f);
		}
		out->verdict = KV_UNKNOWN;
	} else if (!strcmp(asked, "n")) {
		out->verdict = why_on(&a, sym, dot);
	} else if (is_tri(sym) && !strcmp(asked, "m") && !strcmp(got, "y")) {
		out->verdict = why_no_module(&a, sym, dot);
	} else if (is_tri(sym)) {
		out->verdict = why_off(&a, sym, dot, enough(sym, dot, asked));
	} else {
		out->verdict = why_other(&a, sym, dot);
	}
	return answer_close(&a);
}

/* --- symbols that have a value --- */

static void print_default(struct kcheck_answer *a, const struct kprop *p)
{
	kexpr_print(p->value, a->f);
	if (p->own_if) {
		fputs(" if ", a->f);
		kexpr_print(p->own_if, a->f);
	}
}

static void why_default(struct kcheck_answer *a, const struct ksym *sym, const struct kdot *dot,
			const struct kprop *p)
{
	print_default(a, p);
	if (!has_prompt(sym))
		fputs(", it has no prompt", a->f);
	else if (ksym_visible(sym, dot) == KTRI_N)
		fputs(", the prompt is hidden", a->f);
	else
		fputs(", nobody asked", a->f);
	fprintf(a->f, " (%s:%d)", p->file, p->line);
}

/* The least that Kconfig lets a bool or tristate be. */
static enum ktri least(const struct ksym *sym, const struct kdot *dot)
{
	enum ktri selected = ksym_selected(sym, dot);
	const struct kprop *p = taken_default(sym, dot);
	enum ktri v;

	/* another member of its choice may be on, whoever selects this one */
	if (sym->choice)
		return KTRI_N;
	/* what can be seen can be set to n */
	if (ksym_visible(sym, dot) != KTRI_N)
		return selected;
	v = p ? ksym_fit(sym, dot, kprop_value(p, dot)) : KTRI_N;
	v = ktri_max(v, ktri_min(ksym_implied(sym, dot), ksym_depends(sym, dot)));
	return ktri_max(v, selected);
}

static enum kverdict why_less(struct kcheck_answer *a, const struct ksym *sym,
			      const struct kdot *dot)
{
	const struct kprop *p;

	fputs(kdot_value(dot, sym) ? "it could not be m: " : "it could not be off: ", a->f);
	if (ksym_selected(sym, dot) > kdot_tri(dot, sym)) {
		fputs("selected by ", a->f);
		blame_all(a, sym->selected_by, dot);
		return KV_UNEXPLAINED;
	}
	p = taken_default(sym, dot);
	if (p) {
		fputs("default ", a->f);
		why_default(a, sym, dot, p);
	} else {
		fputs("implied by ", a->f);
		blame_all(a, sym->implied_by, dot);
	}
	return KV_UNEXPLAINED;
}

static enum kverdict why_tri(struct kcheck_answer *a, const struct ksym *sym,
			     const struct kdot *dot)
{
	enum ktri value = kdot_tri(dot, sym);
	const struct kprop *p;

	if (is_chosen(a, sym, dot))
		return KV_CHOICE;
	if (ksym_selected(sym, dot) >= value) {
		blame_all(a, sym->selected_by, dot);
		return KV_SELECTED;
	}
	p = default_of(sym, dot);
	if (p) {
		why_default(a, sym, dot, p);
		return KV_DEFAULT;
	}
	if (ksym_implied(sym, dot) >= value && ksym_depends(sym, dot) >= value) {
		blame_all(a, sym->implied_by, dot);
		return KV_IMPLIED;
	}
	return KV_UNEXPLAINED;
}

static enum kverdict why_text(struct kcheck_answer *a, const struct ksym *sym,
			      const struct kdot *dot)
{
	const struct kprop *p = default_of(sym, dot);

	if (p) {
		why_default(a, sym, dot, p);
		return KV_DEFAULT;
	}
	p = range_of(sym, dot);
	if (p) {
		fputs("an end of its range, ", a->f);
		kexpr_print(p->value, a->f);
		fputs(" to ", a->f);
		kexpr_print(p->high, a->f);
		fprintf(a->f, " (%s:%d)", p->file, p->line);
		return KV_DEFAULT;
	}
	if (!*kdot_text(dot, sym) && ksym_depends(sym, dot) != KTRI_N) {
		fputs("empty, it has no default", a->f);
		return KV_DEFAULT;
	}
	return KV_UNEXPLAINED;
}

static void why_not_possible(struct kcheck_answer *a, const struct ksym *sym,
			     const struct kdot *dot)
{
	if (ksym_depends(sym, dot) == KTRI_N) {
		fputs("nothing selects it, and what it depends on is off: ", a->f);
		why_unmet(a, sym, dot, KTRI_M);
	} else if (!is_tri(sym)) {
		fputs("nobody asked for it, and it is not its default", a->f);
	} else if (has_prompt(sym)) {
		fputs("nobody asked for it, nothing selects it, and its default does not hold",
		      a->f);
	} else {
		fputs("nothing selects it, its default does not hold, and it has no prompt", a->f);
	}
}

int kcheck_symbol(const struct kdot *dot, const struct ksym *sym, bool asked, struct kfinding *out)
{
	struct kcheck_answer a;

	if (answer_open(&a, out))
		return -1;
	if (is_tri(sym) && kdot_tri(dot, sym) < least(sym, dot))
		out->verdict = why_less(&a, sym, dot);
	else if (!kdot_value(dot, sym))
		out->verdict = KV_MATCH;
	else if (!sym->defs)
		fputs("no Kconfig file of the tree defines it", a.f);
	else if (asked && (!is_tri(sym) || ksym_visible(sym, dot) >= kdot_tri(dot, sym)))
		out->verdict = KV_ASKED;
	else
		out->verdict = is_tri(sym) ? why_tri(&a, sym, dot) : why_text(&a, sym, dot);
	if (sym->defs && out->verdict == KV_UNEXPLAINED && !ftell(a.f))
		why_not_possible(&a, sym, dot);
	return answer_close(&a);
}

/* --- symbols that only stock has --- */

static bool blame_selectors_gone(struct kcheck_answer *a, const struct ksym *sym,
				 const struct kdot *dot, const struct kdot *stock)
{
	bool any = false;

	for (const struct kprop *p = sym->selected_by; p; p = p->next_of_target)
		if (kprop_value(p, stock) != KTRI_N && kprop_value(p, dot) == KTRI_N &&
		    !is_blamed(a, p->sym->name)) {
			blame(a, p->sym->name);
			any = true;
		}
	return any;
}

static enum kverdict why_gone(struct kcheck_answer *a, const struct ksym *sym,
			      const struct kdot *dot, const struct kdot *stock)
{
	const struct kprop *p;

	if (ksym_depends(sym, dot) == KTRI_N) {
		why_unmet(a, sym, dot, KTRI_M);
		return KV_UNMET;
	}
	if (blame_member(a, sym, dot))
		return KV_OTHER_CHOICE;
	if (ksym_visible(sym, dot) != KTRI_N)
		return KV_NOT_ASKED;
	if (blame_selectors_gone(a, sym, dot, stock))
		return KV_NOT_SELECTED;
	p = taken_default(sym, stock);
	if (p)
		print_default(a, p);
	return KV_DEFAULT_GONE;
}

int kcheck_absent(const struct kdot *dot, const struct kdot *stock, const struct ksym *sym,
		  bool removed, struct kfinding *out)
{
	struct kcheck_answer a;

	if (answer_open(&a, out))
		return -1;
	if (removed) {
		out->verdict = KV_REMOVED;
	} else if (!sym->defs) {
		fputs("no Kconfig file of the tree defines it", a.f);
		out->verdict = KV_UNKNOWN;
	} else {
		out->verdict = why_gone(&a, sym, dot, stock);
	}
	return answer_close(&a);
}

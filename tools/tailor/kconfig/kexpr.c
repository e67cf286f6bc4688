// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "lib/lines.h"
#include "kconfig/dotconfig.h"
#include "kconfig/kexpr.h"

const struct kexpr *kexpr_new(struct arena *a, struct kexpr e)
{
	struct kexpr *copy = arena_alloc(a, sizeof(*copy));

	if (copy)
		*copy = e;
	return copy;
}

int kexpr_and(struct arena *a, const struct kexpr *left, const struct kexpr *right,
	      const struct kexpr **out)
{
	if (!left || !right) {
		*out = left ? left : right;
		return 0;
	}
	*out = kexpr_new(a, (struct kexpr){ .kind = KEXPR_AND, .left = left, .right = right });
	return *out ? 0 : -1;
}

int kexpr_or(struct arena *a, const struct kexpr *left, const struct kexpr *right,
	     const struct kexpr **out)
{
	*out = NULL;
	if (!left || !right)
		return 0;
	*out = kexpr_new(a, (struct kexpr){ .kind = KEXPR_OR, .left = left, .right = right });
	return *out ? 0 : -1;
}

/* --- values --- */

static enum ktri tri_of(const char *text)
{
	return !strcmp(text, "y") ? KTRI_Y : !strcmp(text, "m") ? KTRI_M : KTRI_N;
}

const char *kexpr_text(const struct kexpr *e, const struct kdot *dot)
{
	if (e->kind == KEXPR_TEXT)
		return e->text;
	return e->kind == KEXPR_SYMBOL ? kdot_text(dot, e->sym) : NULL;
}

enum compared { AS_STRING, AS_NUMBER };

/* Kconfig compares as numbers what are numbers on both sides; n, m and y of a bool are 0 to 2. */
static enum compared number_of(const struct kexpr *e, const char *text, long long *number)
{
	enum ksym_type type = e->kind == KEXPR_SYMBOL ? e->sym->type : KSYM_UNKNOWN;
	static const char letters[] = "nmy";
	char *end;

	if (text[0] && !text[1] && strchr(letters, *text)) {
		*number = strchr(letters, *text) - letters;
		return AS_NUMBER;
	}
	*number = strtoll(text, &end, type == KSYM_HEX ? 16 : type == KSYM_INT ? 10 : 0);
	return *text && !*end ? AS_NUMBER : AS_STRING;
}

static int compare(const struct kexpr *e, const char *left, const char *right)
{
	long long a;
	long long b;

	if (number_of(e->left, left, &a) == AS_STRING ||
	    number_of(e->right, right, &b) == AS_STRING)
		return strcmp(left, right);
	return (a > b) - (a < b);
}

static enum ktri comparison(const struct kexpr *e, const struct kdot *dot)
{
	const char *left = kexpr_text(e->left, dot);
	const char *right = kexpr_text(e->right, dot);
	int order;
	bool holds;

	if (!left || !right)
		return KTRI_Y;
	order = compare(e, left, right);
	switch (e->kind) {
	case KEXPR_EQ:
		holds = !order;
		break;
	case KEXPR_NE:
		holds = order;
		break;
	case KEXPR_LT:
		holds = order < 0;
		break;
	case KEXPR_LE:
		holds = order <= 0;
		break;
	case KEXPR_GT:
		holds = order > 0;
		break;
	default:
		holds = order >= 0;
		break;
	}
	return holds ? KTRI_Y : KTRI_N;
}

enum ktri kexpr_value(const struct kexpr *e, const struct kdot *dot)
{
	if (!e)
		return KTRI_Y;
	switch (e->kind) {
	case KEXPR_SYMBOL:
		return kdot_tri(dot, e->sym);
	case KEXPR_TEXT:
		return tri_of(e->text);
	case KEXPR_NOT:
		return KTRI_Y - kexpr_value(e->left, dot);
	case KEXPR_AND:
		return ktri_min(kexpr_value(e->left, dot), kexpr_value(e->right, dot));
	case KEXPR_OR:
		return ktri_max(kexpr_value(e->left, dot), kexpr_value(e->right, dot));
	default:
		return comparison(e, dot);
	}
}

/* --- printing --- */

static const char *const operators[] = {
	[KEXPR_AND] = " && ", [KEXPR_OR] = " || ", [KEXPR_EQ] = " = ", [KEXPR_NE] = " != ",
	[KEXPR_LT] = " < ",   [KEXPR_LE] = " <= ", [KEXPR_GT] = " > ", [KEXPR_GE] = " >= ",
};

static void print_inner(const struct kexpr *e, bool in_parentheses, FILE *f)
{
	if (in_parentheses)
		fputc('(', f);
	kexpr_print(e, f);
	if (in_parentheses)
		fputc(')', f);
}

void kexpr_print(const struct kexpr *e, FILE *f)
{
	if (!e) {
		fputs("y", f);
		return;
	}
	switch (e->kind) {
	case KEXPR_SYMBOL:
		fputs(e->sym->name, f);
		return;
	case KEXPR_TEXT:
		fprintf(f, e->quoted ? "\"%s\"" : "%s", e->text);
		return;
	case KEXPR_NOT:
		fputc('!', f);
		print_inner(e->left, e->left->kind > KEXPR_NOT, f);
		return;
	default:
		print_inner(e->left, e->kind == KEXPR_AND && e->left->kind == KEXPR_OR, f);
		fputs(operators[e->kind], f);
		print_inner(e->right, e->kind == KEXPR_AND && e->right->kind == KEXPR_OR, f);
	}
}

static bool is_unmet(const struct kexpr *e, const struct kdot *dot, enum ktri want)
{
	return kexpr_value(e, dot) < want;
}

static void print_parts(const struct kexpr *e, const struct kdot *dot, enum ktri want, bool *more,
			FILE *f)
{
	if (!e || !is_unmet(e, dot, want))
		return;
	if (e->kind == KEXPR_AND) {
		print_parts(e->left, dot, want, more, f);
		print_parts(e->right, dot, want, more, f);
		return;
	}
	if (*more)
		fputs(" && ", f);
	print_inner(e, e->kind == KEXPR_OR && *more, f);
	*more = true;
}

void kexpr_print_unmet(const struct kexpr *e, const struct kdot *dot, enum ktri want, FILE *f)
{
	bool more = false;

	print_parts(e, dot, want, &more, f);
}

struct printed {
	const struct ksym **v;
	size_t nr;
};

static int print_symbol(const struct ksym *sym, const struct kdot *dot, struct printed *p, FILE *f)
{
	const struct ksym **v;

	for (size_t i = 0; i < p->nr; i++)
		if (p->v[i] == sym)
			return 0;
	v = array_grow(p->v, p->nr, sizeof(const struct ksym *));
	if (!v)
		return -1;
	p->v = v;
	v[p->nr++] = sym;
	fprintf(f, "%s%s=%s", p->nr > 1 ? ", " : " (", sym->name, kdot_shown(dot, sym));
	return 0;
}

static int print_symbols(const struct kexpr *e, const struct kdot *dot, struct printed *p, FILE *f)
{
	if (!e)
		return 0;
	if (e->kind == KEXPR_SYMBOL)
		return print_symbol(e->sym, dot, p, f);
	return print_symbols(e->left, dot, p, f) || print_symbols(e->right, dot, p, f) ? -1 : 0;
}

static int print_values_of_parts(const struct kexpr *e, const struct kdot *dot, enum ktri want,
				 struct printed *p, FILE *f)
{
	if (!e || !is_unmet(e, dot, want))
		return 0;
	if (e->kind != KEXPR_AND)
		return print_symbols(e, dot, p, f);
	if (print_values_of_parts(e->left, dot, want, p, f))
		return -1;
	return print_values_of_parts(e->right, dot, want, p, f);
}

int kexpr_print_values(const struct kexpr *e, const struct kdot *dot, enum ktri want, FILE *f)
{
	struct printed p = { 0 };
	int rc = print_values_of_parts(e, dot, want, &p, f);

	if (p.nr)
		fputc(')', f);
	free(p.v);
	return rc;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Values as scripts/kconfig/symbol.c works them out, in the state that conf is in after it has read
 * a fragment and answered every other question with no. Tests compare it with conf itself.
 */
#include <stdlib.h>
#include <string.h>

#include "kconfig/dotconfig.h"
#include "kconfig/kcalc.h"

struct choice_state {
	bool known;
	enum ktri value;
	enum ktri asked;
	const struct ksym *asked_on;
	const struct ksym *on;
};

struct calc {
	const struct kconfig *k;
	struct kdot *dot;
	const char **asked; /* by the id of the symbol; NULL: not in the fragment */
	bool *known;	    /* the same; also while it is worked out */
	struct choice_state *choices;
};

static void calc_symbol(struct calc *c, const struct ksym *sym);

static void calc_symbols_of(struct calc *c, const struct kexpr *e)
{
	if (!e)
		return;
	if (e->kind == KEXPR_SYMBOL) {
		calc_symbol(c, e->sym);
		return;
	}
	calc_symbols_of(c, e->left);
	calc_symbols_of(c, e->right);
}

static enum ktri value_of(struct calc *c, const struct kexpr *e)
{
	calc_symbols_of(c, e);
	return kexpr_value(e, c->dot);
}

static bool is_tri(const struct ksym *sym)
{
	return sym->type == KSYM_BOOL || sym->type == KSYM_TRISTATE;
}

static enum ktri tri_by_name(const char *s)
{
	return !strcmp(s, "y") ? KTRI_Y : !strcmp(s, "m") ? KTRI_M : KTRI_N;
}

/* m where there is no m. */
static enum ktri rounded(const struct calc *c, enum ksym_type type, enum ktri v)
{
	bool has_m = type == KSYM_TRISTATE && kdot_has_modules(c->dot);

	return v == KTRI_M && !has_m ? KTRI_Y : v;
}

static enum ktri any_prompt(struct calc *c, const struct kprop *props)
{
	enum ktri v = KTRI_N;

	kprop_each(p, props, KPROP_PROMPT) v = ktri_max(v, value_of(c, p->cond));
	return v;
}

/* The choice that it is a member of is worked out before. */
static enum ktri visible(struct calc *c, const struct ksym *sym)
{
	enum ktri v = any_prompt(c, sym->props);

	if (sym->choice) {
		enum ktri choice = c->choices[sym->choice->id].value;

		v = ktri_min(v, choice);
		if (sym->type == KSYM_TRISTATE && v == KTRI_M && choice == KTRI_Y)
			v = KTRI_N;
		if (sym->type != KSYM_TRISTATE && sym->choice->type == KSYM_TRISTATE &&
		    choice != KTRI_Y)
			v = KTRI_N;
	}
	return rounded(c, sym->type, v);
}

/* --- choices --- */

static const struct ksym *default_member(struct calc *c, const struct kchoice *choice)
{
	kprop_each(p, choice->props,
		   KPROP_DEFAULT) if (value_of(c, p->cond) != KTRI_N && p->target &&
				      visible(c, p->target) != KTRI_N) return p->target;
	for (const struct ksym *m = choice->members; m; m = m->next_member)
		if (visible(c, m) != KTRI_N)
			return m;
	return NULL;
}

static void calc_choice(struct calc *c, const struct kchoice *choice)
{
	struct choice_state *s = &c->choices[choice->id];
	enum ktri seen;
	enum ktri v;

	if (s->known)
		return;
	s->known = true;
	seen = any_prompt(c, choice->props);
	v = ktri_min(s->asked, rounded(c, choice->type, seen));
	if (!choice->optional)
		v = ktri_max(v, ktri_min(seen, KTRI_M));
	s->value = rounded(c, choice->type, v);
	if (s->value != KTRI_Y)
		return;
	s->on = s->asked_on && visible(c, s->asked_on) != KTRI_N ? s->asked_on
								 : default_member(c, choice);
	if (!s->on)
		s->value = KTRI_N;
}

/* --- bool and tristate --- */

static enum ktri reverse(struct calc *c, const struct ksym *sym, const struct kprop *list)
{
	enum ktri v = KTRI_N;

	for (const struct kprop *p = list; p; p = p->next_of_target) {
		calc_symbol(c, p->sym);
		v = ktri_max(v, ktri_min(kdot_tri(c->dot, p->sym), value_of(c, p->cond)));
	}
	return rounded(c, sym->type, v);
}

static enum ktri direct(struct calc *c, const struct ksym *sym)
{
	enum ktri v = KTRI_N;

	for (const struct kdef *d = sym->defs; d; d = d->next)
		v = ktri_max(v, value_of(c, d->depends));
	return rounded(c, sym->type, v);
}

static enum ktri by_default(struct calc *c, const struct ksym *sym, enum ktri implied)
{
	enum ktri v = KTRI_N;

	kprop_each(p, sym->props, KPROP_DEFAULT)
	{
		enum ktri holds = value_of(c, p->cond);

		if (holds == KTRI_N)
			continue;
		v = ktri_min(value_of(c, p->value), holds);
		break;
	}
	return implied == KTRI_N ? v : ktri_min(ktri_max(v, implied), direct(c, sym));
}

static void calc_tri(struct calc *c, const struct ksym *sym)
{
	static const char *const names[] = { NULL, "m", "y" };
	const char *asked = c->asked[sym->id];
	enum ktri seen = visible(c, sym);
	enum ktri v;

	if (sym->choice && seen == KTRI_Y)
		v = c->choices[sym->choice->id].on == sym ? KTRI_Y : KTRI_N;
	else if (seen != KTRI_N)
		v = asked ? ktri_min(tri_by_name(asked), seen) : KTRI_N;
	else
		v = by_default(c, sym, sym->choice ? KTRI_N : reverse(c, sym, sym->implied_by));
	if (!sym->choice)
		v = ktri_max(v, reverse(c, sym, sym->selected_by));
	v = rounded(c, sym->type, v);
	kdot_set(c->dot, sym, names[v], names[v]);
}

/* --- numbers and strings --- */

static const char *without_quotes(struct calc *c, const char *value)
{
	char *text;
	char *end;

	if (value[0] != '"')
		return value;
	text = arena_strndup(kdot_arena(c->dot), value + 1, strlen(value + 1));
	end = text;
	for (const char *in = text; in && *in && *in != '"'; in++) {
		if (*in == '\\' && in[1])
			in++;
		*end++ = *in;
	}
	if (end)
		*end = '\0';
	return text;
}

/* As it is written into a .config. */
static const char *with_quotes(struct calc *c, const char *text)
{
	char *value = arena_alloc(kdot_arena(c->dot), 2 * strlen(text) + 3);
	char *out = value;

	if (!value)
		return NULL;
	*out++ = '"';
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			*out++ = '\\';
		*out++ = *text;
	}
	*out = '"';
	return value;
}

static int base_of(const struct ksym *sym)
{
	return sym->type == KSYM_HEX ? 16 : 10;
}

static long long number_of(struct calc *c, const struct kexpr *e, int base, const char **text)
{
	calc_symbols_of(c, e);
	*text = kexpr_text(e, c->dot);
	if (e->kind == KEXPR_SYMBOL && (e->sym->type == KSYM_INT || e->sym->type == KSYM_HEX))
		base = base_of(e->sym);
	return strtoll(*text ? *text : "", NULL, base);
}

/* The end of its range that is nearest, when it is outside. */
static const char *in_range(struct calc *c, const struct ksym *sym, const char *text)
{
	long long v = strtoll(text, NULL, base_of(sym));

	kprop_each(p, sym->props, KPROP_RANGE)
	{
		const char *low;
		const char *high;

		if (value_of(c, p->cond) == KTRI_N)
			continue;
		if (v < number_of(c, p->value, base_of(sym), &low))
			return low;
		if (v > number_of(c, p->high, base_of(sym), &high))
			return high;
		return text;
	}
	return text;
}

static void calc_text(struct calc *c, const struct ksym *sym)
{
	const char *asked = c->asked[sym->id];
	const char *text = NULL;
	bool seen = visible(c, sym) != KTRI_N;

	if (seen && asked) {
		text = without_quotes(c, asked);
	} else {
		kprop_each(p, sym->props, KPROP_DEFAULT)
		{
			if (value_of(c, p->cond) == KTRI_N)
				continue;
			calc_symbols_of(c, p->value);
			text = kexpr_text(p->value, c->dot);
			break;
		}
	}
	if (!text && seen && sym->type == KSYM_STRING)
		text = "";
	if (text && sym->type != KSYM_STRING)
		text = in_range(c, sym, text);
	if (!text || (!*text && sym->type != KSYM_STRING))
		return;
	kdot_set(c->dot, sym, sym->type == KSYM_STRING ? with_quotes(c, text) : text, text);
}

static void calc_symbol(struct calc *c, const struct ksym *sym)
{
	if (c->known[sym->id] || !sym->defs)
		return;
	if (sym->choice)
		calc_choice(c, sym->choice);
	if (c->known[sym->id])
		return;
	c->known[sym->id] = true;
	if (is_tri(sym))
		calc_tri(c, sym);
	else
		calc_text(c, sym);
}

/* Of two lines about one symbol the last counts. */
static void take_wishes(struct calc *c, const struct kwish *wishes, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		const struct ksym *sym = wishes[i].sym;
		struct choice_state *s = sym->choice ? &c->choices[sym->choice->id] : NULL;

		c->asked[sym->id] = wishes[i].value;
		if (!s)
			continue;
		s->asked = ktri_max(s->asked, tri_by_name(wishes[i].value));
		if (!strcmp(wishes[i].value, "y"))
			s->asked_on = sym;
	}
}

struct kdot *kcalc(const struct kconfig *k, const struct kwish *wishes, size_t nr, struct terr *err)
{
	size_t nr_syms = kconfig_nr(k);
	struct calc c = { .k = k, .dot = kdot_new(k, err) };
	bool enough;

	if (!c.dot)
		return NULL;
	c.asked = calloc(nr_syms + 1, sizeof(*c.asked));
	c.known = calloc(nr_syms + 1, sizeof(*c.known));
	c.choices = calloc(kconfig_nr_choices(k) + 1, sizeof(*c.choices));
	enough = c.asked && c.known && c.choices;
	if (enough) {
		take_wishes(&c, wishes, nr);
		if (kconfig_modules(k))
			calc_symbol(&c, kconfig_modules(k));
		for (size_t i = 0; i < nr_syms; i++)
			calc_symbol(&c, kconfig_sym(k, i));
	}
	free(c.asked);
	free(c.known);
	free(c.choices);
	if (enough && !kdot_arena(c.dot)->failed)
		return c.dot;
	kdot_free(c.dot);
	terr_set(err, "out of memory");
	return NULL;
}

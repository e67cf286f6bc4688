// SPDX-License-Identifier: GPL-2.0-only
/* Symbols and what they are worth under a .config; kconfig_read.c fills them from the files. */
#include <stdlib.h>
#include <string.h>

#include "base/slurp.h"
#include "base/suggest.h"
#include "kconfig/read.h"

struct ksym *kconfig_add(struct kconfig *k, const char *name, size_t len)
{
	char key[128 + 8] = "";
	struct ksym *sym;
	uint32_t id;

	if (len > 128)
		return NULL;
	memcpy(key, name, len);
	id = intern_add(&k->names, key, len);
	if (id == INTERN_NONE)
		return NULL;
	if (id < k->nr)
		return k->syms[id];
	if (id >= k->room) {
		size_t room = k->room ? 2 * k->room : 4096;
		struct ksym **syms = realloc(k->syms, room * sizeof(struct ksym *));

		if (!syms)
			return NULL;
		k->syms = syms;
		k->room = room;
	}
	sym = arena_alloc(&k->arena, sizeof(*sym));
	if (!sym)
		return NULL;
	*sym = (struct ksym){ .name = k->names.names[id].s, .id = id };
	k->syms[k->nr++] = sym;
	return sym;
}

void kconfig_close(struct kconfig *k)
{
	if (!k)
		return;
	intern_free(&k->names);
	arena_free(&k->arena);
	free(k->syms);
	free(k);
}

size_t kconfig_nr(const struct kconfig *k)
{
	return k->nr;
}

size_t kconfig_nr_choices(const struct kconfig *k)
{
	return k->nr_choices;
}

const struct ksym *kconfig_modules(const struct kconfig *k)
{
	return k->modules;
}

const struct ksym *kconfig_sym(const struct kconfig *k, size_t i)
{
	return k->syms[i];
}

const struct ksym *kconfig_find(const struct kconfig *k, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < k->nr; i++)
		if (k->names.names[i].len == len && !memcmp(k->syms[i]->name, name, len))
			return k->syms[i];
	return NULL;
}

const struct ksym *kconfig_nearest(const struct kconfig *k, const char *name)
{
	const char **names = calloc(k->nr + 1, sizeof(*names));
	const char *nearest;
	size_t nr = 0;

	for (size_t i = 0; names && i < k->nr; i++)
		if (k->syms[i]->defs)
			names[nr++] = k->syms[i]->name;
	nearest = names ? suggest_name(name, names, nr) : NULL;
	free(names);
	return nearest ? kconfig_find(k, nearest) : NULL;
}

const struct kprop *kprop_next(const struct kprop *p, enum kprop_kind kind)
{
	while (p && p->kind != kind)
		p = p->next;
	return p;
}

/* --- a .config --- */

/* Of one symbol. */
struct setting {
	const char *value; /* NULL: not set */
	const char *text;  /* without quotes */
	int line;
};

struct kdot {
	char *file;
	struct arena arena;
	struct setting *v; /* by the id of the symbol */
	size_t nr;
	bool modules;
	const struct ksym *modules_sym;
};

/* "a \"b\"" without the quotes around it and the backslashes in it. */
static const char *unquote(struct kdot *dot, const char *value)
{
	char *text = arena_strndup(&dot->arena, value + 1, strlen(value + 1));
	char *out = text;

	for (const char *in = text; in && *in; in++) {
		if (*in == '"')
			break;
		if (*in == '\\' && in[1])
			in++;
		*out++ = *in;
	}
	if (out)
		*out = '\0';
	return text;
}

static int make_room(struct kdot *dot, size_t nr)
{
	struct setting *v = realloc(dot->v, nr * sizeof(*v));

	if (!v)
		return -1;
	memset(v + dot->nr, 0, (nr - dot->nr) * sizeof(*v));
	dot->v = v;
	dot->nr = nr;
	return 0;
}

static int take_line(struct kconfig *k, struct kdot *dot, char *line, int nr)
{
	static const char prefix[] = "CONFIG_";
	char *eq = strchr(line, '=');
	struct setting set = { .line = nr };
	struct ksym *sym;

	if (strncmp(line, prefix, strlen(prefix)) || !eq)
		return 0;
	line += strlen(prefix);
	sym = kconfig_add(k, line, (size_t)(eq - line));
	if (!sym || (sym->id >= dot->nr && make_room(dot, k->room)))
		return -1;
	if (strcmp(eq + 1, "n"))
		set.value = eq + 1;
	set.text = eq[1] == '"' ? unquote(dot, eq + 1) : set.value;
	dot->v[sym->id] = set;
	if (sym == k->modules)
		dot->modules = !strcmp(eq + 1, "y");
	return set.value && !set.text ? -1 : 0;
}

static int take_lines(struct kconfig *k, struct kdot *dot, const char *path, struct terr *err)
{
	size_t len;
	char *rest;
	char *line;
	int nr = 0;

	dot->file = slurp(path, &len, err);
	if (!dot->file)
		return -1;
	rest = dot->file;
	while ((line = slurp_line(&rest)))
		if (take_line(k, dot, line, ++nr))
			return terr_set(err, "%s:%d: out of memory, or no symbol's name", path, nr);
	return 0;
}

struct kdot *kdot_load(struct kconfig *k, const char *path, struct terr *err)
{
	struct kdot *dot = calloc(1, sizeof(*dot));

	if (!dot) {
		terr_set(err, "%s: out of memory", path);
		return NULL;
	}
	/* where no file says which symbol it is, m is a value like another */
	dot->modules = !k->modules;
	if (!take_lines(k, dot, path, err))
		return dot;
	kdot_free(dot);
	return NULL;
}

struct kdot *kdot_new(const struct kconfig *k, struct terr *err)
{
	struct kdot *dot = calloc(1, sizeof(*dot));

	if (!dot || make_room(dot, k->nr)) {
		free(dot);
		terr_set(err, "out of memory");
		return NULL;
	}
	dot->modules_sym = k->modules;
	dot->modules = !k->modules;
	return dot;
}

void kdot_set(struct kdot *dot, const struct ksym *sym, const char *value, const char *text)
{
	dot->v[sym->id] = (struct setting){ .value = value, .text = text };
	if (sym == dot->modules_sym)
		dot->modules = value && !strcmp(value, "y");
}

struct arena *kdot_arena(struct kdot *dot)
{
	return &dot->arena;
}

void kdot_free(struct kdot *dot)
{
	if (!dot)
		return;
	arena_free(&dot->arena);
	free(dot->v);
	free(dot->file);
	free(dot);
}

const char *kdot_value(const struct kdot *dot, const struct ksym *sym)
{
	return sym->id < dot->nr ? dot->v[sym->id].value : NULL;
}

int kdot_line(const struct kdot *dot, const struct ksym *sym)
{
	return sym->id < dot->nr ? dot->v[sym->id].line : 0;
}

const char *kdot_shown(const struct kdot *dot, const struct ksym *sym)
{
	const char *value = kdot_value(dot, sym);

	return value ? value : "n";
}

enum ktri kdot_tri(const struct kdot *dot, const struct ksym *sym)
{
	const char *value = kdot_value(dot, sym);

	if (!value)
		return KTRI_N;
	return !strcmp(value, "y") ? KTRI_Y : !strcmp(value, "m") ? KTRI_M : KTRI_N;
}

const char *kdot_text(const struct kdot *dot, const struct ksym *sym)
{
	if (kdot_value(dot, sym))
		return dot->v[sym->id].text;
	switch (sym->type) {
	case KSYM_UNKNOWN:
		return sym->name;
	case KSYM_BOOL:
	case KSYM_TRISTATE:
		return "n";
	default:
		return "";
	}
}

bool kdot_has_modules(const struct kdot *dot)
{
	return dot->modules;
}

/* --- what a symbol may be --- */

struct kvalue ksym_fit(const struct ksym *sym, const struct kdot *dot, struct kvalue v)
{
	if (sym->type != KSYM_TRISTATE || !dot->modules) {
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

// SPDX-License-Identifier: GPL-2.0-only
/* A .config: the value of each symbol. */
#include <stdlib.h>
#include <string.h>

#include "lib/slurp.h"
#include "kconfig/dotconfig.h"
#include "kconfig/internal.h"

/* Of one symbol. */
struct kdot_setting {
	const char *value; /* NULL: not set */
	const char *text;  /* without quotes */
	int line;
};

struct kdot {
	char *file;
	struct arena arena;
	struct kdot_setting *v; /* by the id of the symbol */
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
	struct kdot_setting *v = realloc(dot->v, nr * sizeof(*v));

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
	struct kdot_setting set = { .line = nr };
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
	dot->v[sym->id] = (struct kdot_setting){ .value = value, .text = text };
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

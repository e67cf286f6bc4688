// SPDX-License-Identifier: GPL-2.0-only
/* Symbols and their properties, which json.c reads. */
#include <stdlib.h>
#include <string.h>

#include "lib/suggest.h"
#include "kconfig/internal.h"

/* No name of a symbol is longer. */
#define MAX_NAME 128

struct ksym *kconfig_add(struct kconfig *k, const char *name, size_t len)
{
	char key[MAX_NAME + 8] = "";
	struct ksym *sym;
	uint32_t id;

	if (len > MAX_NAME)
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
	char key[MAX_NAME + 8] = "";
	size_t len = strlen(name);
	uint32_t id;

	if (len > MAX_NAME)
		return NULL;
	memcpy(key, name, len);
	id = intern_find(&k->names, key, len);
	return id < k->nr ? k->syms[id] : NULL;
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

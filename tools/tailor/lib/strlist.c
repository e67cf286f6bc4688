// SPDX-License-Identifier: GPL-2.0-only
#include <fnmatch.h>
#include <string.h>

#include "lib/array.h"
#include "lib/strlist.h"

int strlist_add(struct strlist *l, char *s)
{
	char **v = array_grow(l->v, l->nr, sizeof(*v));

	if (!v)
		return -1;
	l->v = v;
	v[l->nr++] = s;
	return 0;
}

bool strlist_match(const struct strlist *l, const char *name)
{
	for (size_t i = 0; i < l->nr; i++)
		if (!strcmp(l->v[i], name) || !fnmatch(l->v[i], name, 0))
			return true;
	return !l->nr;
}

int namelist_add(struct namelist *names, const char *name)
{
	const char **v = array_grow(names->v, names->nr, sizeof(*v));

	if (!v)
		return -1;
	names->v = v;
	v[names->nr++] = name;
	return 0;
}

bool namelist_has(const struct namelist *names, const char *name)
{
	for (size_t i = 0; names && i < names->nr; i++)
		if (!strcmp(names->v[i], name))
			return true;
	return false;
}

// SPDX-License-Identifier: GPL-2.0-only
#include <fnmatch.h>
#include <string.h>

#include "base/strlist.h"

bool strlist_match(const struct strlist *l, const char *name)
{
	for (size_t i = 0; i < l->nr; i++)
		if (!strcmp(l->v[i], name) || !fnmatch(l->v[i], name, 0))
			return true;
	return !l->nr;
}

bool namelist_has(const struct namelist *names, const char *name)
{
	for (size_t i = 0; names && i < names->nr; i++)
		if (!strcmp(names->v[i], name))
			return true;
	return false;
}

// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "lib/slurp.h"
#include "plan/series.h"

int series_load(struct patch_series *s, const char *path, struct terr *err)
{
	char *line;
	char *rest;
	size_t len;

	s->text = slurp(path, &len, err);
	if (!s->text)
		return -1;
	rest = s->text;
	while ((line = slurp_line(&rest))) {
		const char **v;

		line[strcspn(line, "#")] = '\0';
		line = slurp_trim(line);
		/* options of patch(1) may follow the name */
		line[strcspn(line, " \t")] = '\0';
		if (!*line)
			continue;
		v = array_grow(s->v, s->nr, sizeof(*v));
		if (!v)
			return terr_set(err, "%s: out of memory", path);
		s->v = v;
		v[s->nr++] = line;
	}
	return 0;
}

void series_free(struct patch_series *s)
{
	free(s->v);
	free(s->text);
	memset(s, 0, sizeof(*s));
}

bool series_has(const struct patch_series *s, const char *patch)
{
	for (size_t i = 0; i < s->nr; i++)
		if (!strcmp(s->v[i], patch))
			return true;
	return false;
}

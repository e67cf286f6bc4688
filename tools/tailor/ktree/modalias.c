// SPDX-License-Identifier: GPL-2.0-only
#include <fnmatch.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "lib/slurp.h"
#include "ktree/modalias.h"

static int add(struct modalias *a, const char *pattern, const char *module)
{
	struct modalias_entry *v = array_grow(a->v, a->nr, sizeof(*v));

	if (!v)
		return -1;
	a->v = v;
	v[a->nr++] = (struct modalias_entry){ pattern, module };
	return 0;
}

/* As modprobe does: '-' and '_' are the same, but not between brackets. */
static void to_underscores(char *s)
{
	bool in_brackets = false;

	for (; *s; s++) {
		in_brackets = *s == '[' || (in_brackets && *s != ']');
		if (*s == '-' && !in_brackets)
			*s = '_';
	}
}

/* "alias PATTERN MODULE" lines. */
static int read_alias(struct modalias *a, const char *path, struct terr *err)
{
	size_t len;
	char *rest = slurp(path, &len, err);
	char *line;
	int nr = 0;

	a->texts[0] = rest;
	if (!rest)
		return -1;
	while ((line = slurp_line(&rest))) {
		char *pattern = line + strlen("alias ");
		char *module;

		nr++;
		if (*line == '#' || !*line)
			continue;
		module = strncmp(line, "alias ", 6) ? NULL : strrchr(pattern, ' ');
		if (!module)
			return terr_set(err, "%s:%d: not an \"alias PATTERN MODULE\" line", path,
					nr);
		*module++ = '\0';
		to_underscores(pattern);
		if (add(a, pattern, module))
			return terr_set(err, "out of memory");
	}
	return 0;
}

/* The whole of a file that holds NUL bytes, one more at its end. */
static char *read_binary(const char *path, size_t *len)
{
	FILE *f = fopen(path, "re");
	char *buf = NULL;
	FILE *to = f ? open_memstream(&buf, len) : NULL;
	char block[4096];
	size_t n;

	while (to && (n = fread(block, 1, sizeof(block), f)))
		fwrite(block, 1, n, to);
	if (f)
		fclose(f);
	if (to && fclose(to)) {
		free(buf);
		buf = NULL;
	}
	return buf;
}

/* "module.field=value", each ended by a NUL. */
static int read_modinfo(struct modalias *a, const char *path, struct terr *err)
{
	size_t len = 0;
	char *s = read_binary(path, &len);
	char *end = s + len;

	a->texts[1] = s;
	while (s && s < end) {
		char *next = s + strlen(s) + 1;
		char *value = strchr(s, '=');
		char *dot = strchr(s, '.');

		if (dot && value == dot + 6 && !strncmp(dot, ".alias=", 7)) {
			*dot = '\0';
			to_underscores(value + 1);
			if (add(a, value + 1, s))
				return terr_set(err, "out of memory");
		}
		s = next;
	}
	return 0;
}

int ktree_modalias_load(struct modalias *a, const char *dir, struct terr *err)
{
	char *alias = NULL;
	char *builtin = NULL;
	int rc = -1;

	if (asprintf(&alias, "%s/modules.alias", dir) < 0 ||
	    asprintf(&builtin, "%s/modules.builtin.modinfo", dir) < 0)
		terr_set(err, "out of memory");
	else if (!read_alias(a, alias, err))
		rc = read_modinfo(a, builtin, err);
	free(alias);
	free(builtin);
	return rc;
}

void ktree_modalias_free(struct modalias *a)
{
	free(a->v);
	free(a->texts[0]);
	free(a->texts[1]);
	*a = (struct modalias){ 0 };
}

const struct modalias_entry *ktree_modalias_next(const struct modalias *a, const char *device,
						 size_t *i)
{
	char name[512];

	if ((size_t)snprintf(name, sizeof(name), "%s", device) >= sizeof(name))
		return NULL;
	to_underscores(name);
	while (*i < a->nr) {
		const struct modalias_entry *e = &a->v[(*i)++];

		if (!fnmatch(e->pattern, name, 0))
			return e;
	}
	return NULL;
}

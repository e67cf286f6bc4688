// SPDX-License-Identifier: GPL-2.0-only
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/slurp.h"
#include "rules/gains.h"

static int add(struct gains *g, const struct gain *gain, const char *path, struct terr *err)
{
	struct gain *v;

	for (size_t i = 0; i < g->nr; i++)
		if (!strcmp(g->v[i].symbol, gain->symbol))
			return terr_set(err, "%s:%d: %s stands in line %d too; keep one of them",
					path, gain->line, gain->symbol, g->v[i].line);
	v = array_grow(g->v, g->nr, sizeof(*v));
	if (!v)
		return terr_set(err, "%s: out of memory", path);
	g->v = v;
	v[g->nr++] = *gain;
	return 0;
}

#define FORMAT "# format: 2"
#define END "# end: "

static int check_end(const struct gains *g, const char *path, bool ends, const char *last,
		     struct terr *err)
{
	char want[32];

	snprintf(want, sizeof(want), END "%zu", g->nr);
	if (!ends || !strcmp(last, want))
		return 0;
	return terr_set(
		err,
		"%s: has %zu symbols, and its last line is not \"%s\": it was cut off or edited; "
		"make it anew, or remove the line \"" FORMAT "\" of a file kept by hand",
		path, g->nr, want);
}

int gains_load(struct gains *g, const char *path, const char *what, struct terr *err)
{
	struct gain gain = { 0 };
	const char *last = "";
	bool ends = false;
	char *line;
	char *rest;
	size_t len;

	g->text = slurp(path, &len, err);
	if (!g->text)
		return -1;
	rest = g->text;
	while ((line = slurp_line(&rest))) {
		char *colon;

		if (rest == line + strlen(line))
			return terr_set(
				err,
				"%s:%d: the last line has no end: the file was cut off, or a "
				"newline is missing",
				path, gain.line + 1);
		gain.line++;
		line = slurp_trim(line);
		ends |= gain.line == 1 && !strcmp(line, FORMAT);
		last = line;
		if (!*line || *line == '#')
			continue;
		colon = strchr(line, ':');
		if (!colon)
			return terr_set(err, "%s:%d: no \"SYMBOL: %s\"", path, gain.line, what);
		*colon = '\0';
		gain.symbol = slurp_trim(line);
		gain.text = slurp_trim(colon + 1);
		if (!*gain.symbol || !*gain.text)
			return terr_set(err, "%s:%d: a symbol and %s are needed", path, gain.line,
					what);
		if (add(g, &gain, path, err))
			return -1;
	}
	return check_end(g, path, ends, last, err);
}

void gains_free(struct gains *g)
{
	free(g->v);
	free(g->text);
	memset(g, 0, sizeof(*g));
}

const char *gains_of(const struct gains *g, const char *symbol)
{
	for (size_t i = 0; i < g->nr; i++)
		if (!strcmp(g->v[i].symbol, symbol))
			return g->v[i].text;
	return NULL;
}

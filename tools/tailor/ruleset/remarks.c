// SPDX-License-Identifier: GPL-2.0-only
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "lib/slurp.h"
#include "ruleset/remarks.h"

static int add(struct remarks *g, const struct remark *remark, const char *path, struct terr *err)
{
	struct remark *v;

	for (size_t i = 0; i < g->nr; i++)
		if (!strcmp(g->v[i].symbol, remark->symbol))
			return terr_set(err, "%s:%d: %s stands in line %d too; keep one of them",
					path, remark->line, remark->symbol, g->v[i].line);
	v = array_grow(g->v, g->nr, sizeof(*v));
	if (!v)
		return terr_set(err, "%s: out of memory", path);
	g->v = v;
	v[g->nr++] = *remark;
	return 0;
}

#define FORMAT "# format: 2"
#define END "# end: "

static int check_end(const struct remarks *g, const char *path, bool ends, const char *last,
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

int remarks_load(struct remarks *g, const char *path, const char *what, struct terr *err)
{
	struct remark remark = { 0 };
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
				path, remark.line + 1);
		remark.line++;
		line = slurp_trim(line);
		ends |= remark.line == 1 && !strcmp(line, FORMAT);
		last = line;
		if (!*line || *line == '#')
			continue;
		colon = strchr(line, ':');
		if (!colon)
			return terr_set(err, "%s:%d: no \"SYMBOL: %s\"", path, remark.line, what);
		*colon = '\0';
		remark.symbol = slurp_trim(line);
		remark.text = slurp_trim(colon + 1);
		if (!*remark.symbol || !*remark.text)
			return terr_set(err, "%s:%d: a symbol and %s are needed", path, remark.line,
					what);
		if (add(g, &remark, path, err))
			return -1;
	}
	return check_end(g, path, ends, last, err);
}

void remarks_free(struct remarks *g)
{
	free(g->v);
	free(g->text);
	memset(g, 0, sizeof(*g));
}

const char *remarks_of(const struct remarks *g, const char *symbol)
{
	for (size_t i = 0; i < g->nr; i++)
		if (!strcmp(g->v[i].symbol, symbol))
			return g->v[i].text;
	return NULL;
}

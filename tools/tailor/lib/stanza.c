// SPDX-License-Identifier: GPL-2.0-only
/* The lines of a *.rules file: stanzas of "Field: value". */
#include <string.h>

#include "lib/slurp.h"
#include "lib/stanza.h"

const char *const stanza_fields[NR_FIELDS] = {
	[F_SYMBOL] = "Symbol",
	[F_PATCH] = "Patch",
	[F_ALWAYS] = "Always",
	[F_USED_BY] = "Used-by",
	[F_NOTHING_IF] = "Decides-nothing-if",
	[F_WANTED_BY] = "Wanted-by",
	[F_FAILS] = "Fails",
	[F_TRUST] = "Trust",
	[F_VALUE] = "Value",
	[F_REMOVED_VALUE] = "Removed-value",
	[F_REQUIRES] = "Requires",
	[F_CONFLICTS] = "Conflicts",
	[F_REPLACED_BY] = "Replaced-by",
	[F_WITH] = "With",
	[F_INSTEAD] = "Instead",
	[F_EXPECTED] = "Expected",
	[F_GAIN] = "Gain",
	[F_WHY] = "Why",
	[F_SOURCE] = "Source",
};

/* Puts a continuation line behind the value before it, in place: the text only moves down. */
static void join(char *value, const char *line)
{
	size_t n = strlen(value);

	line += strspn(line, " \t");
	value[n] = ' ';
	memmove(value + n + 1, line, strlen(line) + 1);
}

static int add_field(struct stanza *st, char *line, int nr, struct terr *err)
{
	char *colon = strchr(line, ':');
	char *value;

	if (!colon)
		return terr_set(
			err,
			"%s:%d: not a \"Field: value\" line; continue a long value on a line "
			"that starts with a blank",
			st->path, nr);
	*colon = '\0';
	value = slurp_trim(colon + 1);
	for (size_t i = 0; i < NR_FIELDS; i++) {
		if (strcmp(line, stanza_fields[i]))
			continue;
		if (st->field[i].value)
			return terr_set(
				err,
				"%s:%d: a second %s in one stanza (the first is in line %d); "
				"merge the two, or separate the stanzas by an empty line",
				st->path, nr, line, st->field[i].line);
		st->field[i] = (struct field){ .key = line, .value = value, .line = nr };
		if (!st->nr++)
			st->line = nr;
		return (int)i;
	}
	return terr_set(err, "%s:%d: unknown field \"%s\"; kconfig/README.md lists them", st->path,
			nr, line);
}

int stanzas_each(const char *path, char *rest,
		 int (*take)(void *arg, const struct stanza *st, struct terr *err), void *arg,
		 struct terr *err)
{
	struct stanza st = { .path = path };
	int last = -1;
	int nr = 0;
	char *line;

	while ((line = slurp_line(&rest))) {
		nr++;
		if (line[0] == '#')
			continue;
		if (line[strspn(line, " \t")] == '\0') {
			if (st.nr && take(arg, &st, err))
				return -1;
			st = (struct stanza){ .path = path };
			last = -1;
			continue;
		}
		if (line[0] == ' ' || line[0] == '\t') {
			if (last < 0)
				return terr_set(err,
						"%s:%d: continues a field, but there is none "
						"before it; remove the blanks in front",
						path, nr);
			join(st.field[last].value, slurp_trim(line));
			continue;
		}
		last = add_field(&st, line, nr, err);
		if (last < 0)
			return -1;
	}
	return st.nr ? take(arg, &st, err) : 0;
}

// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "lib/slurp.h"
#include "kconfig/fragment.h"

struct frag_file {
	char *path;
	char *text;
	char *reasons; /* joined comments, one after the other, each ended by a NUL */
};

static const char set[] = "CONFIG_";
static const char unset[] = "# CONFIG_";
static const char not_set[] = " is not set";

const struct frag_line *fragment_find(const struct fragment *f, const char *symbol)
{
	for (size_t i = 0; i < f->nr; i++)
		if (!strcmp(f->v[i].symbol, symbol))
			return &f->v[i];
	return NULL;
}

static int add_line(struct fragment *f, struct frag_line l, struct terr *err)
{
	const struct frag_line *old = f->repeats ? NULL : fragment_find(f, l.symbol);
	struct frag_line *v;

	if (old)
		return terr_set(err, "%s:%d: %s is already set in %s:%d; drop one of the two",
				l.file, l.line, l.symbol, old->file, old->line);
	v = array_grow(f->v, f->nr, sizeof(*v));
	if (!v)
		return terr_set(err, "%s: out of memory", l.file);
	f->v = v;
	v[f->nr++] = l;
	return 0;
}

/* What a comment says after "optional"; NULL: it is another one. */
static const char *optional_of(const char *comment)
{
	comment += strspn(comment, " \t");
	if (strncmp(comment, "optional", 8))
		return NULL;
	comment += 8;
	return comment + strspn(comment, ": ");
}

/* The end of a string in quotes; a # in it is no comment. */
static char *skip_string(char *value)
{
	if (*value != '"')
		return value;
	for (value++; *value && *value != '"'; value++)
		if (*value == '\\' && value[1])
			value++;
	return value;
}

/* Cuts a trailing comment off; its text when it starts with "optional". */
static const char *cut_optional(char *value)
{
	char *hash = strstr(skip_string(value), " #");

	if (!hash)
		return NULL;
	*hash = '\0';
	return optional_of(slurp_trim(hash + 2));
}

static bool is_unset(const char *line)
{
	size_t n = strlen(line);

	return !strncmp(line, unset, strlen(unset)) && n > strlen(not_set) &&
	       strstr(line, not_set) != NULL;
}

static int parse_setting(struct fragment *f, struct frag_line l, char *line, struct terr *err)
{
	const char *above = l.optional;
	char *end;

	if (line[0] == '#') {
		end = strstr(line, not_set);
		l.optional = cut_optional(end);
		if (!l.optional)
			l.optional = above;
		*end = '\0';
		l.symbol = line + strlen(unset);
		l.value = "n";
		return add_line(f, l, err);
	}
	end = strchr(line, '=');
	if (strncmp(line, set, strlen(set)) || !end)
		return terr_set(
			err,
			"%s:%d: neither CONFIG_X=value, nor \"# CONFIG_X is not set\", nor a "
			"comment",
			l.file, l.line);
	*end = '\0';
	l.optional = cut_optional(end + 1);
	if (!l.optional)
		l.optional = above;
	l.symbol = line + strlen(set);
	l.value = slurp_trim(end + 1);
	return add_line(f, l, err);
}

/* Joins a comment line to the reason that ends at *end. */
static void join_reason(char *reason, char **end, char *comment)
{
	comment = slurp_trim(comment + 1);
	if (*end > reason)
		*(*end)++ = ' ';
	*end = stpcpy(*end, comment);
}

static int parse_text(struct fragment *f, struct frag_file *file, struct terr *err)
{
	char *rest = file->text;
	char *reason = file->reasons;
	char *end = reason;
	const char *above = NULL; /* the line before is a comment that says optional */
	bool in_group = false;
	int nr = 0;
	char *line;

	*end = '\0';
	while ((line = slurp_line(&rest))) {
		struct frag_line l = { .file = file->path, .line = ++nr, .reason = reason };

		line = slurp_trim(line);
		if (!*line || (line[0] == '#' && !is_unset(line))) {
			/* an empty line, or a comment below settings, starts a new group */
			if (!*line || in_group) {
				reason = ++end;
				*end = '\0';
				in_group = false;
			}
			above = *line ? optional_of(line + 1) : NULL;
			if (*line)
				join_reason(reason, &end, line);
			continue;
		}
		in_group = true;
		l.optional = above;
		above = NULL;
		if (parse_setting(f, l, line, err))
			return -1;
	}
	return 0;
}

int fragment_load(struct fragment *f, const char *path, struct terr *err)
{
	struct frag_file *files = array_grow(f->files, f->nr_files, sizeof(*files));
	struct frag_file *file;
	size_t len = 0;

	if (!files)
		return terr_set(err, "%s: out of memory", path);
	f->files = files;
	file = &files[f->nr_files++];
	*file = (struct frag_file){ .path = strdup(path) };
	file->text = slurp(path, &len, err);
	if (!file->text)
		return -1;
	/* each line adds at most its own length, a joining blank or a NUL */
	file->reasons = malloc(2 * len + 2);
	if (!file->path || !file->reasons)
		return terr_set(err, "%s: out of memory", path);
	return parse_text(f, file, err);
}

void fragment_free(struct fragment *f)
{
	for (size_t i = 0; i < f->nr_files; i++) {
		free(f->files[i].path);
		free(f->files[i].text);
		free(f->files[i].reasons);
	}
	free(f->files);
	free(f->v);
	memset(f, 0, sizeof(*f));
}

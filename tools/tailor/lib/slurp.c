// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/slurp.h"

static char *read_all(FILE *f, const char *path, size_t *len, struct terr *err)
{
	size_t size = 4096;
	size_t n = 0;
	char *buf = NULL;

	for (;;) {
		char *more = realloc(buf, size + 1);

		if (!more) {
			terr_set(err, "%s: out of memory", path);
			break;
		}
		buf = more;
		n += fread(buf + n, 1, size - n, f);
		if (n < size) {
			buf[n] = '\0';
			*len = n;
			if (!ferror(f))
				return buf;
			terr_set(err, "%s: cannot be read: %s", path, strerror(errno));
			break;
		}
		if (size >= SLURP_MAX_BYTES) {
			terr_set(err, "%s: larger than %zu MiB; is it the right file?", path,
				 SLURP_MAX_BYTES >> 20);
			break;
		}
		size *= 2;
	}
	free(buf);
	return NULL;
}

char *slurp(const char *path, size_t *len, struct terr *err)
{
	FILE *f = fopen(path, "re");
	char *buf;

	if (!f) {
		terr_set(err, "%s: %s", path, strerror(errno));
		return NULL;
	}
	buf = read_all(f, path, len, err);
	fclose(f);
	if (buf && strlen(buf) != *len) {
		terr_set(err, "%s: holds NUL bytes, so it is not a text file", path);
		free(buf);
		return NULL;
	}
	return buf;
}

char *slurp_line(char **rest)
{
	char *line = *rest;
	char *end;

	if (!line || !*line)
		return NULL;
	end = strchr(line, '\n');
	*rest = end ? end + 1 : line + strlen(line);
	if (end) {
		*end = '\0';
		if (end > line && end[-1] == '\r')
			end[-1] = '\0';
	}
	return line;
}

char *slurp_trim(char *s)
{
	size_t n;

	s += strspn(s, " \t");
	n = strlen(s);
	while (n && (s[n - 1] == ' ' || s[n - 1] == '\t'))
		n--;
	s[n] = '\0';
	return s;
}

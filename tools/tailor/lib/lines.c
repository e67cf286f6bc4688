// SPDX-License-Identifier: GPL-2.0-only
/* Files of a run folder and of an exact profile, line by line. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/array.h"
#include "lib/csv.h"
#include "lib/lines.h"
#include "lib/slurp.h"
#include "lib/text.h"

int lines_open(struct lines *l, const char *dir, const char *name, const char *hint,
	       const char *again, struct terr *err)
{
	size_t len;

	memset(l, 0, sizeof(*l));
	l->again = again;
	if (asprintf(&l->path, "%s/%s", dir, name) < 0) {
		l->path = NULL;
		return terr_no_memory(err);
	}
	if (access(l->path, F_OK))
		return terr_set(err, "%s: %s; give %s", l->path, strerror(errno), hint);
	l->contents = slurp(l->path, &len, err);
	l->rest = l->contents;
	return l->contents ? 0 : -1;
}

void lines_close(struct lines *l)
{
	free(l->path);
	free(l->contents);
}

static int check_printable(const struct lines *l, struct terr *err)
{
	char *escaped = text_escape(l->text, strlen(l->text));
	int rc = 0;

	if (!escaped)
		return terr_no_memory(err);
	if (strcmp(escaped, l->text))
		rc = terr_set(
			err,
			"%s:%u: holds characters that cannot be printed: '%.120s'; correct the line",
			l->path, l->number, escaped);
	free(escaped);
	return rc;
}

int lines_next(struct lines *l, struct terr *err)
{
	l->text = slurp_line(&l->rest);
	l->number++;
	if (!l->text)
		return 0;
	/* slurp_line() went on behind the newline, when there was one */
	if (l->rest == l->text + strlen(l->text))
		return terr_set(err, "%s:%u: the last line has no end, so the file was cut off; %s",
				l->path, l->number, l->again);
	return check_printable(l, err) ? -1 : 1;
}

int lines_header(struct lines *l, const char *header, struct terr *err)
{
	if (lines_next(l, err) <= 0 || strcmp(l->text, header))
		return terr_set(err, "%s:1: the first line should be '%s'; %s", l->path, header,
				l->again);
	return 0;
}

int lines_split(const struct lines *l, char **fields, size_t nr, const char *header,
		struct terr *err)
{
	size_t n = csv_split(l->text, fields, nr);

	if (n < nr)
		return terr_set(err,
				"%s:%u: %zu fields where there should be %zu (%s); the file is cut "
				"off: %s",
				l->path, l->number, n, nr, header, l->again);
	if (n > nr)
		return terr_set(err,
				"%s:%u: %zu fields where there should be %zu (%s); a field holds "
				"no comma",
				l->path, l->number, n, nr, header);
	return 0;
}

int lines_number(const char *s, double *out)
{
	char *end;

	*out = strtod(s, &end);
	return end == s || s[strspn(s, "0123456789+-.eE")] || *end || !isfinite(*out) ? -1 : 0;
}

static int add_keyval(struct keyvals *kv, const struct lines *l, struct terr *err)
{
	char *colon = strchr(l->text, ':');
	struct keyval *new;

	if (!colon || colon == l->text || (colon[1] && colon[1] != ' '))
		return terr_set(err,
				"%s:%u: expected 'key: value', found '%.60s'; correct the line",
				l->path, l->number, l->text);
	*colon = '\0';
	if (keyvals_get(kv, l->text))
		return terr_set(err, "%s:%u: '%s' stands here a second time; keep one of the lines",
				l->path, l->number, l->text);
	new = array_grow(kv->v, kv->nr, sizeof(*new));
	if (!new)
		return terr_no_memory(err);
	kv->v = new;
	new += kv->nr++;
	new->key = strdup(l->text);
	new->value = strdup(colon + 1 + strspn(colon + 1, " "));
	return new->key &&new->value ? 0 : terr_no_memory(err);
}

/*
 * "format: 2" stands first, and then "facts_end: N" last, the number of the others. A file without
 * it is of old, or written by hand, and cannot tell whether it is whole.
 */
static int check_end(const struct keyvals *kv, const struct lines *l, struct terr *err)
{
	const char *format = keyvals_get(kv, "format");
	const struct keyval *last;
	double nr;

	if (!format)
		return 0;
	if (strcmp(format, KEYVALS_FORMAT))
		return terr_set(err, "%s: its format is %s, not the one understood here (%s)",
				l->path, format, KEYVALS_FORMAT);
	last = &kv->v[kv->nr - 1];
	if (!strcmp(last->key, "facts_end") && !lines_number(last->value, &nr) &&
	    nr == (double)(kv->nr - 1))
		return 0;
	return terr_set(
		err,
		"%s: has %zu facts, and no \"facts_end: %zu\" behind them: it was cut off or "
		"edited; %s",
		l->path, kv->nr, kv->nr, l->again);
}

int keyvals_count(const struct keyvals *kv, const char *key, const char *path, size_t nr,
		  struct terr *err)
{
	const char *value = keyvals_get(kv, key);
	double want;

	if (!keyvals_get(kv, "format"))
		return 0;
	if (value && !lines_number(value, &want) && want == (double)nr)
		return 0;
	return terr_set(err,
			"%s: has %zu lines, but '%s' of its facts is %s: it was cut off or edited",
			path, nr, key, value ? value : "not there");
}

int keyvals_read(struct keyvals *kv, const char *dir, const char *name, const char *hint,
		 struct terr *err)
{
	struct lines l;
	int rc = lines_open(&l, dir, name, hint, "write it anew", err);

	memset(kv, 0, sizeof(*kv));
	while (!rc && (rc = lines_next(&l, err)) > 0)
		rc = l.text[0] && l.text[0] != '#' ? add_keyval(kv, &l, err) : 0;
	if (!rc)
		rc = check_end(kv, &l, err);
	lines_close(&l);
	return rc;
}

void keyvals_free(struct keyvals *kv)
{
	for (size_t i = 0; i < kv->nr; i++) {
		free(kv->v[i].key);
		free(kv->v[i].value);
	}
	free(kv->v);
	memset(kv, 0, sizeof(*kv));
}

const char *keyvals_get(const struct keyvals *kv, const char *key)
{
	for (size_t i = 0; i < kv->nr; i++)
		if (!strcmp(kv->v[i].key, key))
			return kv->v[i].value;
	return NULL;
}

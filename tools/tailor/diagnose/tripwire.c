// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/array.h"
#include "lib/eachline.h"
#include "lib/text.h"
#include "diagnose/tripwire.h"

#define MARK "tailor: tripwire: "
#define ANNOUNCED "tailor: TRIPWIRE: "
#define ASKED "] asked for "
#define SYMBOL "CONFIG_"

struct tripwire_reader {
	struct tripwires *t;
	const char *path;
	uint64_t line;
};

static const char *find(const char *s, const char *end, const char *words)
{
	return memmem(s, (size_t)(end - s), words, strlen(words));
}

/* "] asked for " behind "[PID": the last one, as the name of a task may look like one. */
static const char *find_asked(const char *s, const char *end, const char **pid)
{
	const char *found = NULL;

	for (const char *p = s; (p = find(p, end, ASKED)); p++) {
		const char *digits = p;

		while (digits > s && isdigit((unsigned char)digits[-1]))
			digits--;
		if (digits == p || digits == s || digits[-1] != '[')
			continue;
		*pid = digits;
		found = p;
	}
	return found;
}

static int add(struct tripwire_reader *r, const struct tripwire *hit, struct terr *err)
{
	struct tripwires *t = r->t;
	struct tripwire *v = array_grow(t->v, t->nr, sizeof(*v));

	if (v) {
		t->v = v;
		v[t->nr++] = *hit;
	}
	if (!v || !hit->task || !hit->what)
		return terr_set(err, "%s: out of memory", r->path);
	return 0;
}

/* s is behind the mark. A line that was cut off, or is something else, is none. */
static int take_hit(struct tripwire_reader *r, const char *s, const char *end, struct terr *err)
{
	const char *pid = NULL;
	const char *asked = find_asked(s, end, &pid);
	const char *what = asked ? asked + strlen(ASKED) : NULL;
	const char *symbol;
	struct tripwire hit = { .path = r->path, .line = r->line };

	while (end > s && isspace((unsigned char)end[-1]))
		end--;
	if (!what || what >= end || end[-1] != ')')
		return 0;
	symbol = memrchr(what, '(', (size_t)(end - what));
	if (!symbol || symbol < what + 2)
		return 0;
	hit.pid = strtoull(pid, NULL, 10);
	hit.task = text_escape(s, (size_t)(pid - 1 - s));
	hit.what = text_escape(what, (size_t)(symbol - 1 - what));
	if (!strncmp(symbol + 1, SYMBOL, strlen(SYMBOL))) {
		symbol += 1 + strlen(SYMBOL);
		hit.symbol = text_escape(symbol, (size_t)(end - 1 - symbol));
	}
	return add(r, &hit, err);
}

static int take_line(void *arg, const struct line *l, bool whole, struct terr *err)
{
	struct tripwire_reader *r = arg;
	const char *hit = find(l->start, l->end, MARK);

	(void)whole;
	r->line++;
	if (find(l->start, l->end, ANNOUNCED))
		r->t->announced = true;
	return hit ? take_hit(r, hit + strlen(MARK), l->end, err) : 0;
}

int tripwires_read(struct tripwires *t, const char *path, struct terr *err)
{
	struct tripwire_reader r = { .t = t, .path = path };
	struct stream *src = stream_open(path, err);
	int rc = src ? each_line(src, take_line, &r, err) : -1;

	stream_close(src);
	return rc;
}

void tripwires_free(struct tripwires *t)
{
	for (size_t i = 0; i < t->nr; i++) {
		free(t->v[i].task);
		free(t->v[i].what);
		free(t->v[i].symbol);
	}
	free(t->v);
	memset(t, 0, sizeof(*t));
}

/* "[    0.000000] ", as printk stamps its lines. */
static bool has_stamp(const char *s, const char *end)
{
	const char *p = s;

	if (p == end || *p++ != '[')
		return false;
	while (p < end && *p == ' ')
		p++;
	for (s = p; p < end && isdigit((unsigned char)*p);)
		p++;
	if (p == s || end - p < 8 || *p++ != '.')
		return false;
	for (s = p; isdigit((unsigned char)*p) && p < s + 6;)
		p++;
	return p == s + 6 && *p == ']';
}

bool tripwires_expected(const char *path, struct terr *err)
{
	struct stream *src;
	struct stat sb;
	const char *s;
	size_t len;
	bool found = false;

	/* what can be read only once is left to whom it is given */
	if (!stat(path, &sb) && !S_ISREG(sb.st_mode))
		return false;
	src = stream_open(path, err);
	if (src && !stream_peek(src, &s, &len, err)) {
		const char *end = s + len;

		found = find(s, end, "Linux version ") || find(s, end, MARK);
		while (!found && s < end) {
			const char *newline = memchr(s, '\n', (size_t)(end - s));

			found = has_stamp(s, end);
			s = newline ? newline + 1 : end;
		}
	}
	stream_close(src);
	return found;
}

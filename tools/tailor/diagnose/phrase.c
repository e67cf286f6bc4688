// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "diagnose/phrase.h"

enum part_kind {
	PART_LITERAL,
	PART_SPACE, /* between two words */
	PART_GAP,   /* anything */
	PART_REST,  /* of a word */
	PART_NAME,
};

struct phrase_part {
	enum part_kind kind;
	const char *s; /* of PART_LITERAL */
	size_t len;
};

/* A line as it is looked at. */
struct view {
	const char *s;
	const char *end;
};

bool phrase_is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

static bool is_name(char c)
{
	return phrase_is_word(c) || (c && strchr("./:+-@", c));
}

/* ---- compiling ---- */

struct compiler {
	struct phrase *p;
	struct arena *ar;
	size_t max;
	const char *error;
};

static void add_part(struct compiler *c, enum part_kind kind, const char *s, size_t len)
{
	struct phrase_part *part = &c->p->parts[c->p->nr_parts];

	if (c->p->nr_parts == c->max)
		return;
	*part = (struct phrase_part){ .kind = kind, .s = s, .len = len };
	c->p->nr_parts++;
}

/* Literal text up to a blank, "*" or "{"; "\" takes away what the next character means. */
static const char *add_literal(struct compiler *c, const char *text)
{
	char *copy = arena_alloc(c->ar, strlen(text) + 1);
	size_t len = 0;

	while (copy && *text && !strchr(" *{", *text)) {
		if (*text == '\\' && text[1])
			text++;
		if (*text >= 'A' && *text <= 'Z')
			c->error = "capitals never match: write small letters";
		copy[len++] = *text++;
	}
	if (copy)
		add_part(c, PART_LITERAL, copy, len);
	return copy ? text : text + strlen(text);
}

static const char *add_name(struct compiler *c, const char *text)
{
	const char *close = strchr(text, '}');

	if (!close || close == text + 1) {
		c->error = "a name is written as {kind}";
		return text + strlen(text);
	}
	if (c->p->kind)
		c->error = "only one name can be taken out";
	c->p->kind = arena_strndup(c->ar, text + 1, (size_t)(close - text) - 1);
	add_part(c, PART_NAME, NULL, 0);
	return close + 1;
}

/* " * " is a gap, " " a space. */
static const char *add_space(struct compiler *c, const char *text)
{
	while (*text == ' ')
		text++;
	if (text[0] != '*' || (text[1] && text[1] != ' ')) {
		add_part(c, PART_SPACE, NULL, 0);
		return text;
	}
	add_part(c, PART_GAP, NULL, 0);
	return text + 1 + strspn(text + 1, " ");
}

/* One word of a literal. Whole ones are better than beginnings, long ones better than short ones.
 */
static void try_anchor(struct compiler *c, const char *word, size_t len, bool whole)
{
	struct phrase *p = c->p;
	size_t best = p->anchor && !p->prefix ? strlen(p->anchor) : 0;

	if (whole ? len <= best : p->anchor || len < PHRASE_PREFIX)
		return;
	p->anchor = arena_strndup(c->ar, word, whole ? len : PHRASE_PREFIX);
	p->prefix = !whole;
}

static void find_anchor(struct compiler *c)
{
	const struct phrase *p = c->p;

	for (size_t i = 0; i < p->nr_parts; i++) {
		const struct phrase_part *part = &p->parts[i];
		bool opens = i && p->parts[i - 1].kind == PART_REST;
		bool closes = i + 1 < p->nr_parts && (p->parts[i + 1].kind == PART_REST ||
						      p->parts[i + 1].kind == PART_NAME);

		if (part->kind != PART_LITERAL)
			continue;
		for (size_t from = 0, to; from < part->len; from = to + 1) {
			for (to = from; to < part->len && phrase_is_word(part->s[to]);)
				to++;
			if (to > from && !(opens && !from))
				try_anchor(c, part->s + from, to - from,
					   !(closes && to == part->len));
		}
	}
}

int phrase_compile(struct phrase *p, const char *text, struct arena *ar, struct terr *err)
{
	struct compiler c = { .p = p, .ar = ar, .max = strlen(text) };

	memset(p, 0, sizeof(*p));
	p->parts = arena_alloc(ar, (c.max + 1) * sizeof(*p->parts));
	if (!p->parts)
		return terr_set(err, "out of memory");
	while (*text && !c.error) {
		if (*text == ' ') {
			text = add_space(&c, text);
		} else if (*text == '*') {
			add_part(&c, PART_REST, NULL, 0);
			text++;
		} else if (*text == '{') {
			text = add_name(&c, text);
		} else {
			text = add_literal(&c, text);
		}
	}
	find_anchor(&c);
	if (!c.error && !p->anchor)
		c.error = "it has no word to look for, nor the beginning of one";
	if (c.error)
		return terr_set(err, "%s", c.error);
	return ar->failed ? terr_set(err, "out of memory") : 0;
}

/* ---- finding ---- */

static const char *match_parts(const struct phrase *p, size_t i, struct view v, const char *at,
			       struct phrase_name *name);

/* Whether a word that ends, or begins, here is a whole one. */
static bool is_border(struct view v, const char *at)
{
	return at == v.s || at == v.end || !phrase_is_word(at[-1]) || !phrase_is_word(*at);
}

static const char *match_literal(const struct phrase *p, size_t i, struct view v, const char *at,
				 struct phrase_name *name)
{
	const struct phrase_part *part = &p->parts[i];
	bool last = i + 1 == p->nr_parts || p->parts[i + 1].kind == PART_GAP;

	if ((size_t)(v.end - at) < part->len || memcmp(at, part->s, part->len))
		return NULL;
	at += part->len;
	if (last && !is_border(v, at))
		return NULL;
	return match_parts(p, i + 1, v, at, name);
}

/* The shortest first, so that "error -8" finds its minus. */
static const char *match_space(const struct phrase *p, size_t i, struct view v, const char *at,
			       struct phrase_name *name)
{
	for (int n = 0; n < PHRASE_GAP_MAX && at < v.end; n++) {
		const char *found;

		if (phrase_is_word(*at) || *at == '/')
			return NULL;
		found = match_parts(p, i + 1, v, ++at, name);
		if (found)
			return found;
	}
	return NULL;
}

static const char *match_rest(const struct phrase *p, size_t i, struct view v, const char *at,
			      struct phrase_name *name)
{
	const char *end = at;

	while (end < v.end && phrase_is_word(*end))
		end++;
	for (; end >= at; end--) {
		const char *found = match_parts(p, i + 1, v, end, name);

		if (found)
			return found;
	}
	return NULL;
}

/* A name, without the quotes before it and the point of a sentence behind it. */
static const char *match_name(const struct phrase *p, size_t i, struct view v, const char *at,
			      struct phrase_name *name)
{
	const char *end;

	for (int n = 0; n < PHRASE_GAP_MAX && at < v.end && !is_name(*at) && *at != ' '; n++)
		at++;
	for (end = at; end < v.end && is_name(*end);)
		end++;
	while (end > at && strchr(".:-/@", end[-1]))
		end--;
	if (end == at)
		return NULL;
	*name = (struct phrase_name){ at, (size_t)(end - at) };
	return match_parts(p, i + 1, v, end, name);
}

/*
 * Parts from i on, up to a gap, at this place. Returns where it ends, the gap itself is left to
 * phrase_find().
 */
static const char *match_parts(const struct phrase *p, size_t i, struct view v, const char *at,
			       struct phrase_name *name)
{
	if (i == p->nr_parts)
		return at;
	switch (p->parts[i].kind) {
	case PART_LITERAL:
		return match_literal(p, i, v, at, name);
	case PART_SPACE:
		return match_space(p, i, v, at, name);
	case PART_REST:
		return match_rest(p, i, v, at, name);
	case PART_NAME:
		return match_name(p, i, v, at, name);
	case PART_GAP:
		break;
	}
	return at;
}

/* The next place from at on where parts from i on may begin; NULL: there is none. */
static const char *next_begin(const struct phrase *p, size_t i, struct view v, const char *at)
{
	const struct phrase_part *part = &p->parts[i];

	if (part->kind != PART_LITERAL) {
		while (at < v.end && !is_border(v, at))
			at++;
		return at < v.end ? at : NULL;
	}
	while ((at = memchr(at, *part->s, (size_t)(v.end - at))))
		if (!phrase_is_word(*at) || is_border(v, at))
			return at;
		else
			at++;
	return NULL;
}

/* As a gap takes anything, the first place where the next parts fit is as good as any. */
bool phrase_find(const struct phrase *p, const char *line, size_t len, struct phrase_search *s)
{
	struct view v = { line, line + len };
	const char *at = s->at ? s->at : line;
	size_t i = s->part;

	for (;;) {
		const char *end = NULL;
		size_t next = i;

		while (!end && (at = next_begin(p, i, v, at)))
			end = match_parts(p, i, v, at++, &s->name);
		if (!end)
			return false;
		while (next < p->nr_parts && p->parts[next].kind != PART_GAP)
			next++;
		at = end;
		if (next == p->nr_parts || next + 1 == p->nr_parts) {
			*s = (struct phrase_search){ at, i, s->name };
			return true;
		}
		i = next + 1;
	}
}

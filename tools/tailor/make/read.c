// SPDX-License-Identifier: GPL-2.0-only
/* The lines of a makefile: conditionals, assignments, includes. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/slurp.h"
#include "make/internal.h"

#define BRANCHES_MAX 64

struct branch {
	const struct kcond *outer; /* on which the whole of it is read */
	const struct kcond *left;  /* none of the branches so far was taken */
};

struct make_reader {
	struct make *m;
	const struct kcond *active; /* on which this line is read */
	struct branch stack[BRANCHES_MAX];
	size_t depth;
	bool in_rule;
	bool in_define;
};

/* On which condition both are the same text. */
static const struct kcond *equal(struct make *m, const struct make_words *a,
				 const struct make_words *b)
{
	struct building x = { 0 };
	struct building y = { 0 };
	const struct kcond *same = &cond_false;

	if (!a->nr || !b->nr)
		return kcond_not(m->ar, make_not_empty(m, a->nr ? a : b));
	if (!make_are_exclusive(a) || !make_are_exclusive(b))
		return &cond_unknown;
	make_start_word(m, &x);
	make_append_one_of(m, &x, a);
	make_start_word(m, &y);
	make_append_one_of(m, &y, b);
	for (size_t i = 0; i < x.alternatives.nr; i++)
		for (size_t j = 0; j < y.alternatives.nr; j++) {
			const struct make_word *v = &x.alternatives.v[i];
			const struct make_word *w = &y.alternatives.v[j];
			const struct kcond *both = kcond_and(m->ar, v->cond, w->cond);

			if (word_unknown(v) || word_unknown(w))
				same = kcond_or(m->ar, same, kcond_and(m->ar, both, &cond_unknown));
			else if (!strcmp(v->s, w->s))
				same = kcond_or(m->ar, same, both);
		}
	return same;
}

/* A symbol with a value other than y and m is a number or a string: nothing is known of it. */
static bool is_tristate_text(const struct make_words *w)
{
	for (size_t i = 0; i < w->nr; i++)
		if (strcmp(w->v[i].s, "y") && strcmp(w->v[i].s, "m"))
			return false;
	return true;
}

static bool names_symbol(struct span t)
{
	return t.end - t.s > 9 && !memcmp(t.s, "$(CONFIG_", 9);
}

/* (a,b) or "a" "b" */
static const struct kcond *compare(struct make *m, struct span t)
{
	struct make_words w[2] = { { 0 } };
	struct args a;

	t = trim(t);
	if (t.s < t.end && *t.s == '(') {
		make_split_args((struct span){ t.s + 1, make_closing(t.s + 1, t.end, '(', ')') },
				&a);
	} else {
		a = (struct args){ 0 };
		for (; a.nr < 2 && t.s < t.end && (*t.s == '"' || *t.s == '\''); a.nr++) {
			const char *close = memchr(t.s + 1, *t.s, (size_t)(t.end - t.s - 1));

			if (!close)
				break;
			a.v[a.nr] = (struct span){ t.s + 1, close };
			t = trim((struct span){ close + 1, t.end });
		}
	}
	if (a.nr != 2)
		return &cond_unknown;
	for (size_t i = 0; i < 2; i++)
		make_expand(m, trim(a.v[i]), &w[i]);
	for (size_t i = 0; i < 2; i++)
		if (names_symbol(trim(a.v[i])) && !is_tristate_text(&w[!i]))
			return &cond_unknown;
	return equal(m, &w[0], &w[1]);
}

static const struct kcond *defined(struct make *m, struct span t)
{
	struct make_words names = { 0 };
	const struct kcond *any = &cond_false;
	const struct make_var *v;
	const char *name;

	make_expand(m, trim(t), &names);
	name = make_only_text(&names);
	if (strchr(name, MAKE_UNKNOWN))
		return &cond_unknown;
	v = make_find_var(m, name);
	if (!v)
		return make_is_symbol(name) ? make_symbol_is(m, name, COND_ON) : &cond_false;
	for (const struct item *i = v->first; i; i = i->next)
		if (!i->text || *i->text)
			any = kcond_or(m->ar, any, i->word.cond);
	return any;
}

/* The word at the start of *t, which moves on behind it. */
static struct span take_word(struct span *t)
{
	struct span w = trim(*t);

	t->s = w.s;
	while (t->s < t->end && !is_blank(*t->s) && *t->s != '(')
		t->s++;
	w.end = t->s;
	return w;
}

static bool span_is(struct span t, const char *s)
{
	return (size_t)(t.end - t.s) == strlen(s) && !memcmp(t.s, s, strlen(s));
}

/* NULL: the line is no condition. */
static const struct kcond *condition_of(struct make *m, struct span word, struct span rest)
{
	if (span_is(word, "ifeq"))
		return compare(m, rest);
	if (span_is(word, "ifneq"))
		return kcond_not(m->ar, compare(m, rest));
	if (span_is(word, "ifdef"))
		return defined(m, rest);
	if (span_is(word, "ifndef"))
		return kcond_not(m->ar, defined(m, rest));
	return NULL;
}

static void open_branch(struct make_reader *r, const struct kcond *c)
{
	struct branch *b;

	if (r->depth == BRANCHES_MAX)
		return;
	b = &r->stack[r->depth++];
	b->outer = r->active;
	b->left = kcond_not(r->m->ar, c);
	r->active = kcond_and(r->m->ar, b->outer, c);
}

static void else_branch(struct make_reader *r, struct span rest)
{
	struct branch *b = &r->stack[r->depth - 1];
	struct span word = take_word(&rest);
	const struct kcond *c = condition_of(r->m, word, rest);
	const struct kcond *left = b->left;

	if (!c)
		c = &cond_true;
	r->active = kcond_and(r->m->ar, b->outer, kcond_and(r->m->ar, left, c));
	b->left = kcond_and(r->m->ar, left, kcond_not(r->m->ar, c));
}

/* True when the line was one of these. */
static bool take_conditional(struct make_reader *r, struct span line)
{
	struct span rest = line;
	struct span word = take_word(&rest);
	const struct kcond *c;

	if (word.end - word.s < 4 || !strchr("ie", *word.s))
		return false;
	if (r->depth && span_is(word, "else")) {
		else_branch(r, rest);
		return true;
	}
	if (r->depth && span_is(word, "endif")) {
		r->active = r->stack[--r->depth].outer;
		return true;
	}
	/* What cannot be reached is not looked at either. */
	c = condition_of(r->m, word, rest);
	if (c)
		open_branch(r, c);
	return c;
}

struct assignment {
	char op; /* '=', ':', '+', '?' */
	const char *text;
	struct make_words words;
	bool expanded;
	bool computed;
};

static void assign(struct make *m, const char *name, struct assignment *a, const struct kcond *cond)
{
	struct make_var *v = make_own_var(m, name);
	const struct item deferred = {
		.text = a->text,
		.word = { .cond = cond, .file = m->file, .line = m->line, .computed = a->computed },
	};

	bool later;

	if (!v || (a->op == '?' && v->first))
		return;
	later = (a->op == '=' || (v->deferred && a->op != ':')) && strchr(a->text, '$');
	if (!later && !a->expanded) {
		make_expand(m, span_of(a->text), &a->words);
		a->expanded = true;
	}
	if (a->op == '=' || a->op == ':') {
		make_forget(m, v, cond);
		v->deferred = a->op == '=';
	}
	if (later)
		make_append_item(m, v, deferred);
	else
		make_store_words(m, v, &a->words, cond, a->computed);
}

static void take_assignment(struct make_reader *r, struct span name, char op, struct span value)
{
	struct make *m = r->m;
	struct make_words names = { 0 };
	struct assignment a = { .op = op };

	make_expand(m, name, &names);
	a.text = make_copy_span(m, trim(value));
	a.computed = span_chr(name, '$');
	for (size_t i = 0; i < names.nr; i++) {
		const struct kcond *c = kcond_and(m->ar, r->active, names.v[i].cond);

		if (c->op != COND_FALSE && !word_unknown(&names.v[i]))
			assign(m, names.v[i].s, &a, c);
	}
}

/*
 * Where the operator of an assignment starts, or NULL for a rule and all else. *op is its first
 * character, *after what follows it.
 */
static const char *find_operator(struct span line, char *op, const char **after)
{
	int depth = 0;

	for (const char *s = line.s; s < line.end; s++) {
		depth += *s == '(' || *s == '{';
		depth -= *s == ')' || *s == '}';
		if (depth)
			continue;
		if (*s == '=') {
			*op = '=';
			*after = s + 1;
			return s;
		}
		if (s + 1 < line.end && s[1] == '=' && strchr(":+?!", *s)) {
			*op = *s;
			*after = s + 2;
			return s;
		}
		if (*s == ':') {
			if (s + 2 < line.end && s[1] == ':' && s[2] == '=') {
				*op = ':';
				*after = s + 3;
				return s;
			}
			return NULL;
		}
	}
	return NULL;
}

static int read_file(struct make *m, const char *path, const struct kcond *active);

/* Files under the tree; what the build writes is not there, and need not be. */
static void take_include(struct make_reader *r, struct span rest)
{
	struct make *m = r->m;
	struct make_words files = { 0 };
	const struct kcond *active = r->active;
	int line = m->line;
	uint32_t file = m->file;

	make_expand(m, trim(rest), &files);
	if (m->depth >= DEPTH_MAX)
		return;
	m->depth++;
	for (size_t i = 0; i < files.nr; i++) {
		const char *path = files.v[i].s;

		if (word_unknown(&files.v[i]))
			continue;
		if (*path == *MAKE_TREE)
			path++;
		while (*path == '/' || (path[0] == '.' && path[1] == '/'))
			path++;
		read_file(m, path, kcond_and(m->ar, active, files.v[i].cond));
	}
	m->depth--;
	m->line = line;
	m->file = file;
}

/*
 * "$(obj)/x.o: $(srctree)/other/x.c FORCE": an object that is not made of the source beside it.
 * Kept as a variable, whose name no makefile can have.
 */
static void take_rule(struct make_reader *r, struct span line)
{
	const char *colon = memmem(line.s, (size_t)(line.end - line.s), ".o:", 3);
	struct make_words targets = { 0 };
	struct assignment a = { .op = ':' };

	if (!colon || !memmem(colon, (size_t)(line.end - colon), ".c", 2))
		return;
	make_expand(r->m, (struct span){ line.s, colon + 2 }, &targets);
	if (targets.nr != 1)
		return;
	a.text = make_copy_span(r->m, trim((struct span){ colon + 3, line.end }));
	assign(r->m, make_join(r->m, MAKE_RULE, targets.v[0].s, strlen(targets.v[0].s)), &a,
	       r->active);
}

static void take_line(struct make_reader *r, struct span line)
{
	struct span rest = line;
	struct span word = take_word(&rest);
	const char *after;
	const char *at;
	char op;

	while (span_is(word, "export") || span_is(word, "override") || span_is(word, "unexport")) {
		line = rest;
		word = take_word(&rest);
	}
	if (span_is(word, "include") || span_is(word, "-include") || span_is(word, "sinclude")) {
		take_include(r, rest);
		return;
	}
	if (span_is(word, "define")) {
		r->in_define = true;
		return;
	}
	at = find_operator(line, &op, &after);
	r->in_rule = !at;
	if (at)
		take_assignment(r, trim((struct span){ line.s, at }), op,
				(struct span){ after, line.end });
	else
		take_rule(r, line);
}

static void take_logical_line(struct make_reader *r, struct span line)
{
	bool tab = line.s < line.end && *line.s == '\t';

	line = trim(line);
	if (r->in_define) {
		r->in_define = !span_is(line, "endef");
		return;
	}
	if (line.s == line.end || (tab && r->in_rule))
		return;
	if (take_conditional(r, line) || r->active->op == COND_FALSE)
		return;
	take_line(r, line);
}

/* Cuts off a comment; "\#" is no comment. */
static const char *comment_of(const char *s, const char *end)
{
	for (const char *p = s; p < end; p++)
		if (*p == '#' && (p == s || p[-1] != '\\'))
			return p;
	return end;
}

static bool is_continued(const char *s, const char *end)
{
	return end > s && end[-1] == '\\';
}

/* Lines that end in a backslash are one; the parts are moved together in place. */
static void read_text(struct make *m, char *text, const struct kcond *active)
{
	struct make_reader r = { .m = m, .active = active };
	char *next = text;
	int line = 1;

	while (*next) {
		char *start = next;
		char *to = next;

		m->line = line;
		for (;;) {
			char *end = strchrnul(next, '\n');
			bool more = is_continued(next, end);
			size_t len = (size_t)(end - next) - more;

			memmove(to, next, len);
			to += len;
			next = *end ? end + 1 : end;
			line++;
			if (!more || !*next)
				break;
			*to++ = ' ';
		}
		take_logical_line(&r, (struct span){ start, comment_of(start, to) });
	}
}

static int read_file(struct make *m, const char *path, const struct kcond *active)
{
	char full[PATH_MAX];
	struct terr err = { "" };
	size_t len;
	char *text;

	if ((size_t)snprintf(full, sizeof(full), "%s/%s", m->tree, path) >= sizeof(full))
		return 1;
	text = slurp(full, &len, &err);
	if (!text)
		return 1;
	m->file = make_name(m, path, strlen(path));
	read_text(m, text, active);
	free(text);
	return 0;
}

int make_read(struct make *m, const char *path)
{
	return read_file(m, path, &cond_true);
}

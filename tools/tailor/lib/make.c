// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/make.h"
#include "lib/slurp.h"

/* More alternatives of one word, or deeper references, are not tried: the word is unknown. */
#define ALTERNATIVES_MAX 64
#define DEPTH_MAX 40
#define BRANCHES_MAX 64
#define ARGS_MAX 8

static const char unknown_text[] = { MAKE_UNKNOWN, '\0' };

/* What a variable is made of: words, or text that is expanded when it is used. */
struct item {
	struct item *next;
	struct make_word word;
	const char *text; /* NULL: word holds */
};

struct make_var {
	struct make_var *next;
	const char *name;
	size_t len;
	bool deferred; /* of the flavour that "=" makes */
	struct item *first;
	struct item **last;
};

/* A part of a line. */
struct span {
	const char *s;
	const char *end;
};

static struct span span_of(const char *s)
{
	return (struct span){ s, s + strlen(s) };
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static struct span trim(struct span t)
{
	while (t.s < t.end && is_blank(*t.s))
		t.s++;
	while (t.end > t.s && is_blank(t.end[-1]))
		t.end--;
	return t;
}

uint32_t make_name(struct make *m, const char *s, size_t len)
{
	char buf[512];

	if (len + 8 > sizeof(buf))
		len = sizeof(buf) - 8;
	memcpy(buf, s, len);
	memset(buf + len, 0, 8);
	return intern_add(m->names, buf, len);
}

/* --- words --- */

static void add_word(struct make *m, struct make_words *w, struct make_word word)
{
	if (word.cond->op == COND_FALSE)
		return;
	if (w->nr == w->room) {
		size_t room = w->room ? 2 * w->room : 8;
		struct make_word *v = arena_alloc(&m->scope->ar, room * sizeof(*v));

		if (!v)
			return;
		if (w->nr)
			memcpy(v, w->v, w->nr * sizeof(*v));
		w->v = v;
		w->room = room;
	}
	w->v[w->nr++] = word;
}

static void add_text(struct make *m, struct make_words *w, const char *s, const struct cond *cond)
{
	add_word(m, w,
		 (struct make_word){ .s = s, .cond = cond, .file = m->file, .line = m->line });
}

static void add_unknown(struct make *m, struct make_words *w)
{
	add_text(m, w, unknown_text, &cond_true);
}

static bool word_unknown(const struct make_word *w)
{
	return strchr(w->s, MAKE_UNKNOWN);
}

/* On which condition there is a word at all. */
static const struct cond *not_empty(struct make *m, const struct make_words *w)
{
	const struct cond *any = &cond_false;

	for (size_t i = 0; i < w->nr; i++) {
		const struct cond *c = w->v[i].cond;

		if (word_unknown(&w->v[i]))
			c = cond_and(m->ar, c, &cond_unknown);
		any = cond_or(m->ar, any, c);
	}
	return any;
}

/* Never two of them at once. */
static bool are_exclusive(const struct make_words *w)
{
	if (w->nr > 16)
		return false;
	for (size_t i = 0; i < w->nr; i++)
		for (size_t j = 0; j < i; j++)
			if (!cond_exclude(w->v[i].cond, w->v[j].cond))
				return false;
	return true;
}

/* "y" if X is y and "y" if X is m become one. */
static void merge_equal(struct make *m, struct make_words *w)
{
	size_t kept = 0;

	if (w->nr > 16)
		return;
	for (size_t i = 0; i < w->nr; i++) {
		size_t j = 0;

		while (j < kept && strcmp(w->v[i].s, w->v[j].s))
			j++;
		if (j < kept)
			w->v[j].cond = cond_or(m->ar, w->v[j].cond, w->v[i].cond);
		else
			w->v[kept++] = w->v[i];
	}
	w->nr = kept;
}

static char *join(struct make *m, const char *a, const char *b, size_t nb)
{
	size_t na = strlen(a);
	char *s = arena_alloc(&m->scope->ar, na + nb + 1);

	if (!s)
		return (char *)unknown_text;
	memcpy(s, a, na);
	memcpy(s + na, b, nb);
	return s;
}

static const char *copy_span(struct make *m, struct span t)
{
	const char *s = arena_strndup(&m->scope->ar, t.s, (size_t)(t.end - t.s));

	return s ? s : unknown_text;
}

/* --- expansion --- */

static void expand(struct make *m, struct span t, struct make_words *out);

/* A word that is being put together: its alternatives. */
struct building {
	struct make_words alternatives;
	bool started;
};

static void start_word(struct make *m, struct building *b)
{
	if (b->started)
		return;
	b->started = true;
	b->alternatives = (struct make_words){ 0 };
	add_text(m, &b->alternatives, "", &cond_true);
}

static void end_word(struct make *m, struct building *b, struct make_words *out)
{
	if (!b->started)
		return;
	for (size_t i = 0; i < b->alternatives.nr; i++)
		if (*b->alternatives.v[i].s)
			add_word(m, out, b->alternatives.v[i]);
	b->started = false;
}

/* The same for a word that is there on this condition only. */
static void end_word_if(struct make *m, struct building *b, const struct cond *cond,
			struct make_words *out)
{
	for (size_t i = 0; b->started && i < b->alternatives.nr; i++)
		b->alternatives.v[i].cond = cond_and(m->ar, cond, b->alternatives.v[i].cond);
	end_word(m, b, out);
}

static void append_text(struct make *m, struct building *b, const char *s, size_t len)
{
	start_word(m, b);
	for (size_t i = 0; i < b->alternatives.nr; i++)
		b->alternatives.v[i].s = join(m, b->alternatives.v[i].s, s, len);
}

/* Each alternative so far with each word of w, and as it is where there is none. */
static void append_one_of(struct make *m, struct building *b, const struct make_words *w)
{
	const struct cond *none = cond_not(m->ar, not_empty(m, w));
	struct make_words old = b->alternatives;
	struct make_words new = { 0 };

	if (old.nr * (w->nr + 1) > ALTERNATIVES_MAX) {
		append_text(m, b, unknown_text, 1);
		return;
	}
	for (size_t i = 0; i < old.nr; i++) {
		for (size_t j = 0; j < w->nr; j++)
			add_text(m, &new, join(m, old.v[i].s, w->v[j].s, strlen(w->v[j].s)),
				 cond_and(m->ar, old.v[i].cond, w->v[j].cond));
		add_text(m, &new, old.v[i].s, cond_and(m->ar, old.v[i].cond, none));
	}
	b->alternatives = new;
}

/* The first of several words ends what was begun, the last begins the next. */
static void append_list(struct make *m, struct building *b, const struct make_words *w,
			struct make_words *out)
{
	for (size_t i = 0; i < w->nr; i++) {
		const struct make_words one = { .v = &w->v[i], .nr = 1 };

		if (i) {
			end_word(m, b, out);
			start_word(m, b);
		}
		append_one_of(m, b, &one);
	}
}

static void append_value(struct make *m, struct building *b, struct make_words *w, bool ends_here,
			 struct make_words *out)
{
	if (!w->nr)
		return;
	if (!b->started && ends_here) {
		for (size_t i = 0; i < w->nr; i++)
			add_word(m, out, w->v[i]);
		return;
	}
	start_word(m, b);
	if (are_exclusive(w))
		append_one_of(m, b, w);
	else
		append_list(m, b, w, out);
}

/* From behind an opening bracket to the closing one; end when there is none. */
static const char *closing(const char *s, const char *end, char open, char close)
{
	int depth = 1;

	for (; s < end; s++) {
		if (*s == open)
			depth++;
		else if (*s == close && !--depth)
			break;
	}
	return s;
}

static void expand_ref(struct make *m, struct span ref, struct make_words *out);

/* s is at a '$'; returns what follows the reference. */
static const char *take_ref(struct make *m, const char *s, const char *end, struct make_words *w)
{
	const char *close;

	if (s + 1 >= end)
		return s + 1;
	if (s[1] == '(' || s[1] == '{') {
		close = closing(s + 2, end, s[1], s[1] == '(' ? ')' : '}');
		expand_ref(m, (struct span){ s + 2, close }, w);
		return close < end ? close + 1 : end;
	}
	expand_ref(m, (struct span){ s + 1, s + 2 }, w);
	return s + 2;
}

static void expand(struct make *m, struct span t, struct make_words *out)
{
	struct building b = { 0 };
	const char *s = t.s;

	while (s < t.end) {
		const char *start = s;

		if (is_blank(*s)) {
			end_word(m, &b, out);
			s++;
		} else if (*s == '$' && s + 1 < t.end && s[1] == '$') {
			append_text(m, &b, "$", 1);
			s += 2;
		} else if (*s == '$') {
			struct make_words w = { 0 };

			s = take_ref(m, s, t.end, &w);
			append_value(m, &b, &w, s >= t.end || is_blank(*s), out);
		} else {
			while (s < t.end && *s != '$' && !is_blank(*s))
				s++;
			append_text(m, &b, start, (size_t)(s - start));
		}
	}
	end_word(m, &b, out);
}

/* --- variables --- */

static unsigned int bucket_of(const char *name, size_t len)
{
	unsigned int h = 5381;

	for (size_t i = 0; i < len; i++)
		h = h * 33 + (unsigned char)name[i];
	return (h ^ h >> 8) % MAKE_BUCKETS;
}

static struct make_var *find_here(const struct make_scope *scope, const char *name, size_t len)
{
	struct make_var *v = scope->buckets[bucket_of(name, len)];

	while (v && (v->len != len || memcmp(v->name, name, len)))
		v = v->next;
	return v;
}

static struct make_var *find_var(const struct make *m, const char *name)
{
	size_t len = strlen(name);
	struct make_var *v = NULL;

	for (const struct make_scope *s = m->scope; s && !v; s = s->parent)
		v = find_here(s, name, len);
	return v;
}

static void append_item(struct make *m, struct make_var *v, struct item item)
{
	struct item *new = arena_alloc(&m->scope->ar, sizeof(*new));

	if (!new || item.word.cond->op == COND_FALSE)
		return;
	*new = item;
	new->next = NULL;
	*v->last = new;
	v->last = &new->next;
}

/* In this scope; one that it hides is copied, since lines are appended to it. */
static struct make_var *own_var(struct make *m, const char *name)
{
	size_t len = strlen(name);
	struct make_var *v = find_here(m->scope, name, len);
	const struct make_var *hidden = v ? NULL : find_var(m, name);
	struct make_var **bucket = &m->scope->buckets[bucket_of(name, len)];

	if (v)
		return v;
	v = arena_alloc(&m->scope->ar, sizeof(*v));
	if (!v)
		return NULL;
	*v = (struct make_var){ .next = *bucket, .name = name, .len = len, .deferred = true };
	v->last = &v->first;
	*bucket = v;
	if (hidden) {
		v->deferred = hidden->deferred;
		for (const struct item *i = hidden->first; i; i = i->next)
			append_item(m, v, *i);
	}
	return v;
}

static void add_with(struct make *m, struct make_words *out, struct make_word word,
		     const struct cond *cond)
{
	word.cond = cond_and(m->ar, cond, word.cond);
	add_word(m, out, word);
}

static void expand_text(struct make *m, const struct item *item, struct make_words *out)
{
	struct make_words w = { 0 };
	int line = m->line;
	uint32_t file = m->file;

	m->line = item->word.line;
	m->file = item->word.file;
	expand(m, span_of(item->text), &w);
	for (size_t i = 0; i < w.nr; i++) {
		w.v[i].computed |= item->word.computed;
		add_with(m, out, w.v[i], item->word.cond);
	}
	m->line = line;
	m->file = file;
}

static const struct cond *symbol_is(struct make *m, const char *name, unsigned int values)
{
	const char *symbol = name + strlen("CONFIG_");

	return cond_lit(m->ar, (struct cond_lit){
				       .symbol = make_name(m, symbol, strlen(symbol)),
				       .values = values,
				       .file = m->file,
				       .line = m->line,
			       });
}

static void add_symbol(struct make *m, const char *name, struct make_words *out)
{
	add_text(m, out, "y", symbol_is(m, name, COND_Y));
	add_text(m, out, "m", symbol_is(m, name, COND_M));
}

static bool is_symbol(const char *name)
{
	return strlen(name) > 7 && !memcmp(name, "CONFIG_", 7) && !strchr(name, MAKE_UNKNOWN);
}

/* $@, $<, $(@D) and so on belong to rules. */
static bool is_automatic(const char *name)
{
	return strchr("@%<?^+|*", name[0]) || isdigit((unsigned char)name[0]);
}

static void add_value(struct make *m, const char *name, struct make_words *out)
{
	const struct make_var *v = find_var(m, name);

	if (strchr(name, MAKE_UNKNOWN) || m->depth >= DEPTH_MAX) {
		add_unknown(m, out);
		return;
	}
	if (!v) {
		if (is_symbol(name))
			add_symbol(m, name, out);
		else if (is_automatic(name))
			add_unknown(m, out);
		return;
	}
	m->depth++;
	for (const struct item *i = v->first; i; i = i->next) {
		if (i->text)
			expand_text(m, i, out);
		else
			add_word(m, out, i->word);
	}
	m->depth--;
}

/* --- functions --- */

/* The arguments of a function as they stand. */
struct args {
	size_t nr;
	struct span v[ARGS_MAX];
};

/* Pattern and word with at most one '%'; *stem is what that stands for. */
static bool matches(const char *pattern, const char *word, struct span *stem)
{
	const char *percent = strchr(pattern, '%');
	size_t before = percent ? (size_t)(percent - pattern) : 0;
	size_t after = percent ? strlen(percent + 1) : 0;
	size_t len = strlen(word);

	*stem = (struct span){ word + before, word + len - after };
	if (!percent)
		return !strcmp(pattern, word);
	return len >= before + after && !memcmp(word, pattern, before) &&
	       !memcmp(word + len - after, percent + 1, after);
}

static void expand_arg(struct make *m, const struct args *a, size_t i, struct make_words *out)
{
	if (i < a->nr)
		expand(m, trim(a->v[i]), out);
}

static void fn_subst(struct make *m, const struct args *a, struct make_words *out)
{
	struct make_words from = { 0 };
	struct make_words to = { 0 };
	struct make_words text = { 0 };

	expand_arg(m, a, 0, &from);
	expand_arg(m, a, 1, &to);
	expand_arg(m, a, 2, &text);
	for (size_t i = 0; i < text.nr; i++) {
		const char *s = text.v[i].s;
		struct building b = { 0 };
		const char *hit;

		if (from.nr != 1 || word_unknown(&from.v[0])) {
			add_unknown(m, out);
			continue;
		}
		while ((hit = strstr(s, from.v[0].s))) {
			append_text(m, &b, s, (size_t)(hit - s));
			append_value(m, &b, &to, false, out);
			s = hit + strlen(from.v[0].s);
		}
		append_text(m, &b, s, strlen(s));
		end_word_if(m, &b, text.v[i].cond, out);
	}
	merge_equal(m, out);
}

static const struct cond *matched(struct make *m, const struct make_words *patterns,
				  const struct make_word *word)
{
	const struct cond *any = &cond_false;
	struct span stem;

	for (size_t i = 0; i < patterns->nr; i++) {
		if (word_unknown(&patterns->v[i]) || word_unknown(word))
			return &cond_unknown;
		if (matches(patterns->v[i].s, word->s, &stem))
			any = cond_or(m->ar, any, patterns->v[i].cond);
	}
	return any;
}

static void filter(struct make *m, const struct args *a, bool want, struct make_words *out)
{
	struct make_words patterns = { 0 };
	struct make_words text = { 0 };

	expand_arg(m, a, 0, &patterns);
	expand_arg(m, a, 1, &text);
	for (size_t i = 0; i < text.nr; i++) {
		const struct cond *c = matched(m, &patterns, &text.v[i]);

		add_with(m, out, text.v[i], want ? c : cond_not(m->ar, c));
	}
}

static void fn_filter(struct make *m, const struct args *a, struct make_words *out)
{
	filter(m, a, true, out);
}

static void fn_filter_out(struct make *m, const struct args *a, struct make_words *out)
{
	filter(m, a, false, out);
}

/* prefix and suffix around each word. */
static void affix(struct make *m, const struct args *a, bool before, struct make_words *out)
{
	struct make_words affixes = { 0 };
	struct make_words text = { 0 };

	expand_arg(m, a, 0, &affixes);
	expand_arg(m, a, 1, &text);
	for (size_t i = 0; i < text.nr; i++) {
		struct building b = { 0 };

		start_word(m, &b);
		if (!before)
			append_text(m, &b, text.v[i].s, strlen(text.v[i].s));
		if (are_exclusive(&affixes))
			append_one_of(m, &b, &affixes);
		else
			append_text(m, &b, unknown_text, 1);
		if (before)
			append_text(m, &b, text.v[i].s, strlen(text.v[i].s));
		end_word_if(m, &b, text.v[i].cond, out);
	}
}

static void fn_addprefix(struct make *m, const struct args *a, struct make_words *out)
{
	affix(m, a, true, out);
}

static void fn_addsuffix(struct make *m, const struct args *a, struct make_words *out)
{
	affix(m, a, false, out);
}

/* What the word becomes, or itself when the pattern does not fit. */
static const char *substitute(struct make *m, const char *pattern, const char *replacement,
			      const char *word)
{
	const char *percent = strchr(replacement, '%');
	struct span stem;
	char *s;

	if (!matches(pattern, word, &stem))
		return word;
	if (!percent || !strchr(pattern, '%'))
		return replacement;
	s = join(m, copy_span(m, (struct span){ replacement, percent }), stem.s,
		 (size_t)(stem.end - stem.s));
	return join(m, s, percent + 1, strlen(percent + 1));
}

static void patsubst(struct make *m, const char *pattern, const char *replacement,
		     const struct make_words *text, struct make_words *out)
{
	for (size_t i = 0; i < text->nr; i++) {
		struct make_word w = text->v[i];

		if (strchr(pattern, MAKE_UNKNOWN) || strchr(replacement, MAKE_UNKNOWN))
			w.s = unknown_text;
		else
			w.s = substitute(m, pattern, replacement, w.s);
		if (*w.s)
			add_word(m, out, w);
	}
}

/* The one text that these words are whatever the configuration; unknown if there is none. */
static const char *only_text(const struct make_words *w)
{
	if (!w->nr)
		return "";
	return w->nr == 1 && w->v[0].cond->op == COND_TRUE ? w->v[0].s : unknown_text;
}

static void fn_patsubst(struct make *m, const struct args *a, struct make_words *out)
{
	struct make_words pattern = { 0 };
	struct make_words replacement = { 0 };
	struct make_words text = { 0 };

	expand_arg(m, a, 0, &pattern);
	expand_arg(m, a, 1, &replacement);
	expand_arg(m, a, 2, &text);
	patsubst(m, only_text(&pattern), only_text(&replacement), &text, out);
}

static void fn_if(struct make *m, const struct args *a, struct make_words *out)
{
	struct make_words cond = { 0 };
	const struct cond *is;

	expand_arg(m, a, 0, &cond);
	is = not_empty(m, &cond);
	for (size_t i = 1; i < a->nr && i < 3; i++) {
		struct make_words w = { 0 };

		expand_arg(m, a, i, &w);
		for (size_t j = 0; j < w.nr; j++)
			add_with(m, out, w.v[j], i == 1 ? is : cond_not(m->ar, is));
	}
}

/* The first that is not empty. */
static void fn_or(struct make *m, const struct args *a, struct make_words *out)
{
	const struct cond *none = &cond_true;

	for (size_t i = 0; i < a->nr; i++) {
		struct make_words w = { 0 };

		expand_arg(m, a, i, &w);
		for (size_t j = 0; j < w.nr; j++)
			add_with(m, out, w.v[j], none);
		none = cond_and(m->ar, none, cond_not(m->ar, not_empty(m, &w)));
	}
}

/* The last, if none is empty. */
static void fn_and(struct make *m, const struct args *a, struct make_words *out)
{
	const struct cond *all = &cond_true;

	for (size_t i = 0; i < a->nr; i++) {
		struct make_words w = { 0 };

		expand_arg(m, a, i, &w);
		if (i + 1 == a->nr)
			for (size_t j = 0; j < w.nr; j++)
				add_with(m, out, w.v[j], all);
		all = cond_and(m->ar, all, not_empty(m, &w));
	}
}

static void fn_foreach(struct make *m, const struct args *a, struct make_words *out)
{
	struct make_words name = { 0 };
	struct make_words list = { 0 };
	struct make_var *v;

	expand_arg(m, a, 0, &name);
	expand_arg(m, a, 1, &list);
	v = a->nr == 3 ? own_var(m, only_text(&name)) : NULL;
	for (size_t i = 0; v && i < list.nr; i++) {
		struct make_words w = { 0 };
		struct item item = { .word = list.v[i] };

		item.word.cond = &cond_true;
		v->first = NULL;
		v->last = &v->first;
		append_item(m, v, item);
		expand_arg(m, a, 2, &w);
		for (size_t j = 0; j < w.nr; j++)
			add_with(m, out, w.v[j], list.v[i].cond);
	}
}

static void fn_strip(struct make *m, const struct args *a, struct make_words *out)
{
	expand_arg(m, a, 0, out);
}

static void fn_sort(struct make *m, const struct args *a, struct make_words *out)
{
	expand_arg(m, a, 0, out);
	merge_equal(m, out);
}

static void fn_notdir(struct make *m, const struct args *a, struct make_words *out)
{
	struct make_words w = { 0 };

	expand_arg(m, a, 0, &w);
	for (size_t i = 0; i < w.nr; i++) {
		const char *slash = strrchr(w.v[i].s, '/');

		if (slash)
			w.v[i].s = slash + 1;
		add_word(m, out, w.v[i]);
	}
}

static void fn_basename(struct make *m, const struct args *a, struct make_words *out)
{
	struct make_words w = { 0 };

	expand_arg(m, a, 0, &w);
	for (size_t i = 0; i < w.nr; i++) {
		const char *s = w.v[i].s;
		const char *dot = strrchr(s, '.');

		if (dot && !strchr(dot, '/'))
			w.v[i].s = copy_span(m, (struct span){ s, dot });
		add_word(m, out, w.v[i]);
	}
}

static void fn_unknown(struct make *m, const struct args *a, struct make_words *out)
{
	(void)a;
	add_unknown(m, out);
}

static const struct {
	const char *name;
	void (*run)(struct make *m, const struct args *a, struct make_words *out);
} functions[] = {
	{ "subst", fn_subst },
	{ "filter", fn_filter },
	{ "filter-out", fn_filter_out },
	{ "addprefix", fn_addprefix },
	{ "addsuffix", fn_addsuffix },
	{ "patsubst", fn_patsubst },
	{ "if", fn_if },
	{ "or", fn_or },
	{ "and", fn_and },
	{ "foreach", fn_foreach },
	{ "strip", fn_strip },
	{ "sort", fn_sort },
	{ "notdir", fn_notdir },
	{ "basename", fn_basename },
	/* They ask for the machine, or for functions of the makefile; nothing is said of them. */
	{ "shell", fn_unknown },
	{ "call", fn_unknown },
	{ "eval", fn_unknown },
	{ "wildcard", fn_unknown },
	{ "word", fn_unknown },
	{ "words", fn_unknown },
	{ "wordlist", fn_unknown },
	{ "firstword", fn_unknown },
	{ "lastword", fn_unknown },
	{ "findstring", fn_unknown },
	{ "dir", fn_unknown },
	{ "suffix", fn_unknown },
	{ "join", fn_unknown },
	{ "abspath", fn_unknown },
	{ "realpath", fn_unknown },
	{ "value", fn_unknown },
	{ "origin", fn_unknown },
	{ "flavor", fn_unknown },
	{ "file", fn_unknown },
	{ "error", fn_unknown },
	{ "warning", fn_unknown },
	{ "info", fn_unknown },
};

/* At commas outside of brackets; the last holds the rest. */
static void split_args(struct span t, struct args *a)
{
	int depth = 0;

	*a = (struct args){ .nr = 1, .v = { t } };
	for (const char *s = t.s; s < t.end; s++) {
		depth += *s == '(' || *s == '{';
		depth -= *s == ')' || *s == '}';
		if (*s != ',' || depth || a->nr == ARGS_MAX)
			continue;
		a->v[a->nr - 1].end = s;
		a->v[a->nr++] = (struct span){ s + 1, t.end };
	}
}

static bool call_function(struct make *m, struct span ref, struct make_words *out)
{
	const char *blank = ref.s;
	struct args a;

	while (blank < ref.end && !is_blank(*blank))
		blank++;
	if (blank == ref.end)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(functions); i++) {
		size_t len = strlen(functions[i].name);

		if ((size_t)(blank - ref.s) != len || memcmp(functions[i].name, ref.s, len))
			continue;
		split_args((struct span){ blank, ref.end }, &a);
		functions[i].run(m, &a, out);
		return true;
	}
	return false;
}

/* The colon of $(var:a=b). */
static const char *find_colon(struct span ref)
{
	int depth = 0;

	for (const char *s = ref.s; s < ref.end; s++) {
		depth += *s == '(';
		depth -= *s == ')';
		if (*s == ':' && !depth)
			return s;
	}
	return NULL;
}

/* $(var:a=b) is $(patsubst %a,%b,$(var)) unless a has a '%' of its own. */
static void expand_replaced(struct make *m, struct span name, struct span rule,
			    struct make_words *out)
{
	const char *equals = memchr(rule.s, '=', (size_t)(rule.end - rule.s));
	struct make_words from = { 0 };
	struct make_words to = { 0 };
	struct make_words text = { 0 };
	const char *a;
	const char *b;

	if (!equals) {
		add_unknown(m, out);
		return;
	}
	expand(m, trim((struct span){ rule.s, equals }), &from);
	expand(m, trim((struct span){ equals + 1, rule.end }), &to);
	expand_ref(m, name, &text);
	a = only_text(&from);
	b = only_text(&to);
	if (!strchr(a, '%')) {
		a = join(m, "%", a, strlen(a));
		b = join(m, "%", b, strlen(b));
	}
	patsubst(m, a, b, &text, out);
}

/* What stands in $( ). */
static void expand_ref(struct make *m, struct span ref, struct make_words *out)
{
	struct make_words names = { 0 };
	const char *colon;

	if (m->depth >= DEPTH_MAX) {
		add_unknown(m, out);
		return;
	}
	if (call_function(m, ref, out))
		return;
	colon = find_colon(ref);
	m->depth++;
	if (colon) {
		expand_replaced(m, (struct span){ ref.s, colon },
				(struct span){ colon + 1, ref.end }, out);
	} else if (!memchr(ref.s, '$', (size_t)(ref.end - ref.s))) {
		add_value(m, copy_span(m, trim(ref)), out);
	} else {
		expand(m, trim(ref), &names);
		for (size_t i = 0; i < names.nr; i++) {
			struct make_words w = { 0 };

			add_value(m, names.v[i].s, &w);
			for (size_t j = 0; j < w.nr; j++)
				add_with(m, out, w.v[j], names.v[i].cond);
		}
	}
	m->depth--;
}

/* --- lines --- */

struct branch {
	const struct cond *outer; /* on which the whole of it is read */
	const struct cond *left;  /* none of the branches so far was taken */
};

struct reader {
	struct make *m;
	const struct cond *active; /* on which this line is read */
	struct branch stack[BRANCHES_MAX];
	size_t depth;
	bool in_rule;
	bool in_define;
};

/* On which condition both are the same text. */
static const struct cond *equal(struct make *m, const struct make_words *a,
				const struct make_words *b)
{
	struct building x = { 0 };
	struct building y = { 0 };
	const struct cond *same = &cond_false;

	if (!a->nr || !b->nr)
		return cond_not(m->ar, not_empty(m, a->nr ? a : b));
	if (!are_exclusive(a) || !are_exclusive(b))
		return &cond_unknown;
	start_word(m, &x);
	append_one_of(m, &x, a);
	start_word(m, &y);
	append_one_of(m, &y, b);
	for (size_t i = 0; i < x.alternatives.nr; i++)
		for (size_t j = 0; j < y.alternatives.nr; j++) {
			const struct make_word *v = &x.alternatives.v[i];
			const struct make_word *w = &y.alternatives.v[j];
			const struct cond *both = cond_and(m->ar, v->cond, w->cond);

			if (word_unknown(v) || word_unknown(w))
				same = cond_or(m->ar, same, cond_and(m->ar, both, &cond_unknown));
			else if (!strcmp(v->s, w->s))
				same = cond_or(m->ar, same, both);
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
static const struct cond *compare(struct make *m, struct span t)
{
	struct make_words w[2] = { { 0 } };
	struct args a;

	t = trim(t);
	if (t.s < t.end && *t.s == '(') {
		split_args((struct span){ t.s + 1, closing(t.s + 1, t.end, '(', ')') }, &a);
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
		expand(m, trim(a.v[i]), &w[i]);
	for (size_t i = 0; i < 2; i++)
		if (names_symbol(trim(a.v[i])) && !is_tristate_text(&w[!i]))
			return &cond_unknown;
	return equal(m, &w[0], &w[1]);
}

static const struct cond *defined(struct make *m, struct span t)
{
	struct make_words names = { 0 };
	const struct cond *any = &cond_false;
	const struct make_var *v;
	const char *name;

	expand(m, trim(t), &names);
	name = only_text(&names);
	if (strchr(name, MAKE_UNKNOWN))
		return &cond_unknown;
	v = find_var(m, name);
	if (!v)
		return is_symbol(name) ? symbol_is(m, name, COND_ON) : &cond_false;
	for (const struct item *i = v->first; i; i = i->next)
		if (!i->text || *i->text)
			any = cond_or(m->ar, any, i->word.cond);
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
static const struct cond *condition_of(struct make *m, struct span word, struct span rest)
{
	if (span_is(word, "ifeq"))
		return compare(m, rest);
	if (span_is(word, "ifneq"))
		return cond_not(m->ar, compare(m, rest));
	if (span_is(word, "ifdef"))
		return defined(m, rest);
	if (span_is(word, "ifndef"))
		return cond_not(m->ar, defined(m, rest));
	return NULL;
}

static void open_branch(struct reader *r, const struct cond *c)
{
	struct branch *b;

	if (r->depth == BRANCHES_MAX)
		return;
	b = &r->stack[r->depth++];
	b->outer = r->active;
	b->left = cond_not(r->m->ar, c);
	r->active = cond_and(r->m->ar, b->outer, c);
}

static void else_branch(struct reader *r, struct span rest)
{
	struct branch *b = &r->stack[r->depth - 1];
	struct span word = take_word(&rest);
	const struct cond *c = condition_of(r->m, word, rest);
	const struct cond *left = b->left;

	if (!c)
		c = &cond_true;
	r->active = cond_and(r->m->ar, b->outer, cond_and(r->m->ar, left, c));
	b->left = cond_and(r->m->ar, left, cond_not(r->m->ar, c));
}

/* True when the line was one of these. */
static bool take_conditional(struct reader *r, struct span line)
{
	struct span rest = line;
	struct span word = take_word(&rest);
	const struct cond *c;

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

static void store_words(struct make *m, struct make_var *v, const struct make_words *w,
			const struct cond *cond, bool computed)
{
	for (size_t i = 0; i < w->nr; i++) {
		struct item item = { .word = w->v[i] };

		item.word.cond = cond_and(m->ar, cond, w->v[i].cond);
		item.word.computed |= computed;
		item.word.line = m->line;
		item.word.file = m->file;
		append_item(m, v, item);
	}
}

/* What was there before stays where the new value does not hold. */
static void forget(struct make *m, struct make_var *v, const struct cond *cond)
{
	const struct cond *stays = cond_not(m->ar, cond);
	struct item *old = v->first;

	v->first = NULL;
	v->last = &v->first;
	for (; stays->op != COND_FALSE && old; old = old->next) {
		struct item item = *old;

		item.word.cond = cond_and(m->ar, stays, old->word.cond);
		append_item(m, v, item);
	}
}

struct assignment {
	char op; /* '=', ':', '+', '?' */
	const char *text;
	struct make_words words;
	bool expanded;
	bool computed;
};

static void assign(struct make *m, const char *name, struct assignment *a, const struct cond *cond)
{
	struct make_var *v = own_var(m, name);
	const struct item deferred = {
		.text = a->text,
		.word = { .cond = cond, .file = m->file, .line = m->line, .computed = a->computed },
	};

	bool later;

	if (!v || (a->op == '?' && v->first))
		return;
	later = (a->op == '=' || (v->deferred && a->op != ':')) && strchr(a->text, '$');
	if (!later && !a->expanded) {
		expand(m, span_of(a->text), &a->words);
		a->expanded = true;
	}
	if (a->op == '=' || a->op == ':') {
		forget(m, v, cond);
		v->deferred = a->op == '=';
	}
	if (later)
		append_item(m, v, deferred);
	else
		store_words(m, v, &a->words, cond, a->computed);
}

static void take_assignment(struct reader *r, struct span name, char op, struct span value)
{
	struct make *m = r->m;
	struct make_words names = { 0 };
	struct assignment a = { .op = op };

	expand(m, name, &names);
	a.text = copy_span(m, trim(value));
	a.computed = memchr(name.s, '$', (size_t)(name.end - name.s));
	for (size_t i = 0; i < names.nr; i++) {
		const struct cond *c = cond_and(m->ar, r->active, names.v[i].cond);

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

static int read_file(struct make *m, const char *path, const struct cond *active);

/* Files under the tree; what the build writes is not there, and need not be. */
static void take_include(struct reader *r, struct span rest)
{
	struct make *m = r->m;
	struct make_words files = { 0 };
	const struct cond *active = r->active;
	int line = m->line;
	uint32_t file = m->file;

	expand(m, trim(rest), &files);
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
		read_file(m, path, cond_and(m->ar, active, files.v[i].cond));
	}
	m->depth--;
	m->line = line;
	m->file = file;
}

/*
 * "$(obj)/x.o: $(srctree)/other/x.c FORCE": an object that is not made of the source beside it.
 * Kept as a variable, whose name no makefile can have.
 */
static void take_rule(struct reader *r, struct span line)
{
	const char *colon = memmem(line.s, (size_t)(line.end - line.s), ".o:", 3);
	struct make_words targets = { 0 };
	struct assignment a = { .op = ':' };

	if (!colon || !memmem(colon, (size_t)(line.end - colon), ".c", 2))
		return;
	expand(r->m, (struct span){ line.s, colon + 2 }, &targets);
	if (targets.nr != 1)
		return;
	a.text = copy_span(r->m, trim((struct span){ colon + 3, line.end }));
	assign(r->m, join(r->m, MAKE_RULE, targets.v[0].s, strlen(targets.v[0].s)), &a, r->active);
}

static void take_line(struct reader *r, struct span line)
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

static void take_logical_line(struct reader *r, struct span line)
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
static void read_text(struct make *m, char *text, const struct cond *active)
{
	struct reader r = { .m = m, .active = active };
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

static int read_file(struct make *m, const char *path, const struct cond *active)
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

void make_set(struct make *m, const char *name, const char *value)
{
	struct make_var *v = own_var(m, copy_span(m, span_of(name)));
	struct make_words words = { 0 };

	if (!v)
		return;
	add_text(m, &words, copy_span(m, span_of(value)), &cond_true);
	forget(m, v, &cond_true);
	if (*value)
		store_words(m, v, &words, &cond_true, false);
	v->deferred = false;
}

bool make_defined(const struct make *m, const char *name)
{
	const struct make_var *v = find_var(m, name);

	return v && v->first;
}

void make_value(struct make *m, const char *name, struct make_words *out)
{
	*out = (struct make_words){ 0 };
	if (find_var(m, name))
		add_value(m, name, out);
}

void make_scope_reset(struct make_scope *scope)
{
	arena_free(&scope->ar);
	memset(scope->buckets, 0, sizeof(scope->buckets));
}

// SPDX-License-Identifier: GPL-2.0-only
/* What text with references expands to, and the variables that it refers to. */
#include <ctype.h>
#include <string.h>

#include "make/internal.h"

/* More alternatives of one word are not tried: the word is unknown. */
#define ALTERNATIVES_MAX 64

/* --- expansion --- */

void make_start_word(struct make *m, struct building *b)
{
	if (b->started)
		return;
	b->started = true;
	b->alternatives = (struct make_words){ 0 };
	make_add_text(m, &b->alternatives, "", &cond_true);
}

static void end_word(struct make *m, struct building *b, struct make_words *out)
{
	if (!b->started)
		return;
	for (size_t i = 0; i < b->alternatives.nr; i++)
		if (*b->alternatives.v[i].s)
			make_add_word(m, out, b->alternatives.v[i]);
	b->started = false;
}

void make_end_word_if(struct make *m, struct building *b, const struct kcond *cond,
		      struct make_words *out)
{
	for (size_t i = 0; b->started && i < b->alternatives.nr; i++)
		b->alternatives.v[i].cond = kcond_and(m->ar, cond, b->alternatives.v[i].cond);
	end_word(m, b, out);
}

void make_append_text(struct make *m, struct building *b, const char *s, size_t len)
{
	make_start_word(m, b);
	for (size_t i = 0; i < b->alternatives.nr; i++)
		b->alternatives.v[i].s = make_join(m, b->alternatives.v[i].s, s, len);
}

void make_append_one_of(struct make *m, struct building *b, const struct make_words *w)
{
	const struct kcond *none = kcond_not(m->ar, make_not_empty(m, w));
	struct make_words old = b->alternatives;
	struct make_words new = { 0 };

	if (old.nr * (w->nr + 1) > ALTERNATIVES_MAX) {
		make_append_text(m, b, make_unknown_text, 1);
		return;
	}
	for (size_t i = 0; i < old.nr; i++) {
		for (size_t j = 0; j < w->nr; j++)
			make_add_text(m, &new,
				      make_join(m, old.v[i].s, w->v[j].s, strlen(w->v[j].s)),
				      kcond_and(m->ar, old.v[i].cond, w->v[j].cond));
		make_add_text(m, &new, old.v[i].s, kcond_and(m->ar, old.v[i].cond, none));
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
			make_start_word(m, b);
		}
		make_append_one_of(m, b, &one);
	}
}

void make_append_value(struct make *m, struct building *b, struct make_words *w, bool ends_here,
		       struct make_words *out)
{
	if (!w->nr)
		return;
	if (!b->started && ends_here) {
		for (size_t i = 0; i < w->nr; i++)
			make_add_word(m, out, w->v[i]);
		return;
	}
	make_start_word(m, b);
	if (make_are_exclusive(w))
		make_append_one_of(m, b, w);
	else
		append_list(m, b, w, out);
}

const char *make_closing(const char *s, const char *end, char open, char close)
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
		close = make_closing(s + 2, end, s[1], s[1] == '(' ? ')' : '}');
		expand_ref(m, (struct span){ s + 2, close }, w);
		return close < end ? close + 1 : end;
	}
	expand_ref(m, (struct span){ s + 1, s + 2 }, w);
	return s + 2;
}

void make_expand(struct make *m, struct span t, struct make_words *out)
{
	struct building b = { 0 };
	const char *s = t.s;

	while (s < t.end) {
		const char *start = s;

		if (is_blank(*s)) {
			end_word(m, &b, out);
			s++;
		} else if (*s == '$' && s + 1 < t.end && s[1] == '$') {
			make_append_text(m, &b, "$", 1);
			s += 2;
		} else if (*s == '$') {
			struct make_words w = { 0 };

			s = take_ref(m, s, t.end, &w);
			make_append_value(m, &b, &w, s >= t.end || is_blank(*s), out);
		} else {
			while (s < t.end && *s != '$' && !is_blank(*s))
				s++;
			make_append_text(m, &b, start, (size_t)(s - start));
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

struct make_var *make_find_var(const struct make *m, const char *name)
{
	size_t len = strlen(name);
	struct make_var *v = NULL;

	for (const struct make_scope *s = m->scope; s && !v; s = s->parent)
		v = find_here(s, name, len);
	return v;
}

void make_append_item(struct make *m, struct make_var *v, struct item item)
{
	struct item *new = arena_alloc(&m->scope->ar, sizeof(*new));

	if (!new || item.word.cond->op == COND_FALSE)
		return;
	*new = item;
	new->next = NULL;
	*v->last = new;
	v->last = &new->next;
}

struct make_var *make_own_var(struct make *m, const char *name)
{
	size_t len = strlen(name);
	struct make_var *v = find_here(m->scope, name, len);
	const struct make_var *hidden = v ? NULL : make_find_var(m, name);
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
			make_append_item(m, v, *i);
	}
	return v;
}

static void expand_text(struct make *m, const struct item *item, struct make_words *out)
{
	struct make_words w = { 0 };
	int line = m->line;
	uint32_t file = m->file;

	m->line = item->word.line;
	m->file = item->word.file;
	make_expand(m, span_of(item->text), &w);
	for (size_t i = 0; i < w.nr; i++) {
		w.v[i].computed |= item->word.computed;
		make_add_with(m, out, w.v[i], item->word.cond);
	}
	m->line = line;
	m->file = file;
}

const struct kcond *make_symbol_is(struct make *m, const char *name, unsigned int values)
{
	const char *symbol = name + strlen("CONFIG_");

	return kcond_lit(m->ar, (struct kcond_lit){
					.symbol = make_name(m, symbol, strlen(symbol)),
					.values = values,
					.file = m->file,
					.line = m->line,
				});
}

static void add_symbol(struct make *m, const char *name, struct make_words *out)
{
	make_add_text(m, out, "y", make_symbol_is(m, name, COND_Y));
	make_add_text(m, out, "m", make_symbol_is(m, name, COND_M));
}

bool make_is_symbol(const char *name)
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
	const struct make_var *v = make_find_var(m, name);

	if (strchr(name, MAKE_UNKNOWN) || m->depth >= DEPTH_MAX) {
		make_add_unknown(m, out);
		return;
	}
	if (!v) {
		if (make_is_symbol(name))
			add_symbol(m, name, out);
		else if (is_automatic(name))
			make_add_unknown(m, out);
		return;
	}
	m->depth++;
	for (const struct item *i = v->first; i; i = i->next) {
		if (i->text)
			expand_text(m, i, out);
		else
			make_add_word(m, out, i->word);
	}
	m->depth--;
}

void make_store_words(struct make *m, struct make_var *v, const struct make_words *w,
		      const struct kcond *cond, bool computed)
{
	for (size_t i = 0; i < w->nr; i++) {
		struct item item = { .word = w->v[i] };

		item.word.cond = kcond_and(m->ar, cond, w->v[i].cond);
		item.word.computed |= computed;
		item.word.line = m->line;
		item.word.file = m->file;
		make_append_item(m, v, item);
	}
}

void make_forget(struct make *m, struct make_var *v, const struct kcond *cond)
{
	const struct kcond *stays = kcond_not(m->ar, cond);
	struct item *old = v->first;

	v->first = NULL;
	v->last = &v->first;
	for (; stays->op != COND_FALSE && old; old = old->next) {
		struct item item = *old;

		item.word.cond = kcond_and(m->ar, stays, old->word.cond);
		make_append_item(m, v, item);
	}
}

/* --- references --- */

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
	const char *equals = span_chr(rule, '=');
	struct make_words from = { 0 };
	struct make_words to = { 0 };
	struct make_words text = { 0 };
	const char *a;
	const char *b;

	if (!equals) {
		make_add_unknown(m, out);
		return;
	}
	make_expand(m, trim((struct span){ rule.s, equals }), &from);
	make_expand(m, trim((struct span){ equals + 1, rule.end }), &to);
	expand_ref(m, name, &text);
	a = make_only_text(&from);
	b = make_only_text(&to);
	if (!strchr(a, '%')) {
		a = make_join(m, "%", a, strlen(a));
		b = make_join(m, "%", b, strlen(b));
	}
	make_patsubst(m, a, b, &text, out);
}

/* What stands in $( ). */
static void expand_ref(struct make *m, struct span ref, struct make_words *out)
{
	struct make_words names = { 0 };
	const char *colon;

	if (m->depth >= DEPTH_MAX) {
		make_add_unknown(m, out);
		return;
	}
	if (make_call_function(m, ref, out))
		return;
	colon = find_colon(ref);
	m->depth++;
	if (colon) {
		expand_replaced(m, (struct span){ ref.s, colon },
				(struct span){ colon + 1, ref.end }, out);
	} else if (!span_chr(ref, '$')) {
		add_value(m, make_copy_span(m, trim(ref)), out);
	} else {
		make_expand(m, trim(ref), &names);
		for (size_t i = 0; i < names.nr; i++) {
			struct make_words w = { 0 };

			add_value(m, names.v[i].s, &w);
			for (size_t j = 0; j < w.nr; j++)
				make_add_with(m, out, w.v[j], names.v[i].cond);
		}
	}
	m->depth--;
}

/* --- what others ask --- */

void make_set(struct make *m, const char *name, const char *value)
{
	struct make_var *v = make_own_var(m, make_copy_span(m, span_of(name)));
	struct make_words words = { 0 };

	if (!v)
		return;
	make_add_text(m, &words, make_copy_span(m, span_of(value)), &cond_true);
	make_forget(m, v, &cond_true);
	if (*value)
		make_store_words(m, v, &words, &cond_true, false);
	v->deferred = false;
}

bool make_defined(const struct make *m, const char *name)
{
	const struct make_var *v = make_find_var(m, name);

	return v && v->first;
}

void make_value(struct make *m, const char *name, struct make_words *out)
{
	*out = (struct make_words){ 0 };
	if (make_find_var(m, name))
		add_value(m, name, out);
}

void make_scope_reset(struct make_scope *scope)
{
	arena_free(&scope->ar);
	memset(scope->buckets, 0, sizeof(scope->buckets));
}

// SPDX-License-Identifier: GPL-2.0-only
/* The words that makefiles are made of, each with the condition on which it is there. */
#include <string.h>

#include "make/internal.h"

const char make_unknown_text[] = { MAKE_UNKNOWN, '\0' };

uint32_t make_name(struct make *m, const char *s, size_t len)
{
	return intern_add_copy(m->names, s, len);
}

void make_add_word(struct make *m, struct make_words *w, struct make_word word)
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

void make_add_text(struct make *m, struct make_words *w, const char *s, const struct kcond *cond)
{
	make_add_word(m, w,
		      (struct make_word){ .s = s, .cond = cond, .file = m->file, .line = m->line });
}

void make_add_unknown(struct make *m, struct make_words *w)
{
	make_add_text(m, w, make_unknown_text, &cond_true);
}

const struct kcond *make_not_empty(struct make *m, const struct make_words *w)
{
	const struct kcond *any = &cond_false;

	for (size_t i = 0; i < w->nr; i++) {
		const struct kcond *c = w->v[i].cond;

		if (word_unknown(&w->v[i]))
			c = kcond_and(m->ar, c, &cond_unknown);
		any = kcond_or(m->ar, any, c);
	}
	return any;
}

bool make_are_exclusive(const struct make_words *w)
{
	if (w->nr > 16)
		return false;
	for (size_t i = 0; i < w->nr; i++)
		for (size_t j = 0; j < i; j++)
			if (!kcond_exclude(w->v[i].cond, w->v[j].cond))
				return false;
	return true;
}

void make_merge_equal(struct make *m, struct make_words *w)
{
	size_t kept = 0;

	if (w->nr > 16)
		return;
	for (size_t i = 0; i < w->nr; i++) {
		size_t j = 0;

		while (j < kept && strcmp(w->v[i].s, w->v[j].s))
			j++;
		if (j < kept)
			w->v[j].cond = kcond_or(m->ar, w->v[j].cond, w->v[i].cond);
		else
			w->v[kept++] = w->v[i];
	}
	w->nr = kept;
}

char *make_join(struct make *m, const char *a, const char *b, size_t nb)
{
	size_t na = strlen(a);
	char *s = arena_alloc(&m->scope->ar, na + nb + 1);

	if (!s)
		return (char *)make_unknown_text;
	memcpy(s, a, na);
	memcpy(s + na, b, nb);
	return s;
}

const char *make_copy_span(struct make *m, struct span t)
{
	const char *s = arena_strndup(&m->scope->ar, t.s, (size_t)(t.end - t.s));

	return s ? s : make_unknown_text;
}

void make_add_with(struct make *m, struct make_words *out, struct make_word word,
		   const struct kcond *cond)
{
	word.cond = kcond_and(m->ar, cond, word.cond);
	make_add_word(m, out, word);
}

const char *make_only_text(const struct make_words *w)
{
	if (!w->nr)
		return "";
	return w->nr == 1 && w->v[0].cond->op == COND_TRUE ? w->v[0].s : make_unknown_text;
}

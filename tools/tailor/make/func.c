// SPDX-License-Identifier: GPL-2.0-only
/* The functions of make: $(filter ...), $(if ...) and so on. */
#include <string.h>

#include "lib/terr.h"
#include "make/internal.h"

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
		make_expand(m, trim(a->v[i]), out);
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
			make_add_unknown(m, out);
			continue;
		}
		while ((hit = strstr(s, from.v[0].s))) {
			make_append_text(m, &b, s, (size_t)(hit - s));
			make_append_value(m, &b, &to, false, out);
			s = hit + strlen(from.v[0].s);
		}
		make_append_text(m, &b, s, strlen(s));
		make_end_word_if(m, &b, text.v[i].cond, out);
	}
	make_merge_equal(m, out);
}

static const struct kcond *matched(struct make *m, const struct make_words *patterns,
				   const struct make_word *word)
{
	const struct kcond *any = &cond_false;
	struct span stem;

	for (size_t i = 0; i < patterns->nr; i++) {
		if (word_unknown(&patterns->v[i]) || word_unknown(word))
			return &cond_unknown;
		if (matches(patterns->v[i].s, word->s, &stem))
			any = kcond_or(m->ar, any, patterns->v[i].cond);
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
		const struct kcond *c = matched(m, &patterns, &text.v[i]);

		make_add_with(m, out, text.v[i], want ? c : kcond_not(m->ar, c));
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

		make_start_word(m, &b);
		if (!before)
			make_append_text(m, &b, text.v[i].s, strlen(text.v[i].s));
		if (make_are_exclusive(&affixes))
			make_append_one_of(m, &b, &affixes);
		else
			make_append_text(m, &b, make_unknown_text, 1);
		if (before)
			make_append_text(m, &b, text.v[i].s, strlen(text.v[i].s));
		make_end_word_if(m, &b, text.v[i].cond, out);
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
	s = make_join(m, make_copy_span(m, (struct span){ replacement, percent }), stem.s,
		      (size_t)(stem.end - stem.s));
	return make_join(m, s, percent + 1, strlen(percent + 1));
}

void make_patsubst(struct make *m, const char *pattern, const char *replacement,
		   const struct make_words *text, struct make_words *out)
{
	for (size_t i = 0; i < text->nr; i++) {
		struct make_word w = text->v[i];

		if (strchr(pattern, MAKE_UNKNOWN) || strchr(replacement, MAKE_UNKNOWN))
			w.s = make_unknown_text;
		else
			w.s = substitute(m, pattern, replacement, w.s);
		if (*w.s)
			make_add_word(m, out, w);
	}
}

static void fn_patsubst(struct make *m, const struct args *a, struct make_words *out)
{
	struct make_words pattern = { 0 };
	struct make_words replacement = { 0 };
	struct make_words text = { 0 };

	expand_arg(m, a, 0, &pattern);
	expand_arg(m, a, 1, &replacement);
	expand_arg(m, a, 2, &text);
	make_patsubst(m, make_only_text(&pattern), make_only_text(&replacement), &text, out);
}

static void fn_if(struct make *m, const struct args *a, struct make_words *out)
{
	struct make_words cond = { 0 };
	const struct kcond *is;

	expand_arg(m, a, 0, &cond);
	is = make_not_empty(m, &cond);
	for (size_t i = 1; i < a->nr && i < 3; i++) {
		struct make_words w = { 0 };

		expand_arg(m, a, i, &w);
		for (size_t j = 0; j < w.nr; j++)
			make_add_with(m, out, w.v[j], i == 1 ? is : kcond_not(m->ar, is));
	}
}

/* The first that is not empty. */
static void fn_or(struct make *m, const struct args *a, struct make_words *out)
{
	const struct kcond *none = &cond_true;

	for (size_t i = 0; i < a->nr; i++) {
		struct make_words w = { 0 };

		expand_arg(m, a, i, &w);
		for (size_t j = 0; j < w.nr; j++)
			make_add_with(m, out, w.v[j], none);
		none = kcond_and(m->ar, none, kcond_not(m->ar, make_not_empty(m, &w)));
	}
}

/* The last, if none is empty. */
static void fn_and(struct make *m, const struct args *a, struct make_words *out)
{
	const struct kcond *all = &cond_true;

	for (size_t i = 0; i < a->nr; i++) {
		struct make_words w = { 0 };

		expand_arg(m, a, i, &w);
		if (i + 1 == a->nr)
			for (size_t j = 0; j < w.nr; j++)
				make_add_with(m, out, w.v[j], all);
		all = kcond_and(m->ar, all, make_not_empty(m, &w));
	}
}

static void fn_foreach(struct make *m, const struct args *a, struct make_words *out)
{
	struct make_words name = { 0 };
	struct make_words list = { 0 };
	struct make_var *v;

	expand_arg(m, a, 0, &name);
	expand_arg(m, a, 1, &list);
	v = a->nr == 3 ? make_own_var(m, make_only_text(&name)) : NULL;
	for (size_t i = 0; v && i < list.nr; i++) {
		struct make_words w = { 0 };
		struct item item = { .word = list.v[i] };

		item.word.cond = &cond_true;
		v->first = NULL;
		v->last = &v->first;
		make_append_item(m, v, item);
		expand_arg(m, a, 2, &w);
		for (size_t j = 0; j < w.nr; j++)
			make_add_with(m, out, w.v[j], list.v[i].cond);
	}
}

static void fn_strip(struct make *m, const struct args *a, struct make_words *out)
{
	expand_arg(m, a, 0, out);
}

static void fn_sort(struct make *m, const struct args *a, struct make_words *out)
{
	expand_arg(m, a, 0, out);
	make_merge_equal(m, out);
}

static void fn_notdir(struct make *m, const struct args *a, struct make_words *out)
{
	struct make_words w = { 0 };

	expand_arg(m, a, 0, &w);
	for (size_t i = 0; i < w.nr; i++) {
		const char *slash = strrchr(w.v[i].s, '/');

		if (slash)
			w.v[i].s = slash + 1;
		make_add_word(m, out, w.v[i]);
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
			w.v[i].s = make_copy_span(m, (struct span){ s, dot });
		make_add_word(m, out, w.v[i]);
	}
}

static void fn_unknown(struct make *m, const struct args *a, struct make_words *out)
{
	(void)a;
	make_add_unknown(m, out);
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

void make_split_args(struct span t, struct args *a)
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

bool make_call_function(struct make *m, struct span ref, struct make_words *out)
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
		make_split_args((struct span){ blank, ref.end }, &a);
		functions[i].run(m, &a, out);
		return true;
	}
	return false;
}

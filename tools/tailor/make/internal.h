/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What word.c (words), make.c (expansion, variables), func.c (functions) and read.c
 * (lines) share. Words and texts live as long as m->scope.
 */
#ifndef TAILOR_MAKE_INTERNAL_H
#define TAILOR_MAKE_INTERNAL_H

#include <string.h>

#include "make/make.h"

/* Deeper references and includes are not followed: what they stand for is unknown. */
#define DEPTH_MAX 40
#define ARGS_MAX 8

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

/* A word that is being put together: its alternatives. */
struct building {
	struct make_words alternatives;
	bool started;
};

/* The arguments of a function as they stand. */
struct args {
	size_t nr;
	struct span v[ARGS_MAX];
};

extern const char make_unknown_text[];

static inline struct span span_of(const char *s)
{
	return (struct span){ s, s + strlen(s) };
}

static inline bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static inline struct span trim(struct span t)
{
	while (t.s < t.end && is_blank(*t.s))
		t.s++;
	while (t.end > t.s && is_blank(t.end[-1]))
		t.end--;
	return t;
}

/* NULL: it is not there. */
static inline const char *span_chr(struct span t, char c)
{
	for (; t.s < t.end; t.s++)
		if (*t.s == c)
			return t.s;
	return NULL;
}

static inline bool word_unknown(const struct make_word *w)
{
	return strchr(w->s, MAKE_UNKNOWN);
}

/* --- word.c --- */

/* A word that is never there is left out. */
void make_add_word(struct make *m, struct make_words *w, struct make_word word);
/* s stays in use; it is from the line that is being read. */
void make_add_text(struct make *m, struct make_words *w, const char *s, const struct kcond *cond);
void make_add_unknown(struct make *m, struct make_words *w);
/* On which condition there is a word at all. */
const struct kcond *make_not_empty(struct make *m, const struct make_words *w);
/* Never two of them at once. */
bool make_are_exclusive(const struct make_words *w);
/* "y" if X is y and "y" if X is m become one. */
void make_merge_equal(struct make *m, struct make_words *w);
/* a and the nb bytes at b. */
char *make_join(struct make *m, const char *a, const char *b, size_t nb);
const char *make_copy_span(struct make *m, struct span t);
/* The word, where cond holds too. */
void make_add_with(struct make *m, struct make_words *out, struct make_word word,
		   const struct kcond *cond);
/* The one text that these words are whatever the configuration; unknown if there is none. */
const char *make_only_text(const struct make_words *w);

/* --- make.c --- */

/* With the one alternative "", unless it was started. */
void make_start_word(struct make *m, struct building *b);
/* Adds what was put together to *out, where cond holds. */
void make_end_word_if(struct make *m, struct building *b, const struct kcond *cond,
		      struct make_words *out);
/* To each alternative. */
void make_append_text(struct make *m, struct building *b, const char *s, size_t len);
/* Each alternative so far with each word of w, and as it is where there is none. */
void make_append_one_of(struct make *m, struct building *b, const struct make_words *w);
/* The words of a reference; ends_here: and a blank follows it. Adds words that end to *out. */
void make_append_value(struct make *m, struct building *b, struct make_words *w, bool ends_here,
		       struct make_words *out);
/* From behind an opening bracket to the closing one; end when there is none. */
const char *make_closing(const char *s, const char *end, char open, char close);
/* Adds the words of t, its references replaced, to *out. */
void make_expand(struct make *m, struct span t, struct make_words *out);
/* In this scope or one around it; NULL: there is none. */
struct make_var *make_find_var(const struct make *m, const char *name);
/* Unless it never holds. */
void make_append_item(struct make *m, struct make_var *v, struct item item);
/* In this scope; one that it hides is copied, since lines are appended to it. */
struct make_var *make_own_var(struct make *m, const char *name);
/* name is CONFIG_X; values of COND_Y and so on. */
const struct kcond *make_symbol_is(struct make *m, const char *name, unsigned int values);
bool make_is_symbol(const char *name);
/* Appends them where cond holds, as of the line that is being read. */
void make_store_words(struct make *m, struct make_var *v, const struct make_words *w,
		      const struct kcond *cond, bool computed);
/* What was there before stays where the new value does not hold. */
void make_forget(struct make *m, struct make_var *v, const struct kcond *cond);

/* --- func.c --- */

/* Patterns with at most one '%'. */
void make_patsubst(struct make *m, const char *pattern, const char *replacement,
		   const struct make_words *text, struct make_words *out);
/* At commas outside of brackets; the last holds the rest. */
void make_split_args(struct span t, struct args *a);
/* What stands in $( ); false: it does not begin with the name of a function. */
bool make_call_function(struct make *m, struct span ref, struct make_words *out);

#endif /* TAILOR_MAKE_INTERNAL_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* A source as it lies in memory, searched word by word. */
#ifndef TAILOR_KTREE_KTEXT_H
#define TAILOR_KTREE_KTEXT_H

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

struct ktext {
	const char *s;
	const char *end;
};

static inline const char *ktext_find(struct ktext t, const char *from, const char *word)
{
	return memmem(from, (size_t)(t.end - from), word, strlen(word));
}

static inline int ktext_line_of(struct ktext t, const char *at)
{
	int line = 1;

	for (const char *s = t.s; (s = memchr(s, '\n', (size_t)(at - s))); s++)
		line++;
	return line;
}

static inline bool ktext_is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static inline const char *ktext_skip_blanks(struct ktext t, const char *s)
{
	while (s < t.end && isspace((unsigned char)*s))
		s++;
	return s;
}

#endif /* TAILOR_KTREE_KTEXT_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Phrases that are looked for in lines of a console. Written in small letters; capitals in a line
 * count as small ones.
 *
 *	word word	in this order; between them stands what is no part of a word (blanks,
 *quotes, brackets, colons), up to PHRASE_GAP_MAX bytes word * word	anything may stand between
 *them nf_conntrack*	the rest of a word {kind}		a name, which is taken out \c
 *the character c
 *
 * A phrase begins and ends where a word does: "fuse" is not found in "refused".
 */
#ifndef TAILOR_DIAGNOSE_PHRASE_H
#define TAILOR_DIAGNOSE_PHRASE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/arena.h"
#include "lib/terr.h"

/* What may stand between two words, in bytes: `': "'. */
#define PHRASE_GAP_MAX 8

/* Letters that a word must have before its "*". */
#define PHRASE_PREFIX 3

struct phrase_part;

struct phrase {
	struct phrase_part *parts;
	size_t nr_parts;
	/* The longest whole word: a line without it need not be looked at. Where there is none, the
	 * first PHRASE_PREFIX letters of a word, and prefix is set. */
	const char *anchor;
	bool prefix;
	const char *kind; /* of the name that is taken out; NULL: none */
};

/* The place of a name in the line. */
struct phrase_name {
	const char *s;
	size_t len;
};

/* Letters, digits and "_". */
bool phrase_is_word(char c);

/* -1 with *err set (it says what is wrong, not where) when it cannot be understood. */
int phrase_compile(struct phrase *p, const char *text, struct arena *ar, struct terr *err);

/* Where a search goes on; zeroed, it begins. */
struct phrase_search {
	const char *at;
	size_t part;
	struct phrase_name name; /* of what was found, where the phrase has a kind */
};

/*
 * Whether the line, given in small letters, has the phrase. Again, for the next name: what comes
 * behind the last gap is looked for further to the right.
 */
bool phrase_find(const struct phrase *p, const char *line, size_t len, struct phrase_search *s);

#endif /* TAILOR_DIAGNOSE_PHRASE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* The words and signs of a line of a Kconfig file. */
#ifndef TAILOR_KCONFIG_TOKEN_H
#define TAILOR_KCONFIG_TOKEN_H

#include <stdbool.h>
#include <stddef.h>

enum token_kind {
	TOKEN_END,
	TOKEN_WORD,   /* with any $(...) in it */
	TOKEN_QUOTED, /* without its quotes; backslashes are still in it */
	TOKEN_AND,
	TOKEN_OR,
	TOKEN_NOT,
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_EQ, /* the comparisons in the order of enum kexpr_kind */
	TOKEN_NE,
	TOKEN_LT,
	TOKEN_LE,
	TOKEN_GT,
	TOKEN_GE,
	TOKEN_BAD,
};

struct token {
	enum token_kind kind;
	const char *s;
	size_t len;
};

/* Takes the next token off *p. A # ends the line. */
struct token token_next(const char **p);

bool token_equals(const struct token *t, const char *s);

/* What is quoted, without its backslashes; shortens s in place. */
void token_unescape(char *s);

#endif /* TAILOR_KCONFIG_TOKEN_H */

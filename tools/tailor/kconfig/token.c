// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <string.h>

#include "base/terr.h"
#include "kconfig/token.h"

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '.' || c == '/';
}

/* The end of "$(...)", in which parentheses may stand in pairs. */
static const char *end_of_macro(const char *p)
{
	int level = 0;

	for (p++; *p; p++) {
		level += (*p == '(') - (*p == ')');
		if (!level)
			return p + 1;
	}
	return p;
}

static struct token word(const char *p)
{
	const char *end = p;

	while (is_word(*end) || *end == '$')
		end = end[0] == '$' && end[1] == '(' ? end_of_macro(end) : end + 1;
	return (struct token){ TOKEN_WORD, p, (size_t)(end - p) };
}

/* Without its quotes; backslashes are still in it. */
static struct token quoted(const char *p)
{
	const char *end = p + 1;

	while (*end && *end != *p)
		end += *end == '\\' && end[1] ? 2 : 1;
	return (struct token){ *end ? TOKEN_QUOTED : TOKEN_BAD, p + 1, (size_t)(end - p - 1) };
}

static struct token sign(const char *p)
{
	static const struct {
		char text[3];
		enum token_kind kind;
	} signs[] = { { "&&", TOKEN_AND }, { "||", TOKEN_OR },	{ "!=", TOKEN_NE },
		      { "<=", TOKEN_LE },  { ">=", TOKEN_GE },	{ "!", TOKEN_NOT },
		      { "=", TOKEN_EQ },   { "<", TOKEN_LT },	{ ">", TOKEN_GT },
		      { "(", TOKEN_OPEN }, { ")", TOKEN_CLOSE } };

	for (size_t i = 0; i < ARRAY_SIZE(signs); i++) {
		size_t len = strlen(signs[i].text);

		if (!strncmp(p, signs[i].text, len))
			return (struct token){ signs[i].kind, p, len };
	}
	return (struct token){ TOKEN_BAD, p, 1 };
}

struct token token_next(const char **line)
{
	const char *p = *line + strspn(*line, " \t");
	struct token t;

	if (!*p || *p == '#') {
		*line = p;
		return (struct token){ TOKEN_END, p, 0 };
	}
	if (*p == '"' || *p == '\'') {
		t = quoted(p);
		*line = t.s + t.len + (t.kind == TOKEN_QUOTED);
		return t;
	}
	t = is_word(*p) || *p == '$' ? word(p) : sign(p);
	*line = p + t.len;
	return t;
}

bool token_equals(const struct token *t, const char *s)
{
	return t->kind == TOKEN_WORD && t->len == strlen(s) && !memcmp(t->s, s, t->len);
}

void token_unescape(char *s)
{
	char *out = s;

	for (const char *in = s; *in; in++) {
		if (*in == '\\' && in[1])
			in++;
		*out++ = *in;
	}
	*out = '\0';
}

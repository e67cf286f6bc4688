// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "lib/terr.h"
#include "ktree/cppcond.h"

#define NESTING_MAX 64

/* --- expressions --- */

struct expr {
	struct arena *ar;
	struct intern *names;
	uint32_t file;
	int line;
	const char *s;
	const char *end;
	int depth;
};

static void skip_blanks(struct expr *e)
{
	while (e->s < e->end && isspace((unsigned char)*e->s))
		e->s++;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static size_t word_length(const struct expr *e)
{
	const char *s = e->s;

	while (s < e->end && is_word(*s))
		s++;
	return (size_t)(s - e->s);
}

static bool take(struct expr *e, const char *token)
{
	size_t len = strlen(token);

	skip_blanks(e);
	if ((size_t)(e->end - e->s) < len || memcmp(e->s, token, len))
		return false;
	e->s += len;
	return true;
}

static bool take_word(struct expr *e, const char *word)
{
	skip_blanks(e);
	if (word_length(e) != strlen(word))
		return false;
	return take(e, word);
}

static uint32_t symbol_number(struct expr *e, const char *s, size_t len)
{
	return intern_add_copy(e->names, s, len);
}

/*
 * CONFIG_X under the cursor, which moves behind it. For defined(): CONFIG_X_MODULE stands for X=m,
 * and CONFIG_X alone for X=y.
 */
static const struct kcond *take_symbol(struct expr *e, unsigned int values, bool for_defined)
{
	static const char prefix[] = "CONFIG_";
	static const char module[] = "_MODULE";
	const char *name;
	size_t len;
	struct kcond_lit lit = { .file = e->file, .line = e->line, .values = values };

	skip_blanks(e);
	len = word_length(e);
	name = e->s;
	e->s += len;
	if (len < sizeof(prefix) || memcmp(name, prefix, sizeof(prefix) - 1))
		return &cond_unknown;
	name += sizeof(prefix) - 1;
	len -= sizeof(prefix) - 1;
	if (for_defined && len >= sizeof(module) &&
	    !memcmp(name + len - (sizeof(module) - 1), module, sizeof(module) - 1)) {
		len -= sizeof(module) - 1;
		lit.values = COND_M;
	}
	lit.symbol = symbol_number(e, name, len);
	return lit.symbol == INTERN_NONE ? &cond_unknown : kcond_lit(e->ar, lit);
}

static const struct kcond *parse_or(struct expr *e);

static const struct kcond *parse_defined(struct expr *e)
{
	bool bracket = take(e, "(");
	const struct kcond *c = take_symbol(e, COND_Y, true);

	if (bracket && !take(e, ")"))
		return &cond_unknown;
	return c;
}

/* IS_ENABLED(CONFIG_X) and its kin. NULL: it is none. */
static const struct kcond *parse_macro(struct expr *e)
{
	static const struct {
		const char *name;
		unsigned int values;
	} macros[] = {
		{ "IS_ENABLED", COND_ON },
		{ "IS_REACHABLE", COND_ON },
		{ "IS_BUILTIN", COND_Y },
		{ "IS_MODULE", COND_M },
	};

	for (size_t i = 0; i < ARRAY_SIZE(macros); i++) {
		const struct kcond *c;

		if (!take_word(e, macros[i].name))
			continue;
		if (!take(e, "("))
			return &cond_unknown;
		c = take_symbol(e, macros[i].values, false);
		return take(e, ")") ? c : &cond_unknown;
	}
	return NULL;
}

static const struct kcond *parse_primary(struct expr *e)
{
	const struct kcond *c;

	if (++e->depth > NESTING_MAX) {
		e->s = e->end;
		return &cond_unknown;
	}
	skip_blanks(e);
	if (take(e, "!")) {
		c = kcond_not(e->ar, parse_primary(e));
	} else if (take(e, "(")) {
		c = parse_or(e);
		if (!take(e, ")"))
			c = &cond_unknown;
	} else if (take_word(e, "defined")) {
		c = parse_defined(e);
	} else if (take_word(e, "0")) {
		c = &cond_false;
	} else if (take_word(e, "1")) {
		c = &cond_true;
	} else {
		c = parse_macro(e);
	}
	e->depth--;
	return c ? c : &cond_unknown;
}

static bool at_logic(struct expr *e)
{
	skip_blanks(e);
	return e->s == e->end || *e->s == ')' ||
	       (e->end - e->s > 1 && (!memcmp(e->s, "&&", 2) || !memcmp(e->s, "||", 2)));
}

/* What is compared, added or called is unknown, to the next && or || of this level. */
static const struct kcond *parse_operand(struct expr *e)
{
	const struct kcond *c = parse_primary(e);
	int depth = 0;

	if (at_logic(e))
		return c;
	while (e->s < e->end && (depth || !at_logic(e))) {
		depth += *e->s == '(';
		depth -= *e->s == ')';
		e->s++;
	}
	return &cond_unknown;
}

static const struct kcond *parse_and(struct expr *e)
{
	const struct kcond *c = parse_operand(e);

	while (take(e, "&&"))
		c = kcond_and(e->ar, c, parse_operand(e));
	return c;
}

static const struct kcond *parse_or(struct expr *e)
{
	const struct kcond *c = parse_and(e);

	while (take(e, "||"))
		c = kcond_or(e->ar, c, parse_and(e));
	return c;
}

const struct kcond *cpp_expression(struct arena *ar, struct intern *names, uint32_t file, int line,
				   const char *text, size_t len)
{
	struct expr e = {
		.ar = ar, .names = names, .file = file, .line = line, .s = text, .end = text + len
	};
	const struct kcond *c = parse_or(&e);

	return at_logic(&e) && e.s == e.end ? c : &cond_unknown;
}

/* --- lines --- */

struct level {
	const struct kcond *outer;
	const struct kcond *left; /* none of the branches so far was taken */
};

/* What an if () in C governs: a block, or one statement. */
struct cpp_block {
	const struct kcond *outer;
	const struct kcond *cond;
	int braces; /* that are open within it */
	bool statement;
};

struct parser {
	struct arena *ar;
	struct intern *names;
	struct cpp_source *out;
	uint32_t file;
	int line; /* of the directive's first line */
	const struct kcond *active;
	struct level stack[NESTING_MAX];
	size_t depth;
	size_t too_deep; /* levels that found no room: their lines keep the condition around */
	/* In C; only in sources that have such conditions. */
	const char *text;
	bool reads_code;
	const struct kcond *code;
	struct cpp_block blocks[NESTING_MAX];
	size_t nr_blocks;
	int braces;
	int brackets; /* since the statement of the innermost block began */
	bool failed;
	/* The directive, without comments and joined. */
	char *buf;
	size_t len;
	size_t room;
};

static void *room_for(struct parser *p, void *v, size_t nr, size_t size)
{
	void *more = array_grow(v, nr, size);

	p->failed |= !more;
	return more;
}

/* From this line on both conditions hold, those of the #if lines and of the code. */
static void begin_range(struct parser *p, int from_line)
{
	struct cpp_source *out = p->out;
	const struct kcond *c = kcond_and(p->ar, p->active, p->code);
	struct cpp_range *ranges;

	/* "if (x) { y; }" on one line ends before the line that it would have governed. */
	while (out->nr && out->ranges[out->nr - 1].line > from_line)
		out->nr--;
	if (out->nr && out->ranges[out->nr - 1].line == from_line) {
		out->ranges[out->nr - 1].cond = c;
		return;
	}
	ranges = room_for(p, out->ranges, out->nr, sizeof(*ranges));
	if (!ranges)
		return;
	out->ranges = ranges;
	ranges[out->nr++] = (struct cpp_range){ .line = from_line, .cond = c };
}

static void set_active(struct parser *p, const struct kcond *c, int from_line)
{
	p->active = c;
	begin_range(p, from_line);
}

static void open_level(struct parser *p, const struct kcond *c, int next_line)
{
	struct level *l;

	if (p->depth == NESTING_MAX) {
		p->too_deep++;
		return;
	}
	l = &p->stack[p->depth++];
	l->outer = p->active;
	l->left = kcond_not(p->ar, c);
	set_active(p, kcond_and(p->ar, l->outer, c), next_line);
}

static void forget_blocks(struct parser *p)
{
	p->nr_blocks = 0;
	p->code = &cond_true;
}

static void else_level(struct parser *p, const struct kcond *c, int next_line)
{
	struct level *l;

	if (!p->depth || p->too_deep)
		return;
	/* The brackets of both branches need not match. */
	forget_blocks(p);
	l = &p->stack[p->depth - 1];
	set_active(p, kcond_and(p->ar, l->outer, kcond_and(p->ar, l->left, c)), next_line);
	l->left = kcond_and(p->ar, l->left, kcond_not(p->ar, c));
}

static void close_level(struct parser *p, int next_line)
{
	if (p->too_deep)
		p->too_deep--;
	else if (p->depth)
		set_active(p, p->stack[--p->depth].outer, next_line);
}

static bool ends_with(const char *s, size_t len, const char *suffix)
{
	size_t n = strlen(suffix);

	return len >= n && !memcmp(s + len - n, suffix, n);
}

static void take_include(struct parser *p, const char *s, size_t len)
{
	const char *close = len && *s == '"' ? memchr(s + 1, '"', len - 1) : NULL;
	struct cpp_source *out = p->out;
	struct cpp_include *includes;
	size_t n;

	if (!close)
		return;
	s++;
	n = (size_t)(close - s);
	if (!ends_with(s, n, ".c") && !ends_with(s, n, ".S"))
		return;
	includes = room_for(p, out->includes, out->nr_includes, sizeof(*includes));
	if (!includes)
		return;
	out->includes = includes;
	includes[out->nr_includes++] =
		(struct cpp_include){ .line = p->line, .name = arena_strndup(p->ar, s, n) };
}

static const struct kcond *condition(struct parser *p, const char *s, size_t len)
{
	return cpp_expression(p->ar, p->names, p->file, p->line, s, len);
}

static const struct kcond *condition_defined(struct parser *p, const char *s, size_t len)
{
	struct expr e = { .ar = p->ar,
			  .names = p->names,
			  .file = p->file,
			  .line = p->line,
			  .s = s,
			  .end = s + len };

	return take_symbol(&e, COND_Y, true);
}

/* What follows '#' on its line. */
static void take_directive(struct parser *p, int next_line)
{
	const char *s = p->buf;
	const char *end = p->buf + p->len;
	const char *word;
	size_t n;
	size_t len;

	while (s < end && isspace((unsigned char)*s))
		s++;
	word = s;
	while (s < end && isalpha((unsigned char)*s))
		s++;
	n = (size_t)(s - word);
	while (s < end && isspace((unsigned char)*s))
		s++;
	len = (size_t)(end - s);
	if (n == 2 && !memcmp(word, "if", 2))
		open_level(p, condition(p, s, len), next_line);
	else if (n == 5 && !memcmp(word, "ifdef", 5))
		open_level(p, condition_defined(p, s, len), next_line);
	else if (n == 6 && !memcmp(word, "ifndef", 6))
		open_level(p, kcond_not(p->ar, condition_defined(p, s, len)), next_line);
	else if (n == 4 && !memcmp(word, "elif", 4))
		else_level(p, condition(p, s, len), next_line);
	else if (n == 4 && !memcmp(word, "else", 4))
		else_level(p, &cond_true, next_line);
	else if (n == 5 && !memcmp(word, "endif", 5))
		close_level(p, next_line);
	else if (n == 7 && !memcmp(word, "include", 7))
		take_include(p, s, len);
}

static void keep_char(struct parser *p, char c)
{
	if (p->len == p->room) {
		size_t room = p->room ? 2 * p->room : 256;
		char *buf = realloc(p->buf, room);

		if (!buf) {
			p->failed = true;
			return;
		}
		p->buf = buf;
		p->room = room;
	}
	p->buf[p->len++] = c;
}

/* From behind the opening quote to behind the closing one; a literal ends with its line. */
static const char *skip_literal(const char *s, const char *end, char quote)
{
	while (s < end && *s != quote && *s != '\n')
		s += *s == '\\' && s + 1 < end && s[1] != '\n' ? 2 : 1;
	return s < end && *s == quote ? s + 1 : s;
}

/* s is behind the start of a comment; returns what follows it. */
static const char *skip_comment(const char *s, const char *end, int *line)
{
	while (s < end && !(*s == '*' && s + 1 < end && s[1] == '/')) {
		*line += *s == '\n';
		s++;
	}
	return s < end ? s + 2 : end;
}

static bool starts_comment(const char *s, const char *end, char second)
{
	return *s == '/' && s + 1 < end && s[1] == second;
}

/* From behind '#' to the newline that ends the directive. */
static const char *read_directive(struct parser *p, const char *s, const char *end, int *line)
{
	p->len = 0;
	while (s < end && *s != '\n') {
		if (starts_comment(s, end, '*')) {
			s = skip_comment(s + 2, end, line);
			keep_char(p, ' ');
		} else if (starts_comment(s, end, '/')) {
			while (s < end && *s != '\n')
				s++;
		} else if (*s == '\\' && s + 1 < end && s[1] == '\n') {
			s += 2;
			++*line;
		} else {
			keep_char(p, *s++);
		}
	}
	return s;
}

/* --- if (IS_ENABLED(CONFIG_X)) in C --- */

static void set_code(struct parser *p, const struct kcond *c, int from_line)
{
	if (c == p->code)
		return;
	p->code = c;
	begin_range(p, from_line);
}

/* What follows, from line on, is governed by the condition. */
static void open_block(struct parser *p, const struct kcond *c, int line)
{
	struct cpp_block *b;

	if (p->nr_blocks == NESTING_MAX)
		return;
	b = &p->blocks[p->nr_blocks++];
	*b = (struct cpp_block){
		.outer = p->code, .cond = c, .braces = p->braces, .statement = true
	};
	p->brackets = 0;
	set_code(p, kcond_and(p->ar, p->code, c), line + 1);
}

static bool takes_word(const char **s, const char *end, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(end - *s) <= len || memcmp(*s, word, len) || is_word((*s)[len]))
		return false;
	*s += len;
	return true;
}

/* Blanks and comments. */
static const char *skip_space(const char *s, const char *end)
{
	int line = 0;

	for (;;) {
		while (s < end && isspace((unsigned char)*s))
			s++;
		if (starts_comment(s, end, '*'))
			s = skip_comment(s + 2, end, &line);
		else if (starts_comment(s, end, '/'))
			s = memchr(s, '\n', (size_t)(end - s)) ?: end;
		else
			return s;
	}
}

/*
 * s is behind the end of the innermost block. An else opens another; without one, what had this
 * block as its statement ends too.
 */
static void close_block(struct parser *p, const char *s, const char *end, int line)
{
	struct cpp_block b = p->blocks[--p->nr_blocks];
	int from_line = line + b.statement;

	set_code(p, b.outer, from_line);
	s = skip_space(s, end);
	if (takes_word(&s, end, "else")) {
		open_block(p, kcond_not(p->ar, b.cond), line);
		return;
	}
	while (p->nr_blocks && p->blocks[p->nr_blocks - 1].statement)
		set_code(p, p->blocks[--p->nr_blocks].outer, from_line);
}

/* The end of what stands in brackets; NULL when that is not just a condition. */
static const char *end_of_condition(const char *s, const char *end)
{
	const char *limit = end - s > 512 ? s + 512 : end;
	int depth = 1;

	for (; s < limit && !strchr("\"'#;{}", *s); s++) {
		depth += *s == '(';
		depth -= *s == ')';
		if (!depth)
			return s;
	}
	return NULL;
}

/*
 * s is at a word; returns behind the condition when it is an if () on a symbol, else s. Another if
 * () as the statement of a block may have the else that follows: then nothing is said of both.
 */
static const char *take_if(struct parser *p, const char *s, const char *end, int *line)
{
	const char *from = s;
	const char *close;
	const struct kcond *c;
	int at = *line;

	if (!takes_word(&from, end, "if"))
		return s;
	from = skip_space(from, end);
	if (from == end || *from != '(')
		return s;
	close = end_of_condition(from + 1, end);
	if (!close || !memmem(from, (size_t)(close - from), "(CONFIG_", 8)) {
		if (p->nr_blocks && p->blocks[p->nr_blocks - 1].statement) {
			p->nr_blocks = 0;
			set_code(p, &cond_true, at + 1);
		}
		return s;
	}
	c = cpp_expression(p->ar, p->names, p->file, at, from + 1, (size_t)(close - from - 1));
	for (; s < close; s++)
		*line += *s == '\n';
	open_block(p, c, *line);
	return close + 1;
}

/* Brackets and semicolons end what an if () governs. */
static void take_punctuation(struct parser *p, const char *s, const char *end, int line)
{
	struct cpp_block *b = p->nr_blocks ? &p->blocks[p->nr_blocks - 1] : NULL;

	if (*s == '{') {
		if (b && b->statement && !p->brackets)
			b->statement = false;
		p->braces++;
	} else if (*s == '}') {
		p->braces--;
		if (b && !b->statement && p->braces <= b->braces)
			close_block(p, s + 1, end, line);
	} else if (*s == '(') {
		p->brackets++;
	} else if (*s == ')') {
		p->brackets--;
	} else if (*s == ';' && b && b->statement && p->brackets <= 0) {
		close_block(p, s + 1, end, line);
	}
}

/* A bracket in the first column ends the function, whatever was counted. */
static void end_function(struct parser *p, int line)
{
	p->braces = 1;
	p->nr_blocks = 0;
	set_code(p, &cond_true, line);
}

/* A character of code that is no comment and no literal; returns what follows. */
static const char *take_code(struct parser *p, const char *s, const char *end, int *line)
{
	const char *next = s + 1;

	if (is_word(*s)) {
		next = *s == 'i' ? take_if(p, s, end, line) : s;
		while (next == s || (next < end && is_word(*next)))
			next++;
	} else if (strchr("{}();", *s)) {
		if (*s == '}' && (s == p->text || s[-1] == '\n'))
			end_function(p, *line);
		take_punctuation(p, s, end, *line);
	}
	return next;
}

/* The rest of a line of code; comments and literals may hold anything. */
static const char *skip_code(struct parser *p, const char *s, const char *end, int *line)
{
	while (s < end && *s != '\n') {
		if (*s == '"' || *s == '\'')
			s = skip_literal(s + 1, end, *s);
		else if (starts_comment(s, end, '*'))
			s = skip_comment(s + 2, end, line);
		else if (starts_comment(s, end, '/'))
			s = memchr(s, '\n', (size_t)(end - s)) ?: end;
		else
			s = p->reads_code ? take_code(p, s, end, line) : s + 1;
	}
	return s;
}

static void read_lines(struct parser *p, const char *s, const char *end)
{
	int line = 1;

	while (s < end) {
		while (s < end && (*s == ' ' || *s == '\t'))
			s++;
		/* A comment before '#' is rare, but allowed. */
		if (s < end && starts_comment(s, end, '*')) {
			s = skip_comment(s + 2, end, &line);
			continue;
		}
		if (s < end && *s == '#') {
			p->line = line;
			s = read_directive(p, s + 1, end, &line);
			take_directive(p, line + 1);
		} else {
			s = skip_code(p, s, end, &line);
		}
		if (s < end) {
			s++;
			line++;
		}
	}
}

int cpp_parse(struct arena *ar, struct intern *names, uint32_t file, const char *text, size_t len,
	      struct cpp_source *out)
{
	struct parser p = {
		.ar = ar, .names = names, .out = out, .file = file, .code = &cond_true
	};

	*out = (struct cpp_source){ 0 };
	p.text = text;
	p.reads_code = memmem(text, len, "(CONFIG_", 8);
	set_active(&p, &cond_true, 1);
	read_lines(&p, text, text + len);
	free(p.buf);
	if (p.failed || ar->failed) {
		cpp_source_free(out);
		return -1;
	}
	return 0;
}

void cpp_source_free(struct cpp_source *s)
{
	free(s->ranges);
	free(s->includes);
	*s = (struct cpp_source){ 0 };
}

size_t cpp_range_at(const struct cpp_source *s, int line)
{
	size_t low = 0;
	size_t high = s->nr;

	/* The last range that begins at line or before. */
	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (s->ranges[mid].line <= line)
			low = mid;
		else
			high = mid;
	}
	return low;
}

const struct kcond *cpp_cond_at(const struct cpp_source *s, int line)
{
	return s->nr ? s->ranges[cpp_range_at(s, line)].cond : &cond_true;
}

// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "lib/intern.h"
#include "lib/slurp.h"
#include "diagnose/symptoms.h"

#define NONE UINT32_MAX
/* "(a|b)(c|d) (e|f)" of one phrase. */
#define MAX_ALTERNATIVES 256
/* Names that one phrase takes out of a line. */
#define MAX_NAMES 32

/* The fields of a stanza; the first one says what it is about. */
enum head {
	HEAD_NONE,
	HEAD_SYMBOL,
	HEAD_ERROR,
	HEAD_KIND,
};

struct symptoms_reader {
	struct symptoms *s;
	const char *path;
	struct terr *err;
	int line;
	enum head head;
	const char **symbols; /* of HEAD_SYMBOL */
	size_t nr_symbols;
	uint32_t error;		   /* bit of HEAD_ERROR */
	struct symptom_kind *kind; /* of HEAD_KIND */
	struct intern numbers;	   /* of the texts */
	const char **outweighs[SYMPTOM_ERRORS];
	size_t nr_outweighs[SYMPTOM_ERRORS];
};

#define fail(r, ...) reader_fail(r, __VA_ARGS__)

static int __attribute__((format(printf, 2, 3)))
reader_fail(struct symptoms_reader *r, const char *fmt, ...)
{
	char msg[256];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(msg, sizeof(msg), fmt, ap);
	va_end(ap);
	return terr_set(r->err, "%s:%d: %s", r->path, r->line, msg);
}

/* ---- texts and their index ---- */

/* Beginnings of words are other keys than whole words. */
static uint32_t hash_word(bool prefix, const char *s, size_t len)
{
	uint32_t h = prefix ? 1 : 2166136261u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)s[i]) * 16777619u;
	return h ^ h >> 15;
}

/* The number of the text, an old one where it is known. NONE with the error set. */
static uint32_t add_text(struct symptoms_reader *r, const char *written)
{
	struct symptoms *s = r->s;
	struct symptom_text *texts;
	struct symptom_text *t;
	struct terr why = { "" };
	uint32_t number = intern_add_copy(&r->numbers, written, strlen(written));

	if (number < s->nr_texts)
		return number;
	texts = number == INTERN_NONE ? NULL : array_grow(s->texts, s->nr_texts, sizeof(*texts));
	if (!texts) {
		fail(r, "out of memory");
		return NONE;
	}
	s->texts = texts;
	t = &texts[s->nr_texts];
	*t = (struct symptom_text){ .written = arena_strndup(&s->ar, written, strlen(written)) };
	if (phrase_compile(&t->phrase, written, &s->ar, &why)) {
		fail(r, "\"%s\": %s", written, why.msg);
		return NONE;
	}
	return (uint32_t)s->nr_texts++;
}

static bool has_anchor(const struct phrase *p, bool prefix, const char *word, size_t len)
{
	return p->prefix == prefix && !strncmp(p->anchor, word, len) && !p->anchor[len];
}

/* The place of the first text with this anchor, or the free one where it belongs. */
static uint32_t find_slot(const struct symptoms *s, bool prefix, const char *word, size_t len)
{
	uint32_t at = hash_word(prefix, word, len) & s->mask;

	while (s->slots[at] != NONE &&
	       !has_anchor(&s->texts[s->slots[at]].phrase, prefix, word, len))
		at = (at + 1) & s->mask;
	return at;
}

static uint32_t find_anchor(const struct symptoms *s, bool prefix, const char *word, size_t len)
{
	return s->slots[find_slot(s, prefix, word, len)];
}

static int build_index(struct symptoms_reader *r)
{
	struct symptoms *s = r->s;
	uint32_t size = 64;

	while (size < 2 * s->nr_texts)
		size *= 2;
	s->mask = size - 1;
	s->slots = malloc(size * sizeof(*s->slots));
	if (!s->slots)
		return fail(r, "out of memory");
	memset(s->slots, 0xff, size * sizeof(*s->slots));
	for (uint32_t i = 0; i < s->nr_texts; i++) {
		const struct phrase *p = &s->texts[i].phrase;
		uint32_t at = find_slot(s, p->prefix, p->anchor, strlen(p->anchor));

		s->texts[i].next = s->slots[at];
		s->slots[at] = i;
	}
	return 0;
}

/* A word that stands twice in a line is looked up twice, its texts are found once. */
static bool seen_before(const char *line, const char *word, size_t len, bool prefix)
{
	for (const char *p = line; (p = memmem(p, (size_t)(word - p), word, len)); p++)
		if ((p == line || !phrase_is_word(p[-1])) && (prefix || !phrase_is_word(p[len])))
			return true;
	return false;
}

/* Once, or with each of its names. */
static int find_text(const struct symptoms *s, uint32_t text, const char *line, size_t len,
		     symptom_hit_fn take, void *arg)
{
	const struct phrase *p = &s->texts[text].phrase;
	struct phrase_search search = { 0 };
	int rc = 0;

	for (int i = 0; !rc && i < (p->kind ? MAX_NAMES : 1); i++) {
		struct symptom_hit hit = { .text = text };

		if (!phrase_find(p, line, len, &search))
			break;
		if (p->kind) {
			hit.name = (uint32_t)(search.name.s - line);
			hit.name_len = (uint32_t)search.name.len;
		}
		rc = take(arg, &hit);
	}
	return rc;
}

/* All texts with this anchor. */
static int find_texts(const struct symptoms *s, uint32_t first, const char *line, size_t len,
		      symptom_hit_fn take, void *arg)
{
	int rc = 0;

	for (uint32_t text = first; text != NONE && !rc; text = s->texts[text].next)
		rc = find_text(s, text, line, len, take, arg);
	return rc;
}

int symptoms_find(const struct symptoms *s, const char *line, size_t len, symptom_hit_fn take,
		  void *arg)
{
	const char *end = line + len;
	int rc = 0;

	for (const char *p = line; p < end && !rc; p++) {
		const char *word = p;
		uint32_t first;

		while (p < end && phrase_is_word(*p))
			p++;
		if (p == word)
			continue;
		first = find_anchor(s, false, word, (size_t)(p - word));
		if (first != NONE && !seen_before(line, word, (size_t)(p - word), false))
			rc = find_texts(s, first, line, len, take, arg);
		if (rc || p - word < PHRASE_PREFIX)
			continue;
		first = find_anchor(s, true, word, PHRASE_PREFIX);
		if (first != NONE && !seen_before(line, word, PHRASE_PREFIX, true))
			rc = find_texts(s, first, line, len, take, arg);
	}
	return rc;
}

/* ---- phrases with alternatives ---- */

struct expansion {
	struct symptoms_reader *r;
	uint32_t *texts;
	size_t nr;
};

static char *find_close(char *open)
{
	int depth = 0;

	for (char *p = open; *p; p++) {
		if (*p == '\\' && p[1])
			p++;
		else if (*p == '(')
			depth++;
		else if (*p == ')' && !--depth)
			return p;
	}
	return NULL;
}

static int expand(struct expansion *e, const char *text);

/* head, one of the alternatives up to close, tail */
static int expand_alternatives(struct expansion *e, const char *text, char *open, char *close)
{
	char buf[512];
	int depth = 0;
	int rc = 0;

	for (char *from = open + 1, *p = from; !rc && p <= close; p++) {
		if (*p == '(')
			depth++;
		if (*p == ')' && p < close)
			depth--;
		if (depth || (*p != '|' && p < close))
			continue;
		if (snprintf(buf, sizeof(buf), "%.*s%.*s%s", (int)(open - text), text,
			     (int)(p - from), from, close + 1) >= (int)sizeof(buf))
			return fail(e->r, "a phrase is too long");
		rc = expand(e, slurp_trim(buf));
		from = p + 1;
	}
	return rc;
}

static int expand(struct expansion *e, const char *written)
{
	char text[512];
	uint32_t number;
	uint32_t *texts;
	char *open = text;
	char *close;

	snprintf(text, sizeof(text), "%s", written);
	while (*open && *open != '(')
		open += *open == '\\' && open[1] ? 2 : 1;
	if (*open) {
		close = find_close(open);
		return close ? expand_alternatives(e, text, open, close)
			     : fail(e->r, "a \"(\" is not closed");
	}
	if (e->nr == MAX_ALTERNATIVES)
		return fail(e->r, "a phrase has more than %d forms: \"%s\"", MAX_ALTERNATIVES,
			    written);
	number = add_text(e->r, text);
	texts = number == NONE ? NULL : array_grow(e->texts, e->nr, sizeof(*texts));
	if (!texts)
		return fail(e->r, "out of memory");
	e->texts = texts;
	texts[e->nr++] = number;
	return 0;
}

/* The forms of a phrase, as numbers of texts that live as long as s. */
static int read_texts(struct symptoms_reader *r, char *written, uint32_t **out, size_t *nr)
{
	struct expansion e = { .r = r };
	int rc = strlen(written) < 512 ? expand(&e, written) : fail(r, "a phrase is too long");

	if (!rc) {
		*out = arena_alloc(&r->s->ar, e.nr * sizeof(**out));
		if (*out && e.texts)
			memcpy(*out, e.texts, e.nr * sizeof(**out));
		*nr = *out ? e.nr : 0;
	}
	free(e.texts);
	return rc;
}

/* ---- stanzas ---- */

/* "A, B" as a list that lives as long as s. */
static int read_list(struct symptoms_reader *r, char *value, const char ***out, size_t *nr)
{
	size_t max = 1;

	for (const char *p = value; *p; p++)
		max += *p == ',';
	*nr = 0;
	*out = arena_alloc(&r->s->ar, max * sizeof(**out));
	if (!*out)
		return fail(r, "out of memory");
	for (char *rest = value; rest;) {
		char *item = strsep(&rest, ",");

		item = slurp_trim(item);
		if (!*item)
			return fail(r, "an item of the list is empty");
		(*out)[(*nr)++] = item;
	}
	return 0;
}

static bool is_symbol(const char *s)
{
	if (*s == '{')
		return s[1] && s[strlen(s) - 1] == '}';
	return *s && !s[strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")];
}

static int take_symbol(struct symptoms_reader *r, char *value)
{
	if (read_list(r, value, &r->symbols, &r->nr_symbols))
		return -1;
	for (size_t i = 0; i < r->nr_symbols; i++)
		if (!is_symbol(r->symbols[i]))
			return fail(r, "\"%s\" is no symbol: write it without CONFIG_",
				    r->symbols[i]);
	r->head = HEAD_SYMBOL;
	return 0;
}

static int take_error(struct symptoms_reader *r, char *value)
{
	struct symptoms *s = r->s;

	if (s->nr_errors == SYMPTOM_ERRORS)
		return fail(r, "more than %d classes of errors", SYMPTOM_ERRORS);
	if (symptoms_error(s, value))
		return fail(r, "%s is there already", value);
	r->error = 1u << s->nr_errors;
	s->errors[s->nr_errors++] = value;
	r->head = HEAD_ERROR;
	return 0;
}

static int take_kind(struct symptoms_reader *r, char *value)
{
	struct symptom_kind *kinds;

	if (symptoms_kind(r->s, value))
		return fail(r, "the kind %s is there already", value);
	kinds = array_grow(r->s->kinds, r->s->nr_kinds, sizeof(*kinds));
	if (!kinds)
		return fail(r, "out of memory");
	r->s->kinds = kinds;
	r->kind = &kinds[r->s->nr_kinds++];
	*r->kind = (struct symptom_kind){ .name = value };
	r->head = HEAD_KIND;
	return 0;
}

static int take_words(struct symptoms_reader *r, char *value)
{
	for (char *rest = value; rest;) {
		char *item = slurp_trim(strsep(&rest, ","));
		uint32_t *texts;
		size_t nr;

		if (!*item)
			return fail(r, "an item of the list is empty");
		if (read_texts(r, item, &texts, &nr))
			return -1;
		for (size_t i = 0; i < nr; i++)
			r->s->texts[texts[i]].errors |= r->error;
	}
	return 0;
}

/* The classes may stand further down, so the names are looked up at the end. */
static int take_outweighs(struct symptoms_reader *r, char *value)
{
	return read_list(r, value, &r->outweighs[r->s->nr_errors - 1],
			 &r->nr_outweighs[r->s->nr_errors - 1]);
}

static int link_errors(struct symptoms_reader *r)
{
	for (size_t i = 0; i < r->s->nr_errors; i++)
		for (size_t j = 0; j < r->nr_outweighs[i]; j++) {
			uint32_t bit = symptoms_error(r->s, r->outweighs[i][j]);

			if (!bit)
				return fail(r, "%s outweighs %s, which is no class of errors",
					    r->s->errors[i], r->outweighs[i][j]);
			r->s->outweighs[i] |= bit;
		}
	return 0;
}

static int take_tree(struct symptoms_reader *r, char *value)
{
	if (read_list(r, value, &r->kind->tree, &r->kind->nr_tree))
		return -1;
	for (size_t i = 0; i < r->kind->nr_tree; i++)
		if (!strchr(r->kind->tree[i], ' ') || !strchr(r->kind->tree[i], '%'))
			return fail(r, "\"%s\": write WHERE and a form with %% for the name",
				    r->kind->tree[i]);
	return 0;
}

/* "<ENOSYS|ENODEV>" */
static int read_errors(struct symptoms_reader *r, char *written, uint32_t *errors)
{
	size_t len = strlen(written);

	if (len < 3 || written[len - 1] != '>')
		return fail(r, "\"%s\": a class of errors is written as <NAME>", written);
	written[len - 1] = '\0';
	for (char *rest = written + 1; rest;) {
		const char *name = strsep(&rest, "|");
		uint32_t bit = symptoms_error(r->s, name);

		if (!bit)
			return fail(r, "no \"Error: %s\" stands before it", name);
		*errors |= bit;
	}
	return 0;
}

static int read_term(struct symptoms_reader *r, char *written, struct symptom_term *term)
{
	written = slurp_trim(written);
	if (*written == '!') {
		term->negated = true;
		written = slurp_trim(written + 1);
	}
	if (!*written)
		return fail(r, "nothing stands before or behind a +");
	if (*written == '<')
		return read_errors(r, written, &term->errors);
	return read_texts(r, written, &term->texts, &term->nr_texts);
}

/* Cuts off the next term; *near says whether "++" stands behind it. */
static char *next_term(char **rest, bool *near)
{
	char *term = *rest;
	char *plus = strstr(term, " +");

	*near = false;
	while (plus && plus[2] != ' ' && strncmp(plus + 2, "+ ", 2))
		plus = strstr(plus + 1, " +");
	if (!plus) {
		*rest = NULL;
		return term;
	}
	*near = plus[2] == '+';
	*rest = plus + 3 + *near;
	*plus = '\0';
	return term;
}

static bool has_kind(const struct symptoms_reader *r, const struct symptom_saying *saying)
{
	for (size_t i = 0; i < saying->terms[0].nr_texts; i++)
		if (!r->s->texts[saying->terms[0].texts[i]].phrase.kind)
			return false;
	return true;
}

/* Says which sayings begin with a text, and that names are there where a symbol asks for them. */
static int link_saying(struct symptoms_reader *r, uint32_t number)
{
	struct symptom_saying *saying = &r->s->sayings[number];
	const struct symptom_term *first = &saying->terms[0];

	if (!first->nr_texts || first->negated)
		return fail(r, "the first part must be words that are there");
	for (size_t i = 0; i < saying->nr_symbols; i++)
		if (*saying->symbols[i] == '{' && !has_kind(r, saying))
			return fail(r, "the symbol is %s, but the first part takes out no name",
				    saying->symbols[i]);
	for (size_t i = 0; i < first->nr_texts; i++) {
		struct symptom_text *t = &r->s->texts[first->texts[i]];
		uint32_t *v = array_grow(t->first, t->nr_first, sizeof(*v));

		if (!v)
			return fail(r, "out of memory");
		t->first = v;
		v[t->nr_first++] = number;
	}
	return 0;
}

static int add_saying(struct symptoms_reader *r, char *value, bool hint)
{
	struct symptoms *s = r->s;
	struct symptom_saying *v = array_grow(s->sayings, s->nr_sayings, sizeof(*v));
	struct symptom_saying *saying;
	bool near = false;
	size_t max = 1;

	if (!v)
		return fail(r, "out of memory");
	s->sayings = v;
	saying = &v[s->nr_sayings];
	for (const char *p = value; (p = strstr(p, " +")); p++)
		max++;
	*saying = (struct symptom_saying){
		.symbols = r->symbols,
		.nr_symbols = r->nr_symbols,
		.terms = arena_alloc(&s->ar, max * sizeof(*saying->terms)),
		.hint = hint,
		.written = arena_strndup(&s->ar, value, strlen(value)),
		.line = r->line,
	};
	if (!saying->terms || !saying->written)
		return fail(r, "out of memory");
	for (char *rest = value; rest;) {
		struct symptom_term *term = &saying->terms[saying->nr_terms++];

		term->near = near;
		if (read_term(r, next_term(&rest, &near), term))
			return -1;
	}
	return link_saying(r, (uint32_t)s->nr_sayings++);
}

static int take_says(struct symptoms_reader *r, char *value)
{
	return add_saying(r, value, false);
}

static int take_hints(struct symptoms_reader *r, char *value)
{
	return add_saying(r, value, true);
}

static int add_name(struct symptoms_reader *r, const char *kind, const char *name)
{
	struct symptom_name *names = array_grow(r->s->names, r->s->nr_names, sizeof(*names));

	if (!names)
		return fail(r, "out of memory");
	r->s->names = names;
	names[r->s->nr_names++] = (struct symptom_name){ kind, name, r->symbols[0], r->line };
	return 0;
}

/* "module veth vxlan, path /dev/net/tun" */
static int take_names(struct symptoms_reader *r, char *value)
{
	for (char *rest = value; rest;) {
		char *item = slurp_trim(strsep(&rest, ","));
		char *kind = strsep(&item, " ");

		if (!*kind || !item)
			return fail(r, "write a kind and names: module veth");
		while (item) {
			const char *name = strsep(&item, " ");

			if (*name && add_name(r, kind, name))
				return -1;
		}
	}
	return 0;
}

static int take_silent(struct symptoms_reader *r, char *value)
{
	for (size_t i = 0; i < r->nr_symbols; i++) {
		struct symptom_silent *v = array_grow(r->s->silent, r->s->nr_silent, sizeof(*v));

		if (!v)
			return fail(r, "out of memory");
		r->s->silent = v;
		v[r->s->nr_silent++] = (struct symptom_silent){ r->symbols[i], value };
	}
	return 0;
}

/* A head begins a stanza, the other fields stand below theirs. */
static const struct {
	const char *key;
	enum head below;
	int (*take)(struct symptoms_reader *r, char *value);
} fields[] = {
	{ "Symbol", HEAD_NONE, take_symbol },	{ "Error", HEAD_NONE, take_error },
	{ "Kind", HEAD_NONE, take_kind },	{ "Says", HEAD_SYMBOL, take_says },
	{ "Hints", HEAD_SYMBOL, take_hints },	{ "Names", HEAD_SYMBOL, take_names },
	{ "Silent", HEAD_SYMBOL, take_silent }, { "Words", HEAD_ERROR, take_words },
	{ "Tree", HEAD_KIND, take_tree },	{ "Outweighs", HEAD_ERROR, take_outweighs },
};

static int take_field(struct symptoms_reader *r, char *line)
{
	char *colon = strchr(line, ':');
	char *value;

	if (!colon)
		return fail(r, "no \"Field: value\" line");
	*colon = '\0';
	value = slurp_trim(colon + 1);
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		if (strcmp(fields[i].key, line))
			continue;
		if (fields[i].below && fields[i].below != r->head)
			return fail(r, "%s does not belong here%s", line,
				    r->head ? "" : ": begin with Symbol, Error or Kind");
		if (!*value)
			return fail(r, "%s has no value", line);
		return fields[i].take(r, value);
	}
	return fail(r, "unknown field %s", line);
}

/* A line that begins with a blank goes on with the one before: joined in place. */
static char *next_field(struct symptoms_reader *r, char **rest)
{
	char *line = slurp_line(rest);
	char *end;

	r->line++;
	if (!line || !*line || *line == '#')
		return line;
	end = line + strlen(line);
	while (**rest == ' ' || **rest == '\t') {
		char *next = slurp_trim(slurp_line(rest));

		*end++ = ' ';
		memmove(end, next, strlen(next) + 1);
		end += strlen(end);
		r->line++;
	}
	return line;
}

static int read_file(struct symptoms_reader *r)
{
	char *rest = r->s->text;

	for (char *line; (line = next_field(r, &rest));) {
		if (*line == '#')
			continue;
		if (!*slurp_trim(line))
			r->head = HEAD_NONE;
		else if (take_field(r, line))
			return -1;
	}
	if (!r->s->nr_sayings)
		return fail(r, "no line says anything; is it a file of symptoms?");
	if (r->s->ar.failed)
		return fail(r, "out of memory");
	return link_errors(r) || build_index(r) ? -1 : 0;
}

int symptoms_load(struct symptoms *s, const char *path, struct terr *err)
{
	struct symptoms_reader r = { .s = s, .path = path, .err = err };
	size_t len;
	int rc;

	s->path = path;
	s->text = slurp(path, &len, err);
	rc = s->text ? read_file(&r) : -1;
	intern_free(&r.numbers);
	return rc;
}

void symptoms_free(struct symptoms *s)
{
	for (size_t i = 0; i < s->nr_texts; i++)
		free(s->texts[i].first);
	free(s->texts);
	free(s->sayings);
	free(s->names);
	free(s->kinds);
	free(s->silent);
	free(s->slots);
	free(s->text);
	arena_free(&s->ar);
	memset(s, 0, sizeof(*s));
}

uint32_t symptoms_error(const struct symptoms *s, const char *name)
{
	for (size_t i = 0; i < s->nr_errors; i++)
		if (!strcmp(s->errors[i], name))
			return 1u << i;
	return 0;
}

const struct symptom_kind *symptoms_kind(const struct symptoms *s, const char *name)
{
	for (size_t i = 0; i < s->nr_kinds; i++)
		if (!strcmp(s->kinds[i].name, name))
			return &s->kinds[i];
	return NULL;
}

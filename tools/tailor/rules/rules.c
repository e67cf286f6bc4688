// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/array.h"
#include "base/slurp.h"
#include "base/strlist.h"
#include "base/suggest.h"
#include "log/errnos.h"
#include "log/log.h"
#include "log/syscalls.h"
#include "profile/facts.h"
#include "profile/lockstat.h"
#include "rules/rules.h"

/* Words of one clause; the longest real one names a dozen values. */
#define MAX_WORDS 64

struct rules_file {
	char *path;
	char *text;
};

/* One "Key: value" of a stanza, continuation lines joined. */
struct field {
	const char *key;
	char *value;
	int line;
};

enum field_id {
	F_SYMBOL,
	F_PATCH,
	F_ALWAYS,
	F_USED_BY,
	F_NOTHING_IF,
	F_WANTED_BY,
	F_FAILS,
	F_TRUST,
	F_VALUE,
	F_REMOVED_VALUE,
	F_REQUIRES,
	F_CONFLICTS,
	F_REPLACED_BY,
	F_WITH,
	F_INSTEAD,
	F_EXPECTED,
	F_GAIN,
	F_WHY,
	F_SOURCE,
	NR_FIELDS,
};

static const char *const field_names[NR_FIELDS] = {
	[F_SYMBOL] = "Symbol",
	[F_PATCH] = "Patch",
	[F_ALWAYS] = "Always",
	[F_USED_BY] = "Used-by",
	[F_NOTHING_IF] = "Decides-nothing-if",
	[F_WANTED_BY] = "Wanted-by",
	[F_FAILS] = "Fails",
	[F_TRUST] = "Trust",
	[F_VALUE] = "Value",
	[F_REMOVED_VALUE] = "Removed-value",
	[F_REQUIRES] = "Requires",
	[F_CONFLICTS] = "Conflicts",
	[F_REPLACED_BY] = "Replaced-by",
	[F_WITH] = "With",
	[F_INSTEAD] = "Instead",
	[F_EXPECTED] = "Expected",
	[F_GAIN] = "Gain",
	[F_WHY] = "Why",
	[F_SOURCE] = "Source",
};

/* A stanza while it is read. */
struct stanza {
	struct field field[NR_FIELDS];
	const char *path;
	int line;
	size_t nr;
};

/* Cuts the next item of a comma list off *rest; commas in quotes do not count. */
static char *next_item(char **rest)
{
	char *s = *rest;
	bool quoted = false;

	if (!s)
		return NULL;
	for (char *p = s;; p++) {
		if (*p == '"' && (p == s || p[-1] != '\\'))
			quoted = !quoted;
		if (*p == '\0' || (*p == ',' && !quoted)) {
			*rest = *p ? p + 1 : NULL;
			*p = '\0';
			return slurp_trim(s);
		}
	}
}

/* Cuts s into words at blanks outside quotes. The number of words, or -1: too many. */
static int split_words(char *s, char **word)
{
	int nr = 0;

	for (;;) {
		bool quoted = false;

		s += strspn(s, " \t");
		if (!*s)
			return nr;
		if (nr == MAX_WORDS)
			return -1;
		word[nr++] = s;
		for (; *s && (quoted || (*s != ' ' && *s != '\t')); s++)
			if (*s == '"' && s[-1] != '\\')
				quoted = !quoted;
		if (*s)
			*s++ = '\0';
	}
}

static bool parse_number(const char *s, long long *out)
{
	char *end;

	errno = 0;
	*out = strtoll(s, &end, 0);
	return end != s && !*end && !errno;
}

static int clause_values(struct clause *c, char **word, int nr)
{
	c->value = malloc((size_t)nr * sizeof(*c->value));
	if (!c->value)
		return -1;
	for (int i = 0; i < nr; i++)
		c->value[c->nr_values++] = word[i];
	return 0;
}

#define BAD_CLAUSE                                                                                   \
	"write one of: syscall NAME [errno NAME | absent]; errno NAME [N]; param CALL.PARAM "        \
	"= V | only V... | other-than V...; fact KEY [absent | = V | > N | < N | has V | lacks V | " \
	"only V... | other-than V...]; lock NAME COLUMN > N | < N; hotspot SYMBOL > PERCENT; "       \
	"covered; unused; unseen"

/* The comparison after "fact KEY" or "param CALL.PARAM"; 1: not one. */
static int parse_comparison(struct clause *c, char **word, int nr)
{
	static const struct {
		const char *word;
		enum clause_op op;
		bool many;
	} ops[] = {
		{ "=", OP_EQUAL, false },
		{ "has", OP_HAS, false },
		{ "lacks", OP_LACKS, false },
		{ "only", OP_ONLY, true },
		{ "other-than", OP_OTHER_THAN, true },
		{ ">", OP_GREATER, false },
		{ "<", OP_LESS, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(ops); i++) {
		if (strcmp(word[0], ops[i].word))
			continue;
		c->op = ops[i].op;
		if (nr < 2 || (nr > 2 && !ops[i].many))
			return 1;
		if ((c->op == OP_GREATER || c->op == OP_LESS) && !parse_number(word[1], &c->number))
			return 1;
		return clause_values(c, word + 1, nr - 1);
	}
	return 1;
}

static int parse_fact(struct clause *c, char **word, int nr)
{
	c->kind = CLAUSE_FACT;
	if (nr < 2)
		return 1;
	c->name = word[1];
	if (nr == 2)
		return 0;
	if (nr == 3 && !strcmp(word[2], "absent")) {
		c->op = OP_ABSENT;
		return 0;
	}
	return parse_comparison(c, word + 2, nr - 2);
}

static int parse_param(struct clause *c, char **word, int nr)
{
	char *dot = nr >= 4 ? strchr(word[1], '.') : NULL;
	int rc;

	if (!dot)
		return 1;
	*dot = '\0';
	c->kind = CLAUSE_PARAM;
	c->name = word[1];
	c->sub = dot + 1;
	rc = parse_comparison(c, word + 2, nr - 2);
	if (!rc &&
	    (c->op == OP_GREATER || c->op == OP_LESS || c->op == OP_HAS || c->op == OP_LACKS))
		return 1;
	return rc;
}

static int parse_syscall(struct clause *c, char **word, int nr)
{
	c->kind = CLAUSE_SYSCALL;
	if (nr < 2)
		return 1;
	c->name = word[1];
	if (nr == 3 && !strcmp(word[2], "absent")) {
		c->op = OP_ABSENT;
		return 0;
	}
	if (nr == 4 && !strcmp(word[2], "errno")) {
		c->sub = word[3];
		return 0;
	}
	return nr != 2;
}

static int parse_errno(struct clause *c, char **word, int nr)
{
	c->kind = CLAUSE_ERRNO;
	if (nr < 2 || nr > 3)
		return 1;
	c->name = word[1];
	if (nr == 3) {
		c->op = OP_EQUAL;
		return !parse_number(word[2], &c->number) || c->number < 0;
	}
	return 0;
}

/* A name may hold blanks; then it stands in quotes, which are cut off in place. */
static char *unquoted(char *s)
{
	size_t n = strlen(s);

	if (n < 2 || s[0] != '"' || s[n - 1] != '"')
		return s;
	s[n - 1] = '\0';
	return s + 1;
}

static int parse_lock(struct clause *c, char **word, int nr)
{
	c->kind = CLAUSE_LOCK;
	if (nr != 5 || (strcmp(word[3], ">") && strcmp(word[3], "<")))
		return 1;
	c->name = unquoted(word[1]);
	c->sub = word[2];
	c->op = word[3][0] == '>' ? OP_GREATER : OP_LESS;
	return !parse_number(word[4], &c->number) || c->number < 0;
}

/* "0.5" in hundredths. */
static bool parse_percent(const char *s, long long *out)
{
	char *end;
	double v = strtod(s, &end);

	*out = (long long)(v * 100 + 0.5);
	return isdigit((unsigned char)*s) && !*end && v >= 0 && v <= 100;
}

static int parse_hotspot(struct clause *c, char **word, int nr)
{
	c->kind = CLAUSE_HOTSPOT;
	/* what a profile has not seen may still run: there is no "<" */
	if (nr != 4 || strcmp(word[2], ">"))
		return 1;
	c->name = unquoted(word[1]);
	c->op = OP_GREATER;
	return !parse_percent(word[3], &c->number);
}

/* 0, 1: not a clause, -1: out of memory. */
static int parse_words(struct clause *c, char **word, int nr)
{
	if (nr < 1)
		return 1;
	if (!strcmp(word[0], "syscall"))
		return parse_syscall(c, word, nr);
	if (!strcmp(word[0], "errno"))
		return parse_errno(c, word, nr);
	if (!strcmp(word[0], "param"))
		return parse_param(c, word, nr);
	if (!strcmp(word[0], "fact"))
		return parse_fact(c, word, nr);
	if (!strcmp(word[0], "lock"))
		return parse_lock(c, word, nr);
	if (!strcmp(word[0], "hotspot"))
		return parse_hotspot(c, word, nr);
	if (!strcmp(word[0], "covered")) {
		c->kind = CLAUSE_COVERED;
		return nr != 1;
	}
	if (!strcmp(word[0], "unused") || !strcmp(word[0], "unseen")) {
		c->kind = word[0][3] == 's' ? CLAUSE_UNUSED : CLAUSE_UNSEEN;
		return nr != 1;
	}
	return 1;
}

static int check_param(const struct clause *c, const char *path, int line, struct terr *err)
{
	const struct syscall_def *def = syscall_by_name(c->name, strlen(c->name));
	const char *names[SYSCALL_PARAMS];
	const char *near;
	int nr = def && def->nr_params > 0 ? def->nr_params : 0;

	for (int i = 0; i < nr; i++) {
		names[i] = def->params[i];
		if (!strcmp(names[i], c->sub))
			return 0;
	}
	if (!def)
		return terr_set(err, "%s:%d: \"%s\": no system call is called %s", path, line,
				c->text, c->name);
	near = nr ? suggest_name(c->sub, names, (size_t)nr) : NULL;
	return terr_set(err, "%s:%d: \"%s\": %s has no parameter %s%s%s%s", path, line, c->text,
			c->name, c->sub, near ? ", did you mean " : "", near ? near : "",
			near ? "?" : "");
}

static int check_lock(const struct clause *c, const char *path, int line, struct terr *err)
{
	char names[256] = "";
	size_t n = 0;

	if (lockstat_column(c->sub) < nr_lock_columns)
		return 0;
	for (size_t i = 0; i < nr_lock_columns && n < sizeof(names); i++)
		n += (size_t)snprintf(names + n, sizeof(names) - n, "%s%s", i ? ", " : "",
				      lock_columns[i].name);
	return terr_set(err, "%s:%d: \"%s\": tailor locks has no column %s (columns: %s)", path,
			line, c->text, c->sub, names);
}

/* Names that no log and no facts file can ever hold would make a clause that never holds. */
static int check_clause(const struct clause *c, const char *path, int line, struct terr *err)
{
	const char *e = c->kind == CLAUSE_ERRNO	    ? c->name
			: c->kind == CLAUSE_SYSCALL ? c->sub
						    : NULL;

	if (e && !errno_by_name(e, strlen(e)))
		return terr_set(err,
				"%s:%d: \"%s\": %s is not the name of an error, such as EACCES",
				path, line, c->text, e);
	if (c->kind == CLAUSE_PARAM)
		return check_param(c, path, line, err);
	if (c->kind == CLAUSE_LOCK)
		return check_lock(c, path, line, err);
	if (c->kind != CLAUSE_FACT)
		return 0;
	if (facts_type(c->name) == FACT_UNKNOWN)
		return terr_set(err,
				"%s:%d: \"%s\": no fact is called %s%s%s%s; a new one needs a row "
				"in profile/facts.c",
				path, line, c->text, c->name,
				facts_near(c->name) ? ", did you mean " : "",
				facts_near(c->name) ? facts_near(c->name) : "",
				facts_near(c->name) ? "?" : "");
	if ((c->op == OP_GREATER || c->op == OP_LESS) && !facts_is_number(c->name))
		return terr_set(err,
				"%s:%d: \"%s\": %s is no number, compare it with =, has, only or "
				"other-than",
				path, line, c->text, c->name);
	return 0;
}

static int parse_clauses(struct clause **out, size_t *nr_out, const struct stanza *st,
			 enum field_id id, struct terr *err)
{
	const struct field *f = &st->field[id];
	char *rest = f->value;
	char *item;

	while ((item = next_item(&rest))) {
		struct clause *v = array_grow(*out, *nr_out, sizeof(*v));
		char *word[MAX_WORDS];
		struct clause *c;
		int rc;

		if (!v)
			return terr_set(err, "%s:%d: out of memory", st->path, f->line);
		*out = v;
		c = &v[*nr_out];
		memset(c, 0, sizeof(*c));
		c->text = strdup(item);
		if (!c->text)
			return terr_set(err, "%s:%d: out of memory", st->path, f->line);
		(*nr_out)++;
		rc = parse_words(c, word, split_words(item, word));
		if (rc < 0)
			return terr_set(err, "%s:%d: out of memory", st->path, f->line);
		if (rc)
			return terr_set(err, "%s:%d: %s: \"%s\" is not a clause; " BAD_CLAUSE,
					st->path, f->line, f->key, c->text);
		if (check_clause(c, st->path, f->line, err))
			return -1;
	}
	return 0;
}

static bool is_symbol(const char *s)
{
	return *s &&
	       s[strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")] ==
		       '\0';
}

static int bad_symbol(const struct stanza *st, const struct field *f, const char *s,
		      struct terr *err)
{
	return terr_set(err,
			"%s:%d: %s: \"%s\" is not a Kconfig symbol (write it without \"CONFIG_\", "
			"symbols are separated by commas)",
			st->path, f->line, f->key, s);
}

/* A comma list of symbols, or of SYMBOL=VALUE when values is set. */
static int parse_names(struct namelist *out, const struct stanza *st, enum field_id id, bool values,
		       struct terr *err)
{
	const struct field *f = &st->field[id];
	char *rest = f->value;
	char *item;

	while ((item = next_item(&rest))) {
		char *eq = values ? strchr(item, '=') : NULL;
		bool good;

		if (eq)
			*eq = '\0';
		good = is_symbol(item) && strncmp(item, "CONFIG_", 7) && (!values || (eq && eq[1]));
		if (eq)
			*eq = '=';
		if (!good && values)
			return terr_set(err, "%s:%d: %s: \"%s\" is not of the form SYMBOL=VALUE",
					st->path, f->line, f->key, item);
		if (!good)
			return bad_symbol(st, f, item, err);
		if (namelist_add(out, item))
			return terr_set(err, "%s:%d: out of memory", st->path, f->line);
	}
	return 0;
}

/* Index of the field's value in names, which ends with NULL; -1 with *err set. */
static int parse_choice(const struct stanza *st, enum field_id id, const char *const *names,
			struct terr *err)
{
	const struct field *f = &st->field[id];

	for (int i = 0; names[i]; i++)
		if (!strcmp(f->value, names[i]))
			return i;
	return terr_set(err, "%s:%d: %s: \"%s\" is neither \"%s\" nor \"%s\"", st->path, f->line,
			f->key, f->value, names[0], names[1]);
}

static bool has(const struct stanza *st, enum field_id id)
{
	return st->field[id].value != NULL;
}

static const char *text(const struct stanza *st, enum field_id id, const char *fallback)
{
	return has(st, id) ? st->field[id].value : fallback;
}

static int check_always(const struct stanza *st, const struct rule *r, struct terr *err)
{
	static const enum field_id not_with[] = { F_NOTHING_IF, F_WANTED_BY, F_REMOVED_VALUE,
						  F_INSTEAD, F_REPLACED_BY };

	for (size_t i = 0; i < ARRAY_SIZE(not_with); i++)
		if (has(st, not_with[i]))
			return terr_set(err,
					"%s:%d: %s contradicts \"Always: yes\": what always stays "
					"is never removed; drop one of the two",
					st->path, st->field[not_with[i]].line,
					field_names[not_with[i]]);
	if (r->patch && (r->trust != TRUST_SHARED || r->fails == FAILS_OPEN))
		return terr_set(err,
				"%s:%d: %s is always applied, whatever the trust, but asks for one "
				"trusted application; drop \"Always: yes\" and say when it goes",
				st->path, st->field[has(st, F_TRUST) ? F_TRUST : F_FAILS].line,
				r->symbol);
	return 0;
}

/* What a stanza must have, and what would contradict itself. */
static int check_rule(const struct stanza *st, const struct rule *r, struct terr *err)
{
	if (r->always)
		return check_always(st, r, err);
	if (!has(st, F_USED_BY) && !has(st, F_NOTHING_IF))
		return terr_set(err,
				"%s:%d: %s has neither Used-by nor Decides-nothing-if, so it would "
				"always be removed; say what shows that it is needed",
				st->path, st->line, r->symbol);
	if (has(st, F_WANTED_BY) && !r->patch)
		return terr_set(err,
				"%s:%d: Wanted-by is for patches; say in Used-by or "
				"Decides-nothing-if when %s goes",
				st->path, st->field[F_WANTED_BY].line, r->symbol);
	if (!has(st, F_FAILS))
		return terr_set(err,
				"%s:%d: %s has no Fails; write \"Fails: closed\" when a later need "
				"ends in an error, \"Fails: open\" when it is silently granted",
				st->path, st->line, r->symbol);
	if (r->fails == FAILS_OPEN && r->trust == TRUST_SHARED)
		return terr_set(err,
				"%s:%d: %s fails open, so it may go with one trusted application "
				"only; write \"Trust: single\"",
				st->path,
				has(st, F_TRUST) ? st->field[F_TRUST].line
						 : st->field[F_FAILS].line,
				r->symbol);
	if (!strcmp(r->value, r->removed_value))
		return terr_set(err,
				"%s:%d: %s has the same Value and Removed-value \"%s\"; removing "
				"it must change something",
				st->path, st->line, r->symbol, r->value);
	for (size_t i = 0; i < r->requires.nr; i++)
		if (namelist_has(&r->conflicts, r->requires.v[i]))
			return terr_set(
				err, "%s:%d: %s both requires and conflicts with %s; drop one",
				st->path, st->field[F_CONFLICTS].line, r->symbol, r->requires.v[i]);
	for (size_t i = 0; i < r->nr_wanted_by; i++)
		if (r->wanted_by[i].kind == CLAUSE_UNUSED || r->wanted_by[i].kind == CLAUSE_UNSEEN)
			return terr_set(err, "%s:%d: \"%s\" belongs in Decides-nothing-if",
					st->path, st->field[F_WANTED_BY].line,
					r->wanted_by[i].text);
	for (size_t i = 0; i < r->nr_used_by; i++) {
		if (r->used_by[i].kind == CLAUSE_UNUSED || r->used_by[i].kind == CLAUSE_UNSEEN)
			return terr_set(err, "%s:%d: \"%s\" belongs in Decides-nothing-if",
					st->path, st->field[F_USED_BY].line, r->used_by[i].text);
		for (size_t j = 0; j < r->nr_nothing_if; j++)
			if (!strcmp(r->used_by[i].text, r->nothing_if[j].text))
				return terr_set(err,
						"%s:%d: \"%s\" stands in both Used-by and "
						"Decides-nothing-if of %s; drop one",
						st->path, st->field[F_NOTHING_IF].line,
						r->used_by[i].text, r->symbol);
	}
	return 0;
}

/* What takes the place of another one costs nothing, or it is no replacement. */
static int check_replacement(const struct stanza *st, const struct rule *r, struct terr *err)
{
	const struct field *f = &st->field[F_REPLACED_BY];
	const char *other = has(st, F_PATCH)	     ? "Patch"
			    : has(st, F_REQUIRES)    ? "Requires"
			    : r->fails == FAILS_OPEN ? "Fails: open"
						     : NULL;

	if (!r->replaced_by)
		return 0;
	if (!is_symbol(r->replaced_by))
		return bad_symbol(st, f, r->replaced_by, err);
	if (!strcmp(r->replaced_by, r->symbol))
		return terr_set(err, "%s:%d: %s cannot take its own place", st->path, f->line,
				r->symbol);
	if (other)
		return terr_set(err,
				"%s:%d: Replaced-by contradicts \"%s\": only a symbol goes that "
				"fails closed and brings nothing; drop one of the two",
				st->path, f->line, other);
	return 0;
}

/* Guessing that a clause would not hit is no ground for granting access. */
static int check_unseen(const struct stanza *st, const struct rule *r, struct terr *err)
{
	for (size_t i = 0; i < r->nr_nothing_if; i++)
		if (r->nothing_if[i].kind == CLAUSE_UNSEEN && r->fails == FAILS_OPEN)
			return terr_set(
				err,
				"%s:%d: \"unseen\" contradicts \"Fails: open\"; write \"unused\"",
				st->path, st->field[F_NOTHING_IF].line);
	return 0;
}

static bool is_others(const struct stanza *st)
{
	return !has(st, F_PATCH) && has(st, F_SYMBOL) &&
	       !strcmp(st->field[F_SYMBOL].value, RULE_OTHERS);
}

/*
 * The stanza for all others speaks of symbols that nobody has looked at: it can keep what ran, but
 * knows of none how a later need ends, so that it takes none away.
 */
static int check_others(const struct stanza *st, const struct rule *r, struct terr *err)
{
	static const enum field_id not_with[] = { F_NOTHING_IF, F_VALUE,     F_REMOVED_VALUE,
						  F_REQUIRES,	F_CONFLICTS, F_REPLACED_BY,
						  F_WITH,	F_INSTEAD,   F_GAIN };

	if (r->fails == FAILS_OPEN)
		return terr_set(
			err,
			"%s:%d: \"Fails: open\" of \"Symbol: *\" would grant what nobody has "
			"looked at; write \"Fails: closed\", and a stanza for each symbol "
			"that fails open",
			st->path, st->field[F_FAILS].line);
	for (size_t i = 0; i < ARRAY_SIZE(not_with); i++)
		if (has(st, not_with[i]))
			return terr_set(
				err,
				"%s:%d: %s cannot hold of all symbols of \"Symbol: *\"; write "
				"a stanza for each that it is about",
				st->path, st->field[not_with[i]].line, field_names[not_with[i]]);
	for (size_t i = 0; i < r->nr_used_by; i++)
		if (r->used_by[i].kind == CLAUSE_COVERED)
			return 0;
	if (r->always)
		return 0;
	return terr_set(
		err,
		"%s:%d: Used-by of \"Symbol: *\" lacks \"covered\", so all that ran and has no "
		"stanza would go; add it",
		st->path, st->field[F_USED_BY].line);
}

static int check_fields(const struct stanza *st, struct terr *err)
{
	static const enum field_id must[] = { F_SYMBOL, F_WHY, F_SOURCE };

	for (size_t i = 0; i < ARRAY_SIZE(must); i++) {
		/* a patch is its own source; the stanza for all others has no place in the tree */
		if (must[i] == F_SOURCE && (has(st, F_PATCH) || is_others(st)))
			continue;
		if (!has(st, must[i]))
			return terr_set(err,
					"%s:%d: the stanza has no \"%s:\" line; add one (stanzas "
					"are separated by empty lines)",
					st->path, st->line, field_names[must[i]]);
	}
	if (is_others(st))
		return 0;
	if (!is_symbol(st->field[F_SYMBOL].value) ||
	    !strncmp(st->field[F_SYMBOL].value, "CONFIG_", 7))
		return bad_symbol(st, &st->field[F_SYMBOL], st->field[F_SYMBOL].value, err);
	return 0;
}

static int fill_rule(struct rule *r, const struct stanza *st, struct terr *err)
{
	static const char *const fails[] = { "closed", "open", NULL };
	static const char *const trust[] = { "shared", "single", NULL };
	static const char *const yes[] = { "no", "yes", NULL };
	static const char *const gain[] = { "none", NULL };
	int i;

	*r = (struct rule){
		.symbol = st->field[F_SYMBOL].value,
		.patch = text(st, F_PATCH, NULL),
		.value = text(st, F_VALUE, has(st, F_PATCH) ? "n" : "y"),
		.removed_value = text(st, F_REMOVED_VALUE, has(st, F_PATCH) ? "y" : "n"),
		.replaced_by = text(st, F_REPLACED_BY, NULL),
		.expected = text(st, F_EXPECTED, NULL),
		.why = st->field[F_WHY].value,
		.source = text(st, F_SOURCE, ""),
		.file = st->path,
		.line = st->line,
	};
	if (has(st, F_ALWAYS)) {
		i = parse_choice(st, F_ALWAYS, yes, err);
		if (i < 0)
			return -1;
		r->always = i;
	}
	if (has(st, F_GAIN)) {
		i = parse_choice(st, F_GAIN, gain, err);
		if (i < 0)
			return -1;
		r->gains_nothing = true;
	}
	if (has(st, F_FAILS)) {
		i = parse_choice(st, F_FAILS, fails, err);
		if (i < 0)
			return -1;
		r->fails = i ? FAILS_OPEN : FAILS_CLOSED;
	}
	r->trust = r->fails == FAILS_OPEN ? TRUST_SINGLE : TRUST_SHARED;
	if (has(st, F_TRUST)) {
		i = parse_choice(st, F_TRUST, trust, err);
		if (i < 0)
			return -1;
		r->trust = i ? TRUST_SINGLE : TRUST_SHARED;
	}
	if (parse_clauses(&r->used_by, &r->nr_used_by, st, F_USED_BY, err) ||
	    parse_clauses(&r->nothing_if, &r->nr_nothing_if, st, F_NOTHING_IF, err) ||
	    parse_clauses(&r->wanted_by, &r->nr_wanted_by, st, F_WANTED_BY, err) ||
	    parse_names(&r->requires, st, F_REQUIRES, false, err) ||
	    parse_names(&r->conflicts, st, F_CONFLICTS, false, err) ||
	    parse_names(&r->with, st, F_WITH, true, err) ||
	    parse_names(&r->instead, st, F_INSTEAD, true, err))
		return -1;
	if (check_rule(st, r, err) || check_replacement(st, r, err) || check_unseen(st, r, err))
		return -1;
	return is_others(st) ? check_others(st, r, err) : 0;
}

static int add_rule(struct ruleset *rs, const struct stanza *st, struct terr *err)
{
	const struct rule *old;
	struct rule *v;

	if (check_fields(st, err))
		return -1;
	old = rules_find(rs, st->field[F_SYMBOL].value);
	if (old)
		return terr_set(err, "%s:%d: %s already has a stanza at %s:%d; merge the two",
				st->path, st->line, old->symbol, old->file, old->line);
	v = array_grow(rs->v, rs->nr, sizeof(*v));
	if (!v)
		return terr_set(err, "%s:%d: out of memory", st->path, st->line);
	rs->v = v;
	return fill_rule(&v[rs->nr++], st, err);
}

/* Puts a continuation line behind the value before it, in place: the text only moves down. */
static void join(char *value, const char *line)
{
	size_t n = strlen(value);

	line += strspn(line, " \t");
	value[n] = ' ';
	memmove(value + n + 1, line, strlen(line) + 1);
}

static int add_field(struct stanza *st, char *line, int nr, struct terr *err)
{
	char *colon = strchr(line, ':');
	char *value;

	if (!colon)
		return terr_set(
			err,
			"%s:%d: not a \"Field: value\" line; continue a long value on a line "
			"that starts with a blank",
			st->path, nr);
	*colon = '\0';
	value = slurp_trim(colon + 1);
	for (size_t i = 0; i < NR_FIELDS; i++) {
		if (strcmp(line, field_names[i]))
			continue;
		if (st->field[i].value)
			return terr_set(
				err,
				"%s:%d: a second %s in one stanza (the first is in line %d); "
				"merge the two, or separate the stanzas by an empty line",
				st->path, nr, line, st->field[i].line);
		st->field[i] = (struct field){ .key = line, .value = value, .line = nr };
		if (!st->nr++)
			st->line = nr;
		return (int)i;
	}
	return terr_set(err, "%s:%d: unknown field \"%s\"; kconfig/README.md lists them", st->path,
			nr, line);
}

static int parse_text(struct ruleset *rs, const char *path, char *rest, struct terr *err)
{
	struct stanza st = { .path = path };
	int last = -1;
	int nr = 0;
	char *line;

	while ((line = slurp_line(&rest))) {
		nr++;
		if (line[0] == '#')
			continue;
		if (line[strspn(line, " \t")] == '\0') {
			if (st.nr && add_rule(rs, &st, err))
				return -1;
			st = (struct stanza){ .path = path };
			last = -1;
			continue;
		}
		if (line[0] == ' ' || line[0] == '\t') {
			if (last < 0)
				return terr_set(err,
						"%s:%d: continues a field, but there is none "
						"before it; remove the blanks in front",
						path, nr);
			join(st.field[last].value, slurp_trim(line));
			continue;
		}
		last = add_field(&st, line, nr, err);
		if (last < 0)
			return -1;
	}
	return st.nr ? add_rule(rs, &st, err) : 0;
}

static int load_file(struct ruleset *rs, const char *path, struct terr *err)
{
	struct rules_file *files = array_grow(rs->files, rs->nr_files, sizeof(*files));
	struct rules_file *f;
	size_t len;

	if (!files)
		return terr_set(err, "%s: out of memory", path);
	rs->files = files;
	f = &files[rs->nr_files];
	f->path = strdup(path);
	if (!f->path)
		return terr_set(err, "%s: out of memory", path);
	f->text = slurp(path, &len, err);
	rs->nr_files++;
	return f->text ? parse_text(rs, f->path, f->text, err) : -1;
}

static int is_rules(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return n > 6 && d->d_name[0] != '.' && !strcmp(d->d_name + n - 6, ".rules");
}

static int load_dir(struct ruleset *rs, const char *dir, struct terr *err)
{
	struct dirent **names;
	int nr = scandir(dir, &names, is_rules, alphasort);
	int rc = 0;

	if (nr < 0)
		return terr_set(err, "%s: %s", dir, strerror(errno));
	if (!nr)
		rc = terr_set(err, "%s: holds no *.rules file; give the folder kconfig/", dir);
	for (int i = 0; i < nr; i++) {
		char *path = NULL;

		if (!rc && asprintf(&path, "%s/%s", dir, names[i]->d_name) < 0) {
			path = NULL;
			rc = terr_set(err, "%s: out of memory", dir);
		}
		if (!rc)
			rc = load_file(rs, path, err);
		free(path);
		free(names[i]);
	}
	free(names);
	return rc;
}

int rules_load(struct ruleset *rs, const char *path, struct terr *err)
{
	struct stat sb;

	if (stat(path, &sb))
		return terr_set(err, "%s: %s", path, strerror(errno));
	return S_ISDIR(sb.st_mode) ? load_dir(rs, path, err) : load_file(rs, path, err);
}

static void free_clauses(struct clause *c, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		free((char *)c[i].text);
		free(c[i].value);
	}
	free(c);
}

void rules_free(struct ruleset *rs)
{
	for (size_t i = 0; i < rs->nr; i++) {
		struct rule *r = &rs->v[i];

		free_clauses(r->used_by, r->nr_used_by);
		free_clauses(r->nothing_if, r->nr_nothing_if);
		free_clauses(r->wanted_by, r->nr_wanted_by);
		free(r->requires.v);
		free(r->conflicts.v);
		free(r->with.v);
		free(r->instead.v);
	}
	for (size_t i = 0; i < rs->nr_files; i++) {
		free(rs->files[i].path);
		free(rs->files[i].text);
	}
	free(rs->v);
	free(rs->files);
	memset(rs, 0, sizeof(*rs));
}

const struct rule *rules_find(const struct ruleset *rs, const char *symbol)
{
	for (size_t i = 0; i < rs->nr; i++)
		if (!strcmp(rs->v[i].symbol, symbol))
			return &rs->v[i];
	return NULL;
}

/* A symbol that another rule sets in passing must not be decided for itself as well. */
static int check_companions(const struct ruleset *rs, const struct rule *r,
			    const struct namelist *names, const char *field, struct terr *err)
{
	for (size_t i = 0; i < names->nr; i++) {
		char symbol[128];
		const struct rule *other;

		snprintf(symbol, sizeof(symbol), "%.*s", (int)strcspn(names->v[i], "="),
			 names->v[i]);
		other = rules_find(rs, symbol);
		if (other)
			return terr_set(
				err,
				"%s:%d: %s: %s of %s has a stanza of its own at %s:%d; name it in "
				"Requires instead",
				r->file, r->line, field, names->v[i], r->symbol, other->file,
				other->line);
	}
	return 0;
}

static int check_replacing(const struct ruleset *rs, const struct rule *r, struct terr *err)
{
	const struct rule *other = r->replaced_by ? rules_find(rs, r->replaced_by) : NULL;

	if (!r->replaced_by || (other && !other->patch && !other->replaced_by))
		return 0;
	if (other && other->replaced_by)
		return terr_set(err, "%s:%d: %s is replaced itself (%s:%d); name %s here too",
				r->file, r->line, other->symbol, other->file, other->line,
				other->replaced_by);
	return terr_set(err,
			"%s:%d: no rule decides the symbol %s, which is to take the place of %s",
			r->file, r->line, r->replaced_by, r->symbol);
}

int rules_check(const struct ruleset *rs, struct terr *err)
{
	for (size_t i = 0; i < rs->nr; i++) {
		const struct rule *r = &rs->v[i];

		if (check_companions(rs, r, &r->with, "With", err) ||
		    check_companions(rs, r, &r->instead, "Instead", err))
			return -1;
		if (check_replacing(rs, r, err))
			return -1;
		for (size_t j = 0; j < r->requires.nr; j++) {
			const struct rule *need = rules_find(rs, r->requires.v[j]);

			if (need && namelist_has(&need->conflicts, r->symbol))
				return terr_set(
					err,
					"%s:%d: %s requires %s, but %s:%d says that %s conflicts "
					"with %s; drop one of the two",
					r->file, r->line, r->symbol, need->symbol, need->file,
					need->line, need->symbol, r->symbol);
		}
	}
	return 0;
}

static bool clauses_name(const struct clause *c, size_t nr, const char *syscall)
{
	for (size_t i = 0; i < nr; i++)
		if (c[i].kind == CLAUSE_SYSCALL && !strcmp(c[i].name, syscall))
			return true;
	return false;
}

bool rules_know_syscall(const struct ruleset *rs, const char *name)
{
	for (size_t i = 0; i < rs->nr; i++)
		if (clauses_name(rs->v[i].used_by, rs->v[i].nr_used_by, name) ||
		    clauses_name(rs->v[i].nothing_if, rs->v[i].nr_nothing_if, name) ||
		    clauses_name(rs->v[i].wanted_by, rs->v[i].nr_wanted_by, name))
			return true;
	return false;
}

bool rules_place_syscall(const struct ruleset *rs, const char *name)
{
	const struct syscall_def *def = syscall_by_name(name, strlen(name));

	return (def && def->nr_params >= 0) || rules_know_syscall(rs, name);
}

// SPDX-License-Identifier: GPL-2.0-only
/* The grammar of clauses: "syscall NAME errno E" and the others. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "lib/slurp.h"
#include "lib/suggest.h"
#include "lib/errnos.h"
#include "log/syscalls.h"
#include "profile/facts.h"
#include "profile/lockstat.h"
#include "ruleset/clause.h"
#include "lib/stanza.h"

/* Words of one clause; the longest real one names a dozen values. */
#define MAX_WORDS 64

char *clause_next_item(char **rest)
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

int clauses_parse(struct clause **out, size_t *nr_out, const struct field *f, const char *path,
		  struct terr *err)
{
	char *rest = f->value;
	char *item;

	while ((item = clause_next_item(&rest))) {
		struct clause *v = array_grow(*out, *nr_out, sizeof(*v));
		char *word[MAX_WORDS];
		struct clause *c;
		int rc;

		if (!v)
			return terr_set(err, "%s:%d: out of memory", path, f->line);
		*out = v;
		c = &v[*nr_out];
		memset(c, 0, sizeof(*c));
		c->text = strdup(item);
		if (!c->text)
			return terr_set(err, "%s:%d: out of memory", path, f->line);
		(*nr_out)++;
		rc = parse_words(c, word, split_words(item, word));
		if (rc < 0)
			return terr_set(err, "%s:%d: out of memory", path, f->line);
		if (rc)
			return terr_set(err, "%s:%d: %s: \"%s\" is not a clause; " BAD_CLAUSE, path,
					f->line, f->key, c->text);
		if (check_clause(c, path, f->line, err))
			return -1;
	}
	return 0;
}

void clauses_free(struct clause *c, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		free((char *)c[i].text);
		free(c[i].value);
	}
	free(c);
}

bool clauses_name(const struct clause *c, size_t nr, const char *syscall)
{
	for (size_t i = 0; i < nr; i++)
		if (c[i].kind == CLAUSE_SYSCALL && !strcmp(c[i].name, syscall))
			return true;
	return false;
}

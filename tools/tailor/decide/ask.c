// SPDX-License-Identifier: GPL-2.0-only
/* Answers a clause of a rule from log, facts, profiles and coverage. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decide/internal.h"
#include "lib/errnos.h"

/* Names that logs print for numbers; rules may use either. */
static const struct {
	const char *name;
	long long number;
} constants[] = {
	{ "AF_UNSPEC", 0 },	{ "AF_UNIX", 1 },	  { "AF_LOCAL", 1 },
	{ "AF_FILE", 1 },	{ "AF_INET", 2 },	  { "AF_AX25", 3 },
	{ "AF_IPX", 4 },	{ "AF_INET6", 10 },	  { "AF_KEY", 15 },
	{ "AF_NETLINK", 16 },	{ "AF_ROUTE", 16 },	  { "AF_PACKET", 17 },
	{ "AF_TIPC", 30 },	{ "AF_ALG", 38 },	  { "AF_NFC", 39 },
	{ "AF_VSOCK", 40 },	{ "AF_SMC", 43 },	  { "AF_XDP", 44 },
	{ "AF_MCTP", 45 },	{ "IPPROTO_IP", 0 },	  { "IPPROTO_TCP", 6 },
	{ "IPPROTO_UDP", 17 },	{ "IPPROTO_MPTCP", 262 }, { "SOL_SOCKET", 1 },
	{ "F_GETLK", 5 },	{ "F_SETLK", 6 },	  { "F_SETLKW", 7 },
	{ "F_OFD_GETLK", 36 },	{ "F_OFD_SETLK", 37 },	  { "F_OFD_SETLKW", 38 },
	{ "F_SETLEASE", 1024 }, { "F_NOTIFY", 1026 },	  { "PR_SET_SECCOMP", 22 },
	{ "PR_SET_MM", 35 },
};

static bool to_number(const char *s, long long *out)
{
	char *end;

	errno = 0;
	*out = strtoll(s, &end, 0);
	if (end != s && !*end && !errno)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(constants); i++) {
		const char *name = constants[i].name;

		/* PF_ and AF_ are the same numbers */
		if (strcmp(s, name) && (strncmp(s, "PF_", 3) || strcmp(s + 1, name + 1)))
			continue;
		*out = constants[i].number;
		return true;
	}
	return false;
}

static enum truth same_value(const char *asked, const char *seen)
{
	long long a;
	long long b;

	if (!strcmp(asked, seen))
		return YES;
	/* a log without strings has a pointer in the place of a path */
	if (asked[0] == '"' || seen[0] == '"')
		return asked[0] == seen[0] ? NO : UNKNOWN;
	if (to_number(asked, &a) && to_number(seen, &b))
		return a == b ? YES : NO;
	/* a name or a list of flags that has no number here could be anything */
	return UNKNOWN;
}

/* Whether seen is one of the clause's values. */
static enum truth among(const struct clause *c, const char *seen)
{
	enum truth any = NO;

	for (size_t i = 0; i < c->nr_values; i++) {
		enum truth t = same_value(c->value[i], seen);

		if (t == YES)
			return YES;
		if (t == UNKNOWN)
			any = UNKNOWN;
	}
	return any;
}

static void saw_calls(struct evidence *e, struct log_pos pos, uint64_t calls)
{
	if (calls && (!e->has_pos || log_pos_before(pos, e->pos))) {
		e->has_pos = true;
		e->pos = pos;
	}
	e->count += calls;
}

static void count_errno(const struct agg_row *row, int err, struct evidence *e)
{
	for (size_t i = 0; i < row->nr_errnos; i++)
		if (row->errnos[i].err == err)
			saw_calls(e, row->errnos[i].first, row->errnos[i].calls);
}

static enum truth ask_syscall(const struct ctx *x, const struct clause *c, struct evidence *e)
{
	int err = c->sub ? errno_by_name(c->sub, strlen(c->sub)) : 0;

	for (size_t i = 0; i < x->agg->nr; i++) {
		const struct agg_row *row = &x->agg->rows[i];

		if (strcmp(row->syscall, c->name))
			continue;
		if (c->sub)
			count_errno(row, err, e);
		else
			saw_calls(e, row->first, row->calls);
	}
	return (e->count != 0) == (c->op != OP_ABSENT) ? YES : NO;
}

static enum truth ask_errno(const struct ctx *x, const struct clause *c, struct evidence *e)
{
	int err = errno_by_name(c->name, strlen(c->name));

	for (size_t i = 0; i < x->agg->nr; i++)
		count_errno(&x->agg->rows[i], err, e);
	if (c->op == OP_EQUAL)
		return e->count == (uint64_t)c->number ? YES : NO;
	return e->count ? YES : NO;
}

static const struct agg_param *find_param(const struct agg_row *row, const char *name)
{
	for (size_t i = 0; i < row->nr_params; i++)
		if (!strcmp(row->params[i].name, name))
			return &row->params[i];
	return NULL;
}

/* "only" and "other-than" look for what is not among their values. */
static bool wants_outside(const struct clause *c)
{
	return c->op != OP_EQUAL;
}

bool clause_counts(const struct clause *c, const char *value)
{
	enum truth t = among(c, value);

	return t != UNKNOWN && (t == NO) == wants_outside(c);
}

/* Counts the calls of one row whose value is among the clause's (or is not, for other-than). */
static enum truth count_values(const struct clause *c, const struct agg_row *row,
			       const struct agg_param *p, struct evidence *e)
{
	enum truth all = NO;

	for (size_t i = 0; i < p->nr; i++) {
		enum truth t = among(c, p->values[i].text);

		if (t == UNKNOWN)
			all = UNKNOWN;
		else if ((t == NO) == wants_outside(c))
			saw_calls(e, row->first, p->values[i].calls);
	}
	if (e->count)
		return YES;
	return p->missed || p->calls < row->calls ? UNKNOWN : all;
}

static enum truth ask_param(const struct ctx *x, const struct clause *c, struct evidence *e,
			    struct why *why)
{
	enum truth all = NO;

	for (size_t i = 0; i < x->agg->nr; i++) {
		const struct agg_row *row = &x->agg->rows[i];
		const struct agg_param *p;
		enum truth t = UNKNOWN;

		if (strcmp(row->syscall, c->name))
			continue;
		p = find_param(row, c->sub);
		if (p)
			t = count_values(c, row, p, e);
		if (t == UNKNOWN && !why->text[0])
			snprintf(why->text, sizeof(why->text),
				 "the log does not tell every value of %s.%s", c->name, c->sub);
		if (t == YES || (t == UNKNOWN && all == NO))
			all = t;
	}
	if (c->op == OP_ONLY && all != UNKNOWN)
		return all == YES ? NO : YES;
	return all;
}

/*
 * Whether the words, quoted when there are several, stand side by side in value. A "*" at their end
 * stands for the rest of the last word.
 */
static bool fact_has_words(const char *value, const char *words)
{
	size_t n = strlen(words);
	bool is_begin;

	if (n >= 2 && words[0] == '"' && words[n - 1] == '"') {
		words++;
		n -= 2;
	}
	is_begin = n && words[n - 1] == '*';
	if (is_begin)
		n--;
	for (const char *p = value; *p; p++) {
		bool starts = p == value || p[-1] == ' ' || p[-1] == '\t';

		if (starts && !strncmp(p, words, n) &&
		    (is_begin || !p[n] || p[n] == ' ' || p[n] == '\t'))
			return true;
	}
	return false;
}

static bool fact_matches(const struct clause *c, const char *value)
{
	switch (c->op) {
	case OP_PRESENT:
	case OP_ABSENT:
		return true;
	case OP_HAS:
	case OP_LACKS:
		return fact_has_words(value, c->value[0]);
	case OP_GREATER:
		return strtoll(value, NULL, 10) > c->number;
	case OP_LESS:
		return strtoll(value, NULL, 10) < c->number;
	case OP_EQUAL:
		return among(c, value) == YES;
	case OP_ONLY:
	case OP_OTHER_THAN:
		return among(c, value) != YES;
	}
	return false;
}

static enum truth ask_fact(const struct ctx *x, const struct clause *c, struct evidence *e,
			   struct why *why)
{
	const char *lacking = facts_lacking(x->facts, c->name);
	uint64_t matching = 0;
	uint64_t all = 0;

	for (size_t i = 0; i < x->facts->nr; i++) {
		const struct fact *f = &x->facts->v[i];

		if (strcmp(f->key, c->name))
			continue;
		if (!all++)
			e->fact = f;
		if (!fact_matches(c, f->value))
			continue;
		if (!matching++)
			e->fact = f;
		if (facts_is_number(c->name) && (uint64_t)atoll(f->value) > e->count)
			e->count = (uint64_t)atoll(f->value);
	}
	if (!facts_is_number(c->name))
		e->count = matching;
	if (c->op == OP_ABSENT)
		return all ? NO : YES;
	if (lacking) {
		if (!why->text[0])
			snprintf(why->text, sizeof(why->text), "%s has no \"%s\"", lacking,
				 c->name);
		return UNKNOWN;
	}
	if (c->op == OP_EQUAL)
		return all && matching == all ? YES : NO;
	if (c->op == OP_ONLY || c->op == OP_LACKS)
		return matching ? NO : YES;
	return matching ? YES : NO;
}

static enum truth ask_lock(const struct ctx *x, const struct clause *c, struct evidence *e,
			   struct why *why)
{
	const struct lockstat *ls = x->o->locks;
	double value;

	if (!ls) {
		snprintf(why->text, sizeof(why->text),
			 "no statistics of locks were given (--locks)");
		return UNKNOWN;
	}
	value = lockstat_sum(ls, c->name, lockstat_column(c->sub), &e->line);
	e->path = e->line ? ls->path : NULL;
	e->count = (uint64_t)value;
	if (c->op == OP_GREATER && value > (double)c->number)
		return YES;
	if (!lockstat_complete(ls)) {
		snprintf(why->text, sizeof(why->text), "the statistics of %s are not complete",
			 ls->path);
		return UNKNOWN;
	}
	return c->op == OP_LESS && value < (double)c->number ? YES : NO;
}

static enum truth ask_hotspot(const struct ctx *x, const struct clause *c, struct evidence *e,
			      struct why *why)
{
	const struct hotspots *h = x->o->hotspots;
	double percent;

	if (!h) {
		snprintf(why->text, sizeof(why->text), "no profile was given (--hotspots)");
		return UNKNOWN;
	}
	percent = hotspots_share(h, c->name, &e->line);
	e->path = e->line ? h->path : NULL;
	e->count = (uint64_t)(percent + 0.5);
	if (percent * 100 > (double)c->number)
		return YES;
	if (h->cut[0]) {
		snprintf(why->text, sizeof(why->text), "the profile %s is not complete", h->path);
		return UNKNOWN;
	}
	return NO;
}

enum truth ask_covered(const struct ctx *x, const char *symbol, struct evidence *e, struct why *why)
{
	const struct covered_symbol *s;

	if (!x->o->coverage) {
		snprintf(why->text, sizeof(why->text), "no coverage was given (--coverage)");
		return UNKNOWN;
	}
	s = covered_find(x->o->coverage, symbol);
	if (!s || !s->workload)
		return NO;
	e->count = s->workload;
	e->path = s->first_workload;
	return YES;
}

enum truth ask_clause(const struct ctx *x, const struct decision *d, const struct clause *c,
		      enum truth used, struct evidence *e, struct why *why)
{
	switch (c->kind) {
	case CLAUSE_SYSCALL:
		return ask_syscall(x, c, e);
	case CLAUSE_ERRNO:
		return ask_errno(x, c, e);
	case CLAUSE_PARAM:
		return ask_param(x, c, e, why);
	case CLAUSE_FACT:
		return ask_fact(x, c, e, why);
	case CLAUSE_LOCK:
		return ask_lock(x, c, e, why);
	case CLAUSE_HOTSPOT:
		return ask_hotspot(x, c, e, why);
	case CLAUSE_COVERED:
		return ask_covered(x, d->rule->symbol, e, why);
	case CLAUSE_UNUSED:
		return used == UNKNOWN ? UNKNOWN : used == YES ? NO : YES;
	case CLAUSE_UNSEEN:
		return used == YES ? NO : YES;
	}
	return UNKNOWN;
}

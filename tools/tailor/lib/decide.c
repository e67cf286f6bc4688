// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/decide.h"

enum truth {
	NO,
	YES,
	UNKNOWN,
};

/* Where an unanswerable clause says why. */
struct why {
	char text[256];
};

struct ctx {
	const struct agg *agg;
	const struct facts *facts;
	const struct decide_opts *o;
};

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

/* Whether the words, quoted when there are several, stand side by side in value. */
static bool fact_has_words(const char *value, const char *words)
{
	size_t n = strlen(words);

	if (n >= 2 && words[0] == '"' && words[n - 1] == '"') {
		words++;
		n -= 2;
	}
	for (const char *p = value; *p; p++) {
		bool starts = p == value || p[-1] == ' ' || p[-1] == '\t';

		if (starts && !strncmp(p, words, n) && (!p[n] || p[n] == ' ' || p[n] == '\t'))
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
	return percent * 100 > (double)c->number ? YES : NO;
}

static enum truth ask_covered(const struct ctx *x, const char *symbol, struct evidence *e,
			      struct why *why)
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

static enum truth ask(const struct ctx *x, const struct decision *d, const struct clause *c,
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

static int note_unknown(struct decision *d, const struct clause *c, const struct why *why,
			struct terr *err)
{
	if (d->unknown)
		return 0;
	if (asprintf(&d->unknown, "\"%s\" cannot be answered: %s", c->text,
		     why->text[0] ? why->text : "another clause cannot") < 0) {
		d->unknown = NULL;
		return terr_set(err, "out of memory");
	}
	return 0;
}

enum list {
	USED_BY,
	NOTHING_IF,
	WANTED_BY,
};

/*
 * Asks one list of clauses. Used-by and Wanted-by are true when any of them is, Decides-nothing-if
 * when all are; what cannot be answered leaves the result open unless another clause settles it.
 */
static int ask_all(struct decision *d, const struct ctx *x, enum list list, enum truth used,
		   enum truth *out, struct terr *err)
{
	const struct rule *r = d->rule;
	const struct clause *c = list == USED_BY      ? r->used_by
				 : list == NOTHING_IF ? r->nothing_if
						      : r->wanted_by;
	size_t nr = list == USED_BY	 ? r->nr_used_by
		    : list == NOTHING_IF ? r->nr_nothing_if
					 : r->nr_wanted_by;
	enum truth settled = list == NOTHING_IF ? NO : YES;
	enum truth result = list == NOTHING_IF ? YES : NO;

	for (size_t i = 0; i < nr; i++) {
		struct evidence *e = &d->evidence[d->nr_evidence];
		struct why why = { "" };
		enum truth t;

		*e = (struct evidence){
			.clause = &c[i],
			.used_by = list == USED_BY,
			.wanted = list == WANTED_BY,
		};
		t = ask(x, d, &c[i], used, e, &why);
		e->holds = t == YES;
		e->unknown = t == UNKNOWN;
		d->nr_evidence++;
		if (t == UNKNOWN && note_unknown(d, &c[i], &why, err))
			return -1;
		if (t == settled || (t == UNKNOWN && result != settled))
			result = t;
	}
	*out = result;
	return 0;
}

static int block(struct decision *d, struct terr *err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static int block(struct decision *d, struct terr *err, const char *fmt, ...)
{
	va_list ap;
	int n;

	d->action = d->rule->patch ? ACTION_LEAVE : ACTION_KEEP;
	va_start(ap, fmt);
	n = vasprintf(&d->blocked_by, fmt, ap);
	va_end(ap);
	if (n >= 0)
		return 0;
	d->blocked_by = NULL;
	return terr_set(err, "out of memory");
}

static bool goes(const struct decision *d)
{
	return d->action == ACTION_REMOVE || d->action == ACTION_APPLY;
}

static bool names_have(const struct rule_names *names, const char *symbol)
{
	for (size_t i = 0; names && i < names->nr; i++)
		if (!strcmp(names->v[i], symbol))
			return true;
	return false;
}

static int choose_action(struct decision *d, const struct decide_opts *o, struct terr *err)
{
	const struct rule *r = d->rule;

	if (r->always) {
		d->action = r->patch ? ACTION_APPLY : ACTION_KEEP;
		return 0;
	}
	if (d->verdict == VERDICT_USED) {
		d->action = r->patch ? ACTION_LEAVE : ACTION_KEEP;
		return 0;
	}
	d->action = r->patch ? ACTION_APPLY : ACTION_REMOVE;
	if (names_have(o->fixed, r->symbol))
		return block(d, err, "the bed needs it");
	if (names_have(o->keep, r->symbol))
		return block(d, err, "--keep=%s", r->symbol);
	if (o->repairs && gains_of(o->repairs, r->symbol))
		return block(d, err, "%s", gains_of(o->repairs, r->symbol));
	if (r->gains_nothing)
		return block(d, err, "it was measured to gain nothing");
	if (r->trust > o->trust)
		return block(d, err, "only with --trust=single%s",
			     r->fails == FAILS_OPEN ? ": it fails open" : "");
	if (o->incomplete)
		return block(d, err, "the log is not complete: %s", o->incomplete);
	if (o->growing)
		return block(d, err, "%s", o->growing);
	return 0;
}

#define NOT_WANTED "nothing in the profile asks for it"

/* A patch that would do no harm waits until something asks for it, or another patch requires it. */
static int ask_wanted(struct decision *d, const struct ctx *x, struct terr *err)
{
	enum truth wanted;

	free(d->unknown);
	d->unknown = NULL;
	if (ask_all(d, x, WANTED_BY, NO, &wanted, err))
		return -1;
	if (wanted == YES || d->action != ACTION_APPLY)
		return 0;
	d->unwanted = true;
	return wanted == UNKNOWN ? block(d, err, NOT_WANTED "; %s", d->unknown)
				 : block(d, err, NOT_WANTED);
}

/* What ran although nothing shows that it is needed decides nothing. */
static void weigh_coverage(struct decision *d, const struct ctx *x)
{
	static const struct clause covered = { .kind = CLAUSE_COVERED, .text = "covered" };
	struct evidence *e = &d->evidence[d->nr_evidence];
	struct why why;

	if (!x->o->coverage || d->rule->patch || d->verdict == VERDICT_USED)
		return;
	*e = (struct evidence){ .clause = &covered };
	e->holds = ask_covered(x, d->rule->symbol, e, &why) == YES;
	d->nr_evidence++;
	if (e->holds)
		d->verdict = VERDICT_NOTHING;
}

static int decide_one(struct decision *d, const struct ctx *x, struct terr *err)
{
	const struct rule *r = d->rule;
	enum truth used;
	enum truth nothing = NO;

	d->evidence = calloc(r->nr_used_by + r->nr_nothing_if + r->nr_wanted_by + 2,
			     sizeof(*d->evidence));
	if (!d->evidence)
		return terr_set(err, "out of memory");
	if (ask_all(d, x, USED_BY, NO, &used, err))
		return -1;
	if (r->nr_nothing_if && ask_all(d, x, NOTHING_IF, used, &nothing, err))
		return -1;
	if (nothing == YES)
		d->verdict = VERDICT_NOTHING;
	/* without a Used-by, what may decide something is used */
	else if (used != NO || !r->nr_used_by || r->always)
		d->verdict = VERDICT_USED;
	else
		d->verdict = VERDICT_UNUSED;
	weigh_coverage(d, x);
	if (choose_action(d, x->o, err))
		return -1;
	/* used for want of an answer, not because a clause hit */
	if (d->verdict == VERDICT_USED && !r->always && used != YES &&
	    (used == UNKNOWN || nothing == UNKNOWN))
		return block(d, err, "%s", d->unknown);
	return r->nr_wanted_by && !r->always ? ask_wanted(d, x, err) : 0;
}

static struct decision *find(const struct decisions *d, const char *symbol)
{
	for (size_t i = 0; i < d->nr; i++)
		if (!strcmp(d->v[i].rule->symbol, symbol))
			return &d->v[i];
	return NULL;
}

/* Whether the kernel will have the symbol on; what no rule decides is left to Kconfig itself. */
static bool stays(const struct decision *d)
{
	return d && !strcmp(decision_value(d), "y");
}

/* What stays keeps what it requires. Returns how many removals were taken back. */
static int keep_required(struct decisions *all, struct decision *d, const struct decide_opts *o,
			 struct terr *err)
{
	int changed = 0;

	(void)o;
	if (d->rule->patch || goes(d))
		return 0;
	for (size_t i = 0; i < d->rule->requires.nr; i++) {
		struct decision *need = find(all, d->rule->requires.v[i]);

		if (!need || need->rule->patch || !goes(need))
			continue;
		if (block(need, err, "required by %s, which stays", d->rule->symbol))
			return -1;
		changed++;
	}
	return changed;
}

/* A patch that is applied brings those it requires, unless something speaks against them. */
static int bring_required(struct decisions *all, struct decision *d, const struct decide_opts *o,
			  struct terr *err)
{
	int changed = 0;

	(void)o;
	(void)err;
	if (d->action != ACTION_APPLY)
		return 0;
	for (size_t i = 0; i < d->rule->requires.nr; i++) {
		struct decision *need = find(all, d->rule->requires.v[i]);

		if (!need || !need->unwanted || need->action == ACTION_APPLY)
			continue;
		need->action = ACTION_APPLY;
		need->required_by = d->rule->symbol;
		free(need->blocked_by);
		need->blocked_by = NULL;
		changed++;
	}
	return changed;
}

static const char *required_by(const struct decisions *all, const char *symbol)
{
	for (size_t i = 0; i < all->nr; i++)
		if (all->v[i].action == ACTION_APPLY &&
		    names_have(&all->v[i].rule->requires, symbol))
			return all->v[i].rule->symbol;
	return NULL;
}

/* Takes one back when the patch that brought it is left after all. */
static int leave_unrequired(struct decisions *all, struct decision *d, const struct decide_opts *o,
			    struct terr *err)
{
	(void)o;
	if (!d->required_by || !d->rule->patch)
		return 0;
	d->required_by = required_by(all, d->rule->symbol);
	if (d->required_by || d->action != ACTION_APPLY)
		return 0;
	return block(d, err, NOT_WANTED) ? -1 : 1;
}

/* Leaves a patch whose requirements are not met, or that conflicts with something that stays. */
static int leave_unfit(struct decisions *all, struct decision *d, const struct decide_opts *o,
		       struct terr *err)
{
	const struct rule *r = d->rule;

	if (d->action != ACTION_APPLY)
		return 0;
	for (size_t i = 0; i < r->requires.nr; i++) {
		const struct decision *need = find(all, r->requires.v[i]);

		if (need && !stays(need))
			return block(d, err, "requires %s, which is off", r->requires.v[i]) ? -1
											    : 1;
	}
	for (size_t i = 0; i < r->conflicts.nr; i++) {
		const struct decision *other = find(all, r->conflicts.v[i]);

		if (stays(other) || (!other && names_have(o->fixed, r->conflicts.v[i])))
			return block(d, err, "conflicts with %s, which is on", r->conflicts.v[i])
				       ? -1
				       : 1;
	}
	return 0;
}

static bool excludes(const struct decision *a, const struct decision *b)
{
	return names_have(&a->rule->conflicts, b->rule->symbol);
}

/* Whether d cannot be on beside what stays, or without what gave way. */
static bool has_no_place(const struct decisions *all, const struct decision *d)
{
	for (size_t i = 0; i < all->nr; i++) {
		const struct decision *other = &all->v[i];

		if (other == d || other->rule->patch)
			continue;
		if (stays(other) && (excludes(d, other) || excludes(other, d)))
			return true;
		if (other->gives_way && names_have(&d->rule->requires, other->rule->symbol))
			return true;
	}
	return false;
}

/*
 * What stays from caution alone gives way to another member of its choice that stays. Returns how
 * many did.
 */
static int give_way(struct decisions *all, struct decision *d, const struct decide_opts *o,
		    struct terr *err)
{
	(void)o;
	(void)err;
	if (d->rule->patch || !d->blocked_by || d->verdict == VERDICT_USED || !has_no_place(all, d))
		return 0;
	d->action = ACTION_REMOVE;
	d->gives_way = true;
	free(d->blocked_by);
	d->blocked_by = NULL;
	return 1;
}

/* Two symbols that both stay but exclude each other cannot become a configuration. */
static int check_conflicts(const struct decisions *all, struct terr *err)
{
	for (size_t i = 0; i < all->nr; i++) {
		const struct decision *d = &all->v[i];

		if (d->rule->patch || !stays(d))
			continue;
		for (size_t j = 0; j < d->rule->conflicts.nr; j++) {
			const struct decision *other = find(all, d->rule->conflicts.v[j]);

			if (other && !other->rule->patch && stays(other))
				return terr_set(err,
						"%s:%d: %s and %s exclude each other, but both are "
						"needed (%s:%d); profile the two uses apart",
						d->rule->file, d->rule->line, d->rule->symbol,
						other->rule->symbol, other->rule->file,
						other->rule->line);
		}
	}
	return 0;
}

/*
 * Until nothing changes. From the last: of two patches that exclude each other the first stays.
 * Each pass changes a decision in one direction only, so this ends.
 */
static int repeat(struct decisions *all, const struct decide_opts *o,
		  int (*pass)(struct decisions *all, struct decision *d,
			      const struct decide_opts *o, struct terr *err),
		  struct terr *err)
{
	int changed;

	do {
		changed = 0;
		for (size_t i = all->nr; i-- > 0;) {
			int n = pass(all, &all->v[i], o, err);

			if (n < 0)
				return -1;
			changed += n;
		}
	} while (changed);
	return 0;
}

/* ---- what no rule names, but ran ---- */

static bool comes_with(const struct rule_names *lines, const char *symbol)
{
	size_t n = strlen(symbol);

	for (size_t i = 0; i < lines->nr; i++)
		if (!strncmp(lines->v[i], symbol, n) && lines->v[i][n] == '=')
			return true;
	return false;
}

/* Whether a rule, the floor or the bed says what becomes of it. */
static bool is_settled(const struct ctx *x, const struct ruleset *rules, const char *symbol)
{
	if (x->o->base && fragment_find(x->o->base, symbol))
		return true;
	for (size_t i = 0; i < rules->nr; i++)
		if (!strcmp(rules->v[i].symbol, symbol) || comes_with(&rules->v[i].with, symbol) ||
		    comes_with(&rules->v[i].instead, symbol))
			return true;
	return false;
}

static struct decision *add_other(struct decisions *out, const struct rule *others,
				  const char *symbol, const struct ctx *x, struct terr *err)
{
	struct rule *r = &out->made[out->nr_made++];
	struct decision *d = &out->v[out->nr++];

	*r = *others;
	r->symbol = symbol;
	d->rule = r;
	return decide_one(d, x, err) ? NULL : d;
}

/* A symbol that what ran depends on, and that nobody else settles, stays with it. */
static int add_needs(struct decisions *out, const struct rule *others,
		     const struct covered_symbol *s, const struct ctx *x,
		     const struct ruleset *rules, struct terr *err)
{
	for (size_t i = 0; i < s->needs.nr; i++) {
		struct decision *d = find(out, s->needs.v[i]);

		if (d || is_settled(x, rules, s->needs.v[i]))
			continue;
		d = add_other(out, others, s->needs.v[i], x, err);
		if (!d)
			return -1;
		if (d->action == ACTION_KEEP)
			continue;
		d->action = ACTION_KEEP;
		d->required_by = s->symbol;
	}
	return 0;
}

static int decide_others(struct decisions *out, const struct ctx *x, const struct ruleset *rules,
			 struct terr *err)
{
	const struct covered *c = x->o->coverage;
	const struct rule *others = rules_find(rules, RULE_OTHERS);

	if (!c || !others)
		return 0;
	for (size_t i = 0; i < c->nr; i++) {
		const struct covered_symbol *s = &c->v[i];

		if (!s->workload || !s->prompt || is_settled(x, rules, s->symbol))
			continue;
		if (!find(out, s->symbol) && !add_other(out, others, s->symbol, x, err))
			return -1;
		if (add_needs(out, others, s, x, rules, err))
			return -1;
	}
	return 0;
}

bool decision_by_coverage(const struct decisions *all, const struct decision *d)
{
	return d->rule >= all->made && d->rule < all->made + all->nr_made;
}

/* Which of the symbols that it depends on is off; NULL: none. */
static const char *missing_need(const struct decisions *all, const struct covered_symbol *s,
				const struct decide_opts *o)
{
	for (size_t i = 0; s && i < s->needs.nr; i++) {
		const struct decision *need = find(all, s->needs.v[i]);
		const struct frag_line *l = o->base ? fragment_find(o->base, s->needs.v[i]) : NULL;

		if ((need && !stays(need)) || (!need && l && !strcmp(l->value, "n")))
			return s->needs.v[i];
	}
	return NULL;
}

/* Something that stays and depends on it; NULL: nothing. */
static const char *needed_by(const struct decisions *all, const char *symbol,
			     const struct decide_opts *o)
{
	for (size_t i = 0; i < all->nr; i++) {
		const struct decision *d = &all->v[i];
		const struct covered_symbol *s;

		if (!decision_by_coverage(all, d) || d->required_by || !stays(d))
			continue;
		s = covered_find(o->coverage, d->rule->symbol);
		if (s && names_have(&s->needs, symbol))
			return d->rule->symbol;
	}
	return NULL;
}

/* What only coverage knows goes with what it depends on, or with all that depended on it. */
static int leave_needless(struct decisions *all, struct decision *d, const struct decide_opts *o,
			  struct terr *err)
{
	const char *missing;

	(void)err;
	if (!decision_by_coverage(all, d) || d->action != ACTION_KEEP)
		return 0;
	if (d->required_by) {
		const char *by = needed_by(all, d->rule->symbol, o);

		if (!by)
			d->action = ACTION_REMOVE;
		else
			d->required_by = by;
		return !by;
	}
	missing = missing_need(all, covered_find(o->coverage, d->rule->symbol), o);
	if (!missing)
		return 0;
	d->action = ACTION_REMOVE;
	d->verdict = VERDICT_NOTHING;
	d->part_of = missing;
	return 1;
}

static int settle(struct decisions *all, const struct decide_opts *o, struct terr *err)
{
	if (repeat(all, o, keep_required, err) || repeat(all, o, bring_required, err) ||
	    repeat(all, o, leave_needless, err) || repeat(all, o, leave_unfit, err) ||
	    repeat(all, o, leave_unrequired, err) || repeat(all, o, give_way, err))
		return -1;
	return check_conflicts(all, err);
}

/* The most decisions that coverage can add. */
static size_t nr_others(const struct covered *c)
{
	size_t nr = 0;

	for (size_t i = 0; c && i < c->nr; i++)
		nr += 1 + c->v[i].needs.nr;
	return nr;
}

/* What stayed only for something that went is not decided at all. */
static void drop_needless(struct decisions *all)
{
	size_t nr = 0;

	for (size_t i = 0; i < all->nr; i++) {
		struct decision *d = &all->v[i];

		if (decision_by_coverage(all, d) && d->required_by && !stays(d)) {
			free(d->evidence);
			continue;
		}
		all->v[nr++] = *d;
	}
	all->nr = nr;
}

int decide_ask(struct decisions *out, const struct agg *agg, const struct facts *facts,
	       const struct ruleset *rules, const struct decide_opts *o, struct terr *err)
{
	struct ctx x = { .agg = agg, .facts = facts, .o = o };
	size_t others = nr_others(o->coverage);

	out->nr = 0;
	out->nr_made = 0;
	out->v = calloc(rules->nr + others + 1, sizeof(*out->v));
	out->made = calloc(others + 1, sizeof(*out->made));
	if (!out->v || !out->made)
		return terr_set(err, "out of memory");
	for (size_t i = 0; i < rules->nr; i++) {
		if (!strcmp(rules->v[i].symbol, RULE_OTHERS))
			continue;
		out->v[out->nr].rule = &rules->v[i];
		if (decide_one(&out->v[out->nr++], &x, err))
			return -1;
	}
	return 0;
}

int decide(struct decisions *out, const struct agg *agg, const struct facts *facts,
	   const struct ruleset *rules, const struct decide_opts *o, struct terr *err)
{
	struct ctx x = { .agg = agg, .facts = facts, .o = o };

	if (decide_ask(out, agg, facts, rules, o, err) || decide_others(out, &x, rules, err))
		return -1;
	if (settle(out, o, err))
		return -1;
	drop_needless(out);
	return 0;
}

void decisions_free(struct decisions *d)
{
	for (size_t i = 0; i < d->nr; i++) {
		free(d->v[i].evidence);
		free(d->v[i].blocked_by);
		free(d->v[i].unknown);
	}
	free(d->v);
	free(d->made);
	memset(d, 0, sizeof(*d));
}

const struct decision *decisions_find(const struct decisions *d, const char *symbol)
{
	return find(d, symbol);
}

const char *decision_value(const struct decision *d)
{
	const struct rule *r = d->rule;

	if (r->always)
		return r->patch ? r->removed_value : r->value;
	return goes(d) ? r->removed_value : r->value;
}

const char *verdict_name(enum verdict v)
{
	static const char *const names[] = {
		[VERDICT_UNUSED] = "unused",
		[VERDICT_USED] = "used",
		[VERDICT_NOTHING] = "decides-nothing",
	};

	return names[v];
}

const char *action_name(enum action a)
{
	static const char *const names[] = {
		[ACTION_REMOVE] = "remove",
		[ACTION_KEEP] = "keep",
		[ACTION_APPLY] = "apply",
		[ACTION_LEAVE] = "leave",
	};

	return names[a];
}

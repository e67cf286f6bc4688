// SPDX-License-Identifier: GPL-2.0-only
/* decide/settle.c: what must hold of every set of rules, on random small ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/strlist.h"
#include "decide/internal.h"
#include "tests/scratch.h"

#define SEED 610192u
#define RULE_SETS 4000
#define MAX_RULES 8

/* What a stanza was made to say, told apart from what the program reads out of it. */
struct spec {
	char name[2];
	bool patch;
	bool always;
	bool used;
	bool unknown;
	bool open;
	bool single;
	bool wants; /* it has a Wanted-by */
	bool wanted;
	int requires;  /* -1: nothing */
	int conflicts; /* -1: nothing */
	int replaced_by;
};

struct rule_set {
	struct spec v[MAX_RULES];
	int nr;
	struct namelist keep;
	struct namelist fixed;
	const char *keep_v[1];
	const char *fixed_v[1];
	struct decide_opts o;
};

static struct agg_row rows[] = { { .syscall = "open", .calls = 9 } };
static const struct agg agg = { .rows = rows, .nr = 1 };

/* The same numbers everywhere. */
static unsigned int random_below(unsigned int *state, unsigned int n)
{
	*state = *state * 1103515245u + 12345u;
	return (*state >> 16) % n;
}

static bool one_in(unsigned int *state, unsigned int n)
{
	return random_below(state, n) == 0;
}

static int another(unsigned int *state, int nr, int self, unsigned int odds)
{
	int i = (int)random_below(state, (unsigned int)nr);

	return one_in(state, odds) && i != self ? i : -1;
}

static void make_spec(struct spec *s, int i, int nr, unsigned int *state)
{
	*s = (struct spec){ .name = { (char)('A' + i) }, .patch = one_in(state, 2) };
	s->always = one_in(state, 12);
	s->used = one_in(state, 3);
	s->unknown = !s->used && one_in(state, 6);
	s->open = one_in(state, 3);
	s->single = s->open || one_in(state, 5);
	s->wants = s->patch && one_in(state, 2);
	s->wanted = s->wants && one_in(state, 2);
	s->requires = another(state, nr, i, 2);
	s->conflicts = another(state, nr, i, 3);
	s->replaced_by = s->patch || s->open || s->always || s->requires >= 0
				 ? -1
				 : another(state, nr, i, 3);
}

static void make_set(struct rule_set *set, unsigned int *state)
{
	memset(set, 0, sizeof(*set));
	set->nr = 2 + (int)random_below(state, MAX_RULES - 1);
	for (int i = 0; i < set->nr; i++)
		make_spec(&set->v[i], i, set->nr, state);
	set->o.trust = one_in(state, 2) ? TRUST_SINGLE : TRUST_SHARED;
	set->o.incomplete = one_in(state, 5) ? "cut off" : NULL;
	set->o.growing = one_in(state, 6) ? "it grows" : NULL;
	set->keep = (struct namelist){ .v = set->keep_v, .nr = one_in(state, 3) };
	set->keep_v[0] = set->v[random_below(state, (unsigned int)set->nr)].name;
	set->fixed = (struct namelist){ .v = set->fixed_v, .nr = one_in(state, 3) };
	set->fixed_v[0] = set->v[random_below(state, (unsigned int)set->nr)].name;
	set->o.keep = &set->keep;
	set->o.fixed = &set->fixed;
}

static void write_name(FILE *f, const char *field, const struct rule_set *set, int i)
{
	if (i >= 0)
		fprintf(f, "%s: %s\n", field, set->v[i].name);
}

/* The stanzas from the one at start on, in this direction. */
static void write_rules(const struct rule_set *set, int start, int step)
{
	FILE *f = fopen(scratch, "w");

	assert_non_null(f);
	for (int n = 0; n < set->nr; n++) {
		int i = (start + step * n + set->nr * MAX_RULES) % set->nr;
		const struct spec *s = &set->v[i];

		fprintf(f, "Symbol: %s\n", s->name);
		if (s->patch)
			fprintf(f, "Patch: %d-%s.patch\n", 95 + i, s->name);
		if (s->always)
			fputs("Always: yes\n", f);
		fprintf(f, "Used-by: %s\n",
			s->used	     ? "syscall open"
			: s->unknown ? "fact audit_rules > 0"
				     : "syscall close");
		if (s->wants && !s->always)
			fprintf(f, "Wanted-by: syscall %s\n", s->wanted ? "open" : "dup");
		write_name(f, "Requires", set, s->requires);
		write_name(f, "Conflicts", set, s->conflicts);
		write_name(f, "Replaced-by", set, s->replaced_by);
		fprintf(f, "Fails: %s\nTrust: %s\nWhy: w\nSource: s:1\n\n",
			s->open ? "open" : "closed", s->single ? "single" : "shared");
	}
	fclose(f);
}

struct run {
	struct ruleset rules;
	struct facts facts;
	struct decisions d;
	int rc;
	struct terr err;
};

/* Facts without audit_rules, so that a clause about them has no answer. */
static void no_facts(struct facts *facts)
{
	struct terr err = { "" };

	scratch_write("facts_version: 1\n");
	assert_int_equal(facts_load(facts, scratch, &err), 0);
}

/* False: the rules contradict each other, which is refused before anything is decided. */
static bool start(struct run *r, const struct rule_set *set, int first, int step)
{
	memset(r, 0, sizeof(*r));
	no_facts(&r->facts);
	write_rules(set, first, step);
	if (rules_load(&r->rules, scratch, &r->err) || rules_check(&r->rules, &r->err))
		return false;
	r->rc = decide(&r->d, &agg, &r->facts, &r->rules, &set->o, &r->err);
	return true;
}

static void end(struct run *r)
{
	decisions_free(&r->d);
	rules_free(&r->rules);
	facts_free(&r->facts);
}

static const struct spec *spec_of(const struct rule_set *set, const struct decision *d)
{
	return &set->v[d->rule->symbol[0] - 'A'];
}

static bool is_y(const struct run *r, const struct rule_set *set, int i)
{
	return !strcmp(decision_value(decisions_find(&r->d, set->v[i].name)), "y");
}

static void describe(const struct run *r)
{
	FILE *f = fopen(scratch, "r");
	int c;

	while (f && (c = fgetc(f)) != EOF)
		fputc(c, stderr);
	if (f)
		fclose(f);
	for (size_t i = 0; i < r->d.nr; i++)
		fprintf(stderr, "%s: %s, %s\n", r->d.v[i].rule->symbol,
			action_name(r->d.v[i].action),
			r->d.v[i].blocked_by ? r->d.v[i].blocked_by : "-");
}

#define HOLDS(r, what, e)                                    \
	do {                                                 \
		if (!(e)) {                                  \
			describe(r);                         \
			fail_msg("seed %u: %s", SEED, what); \
		}                                            \
	} while (0)

/* Nothing that is forbidden was made. */
static void check_permission(const struct run *r, const struct rule_set *set,
			     const struct decision *d)
{
	const struct spec *s = spec_of(set, d);
	bool forced = namelist_has(&set->keep, s->name) || namelist_has(&set->fixed, s->name);

	if (s->always || !decision_goes(d))
		return;
	HOLDS(r, "what bed or user keep goes", !forced);
	if (d->replaced_by) {
		HOLDS(r, "what fails open is replaced", !s->open);
		HOLDS(r, "its replacement is off", is_y(r, set, s->replaced_by));
		return;
	}
	HOLDS(r, "what is used goes", !s->used && !s->unknown);
	HOLDS(r, "it goes at the wrong trust", !s->single || set->o.trust == TRUST_SINGLE);
	HOLDS(r, "it rests on an incomplete log", !set->o.incomplete && !set->o.growing);
	HOLDS(r, "a patch that nothing asks for", !s->wants || s->wanted || d->required_by);
}

/* What is there together fits together. */
static void check_fit(const struct run *r, const struct rule_set *set, const struct decision *d)
{
	const struct spec *s = spec_of(set, d);
	bool on = s->patch ? d->action == ACTION_APPLY : decision_stays(d);
	int c = s->conflicts;

	if (!on)
		return;
	if (s->requires >= 0 && (s->patch || !set->v[s->requires].patch))
		HOLDS(r, "what it requires is off", is_y(r, set, s->requires));
	if (c >= 0 && (s->patch || !set->v[c].patch))
		HOLDS(r, "what it conflicts with is on",
		      set->v[c].patch
			      ? decisions_find(&r->d, set->v[c].name)->action != ACTION_APPLY
			      : !is_y(r, set, c));
	if (d->required_by)
		HOLDS(r, "it was brought by what is off", is_y(r, set, d->required_by[0] - 'A'));
}

/* What could go and stays has a reason. */
static void check_reason(const struct run *r, const struct rule_set *set, const struct decision *d)
{
	const struct spec *s = spec_of(set, d);

	if (!s->used && !s->always && !decision_goes(d))
		HOLDS(r, "it stays without a reason", d->blocked_by);
	if (d->blocked_by)
		HOLDS(r, "it goes and has a reason to stay", !decision_goes(d));
}

static void check_same(const struct run *r, const struct decision *a, const struct decision *b)
{
	HOLDS(r, "another action", a->action == b->action);
	HOLDS(r, "another reason",
	      !a->blocked_by == !b->blocked_by &&
		      (!a->blocked_by || !strcmp(a->blocked_by, b->blocked_by)));
	HOLDS(r, "brought by another",
	      !a->required_by == !b->required_by &&
		      (!a->required_by || !strcmp(a->required_by, b->required_by)));
}

/* All decisions as text, to be freed. */
static char *told(const struct decisions *d)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	for (size_t i = 0; i < d->nr; i++)
		fprintf(f, "%s %s %s %s\n", d->v[i].rule->symbol, action_name(d->v[i].action),
			d->v[i].blocked_by ? d->v[i].blocked_by : "-",
			d->v[i].required_by ? d->v[i].required_by : "-");
	fclose(f);
	return text;
}

static void check_settled(struct run *r, const struct rule_set *set)
{
	struct terr err = { "" };
	char *before = told(&r->d);
	int rc = decide_settle(&r->d, &set->o, &err);
	char *after = told(&r->d);
	bool same = !strcmp(before, after);

	free(before);
	free(after);
	HOLDS(r, "settling again fails", !rc);
	HOLDS(r, "settling again changes something", same);
}

static void check_order(const struct run *r, const struct rule_set *set, int first, int step)
{
	struct run other;

	assert_true(start(&other, set, first, step));
	HOLDS(&other, "another order fails, or does not", other.rc == r->rc);
	for (size_t i = 0; !r->rc && i < r->d.nr; i++)
		check_same(&other, &r->d.v[i], decisions_find(&other.d, r->d.v[i].rule->symbol));
	end(&other);
}

/* An error names two rules that cannot be together, and says what to do. */
static void check_error(const struct run *r)
{
	HOLDS(r, r->err.msg,
	      strstr(r->err.msg, "exclude each other, but both stay: ") ||
		      strstr(r->err.msg, " is always applied, but "));
	HOLDS(r, r->err.msg, strchr(r->err.msg, ';'));
}

static void every_set_of_rules_is_settled(void **state)
{
	unsigned int seed = SEED;
	int settled = 0;
	int refused = 0;

	(void)state;
	print_message("seed %u, %d sets of rules\n", SEED, RULE_SETS);
	for (int n = 0; n < RULE_SETS; n++) {
		struct rule_set set;
		struct run r;

		make_set(&set, &seed);
		if (!start(&r, &set, 0, 1)) {
			end(&r);
			continue;
		}
		if (r.rc) {
			check_error(&r);
			refused++;
		}
		for (size_t i = 0; !r.rc && i < r.d.nr; i++) {
			check_permission(&r, &set, &r.d.v[i]);
			check_fit(&r, &set, &r.d.v[i]);
			check_reason(&r, &set, &r.d.v[i]);
		}
		if (!r.rc) {
			check_settled(&r, &set);
			settled++;
		}
		check_order(&r, &set, set.nr - 1, -1);
		check_order(&r, &set, set.nr / 2, 1);
		end(&r);
	}
	/* else next to nothing was looked at */
	assert_true(settled > RULE_SETS / 2);
	assert_true(refused > RULE_SETS / 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_set_of_rules_is_settled),
	};

	return cmocka_run_group_tests_name("settle", tests, make_scratch_file, remove_scratch);
}

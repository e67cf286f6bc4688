// SPDX-License-Identifier: GPL-2.0-only
/* decide/decide.c: verdicts and actions, from tables built by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/strlist.h"
#include "decide/decide.h"
#include "tests/scratch.h"

/* What a case starts from: one guest, one log. */
static struct agg_value families[] = { { "AF_INET", 3 }, { "0x1", 2 } };
static struct agg_value names[] = { { "\"/etc/a\"", 4 } };
static struct agg_value pointers[] = { { "0x7ffc0010", 9 } };
static struct agg_param socket_params[] = {
	{ .name = "family", .calls = 5, .values = families, .nr = 2 },
};
static struct agg_param openat_params[] = {
	{ .name = "filename", .calls = 4, .values = names, .nr = 1 },
};
static struct agg_param open_params[] = {
	{ .name = "filename", .calls = 9, .values = pointers, .nr = 1 },
};
/* 3 values kept, up to 2 calls of others dropped */
static struct agg_value cmds[] = { { "1", 8 }, { "2", 7 }, { "3", 6 } };
static struct agg_param fcntl_params[] = {
	{ .name = "cmd", .calls = 23, .missed = 2, .values = cmds, .nr = 3 },
};
static struct agg_errno open_errnos[] = { { 13, 2, { 0, 0, 40 } }, { 2, 1, { 0, 0, 7 } } };
static struct agg_row rows[] = {
	{ .syscall = "fcntl", .calls = 23, .params = fcntl_params, .nr_params = 1 },
	{ .syscall = "ioctl", .calls = 1 },
	{ .syscall = "open",
	  .calls = 9,
	  .errors = 3,
	  .first = { 0, 0, 5 },
	  .errnos = open_errnos,
	  .nr_errnos = 2,
	  .params = open_params,
	  .nr_params = 1 },
	{ .syscall = "openat", .calls = 4, .params = openat_params, .nr_params = 1 },
	{ .syscall = "socket", .calls = 5, .params = socket_params, .nr_params = 1 },
};
static const struct agg agg = { .rows = rows, .nr = ARRAY_SIZE(rows) };

static const char guest[] =
	"facts_version: 1\nvcpus: 2\nblk_completions: 9\nuid: 0\nuid: 33\ngid: 0\nlsm: apparmor\n"
	"lsm_policy: apparmor 0\nlsm_policy_total: 0\nhypervisor: none\n";

/* Decides the rules of the text; everything is freed with end(). */
struct run {
	struct ruleset rules;
	struct facts facts;
	struct decisions d;
};

static int start(struct run *r, const char *text, const struct decide_opts *o, struct terr *err)
{
	const char *path = file_of(text);

	memset(r, 0, sizeof(*r));
	if (rules_load(&r->rules, path, err) || rules_check(&r->rules, err))
		fail_msg("%s", err->msg);
	unlink(path);
	path = file_of(guest);
	assert_int_equal(facts_load(&r->facts, path, err), 0);
	unlink(path);
	return decide(&r->d, &agg, &r->facts, &r->rules, o, err);
}

static void end(struct run *r)
{
	decisions_free(&r->d);
	rules_free(&r->rules);
	facts_free(&r->facts);
}

static const struct decide_opts single = { .trust = TRUST_SINGLE };
static const struct decide_opts shared = { .trust = TRUST_SHARED };

#define TAIL "\nWhy: w\nSource: s:1\n"

/* Statistics and a profile, as the tests of the commands read them; run from anywhere. */
struct profiles {
	struct lockstat *locks;
	struct hotspots *hotspots;
};

static struct profiles profiles_of(const char *locks, const char *hotspots)
{
	struct profiles p = { 0 };
	struct terr err = { "" };
	char *path = (char *)file_of(locks);

	p.locks = lockstat_open(&path, 1, &err);
	unlink(path);
	path = (char *)file_of(hotspots);
	p.hotspots = hotspots_read(path, HOTSPOTS_UNKNOWN, &err);
	unlink(path);
	if (!p.locks || !p.hotspots)
		fail_msg("%s", err.msg);
	return p;
}

static void profiles_free(struct profiles *p)
{
	lockstat_free(p->locks);
	hotspots_free(p->hotspots);
}

#define LOCKS                                                                    \
	"lock_stat version 0.4\n"                                                \
	"r->lock-W: 1 12 0.20 8.40 60.10 5.01 95 1310 0.48 31.20 2421.00 1.85\n" \
	"r->lock-R: 0 3 0.10 9.40 10.00 3.33 4 100 0.48 30.00 50.00 0.50\n"      \
	"...\n"                                                                  \
	"a lock/1: 0 0 0.00 0.00 0.00 0.00 1 7 0.10 0.20 0.80 0.11\n"
#define STACKS "t;f;g 24\nt;g 1\nu;h 75\n"

/* The verdict when the clause stands in Used-by. */
static enum verdict used_by(const char *clause, const struct decide_opts *o, bool *blocked)
{
	struct terr err = { "" };
	char text[512];
	enum verdict v;
	struct run r;

	snprintf(text, sizeof(text), "Symbol: A\nUsed-by: %s\nFails: closed" TAIL, clause);
	assert_int_equal(start(&r, text, o, &err), 0);
	v = r.d.v[0].verdict;
	*blocked = r.d.v[0].blocked_by != NULL;
	end(&r);
	return v;
}

static void clauses_in_used_by(void **state)
{
	static const struct {
		const char *clause;
		enum verdict verdict;
		bool blocked; /* used for want of an answer */
	} t[] = {
		{ "syscall open", VERDICT_USED, false },
		{ "syscall close", VERDICT_UNUSED, false },
		{ "syscall close absent", VERDICT_USED, false },
		{ "syscall open errno EACCES", VERDICT_USED, false },
		{ "syscall open errno EPERM", VERDICT_UNUSED, false },
		{ "syscall openat errno EACCES", VERDICT_UNUSED, false },
		{ "errno ENOENT", VERDICT_USED, false },
		{ "errno ENOENT 1", VERDICT_USED, false },
		{ "errno ENOENT 2", VERDICT_UNUSED, false },
		{ "errno EPERM 0", VERDICT_USED, false },
		/* names, numbers and aliases are the same value */
		{ "param socket.family = AF_INET", VERDICT_USED, false },
		{ "param socket.family = 2", VERDICT_USED, false },
		{ "param socket.family = PF_UNIX", VERDICT_USED, false },
		{ "param socket.family = AF_LOCAL", VERDICT_USED, false },
		{ "param socket.family = AF_INET6", VERDICT_UNUSED, false },
		{ "param socket.family only AF_INET AF_UNIX", VERDICT_USED, false },
		{ "param socket.family only AF_INET", VERDICT_UNUSED, false },
		{ "param socket.family other-than AF_INET", VERDICT_USED, false },
		{ "param socket.family other-than AF_INET AF_UNIX", VERDICT_UNUSED, false },
		{ "param openat.filename = \"/etc/a\"", VERDICT_USED, false },
		{ "param openat.filename = \"/etc/b\"", VERDICT_UNUSED, false },
		/* what cannot be answered is taken for a use */
		{ "param open.filename = \"/etc/a\"", VERDICT_USED, true },
		{ "param fcntl.cmd = 1", VERDICT_USED, false },
		{ "param fcntl.cmd = 9", VERDICT_USED, true },
		{ "param ioctl.cmd = 9", VERDICT_USED, true },
		{ "param prctl.option = 22", VERDICT_UNUSED, false },
		{ "fact vcpus > 1", VERDICT_USED, false },
		{ "fact vcpus > 2", VERDICT_UNUSED, false },
		{ "fact vcpus < 3", VERDICT_USED, false },
		{ "fact vcpus = 2", VERDICT_USED, false },
		{ "fact vcpus = 1", VERDICT_UNUSED, false },
		{ "fact audit_rules > 0", VERDICT_USED, true },
		{ "fact blk_completions > 8", VERDICT_USED, false },
		{ "fact blk_completions_elsewhere > 0", VERDICT_USED, true },
		/* no statistics, no profile */
		{ "lock a contentions > 0", VERDICT_USED, true },
		{ "hotspot a > 0", VERDICT_USED, true },
		{ "fact audit_rules absent", VERDICT_USED, false },
		{ "fact vcpus absent", VERDICT_UNUSED, false },
		{ "fact uid other-than 0", VERDICT_USED, false },
		{ "fact uid other-than 0 33", VERDICT_UNUSED, false },
		{ "fact uid only 0", VERDICT_UNUSED, false },
		{ "fact uid only 33 0", VERDICT_USED, false },
		{ "fact gid only 0", VERDICT_USED, false },
		/* an empty list is an answer */
		{ "fact module has nfs", VERDICT_UNUSED, false },
		{ "fact module lacks nfs", VERDICT_USED, false },
		{ "fact lsm has apparmor", VERDICT_USED, false },
		{ "fact lsm has app", VERDICT_UNUSED, false },
		{ "fact lsm_policy has apparmor", VERDICT_USED, false },
		{ "fact lsm_policy has \"apparmor 0\"", VERDICT_USED, false },
		{ "fact lsm_policy has \"apparmor 1\"", VERDICT_UNUSED, false },
		/* one clause that hits settles it, whatever the others are */
		{ "fact audit_rules > 0, syscall open", VERDICT_USED, false },
		{ "syscall close, fact audit_rules > 0", VERDICT_USED, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		bool blocked;
		enum verdict v = used_by(t[i].clause, &single, &blocked);

		if (v != t[i].verdict || blocked != t[i].blocked)
			fail_msg("%s: %s%s", t[i].clause, verdict_name(v),
				 blocked ? ", blocked" : "");
	}
}

static void profiles_are_asked(void **state)
{
	static const struct {
		const char *clause;
		bool used;
	} t[] = {
		{ "lock r->lock contentions > 14", true },
		{ "lock r->lock contentions > 15", false },
		{ "lock r->lock-R contentions > 2", true },
		{ "lock r->lock-R contentions > 3", false },
		{ "lock r->lock wait_max_us > 9", true },
		{ "lock r->lock wait_max_us > 10", false },
		{ "lock r->lock wait_total_us > 70", true },
		{ "lock r->lock wait_total_us > 71", false },
		{ "lock r->lock acquisitions < 1410", false },
		{ "lock r->lock acquisitions < 1411", true },
		{ "lock r* acquisitions > 1409", true },
		{ "lock r acquisitions > 0", false },
		{ "lock \"a lock*\" acquisitions > 6", true },
		/* never waited for: no time of waiting */
		{ "lock \"a lock/1\" wait_avg_us > 0", false },
		{ "lock nobody contentions < 1", true },
		{ "hotspot g > 24.99", true },
		{ "hotspot g > 25", false },
		{ "hotspot [gh] > 99", true },
		{ "hotspot f > 0", false },
		{ "hotspot nobody > 0", false },
	};
	struct profiles p = profiles_of(LOCKS, STACKS);
	const struct decide_opts o = { .trust = TRUST_SINGLE,
				       .locks = p.locks,
				       .hotspots = p.hotspots };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(t); i++) {
		bool blocked;
		enum verdict v = used_by(t[i].clause, &o, &blocked);

		if (v != (t[i].used ? VERDICT_USED : VERDICT_UNUSED) || blocked)
			fail_msg("%s: %s%s", t[i].clause, verdict_name(v),
				 blocked ? ", blocked" : "");
	}
	profiles_free(&p);
}

static void statistics_that_stopped_prove_no_absence(void **state)
{
	struct profiles p =
		profiles_of("lock_stat version 0.4\n*WARNING* stopped\n"
			    "a: 1 12 0.20 8.40 60.10 5.01 95 1310 0.48 31.20 2421.00 1.85\n",
			    STACKS);
	const struct decide_opts o = { .trust = TRUST_SINGLE, .locks = p.locks };
	bool blocked;

	(void)state;
	assert_int_equal(used_by("lock a contentions > 11", &o, &blocked), VERDICT_USED);
	assert_false(blocked);
	assert_int_equal(used_by("lock a contentions > 12", &o, &blocked), VERDICT_USED);
	assert_true(blocked);
	assert_int_equal(used_by("lock b contentions < 1", &o, &blocked), VERDICT_USED);
	assert_true(blocked);
	profiles_free(&p);
}

/* The block of the lock does not end, and the rows of the report make up a quarter only. */
static void profiles_that_were_cut_off_prove_no_absence(void **state)
{
	struct profiles p =
		profiles_of("lock_stat version 0.4\n"
			    "a: 1 12 0.20 8.40 60.10 5.01 95 1310 0.48 31.20 2421.00 1.85\n"
			    "---\na 12 [<0000000060216fb7>] f+0x1/0x2\n",
			    "# Overhead  Command  Symbol\n# ........  .......  ......\n#\n"
			    "    25.00%  t        [k] g\n");
	const struct decide_opts o = { .trust = TRUST_SINGLE,
				       .locks = p.locks,
				       .hotspots = p.hotspots };
	bool blocked;

	(void)state;
	assert_int_equal(used_by("lock a contentions > 11", &o, &blocked), VERDICT_USED);
	assert_false(blocked);
	assert_int_equal(used_by("lock b contentions > 0", &o, &blocked), VERDICT_USED);
	assert_true(blocked);
	assert_int_equal(used_by("hotspot g > 24", &o, &blocked), VERDICT_USED);
	assert_false(blocked);
	assert_int_equal(used_by("hotspot h > 0", &o, &blocked), VERDICT_USED);
	assert_true(blocked);
	profiles_free(&p);
}

static void check(const char *text, const struct decide_opts *o, const char *symbol, enum verdict v,
		  enum action a, const char *blocked_by)
{
	struct terr err = { "" };
	const struct decision *d;
	struct run r;

	if (start(&r, text, o, &err))
		fail_msg("%s", err.msg);
	d = decisions_find(&r.d, symbol);
	assert_non_null(d);
	if (d->verdict != v || d->action != a || !d->blocked_by != !blocked_by ||
	    (blocked_by && !strstr(d->blocked_by, blocked_by)))
		fail_msg("%s: %s, %s, %s", symbol, verdict_name(d->verdict), action_name(d->action),
			 d->blocked_by ? d->blocked_by : "not blocked");
	end(&r);
}

#define OPEN "\nFails: open" TAIL
#define CLOSED "\nFails: closed" TAIL

static void what_decides_nothing(void **state)
{
	(void)state;
	/* it ran, and still decides nothing */
	check("Symbol: A\nUsed-by: syscall open\nDecides-nothing-if: fact lsm_policy_total = 0" CLOSED,
	      &single, "A", VERDICT_NOTHING, ACTION_REMOVE, NULL);
	/* one clause fails */
	check("Symbol: A\nUsed-by: syscall open\nDecides-nothing-if: fact lsm_policy_total = 0, "
	      "errno EACCES 0" CLOSED,
	      &single, "A", VERDICT_USED, ACTION_KEEP, NULL);
	check("Symbol: A\nDecides-nothing-if: errno EACCES 0" CLOSED, &single, "A", VERDICT_USED,
	      ACTION_KEEP, NULL);
	check("Symbol: A\nDecides-nothing-if: errno EPERM 0" CLOSED, &single, "A", VERDICT_NOTHING,
	      ACTION_REMOVE, NULL);
	/* one clause cannot be answered */
	check("Symbol: A\nDecides-nothing-if: errno EPERM 0, fact audit_rules = 0" CLOSED, &single,
	      "A", VERDICT_USED, ACTION_KEEP, "has no \"audit_rules\"");
	/* unused: no use, and every question answered; unseen: no use known */
	check("Symbol: A\nUsed-by: syscall open\nDecides-nothing-if: unused" CLOSED, &single, "A",
	      VERDICT_USED, ACTION_KEEP, NULL);
	check("Symbol: A\nUsed-by: syscall close\nDecides-nothing-if: unused" CLOSED, &single, "A",
	      VERDICT_NOTHING, ACTION_REMOVE, NULL);
	check("Symbol: A\nUsed-by: param open.filename = \"/x\"\nDecides-nothing-if: unused" CLOSED,
	      &single, "A", VERDICT_USED, ACTION_KEEP,
	      "does not tell every value of open.filename");
	check("Symbol: A\nUsed-by: param open.filename = \"/x\"\nDecides-nothing-if: unseen" CLOSED,
	      &single, "A", VERDICT_NOTHING, ACTION_REMOVE, NULL);
	check("Symbol: A\nUsed-by: param openat.filename = \"/etc/a\"\nDecides-nothing-if: unseen" CLOSED,
	      &single, "A", VERDICT_USED, ACTION_KEEP, NULL);
}

static void trust_and_completeness(void **state)
{
	static const struct decide_opts torn = { .trust = TRUST_SINGLE, .incomplete = "cut off" };

	(void)state;
	check("Symbol: A\nUsed-by: syscall close" OPEN, &single, "A", VERDICT_UNUSED, ACTION_REMOVE,
	      NULL);
	check("Symbol: A\nUsed-by: syscall close" OPEN, &shared, "A", VERDICT_UNUSED, ACTION_KEEP,
	      "only with --trust=single: it fails open");
	check("Symbol: A\nUsed-by: syscall close" CLOSED, &shared, "A", VERDICT_UNUSED,
	      ACTION_REMOVE, NULL);
	check("Symbol: A\nUsed-by: syscall close\nTrust: single" CLOSED, &shared, "A",
	      VERDICT_UNUSED, ACTION_KEEP, "only with --trust=single");
	check("Symbol: A\nUsed-by: syscall close" CLOSED, &torn, "A", VERDICT_UNUSED, ACTION_KEEP,
	      "cut off");
	/* facts alone would do, but the guest they describe was not watched to the end */
	check("Symbol: A\nDecides-nothing-if: fact gid only 0" CLOSED, &torn, "A", VERDICT_NOTHING,
	      ACTION_KEEP, "cut off");
	check("Symbol: A\nAlways: yes" TAIL, &single, "A", VERDICT_USED, ACTION_KEEP, NULL);
	check("Symbol: A\nPatch: p\nAlways: yes" TAIL, &torn, "A", VERDICT_USED, ACTION_APPLY,
	      NULL);
}

static void the_user_and_the_bed_win(void **state)
{
	const char *names_v[] = { "A" };
	const struct namelist a = { .v = names_v, .nr = 1 };
	const struct decide_opts keep = { .trust = TRUST_SINGLE, .keep = &a };
	const struct decide_opts fixed = { .trust = TRUST_SINGLE, .fixed = &a };

	(void)state;
	check("Symbol: A\nUsed-by: syscall close" CLOSED, &keep, "A", VERDICT_UNUSED, ACTION_KEEP,
	      "--keep=A");
	check("Symbol: A\nUsed-by: syscall close" CLOSED, &fixed, "A", VERDICT_UNUSED, ACTION_KEEP,
	      "the bed needs it");
}

#define USED(s, more) "Symbol: " s "\nUsed-by: syscall open\n" more "Fails: closed" TAIL "\n"
#define UNUSED(s, more) "Symbol: " s "\nUsed-by: syscall close\n" more "Fails: closed" TAIL "\n"
#define PATCH(s, more) \
	"Symbol: " s "\nPatch: " s ".patch\nUsed-by: syscall close\n" more "Fails: closed" TAIL "\n"

static void requirements_are_closed_over(void **state)
{
	(void)state;
	/* the chain is kept in whatever order it stands */
	check(UNUSED("C", "") UNUSED("B", "Requires: C\n") USED("A", "Requires: B\n"), &single, "C",
	      VERDICT_UNUSED, ACTION_KEEP, "required by B");
	check(USED("A", "Requires: B\n") UNUSED("B", "Requires: C\n") UNUSED("C", ""), &single, "C",
	      VERDICT_UNUSED, ACTION_KEEP, "required by B");
	/* what goes needs nothing */
	check(UNUSED("A", "Requires: B\n") UNUSED("B", ""), &single, "B", VERDICT_UNUSED,
	      ACTION_REMOVE, NULL);
	check(PATCH("P", "Requires: B\n") UNUSED("B", ""), &single, "P", VERDICT_UNUSED,
	      ACTION_LEAVE, "requires B, which is off");
	check(PATCH("P", "Requires: B\n") USED("B", ""), &single, "P", VERDICT_UNUSED, ACTION_APPLY,
	      NULL);
	/* a patch on a patch that is left is left as well */
	check(PATCH("P", "Requires: Q\n") PATCH("Q", "Requires: B\n") UNUSED("B", ""), &single, "P",
	      VERDICT_UNUSED, ACTION_LEAVE, "requires Q");
	/* what no rule decides is left to Kconfig */
	check(PATCH("P", "Requires: ELSEWHERE\n"), &single, "P", VERDICT_UNUSED, ACTION_APPLY,
	      NULL);
}

#define MAYBE(s, wanted, more)                                                     \
	"Symbol: " s "\nPatch: " s                                                 \
	".patch\nDecides-nothing-if: fact vcpus = 2\nWanted-by: " wanted "\n" more \
	"Fails: closed" TAIL "\n"
#define WANTED(s, more) MAYBE(s, "syscall open", more)
#define UNWANTED(s, more) MAYBE(s, "syscall close", more)
#define UNASKED(s, more)                                                                         \
	"Symbol: " s "\nPatch: " s ".patch\nDecides-nothing-if: fact vcpus = 2\n" more "Fails: " \
	"closed" TAIL "\n"
#define NOT_ASKED "nothing in the profile asks for it"

static void patches_are_taken_when_wanted(void **state)
{
	const char *names_v[] = { "B" };
	const struct namelist b = { .v = names_v, .nr = 1 };
	const struct decide_opts keep = { .trust = TRUST_SINGLE, .keep = &b };
	static const struct decide_opts torn = { .trust = TRUST_SINGLE, .incomplete = "cut off" };

	(void)state;
	check(WANTED("A", ""), &single, "A", VERDICT_NOTHING, ACTION_APPLY, NULL);
	check(UNWANTED("A", ""), &single, "A", VERDICT_NOTHING, ACTION_LEAVE, NOT_ASKED);
	check(MAYBE("A", "syscall close, syscall open", ""), &single, "A", VERDICT_NOTHING,
	      ACTION_APPLY, NULL);
	check(MAYBE("A", "lock a contentions > 0", ""), &single, "A", VERDICT_NOTHING, ACTION_LEAVE,
	      "(--locks)");
	check(MAYBE("A", "lock a contentions > 0, syscall open", ""), &single, "A", VERDICT_NOTHING,
	      ACTION_APPLY, NULL);
	check(WANTED("A", ""), &torn, "A", VERDICT_NOTHING, ACTION_LEAVE, "cut off");
	/* a chain is brought in whatever order it stands */
	check(WANTED("A", "Requires: B\n") UNWANTED("B", "Requires: C\n") UNWANTED("C", ""),
	      &single, "C", VERDICT_NOTHING, ACTION_APPLY, NULL);
	check(UNWANTED("C", "") UNWANTED("B", "Requires: C\n") WANTED("A", "Requires: B\n"),
	      &single, "C", VERDICT_NOTHING, ACTION_APPLY, NULL);
	check(UNWANTED("A", "Requires: B\n") UNWANTED("B", ""), &single, "B", VERDICT_NOTHING,
	      ACTION_LEAVE, NOT_ASKED);
	/* a fix that requires none of the chain brings none of it, and is there for who builds on
	 * it */
	check(UNASKED("F", "") UNWANTED("A", "Requires: F, B\n") UNWANTED("B", ""), &single, "F",
	      VERDICT_NOTHING, ACTION_APPLY, NULL);
	check(UNASKED("F", "") UNWANTED("A", "Requires: F, B\n") UNWANTED("B", ""), &single, "A",
	      VERDICT_NOTHING, ACTION_LEAVE, NOT_ASKED);
	check(UNASKED("F", "") UNWANTED("A", "Requires: F, B\n") UNWANTED("B", ""), &single, "B",
	      VERDICT_NOTHING, ACTION_LEAVE, NOT_ASKED);
	check(UNASKED("F", "") WANTED("A", "Requires: F, B\n") UNWANTED("B", ""), &single, "A",
	      VERDICT_NOTHING, ACTION_APPLY, NULL);
	/* what speaks against one speaks against those that require it, and what they would bring
	 */
	check(WANTED("A", "Requires: B, C\n") UNWANTED("B", "") UNWANTED("C", ""), &keep, "A",
	      VERDICT_NOTHING, ACTION_LEAVE, "requires B");
	check(WANTED("A", "Requires: B, C\n") UNWANTED("B", "") UNWANTED("C", ""), &keep, "C",
	      VERDICT_NOTHING, ACTION_LEAVE, NOT_ASKED);
	check(WANTED("A", "Requires: C\n") WANTED("D", "Requires: B, C\n") UNWANTED("B", "")
		      UNWANTED("C", ""),
	      &keep, "C", VERDICT_NOTHING, ACTION_APPLY, NULL);
	check(WANTED("A", "Requires: B\n") UNWANTED("B", "Requires: S\n") UNUSED("S", ""), &single,
	      "A", VERDICT_NOTHING, ACTION_LEAVE, "requires B");
	/* where the patch does not fit, it is not a matter of being asked for */
	check("Symbol: A\nPatch: p\nDecides-nothing-if: fact vcpus = 1, lock a contentions > 0\n"
	      "Wanted-by: syscall open" CLOSED,
	      &single, "A", VERDICT_USED, ACTION_LEAVE, NULL);
}

static void conflicts_are_settled(void **state)
{
	struct terr err = { "" };
	struct run r;

	(void)state;
	check(PATCH("P", "Conflicts: B\n") USED("B", ""), &single, "P", VERDICT_UNUSED,
	      ACTION_LEAVE, "conflicts with B");
	check(PATCH("P", "Conflicts: B\n") UNUSED("B", ""), &single, "P", VERDICT_UNUSED,
	      ACTION_APPLY, NULL);
	/* the first of two stays, whichever names the other */
	check(PATCH("P", "") PATCH("Q", "Conflicts: P\n"), &single, "P", VERDICT_UNUSED,
	      ACTION_APPLY, NULL);
	check(PATCH("P", "Conflicts: Q\n") PATCH("Q", "Conflicts: P\n"), &single, "Q",
	      VERDICT_UNUSED, ACTION_LEAVE, "conflicts with P");
	/* in whichever order they stand: the patch of the lower number */
	check("Symbol: Q\nPatch: 100-q.patch\nUsed-by: syscall close\nConflicts: P" CLOSED "\n"
	      "Symbol: P\nPatch: 20-p.patch\nUsed-by: syscall close" CLOSED,
	      &single, "Q", VERDICT_UNUSED, ACTION_LEAVE, "conflicts with P");
	assert_int_equal(start(&r, USED("A", "Conflicts: B\n") USED("B", ""), &single, &err), -1);
	assert_non_null(strstr(err.msg, "A and B exclude each other"));
	end(&r);
}

static void refuse(const char *text, const struct decide_opts *o, const char *sides,
		   const char *way_out)
{
	struct terr err = { "" };
	struct run r;

	assert_int_equal(start(&r, text, o, &err), -1);
	if (!strstr(err.msg, sides) || !strstr(err.msg, way_out))
		fail_msg("\"%s\" has no \"%s\" or no \"%s\"", err.msg, sides, way_out);
	end(&r);
}

/* Whatever it conflicts with: what must stay is never removed, and the error says what to do. */
static void no_conflict_makes_what_is_blocked(void **state)
{
	const char *names_v[] = { "A" };
	const struct namelist a = { .v = names_v, .nr = 1 };
	const struct decide_opts keep = { .trust = TRUST_SHARED, .keep = &a };
	const struct decide_opts fixed = { .trust = TRUST_SINGLE, .fixed = &a };
	static const struct decide_opts torn = { .trust = TRUST_SINGLE, .incomplete = "cut off" };
	static const struct decide_opts grows = { .trust = TRUST_SINGLE, .growing = "it grows" };
	static const char open[] = UNUSED("B", "") "Symbol: A\nUsed-by: syscall close\n"
						   "Conflicts: C" OPEN "\n" USED("C", "");
	static const char closed[] = UNUSED("A", "Conflicts: C\n") USED("C", "");
	static const char both[] = "A and C exclude each other, but both stay: A (";

	(void)state;
	check(closed, &single, "A", VERDICT_UNUSED, ACTION_REMOVE, NULL);
	refuse(open, &shared, both, "plan with --trust=single");
	refuse(closed, &keep, both, "drop the --keep");
	refuse(closed, &fixed, both, "give another --base");
	refuse(closed, &torn, both, "record a complete log");
	refuse(closed, &grows, both, "profile for longer");
}

#define TICK(s, use, more) \
	"Symbol: " s "\nUsed-by: syscall " use "\n" more "Fails: closed" TAIL "\n"
#define IDLE "Conflicts: FULL\nReplaced-by: FULL\n"

/* Of two members of a choice one may do all that the other does. */
static void what_stays_takes_the_place_of_another(void **state)
{
	const char *names_v[] = { "IDLE" };
	const struct namelist idle = { .v = names_v, .nr = 1 };
	const struct decide_opts keep = { .trust = TRUST_SINGLE,
					  .incomplete = "cut off",
					  .keep = &idle };
	static const struct decide_opts torn = { .trust = TRUST_SINGLE, .incomplete = "cut off" };

	(void)state;
	check(TICK("IDLE", "close", IDLE) TICK("FULL", "close", ""), &torn, "IDLE", VERDICT_UNUSED,
	      ACTION_REMOVE, NULL);
	check(TICK("IDLE", "open", IDLE) TICK("FULL", "close", ""), &torn, "IDLE", VERDICT_USED,
	      ACTION_REMOVE, NULL);
	check(TICK("IDLE", "open", IDLE) TICK("FULL", "close", ""), &torn, "FULL", VERDICT_UNUSED,
	      ACTION_KEEP, "cut off");
	/* with nothing in its place it stays */
	check(TICK("IDLE", "open", IDLE) TICK("FULL", "close", ""), &single, "IDLE", VERDICT_USED,
	      ACTION_KEEP, NULL);
	refuse(TICK("IDLE", "close", IDLE) TICK("FULL", "close", ""), &keep,
	       "IDLE and FULL exclude each other, but both stay: IDLE (--keep=IDLE)",
	       "drop the --keep");
	/* another one asks for this very one */
	refuse(TICK("IDLE", "close", IDLE) TICK("FULL", "open", "") USED("X", "Requires: IDLE\n"),
	       &single, "IDLE (required by X, which stays), FULL (syscall open", "apart");
}

/* What the bed sets and no rule decides counts too. */
static void the_base_conflicts_as_well(void **state)
{
	struct fragment base = { 0 };
	const struct decide_opts o = { .trust = TRUST_SINGLE, .base = &base };
	struct terr err = { "" };
	const char *path = file_of("# why\nCONFIG_ON=y\n# CONFIG_OFF is not set\nCONFIG_MOD=m\n"
				   "CONFIG_TEXT=\"m\"\n");

	(void)state;
	assert_int_equal(fragment_load(&base, path, &err), 0);
	unlink(path);
	check(PATCH("P", "Conflicts: ON\n"), &o, "P", VERDICT_UNUSED, ACTION_LEAVE,
	      "conflicts with ON");
	check(PATCH("P", "Requires: OFF\n"), &o, "P", VERDICT_UNUSED, ACTION_LEAVE, "requires OFF");
	refuse(USED("A", "Conflicts: ON\n"), &o, "A, which stays (syscall open), and ON",
	       "take the line out");
	/* a module is there as well, once it is loaded */
	check(PATCH("P", "Conflicts: MOD\n"), &o, "P", VERDICT_UNUSED, ACTION_LEAVE,
	      "conflicts with MOD");
	check(PATCH("P", "Requires: MOD\n"), &o, "P", VERDICT_UNUSED, ACTION_APPLY, NULL);
	check(PATCH("P", "Conflicts: TEXT\n"), &o, "P", VERDICT_UNUSED, ACTION_APPLY, NULL);
	refuse(USED("A", "Conflicts: MOD\n"), &o, "A, which stays (syscall open), and MOD",
	       "take the line out");
	/* and so is one that a rule keeps as a module */
	check(USED("A", "Value: m\n") PATCH("P", "Conflicts: A\n"), &o, "P", VERDICT_UNUSED,
	      ACTION_LEAVE, "conflicts with A");
	check(USED("A", "Value: m\n") PATCH("P", "Requires: A\n"), &o, "P", VERDICT_UNUSED,
	      ACTION_APPLY, NULL);
	refuse(USED("A", "Value: m\n") USED("B", "Conflicts: A\n"), &o, "B and A exclude",
	       "profile the two uses apart");
	fragment_free(&base);
}

static void evidence_is_counted(void **state)
{
	struct terr err = { "" };
	const struct evidence *e;
	struct run r;

	(void)state;
	assert_int_equal(start(&r,
			       "Symbol: A\nUsed-by: syscall open, errno EACCES, fact vcpus > 1, "
			       "param socket.family = AF_UNIX, syscall close" CLOSED,
			       &single, &err),
			 0);
	e = r.d.v[0].evidence;
	assert_int_equal(r.d.v[0].nr_evidence, 5);
	assert_true(e[0].holds && e[0].count == 9 && e[0].has_pos && e[0].pos.line == 5);
	assert_true(e[1].holds && e[1].count == 2 && e[1].pos.line == 40);
	assert_true(e[2].holds && e[2].count == 2 && e[2].fact && e[2].fact->line == 2);
	assert_true(e[3].holds && e[3].count == 2);
	assert_true(!e[4].holds && e[4].count == 0 && !e[4].has_pos);
	end(&r);
}

static void several_guests_are_one(void **state)
{
	struct terr err = { "" };
	struct decisions d = { 0 };
	const char *path;
	struct run r;

	(void)state;
	assert_int_equal(
		start(&r, "Symbol: A\nUsed-by: fact vcpus > 2\nFails: closed" TAIL, &single, &err),
		0);
	assert_int_equal(r.d.v[0].action, ACTION_REMOVE);
	path = file_of("facts_version: 1\nvcpus: 4\n");
	assert_int_equal(facts_load(&r.facts, path, &err), 0);
	unlink(path);
	assert_int_equal(decide(&d, &agg, &r.facts, &r.rules, &single, &err), 0);
	assert_int_equal(d.v[0].action, ACTION_KEEP);
	assert_int_equal(d.v[0].evidence[0].count, 4);
	decisions_free(&d);
	end(&r);
}

/* What ran, as tailor cover tells it. */
static const char coverage_text[] =
	"# tailor cover 1\n# complete: yes\n"
	"symbol,how,boot,workload,first_boot,first_workload,prompt,needs\n"
	"RAN,file,9,7,a.c:1,a.c:2,yes,\n"
	"BOOT_ONLY,file,9,0,b.c:1,,yes,\n"
	"OTHER,line,0,5,,c.c:3,yes,MENU RAN_TOO\n"
	"RAN_TOO,file,0,2,,d.c:4,yes,MENU\n"
	"CHILD,file,0,3,,e.c:5,yes,RAN\n"
	"ORPHAN,file,0,3,,e.c:6,yes,LONELY RAN\n"
	"HIDDEN,file,0,3,,f.c:7,no,\n"
	"KEPT,file,0,4,,g.c:8,yes,\n";

static struct covered coverage_of(const char *text)
{
	struct covered c;
	struct terr err = { "" };
	char *path = (char *)file_of(text);

	if (covered_load(&c, path, &err))
		fail_msg("%s", err.msg);
	unlink(path);
	return c;
}

#define OTHERS "\nSymbol: *\nUsed-by: covered\nFails: closed\nWhy: ran\n"

static void what_ran_without_a_use_decides_nothing(void **state)
{
	struct covered c = coverage_of(coverage_text);
	struct decide_opts o = { .coverage = &c };
	struct terr err = { "" };
	struct run r;

	(void)state;
	assert_int_equal(start(&r,
			       "Symbol: RAN\nUsed-by: syscall bpf\nFails: closed" TAIL
			       "\nSymbol: BOOT_ONLY\nUsed-by: syscall bpf\nFails: closed" TAIL
			       "\nSymbol: KEPT\nUsed-by: syscall ioctl\nFails: closed" TAIL OTHERS,
			       &o, &err),
			 0);
	assert_int_equal(decisions_find(&r.d, "RAN")->verdict, VERDICT_NOTHING);
	assert_int_equal(decisions_find(&r.d, "RAN")->action, ACTION_REMOVE);
	assert_int_equal(decisions_find(&r.d, "BOOT_ONLY")->verdict, VERDICT_UNUSED);
	assert_int_equal(decisions_find(&r.d, "KEPT")->verdict, VERDICT_USED);
	assert_null(decisions_find(&r.d, "*"));
	end(&r);
	covered_free(&c);
}

static void what_no_rule_names_stays_with_its_needs(void **state)
{
	struct covered c = coverage_of(coverage_text);
	struct decide_opts o = { .coverage = &c };
	const struct decision *d;
	struct terr err = { "" };
	struct run r;

	(void)state;
	assert_int_equal(
		start(&r, "Symbol: RAN\nUsed-by: syscall bpf\nFails: closed" TAIL OTHERS, &o, &err),
		0);
	d = decisions_find(&r.d, "OTHER");
	assert_non_null(d);
	assert_int_equal(d->action, ACTION_KEEP);
	assert_int_equal(d->evidence[0].count, 5);
	assert_string_equal(d->evidence[0].path, "c.c:3");
	assert_string_equal(decisions_find(&r.d, "MENU")->required_by, "OTHER");
	assert_int_equal(decisions_find(&r.d, "MENU")->action, ACTION_KEEP);
	assert_null(decisions_find(&r.d, "RAN_TOO")->required_by);
	/* depends on what goes, and takes along what only it needed */
	assert_string_equal(decisions_find(&r.d, "CHILD")->part_of, "RAN");
	assert_int_equal(decisions_find(&r.d, "CHILD")->action, ACTION_REMOVE);
	assert_int_equal(decisions_find(&r.d, "ORPHAN")->action, ACTION_REMOVE);
	assert_null(decisions_find(&r.d, "LONELY"));
	/* nobody can ask for what has no prompt, nor for what ran in boot only */
	assert_null(decisions_find(&r.d, "HIDDEN"));
	assert_null(decisions_find(&r.d, "BOOT_ONLY"));
	end(&r);
	covered_free(&c);
}

static void without_coverage_nobody_asks_for_others(void **state)
{
	struct terr err = { "" };
	struct run r;

	(void)state;
	assert_int_equal(start(&r, "Symbol: RAN\nUsed-by: covered\nFails: closed" TAIL OTHERS,
			       &shared, &err),
			 0);
	assert_int_equal(r.d.nr, 1);
	/* nobody knows whether it ran, so it stays */
	assert_int_equal(decisions_find(&r.d, "RAN")->action, ACTION_KEEP);
	end(&r);
}

static void bad_coverage_is_refused(void **state)
{
	static const char *const bad[][2] = {
		{ "", "is empty" },
		{ "symbol,boot,workload\n", "no column \"first_workload\"" },
		{ "symbol,boot,workload,first_workload,prompt,needs\nA,1,x,,yes,\n",
		  ":2: \"x\" is not a count" },
		{ "symbol,boot,workload,first_workload,prompt,needs\nA,1,9223372036854775808,,yes,\n",
		  "is not a count" },
		{ "symbol,boot,workload,first_workload,prompt,needs\nA,1,2,,yes,\n# end: rows=2\n",
		  ":3: the trailer counts 2 rows, but 1 stand here" },
		{ "symbol,boot,workload,first_workload,prompt,needs\n# end: rows=0\nA,1,2,,yes,\n",
		  ":3: something stands behind the trailer" },
		{ "symbol,boot,workload,first_workload,prompt,needs\nA,1,2,,yes,",
		  ":2: the last line has no end" },
		{ "symbol,boot,workload,first_workload,prompt,needs\nA,1,2\n", ":2: 3 values" },
		{ "symbol,boot,workload,first_workload,prompt,needs\nA,1,2,,yes,\nA,1,2,,yes,\n",
		  "stands in line" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		const char *path = file_of(bad[i][0]);
		struct terr err = { "" };
		struct covered c;

		assert_int_equal(covered_load(&c, path, &err), -1);
		if (!strstr(err.msg, bad[i][1]))
			fail_msg("\"%s\" instead of \"%s\"", err.msg, bad[i][1]);
		unlink(path);
		covered_free(&c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clauses_in_used_by),
		cmocka_unit_test(profiles_are_asked),
		cmocka_unit_test(statistics_that_stopped_prove_no_absence),
		cmocka_unit_test(profiles_that_were_cut_off_prove_no_absence),
		cmocka_unit_test(what_decides_nothing),
		cmocka_unit_test(trust_and_completeness),
		cmocka_unit_test(the_user_and_the_bed_win),
		cmocka_unit_test(requirements_are_closed_over),
		cmocka_unit_test(patches_are_taken_when_wanted),
		cmocka_unit_test(conflicts_are_settled),
		cmocka_unit_test(no_conflict_makes_what_is_blocked),
		cmocka_unit_test(what_stays_takes_the_place_of_another),
		cmocka_unit_test(the_base_conflicts_as_well),
		cmocka_unit_test(evidence_is_counted),
		cmocka_unit_test(several_guests_are_one),
		cmocka_unit_test(what_ran_without_a_use_decides_nothing),
		cmocka_unit_test(what_no_rule_names_stays_with_its_needs),
		cmocka_unit_test(without_coverage_nobody_asks_for_others),
		cmocka_unit_test(bad_coverage_is_refused),
	};

	return cmocka_run_group_tests_name("decide", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
/* rules/, profile/facts.c, kconfig/fragment.c: what a file may hold, what each mistake is
 * called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "kconfig/fragment.h"
#include "profile/facts.h"
#include "ruleset/rules.h"
#include "tests/scratch.h"

/* A file with this text; its name is in a static buffer. */
#define WHY "Why: w\nSource: s:1\n"
#define GOOD "Symbol: A\nUsed-by: syscall futex\nFails: closed\n" WHY

static void load(struct ruleset *rs, const char *text)
{
	struct terr err = { "" };
	const char *path = file_of(text);

	if (rules_load(rs, path, &err) || rules_check(rs, &err))
		fail_msg("%s", err.msg);
	unlink(path);
}

/* The message must name the line and hold the words. */
static void refuse(const char *text, int line, const char *words)
{
	struct ruleset rs = { 0 };
	struct terr err = { "" };
	const char *path = file_of(text);
	char at[64];

	assert_int_equal(rules_load(&rs, path, &err) || rules_check(&rs, &err), 1);
	snprintf(at, sizeof(at), "%s:%d: ", path, line);
	if (strncmp(err.msg, at, strlen(at)) || !strstr(err.msg, words))
		fail_msg("\"%s\" neither starts with \"%s\" nor holds \"%s\"", err.msg, at, words);
	unlink(path);
	rules_free(&rs);
}

static void reads_every_field(void **state)
{
	struct ruleset rs = { 0 };
	const struct rule *r;

	(void)state;
	load(&rs,
	     "# a comment\n"
	     "Symbol: SECURITY\n"
	     "Used-by: syscall setuid, syscall open errno EACCES,\n"
	     "# a comment between\n"
	     "\tparam socket.family = AF_INET6, fact uid other-than 0 33\n"
	     "Decides-nothing-if: fact lsm_policy_total = 0, errno EPERM 0, unused,\n"
	     " fact lsm_policy has \"apparmor 0\", param openat.filename = \"/a, b\"\n"
	     "Fails: open\r\n"
	     "Trust: single\n"
	     "Value: \"x y\"\n"
	     "Removed-value: 0\n"
	     "Requires: MULTIUSER, NET\n"
	     "Conflicts: SMP\n"
	     "With: SECURITYFS=y\n"
	     "Instead: HZ_100=y, NR=4\n"
	     "Expected: much\n"
	     "Why: one\n two\n"
	     "Source: init/Kconfig:1\n"
	     "\n\n" GOOD "\nSymbol: P\nPatch: p\nDecides-nothing-if: fact vcpus = 1\n"
	     "Wanted-by: lock \"a \\\"lock\" wait_avg_us < 7, hotspot f* > 0.54, syscall ptrace\n"
	     "Fails: closed\nWhy: w\n");
	assert_int_equal(rs.nr, 3);
	r = rules_find(&rs, "SECURITY");
	assert_non_null(r);
	assert_int_equal(r->line, 2);
	assert_int_equal(r->nr_used_by, 4);
	assert_int_equal(r->used_by[1].kind, CLAUSE_SYSCALL);
	assert_string_equal(r->used_by[1].sub, "EACCES");
	assert_int_equal(r->used_by[2].kind, CLAUSE_PARAM);
	assert_string_equal(r->used_by[2].name, "socket");
	assert_string_equal(r->used_by[2].sub, "family");
	assert_int_equal(r->used_by[3].op, OP_OTHER_THAN);
	assert_int_equal(r->used_by[3].nr_values, 2);
	assert_int_equal(r->nr_nothing_if, 5);
	assert_int_equal(r->nothing_if[2].kind, CLAUSE_UNUSED);
	assert_string_equal(r->nothing_if[3].value[0], "\"apparmor 0\"");
	assert_string_equal(r->nothing_if[4].value[0], "\"/a, b\"");
	assert_int_equal(r->fails, FAILS_OPEN);
	assert_int_equal(r->trust, TRUST_SINGLE);
	assert_string_equal(r->value, "\"x y\"");
	assert_string_equal(r->removed_value, "0");
	assert_int_equal(r->requires.nr, 2);
	assert_string_equal(r->requires.v[1], "NET");
	assert_int_equal(r->conflicts.nr, 1);
	assert_int_equal(r->with.nr, 1);
	assert_string_equal(r->instead.v[1], "NR=4");
	assert_string_equal(r->why, "one two");
	assert_int_equal(rs.v[1].line, 22);
	assert_string_equal(rs.v[1].value, "y");
	assert_string_equal(rs.v[1].removed_value, "n");
	assert_int_equal(rs.v[2].nr_wanted_by, 3);
	assert_int_equal(rs.v[2].wanted_by[0].kind, CLAUSE_LOCK);
	assert_string_equal(rs.v[2].wanted_by[0].name, "a \\\"lock");
	assert_string_equal(rs.v[2].wanted_by[0].sub, "wait_avg_us");
	assert_int_equal(rs.v[2].wanted_by[0].op, OP_LESS);
	assert_int_equal(rs.v[2].wanted_by[0].number, 7);
	assert_int_equal(rs.v[2].wanted_by[1].kind, CLAUSE_HOTSPOT);
	assert_string_equal(rs.v[2].wanted_by[1].name, "f*");
	assert_int_equal(rs.v[2].wanted_by[1].number, 54);
	assert_true(rules_know_syscall(&rs, "ptrace"));
	assert_true(rules_know_syscall(&rs, "setuid"));
	assert_true(rules_know_syscall(&rs, "futex"));
	assert_false(rules_know_syscall(&rs, "read"));
	rules_free(&rs);
}

static void patches_are_turned_round(void **state)
{
	struct ruleset rs = { 0 };

	(void)state;
	load(&rs,
	     "Symbol: TAILOR_X\nPatch: 10-x.patch\nUsed-by: errno EACCES\nFails: open\nWhy: w\n");
	assert_string_equal(rs.v[0].value, "n");
	assert_string_equal(rs.v[0].removed_value, "y");
	/* what fails open goes with one trusted application only, said or not */
	assert_int_equal(rs.v[0].trust, TRUST_SINGLE);
	rules_free(&rs);
}

static void mistakes_are_named(void **state)
{
	(void)state;
	refuse("Symbol A\n", 1, "not a \"Field: value\" line");
	refuse(" Symbol: A\n", 1, "remove the blanks");
	refuse("\nSymbols: A\n", 2, "unknown field \"Symbols\"");
	refuse("Symbol: A\nSymbol: B\n", 2, "a second Symbol");
	refuse("Symbol: CONFIG_A\n" WHY, 1, "without \"CONFIG_\"");
	refuse("Symbol: A B\n" WHY, 1, "not a Kconfig symbol");
	refuse("Symbol: A\nSource: s\n", 1, "no \"Why:\" line");
	refuse("Symbol: A\nWhy: w\n", 1, "no \"Source:\" line");
	refuse("Symbol: A\nFails: closed\n" WHY, 1, "neither Used-by nor");
	refuse("Symbol: A\nUsed-by: syscall futex\n" WHY, 1, "has no Fails");
	refuse("Symbol: A\nUsed-by: syscall futex\nFails: maybe\n" WHY, 3,
	       "neither \"closed\" nor");
	refuse("Symbol: A\nUsed-by: sysall futex\nFails: closed\n" WHY, 2, "is not a clause");
	refuse("Symbol: A\nUsed-by: syscall futex errno EFOO\nFails: closed\n" WHY, 2,
	       "EFOO is not the name of an error");
	refuse("Symbol: A\nUsed-by: errno EPERM x\nFails: closed\n" WHY, 2, "is not a clause");
	refuse("Symbol: A\nUsed-by: syscall futex,, syscall read\nFails: closed\n" WHY, 2,
	       "\"\" is not a clause");
	refuse("Symbol: A\nUsed-by: fact lsm_polcy = 0\nFails: closed\n" WHY, 2,
	       "did you mean lsm_policy?");
	refuse("Symbol: A\nUsed-by: fact cmdline > 0\nFails: closed\n" WHY, 2,
	       "cmdline is no number");
	refuse("Symbol: A\nUsed-by: fact uid other-than\nFails: closed\n" WHY, 2,
	       "is not a clause");
	refuse("Symbol: A\nUsed-by: param socket.famly = 2\nFails: closed\n" WHY, 2,
	       "did you mean family?");
	refuse("Symbol: A\nUsed-by: param sockt.family = 2\nFails: closed\n" WHY, 2,
	       "no system call is called sockt");
	refuse("Symbol: A\nUsed-by: lock a contentions\nFails: closed\n" WHY, 2, "is not a clause");
	refuse("Symbol: A\nUsed-by: lock a contentions = 2\nFails: closed\n" WHY, 2,
	       "is not a clause");
	refuse("Symbol: A\nUsed-by: lock a contentions > -1\nFails: closed\n" WHY, 2,
	       "is not a clause");
	refuse("Symbol: A\nUsed-by: lock a lock contentions > 1\nFails: closed\n" WHY, 2,
	       "is not a clause");
	refuse("Symbol: A\nUsed-by: lock a waits > 1\nFails: closed\n" WHY, 2,
	       "has no column waits (columns: contentions, acquisitions");
	refuse("Symbol: A\nUsed-by: hotspot a > x\nFails: closed\n" WHY, 2, "is not a clause");
	refuse("Symbol: A\nUsed-by: hotspot a > 101\nFails: closed\n" WHY, 2, "is not a clause");
	refuse("Symbol: A\nUsed-by: hotspot a < 1\nFails: closed\n" WHY, 2, "is not a clause");
	refuse("Symbol: A\nUsed-by: param socket = 2\nFails: closed\n" WHY, 2, "is not a clause");
	refuse("Symbol: A\nUsed-by: syscall futex\nFails: closed\nRequires: B C\n" WHY, 4,
	       "not a Kconfig symbol");
	refuse("Symbol: A\nUsed-by: syscall futex\nFails: closed\nInstead: B\n" WHY, 4,
	       "not of the form SYMBOL=VALUE");
}

#define OTHERS "Symbol: *\nUsed-by: covered\nFails: closed\nWhy: w\n"

/* One stanza for symbols that nobody has looked at takes nothing away and grants nothing. */
static void all_others_can_only_stay(void **state)
{
	static const char *const fields[] = {
		"Decides-nothing-if: unused",
		"Value: m",
		"Removed-value: m",
		"Requires: A",
		"Conflicts: A",
		"With: A=y",
		"Instead: A=y",
		"Gain: none",
	};
	struct ruleset rs = { 0 };
	struct terr err = { "" };
	const char *path = file_of(OTHERS);

	(void)state;
	assert_int_equal(rules_load(&rs, path, &err), 0);
	unlink(path);
	rules_free(&rs);
	refuse("Symbol: *\nUsed-by: covered\nFails: open\nTrust: single\nWhy: w\n", 3,
	       "would grant what nobody has looked at");
	refuse("Symbol: *\nUsed-by: syscall futex\nFails: closed\nWhy: w\n", 2,
	       "lacks \"covered\"");
	refuse("Symbol: *\nFails: closed\nWhy: w\n", 1, "neither Used-by nor");
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		char text[256];

		snprintf(text, sizeof(text), OTHERS "%s\n", fields[i]);
		refuse(text, 5, "cannot hold of all symbols");
	}
	/* it is no pattern: there is one word for all others, and no other */
	refuse("Symbol: A*\nUsed-by: covered\nFails: open\n" WHY, 1, "not a Kconfig symbol");
	refuse("Symbol: **\nUsed-by: covered\nFails: open\n" WHY, 1, "not a Kconfig symbol");
	refuse("Symbol: ?\nUsed-by: covered\nFails: open\n" WHY, 1, "not a Kconfig symbol");
	refuse("Symbol: A, *\nUsed-by: covered\nFails: open\n" WHY, 1, "not a Kconfig symbol");
	refuse("Symbol: *\nPatch: 95-a.patch\nUsed-by: covered\nFails: open\n" WHY, 1,
	       "not a Kconfig symbol");
}

static void contradictions_are_refused(void **state)
{
	(void)state;
	refuse(GOOD "\n" GOOD, 7, "A already has a stanza at");
	refuse("Symbol: A\nUsed-by: syscall futex\nFails: open\nTrust: shared\n" WHY, 4,
	       "write \"Trust: single\"");
	refuse("Symbol: A\nUsed-by: syscall futex\nFails: closed\nValue: n\n" WHY, 1,
	       "same Value and Removed-value");
	refuse("Symbol: A\nUsed-by: syscall futex\nFails: closed\nRequires: B\nConflicts: B\n" WHY,
	       5, "both requires and conflicts with B");
	refuse("Symbol: A\nUsed-by: syscall futex\nDecides-nothing-if: syscall futex\nFails: closed\n" WHY,
	       3, "stands in both");
	refuse("Symbol: A\nUsed-by: unused\nFails: closed\n" WHY, 2,
	       "belongs in Decides-nothing-if");
	refuse("Symbol: A\nPatch: p\nUsed-by: syscall futex\nWanted-by: unused\nFails: closed\n" WHY,
	       4, "belongs in Decides-nothing-if");
	refuse("Symbol: A\nUsed-by: syscall futex\nWanted-by: syscall read\nFails: closed\n" WHY, 3,
	       "Wanted-by is for patches");
	refuse("Symbol: A\nPatch: p\nAlways: yes\nWanted-by: syscall read\n" WHY, 4,
	       "contradicts \"Always: yes\"");
	refuse("Symbol: A\nAlways: yes\nDecides-nothing-if: fact vcpus = 1\n" WHY, 3,
	       "contradicts \"Always: yes\"");
	/* no level of trust is asked for what is always applied */
	refuse("Symbol: A\nPatch: p\nAlways: yes\nFails: open\n" WHY, 4, "whatever the trust");
	refuse("Symbol: A\nPatch: p\nAlways: yes\nTrust: single\n" WHY, 4, "whatever the trust");
	refuse("Symbol: A\nUsed-by: syscall futex\nDecides-nothing-if: unseen\nFails: open\n" WHY,
	       3, "\"unseen\" contradicts");
	refuse("Symbol: A\nUsed-by: syscall futex\nReplaced-by: B\nRequires: C\nFails: closed\n" WHY,
	       3, "Replaced-by contradicts \"Requires\"");
	refuse("Symbol: A\nUsed-by: syscall futex\nReplaced-by: B\nFails: open\n" WHY, 3,
	       "Replaced-by contradicts \"Fails: open\"");
	refuse("Symbol: A\nUsed-by: syscall futex\nReplaced-by: A\nFails: closed\n" WHY, 3,
	       "its own place");
	refuse("Symbol: A\nUsed-by: syscall futex\nReplaced-by: B\nFails: closed\n" WHY, 1,
	       "no rule decides the symbol B");
	/* across stanzas */
	refuse(GOOD "\nSymbol: B\nUsed-by: syscall read\nFails: closed\nWith: A=y\n" WHY, 7,
	       "has a stanza of its own");
	refuse("Symbol: A\nUsed-by: syscall futex\nFails: closed\nRequires: B\n" WHY
	       "\nSymbol: B\nUsed-by: syscall read\nFails: closed\nConflicts: A\n" WHY,
	       1, "A requires B, but");
}

static void bad_paths_are_named(void **state)
{
	struct ruleset rs = { 0 };
	struct terr err = { "" };
	char dir[] = "/tmp/test_rules.XXXXXX";

	(void)state;
	assert_int_equal(rules_load(&rs, "/nonexistent/x.rules", &err), -1);
	assert_non_null(strstr(err.msg, "/nonexistent/x.rules: No such file"));
	err.msg[0] = '\0';
	assert_non_null(mkdtemp(dir));
	assert_int_equal(rules_load(&rs, dir, &err), -1);
	assert_non_null(strstr(err.msg, "holds no *.rules file"));
	rmdir(dir);
	rules_free(&rs);
}

#define VERSION "facts_version: 1\n"

static void reads_facts(void **state)
{
	struct facts f = { 0 };
	struct terr err = { "" };
	const char *path =
		file_of("# a guest\n" VERSION "\nuid: 0\nuid:  33 \nvcpus: 2\nfoo: bar: baz\n");

	(void)state;
	assert_int_equal(facts_load(&f, path, &err), 0);
	unlink(path);
	assert_string_equal(facts_first(&f, "uid"), "0");
	assert_string_equal(facts_first(&f, "foo"), "bar: baz");
	assert_null(facts_first(&f, "gid"));
	assert_null(facts_lacking(&f, "uid"));
	assert_null(facts_lacking(&f, "vcpus"));
	/* an empty list is an answer, a missing number is not */
	assert_null(facts_lacking(&f, "module"));
	assert_non_null(facts_lacking(&f, "audit_rules"));
	assert_non_null(facts_lacking(&f, "gid"));
	/* without what was only observed a file is complete, but it is not known */
	assert_non_null(facts_lacking(&f, "traffic"));
	assert_true(facts_may_lack("traffic"));
	assert_true(facts_may_lack("blk_completions"));
	assert_false(facts_may_lack("gid"));
	assert_int_equal(f.v[2].line, 5);
	facts_free(&f);
}

/* Only where the first process is our own nothing can be open that the log does not show. */
static void only_our_own_guest_needs_no_state(void **state)
{
	static const char ours[] = "init=/usr/lib/tailor/init";
	static const struct {
		const char *cmdline; /* OURS stands for ours */
		bool own;
	} guests[] = {
		{ "OURS", true },
		{ "quiet OURS", true },
		{ "OURS quiet", true },
		{ "quiet\tOURS  rw", true },
		{ "init=/bin/sh OURS", true },
		{ "OURS -- init=/bin/sh", true },
		{ "", false },
		{ "quiet", false },
		{ "rdOURS", false },
		{ "xOURS", false },
		{ "my.OURS", false },
		{ "OURS2", false },
		{ "OURS/other", false },
		{ "OURS.old", false },
		/* the last one is what the kernel runs */
		{ "OURS init=/bin/sh", false },
		/* behind "--" stand the arguments of another one */
		{ "quiet -- OURS", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(guests); i++) {
		const char *at = strstr(guests[i].cmdline, "OURS");
		char text[256];
		struct facts f = { 0 };
		struct terr err = { "" };
		const char *path;

		if (at)
			snprintf(text, sizeof(text), VERSION "cmdline: %.*s%s%s\n",
				 (int)(at - guests[i].cmdline), guests[i].cmdline, ours, at + 4);
		else
			snprintf(text, sizeof(text), VERSION "cmdline: %s\n", guests[i].cmdline);
		path = file_of(text);
		assert_int_equal(facts_load(&f, path, &err), 0);
		unlink(path);
		if (!facts_lacking(&f, "open") != guests[i].own)
			fail_msg("\"%s\" is taken for %s", guests[i].cmdline,
				 guests[i].own ? "another one" : "our own");
		facts_free(&f);
	}
}

static void bad_facts_are_named(void **state)
{
	static const struct {
		const char *text;
		const char *words;
	} bad[] = {
		{ "uid: 0\n", "has no \"facts_version: 2\" line" },
		{ "facts_version: 3\n", ":1: facts_version 3 is not" },
		{ "facts_version: 2\nuid: 0\n",
		  "no \"facts_end:\" line as its last: it was cut off" },
		{ "facts_version: 2\nuid: 0\nfacts_end: 1\n",
		  ":3: facts_end counts 1 facts, but 2" },
		{ "facts_version: 2\nfacts_end: 1\nuid: 0\n",
		  "no \"facts_end:\" line as its last" },
		{ "facts_version: 2\nuid: 0\nfacts_end: 2x\n", ":3: facts_end counts 2x facts" },
		{ VERSION "vcpus: two\n", ":2: vcpus: \"two\" is not a whole number" },
		/* less than none is no "none" */
		{ VERSION "seccomp_tasks: -1\n",
		  ":2: seccomp_tasks: \"-1\" is not a whole number" },
		{ VERSION "vcpus: 1\nvcpus: 2\n", ":3: vcpus stands a second time" },
		{ VERSION "vcpus 1\n", ":2: not a \"key: value\" line" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct facts f = { 0 };
		struct terr err = { "" };
		const char *path = file_of(bad[i].text);

		assert_int_equal(facts_load(&f, path, &err), -1);
		if (!strstr(err.msg, bad[i].words))
			fail_msg("\"%s\" does not hold \"%s\"", err.msg, bad[i].words);
		unlink(path);
		facts_free(&f);
	}
}

static void binary_files_are_refused(void **state)
{
	struct facts f = { 0 };
	struct terr err = { "" };

	(void)state;
	assert_int_equal(facts_load(&f, "/proc/self/exe", &err), -1);
	assert_non_null(strstr(err.msg, "not a text file"));
	facts_free(&f);
}

static void reads_fragments(void **state)
{
	struct fragment f = { 0 };
	struct terr err = { "" };
	const char *path =
		file_of("# head\n\n# one,\n# two\nCONFIG_A=y\n# CONFIG_B is not set\n"
			"# three\nCONFIG_C=\"x y\" # optional: why\nCONFIG_D=4 # a note\n\n"
			"CONFIG_E=y\n");

	(void)state;
	if (fragment_load(&f, path, &err))
		fail_msg("%s", err.msg);
	unlink(path);
	assert_int_equal(f.nr, 5);
	assert_string_equal(f.v[0].reason, "one, two");
	assert_string_equal(f.v[1].symbol, "B");
	assert_string_equal(f.v[1].value, "n");
	assert_string_equal(f.v[1].reason, "one, two");
	assert_string_equal(f.v[2].value, "\"x y\"");
	assert_string_equal(f.v[2].optional, "why");
	assert_string_equal(f.v[2].reason, "three");
	assert_string_equal(f.v[3].value, "4");
	assert_null(f.v[3].optional);
	assert_string_equal(f.v[4].reason, "");
	assert_int_equal(f.v[4].line, 11);
	fragment_free(&f);
}

static void bad_fragments_are_named(void **state)
{
	static const struct {
		const char *text;
		const char *words;
	} bad[] = {
		{ "CONFIG_A=y\n\nCONFIG_A=n\n", ":3: A is already set in" },
		{ "CONFIG_A=y\n# CONFIG_A is not set\n", ":2: A is already set in" },
		{ "A=y\n", ":1: neither CONFIG_X=value" },
		{ "CONFIG_A\n", ":1: neither CONFIG_X=value" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct fragment f = { 0 };
		struct terr err = { "" };
		const char *path = file_of(bad[i].text);

		assert_int_equal(fragment_load(&f, path, &err), -1);
		if (!strstr(err.msg, bad[i].words))
			fail_msg("\"%s\" does not hold \"%s\"", err.msg, bad[i].words);
		unlink(path);
		fragment_free(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_field),
		cmocka_unit_test(patches_are_turned_round),
		cmocka_unit_test(mistakes_are_named),
		cmocka_unit_test(all_others_can_only_stay),
		cmocka_unit_test(contradictions_are_refused),
		cmocka_unit_test(bad_paths_are_named),
		cmocka_unit_test(reads_facts),
		cmocka_unit_test(only_our_own_guest_needs_no_state),
		cmocka_unit_test(bad_facts_are_named),
		cmocka_unit_test(binary_files_are_refused),
		cmocka_unit_test(reads_fragments),
		cmocka_unit_test(bad_fragments_are_named),
	};

	return cmocka_run_group_tests_name("rules", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
/* profile/insnprof.c: what an exact profile holds, counterparts of its frames, and its mistakes. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "profile/insnprof.h"
#include "tests/scratch.h"

#define FACTS "scenario: s\noperation: request\noperations: 10\naccelerator: tcg\narms: a b\n"
#define HEADER "kind,name,arm,insn_per_request\n"
/* 1,000 instructions of ten requests in each arm: what most tests need of the figures. */
#define SUMS HEADER "total,,a,100\ntotal,,b,100\nuser,,a,10\nuser,,b,20\n"
#define STACKS "user 100\nkernel;f 900\n"

static const char *const files[] = { "profile.facts", "profile.csv", "a.folded", "b.folded" };

/* NULL: the file is not there. */
static void write_file(const char *name, const char *text)
{
	if (text)
		scratch_put(name, text, strlen(text));
	else
		unlink(scratch_in(name));
}

static void write_profile(const char *facts, const char *csv, const char *a, const char *b)
{
	write_file(files[0], facts);
	write_file(files[1], csv);
	write_file(files[2], a);
	write_file(files[3], b);
}

static struct insn_profile read_profile(const char *dir)
{
	struct terr err = { 0 };
	struct insn_profile p;

	if (insnprof_read(&p, dir, &err))
		fail_msg("%s", err.msg);
	return p;
}

/* The node of an arm at "frame;frame;...". */
static const struct insn_node *node_at(const struct insn_profile *p, size_t arm, const char *path)
{
	const struct insn_arm *a = &p->arms[arm];
	uint32_t i = a->first;

	for (;;) {
		size_t len = strcspn(path, ";");

		while (i != INSN_ROOT && (strlen(p->names.names[a->nodes[i].name].s) != len ||
					  strncmp(p->names.names[a->nodes[i].name].s, path, len)))
			i = a->nodes[i].next;
		if (i == INSN_ROOT)
			fail_msg("no frame %s", path);
		if (!path[len])
			return &a->nodes[i];
		path += len + 1;
		i = a->nodes[i].child;
	}
}

static void assert_node(const struct insn_profile *p, size_t arm, const char *path, double total,
			double other)
{
	const struct insn_node *n = node_at(p, arm, path);

	if (fabs(n->total - total) > 1e-9 || fabs(n->other - other) > 1e-9)
		fail_msg("%s of arm %zu has %g and %g, not %g and %g", path, arm, n->total,
			 n->other, total, other);
}

static void figures_and_order(void **state)
{
	struct insn_profile p;

	write_profile(FACTS,
		      HEADER "folder,x,a,1\nfolder,y,a,2\nfolder,z,b,3\nfunction,f,b,7\n"
			     "intrusion,,a,5\nkernel,,a,90\ntotal,,a,100\ntotal,,b,100\n"
			     "user,,a,10\nuser,,b,20\n",
		      STACKS, STACKS);
	p = read_profile(*state);
	assert_int_equal(p.nr_arms, 2);
	assert_string_equal(insnprof_fact(&p, "operation"), "request");
	assert_true(insnprof_kernel(&p.arms[0]) == 90);
	assert_true(insnprof_intrusion(&p.arms[1]) == 5);
	assert_null(insnprof_arm(&p, "c"));
	/* The largest first, whichever arm has it; what an arm lacks is 0. */
	assert_int_equal(p.folders.nr, 3);
	assert_string_equal(p.folders.v[0].name, "z");
	assert_string_equal(p.folders.v[2].name, "x");
	assert_true(p.folders.v[0].insn[0] == 0 && p.folders.v[0].insn[1] == 3);
	assert_int_equal(p.functions.nr, 1);
	insnprof_free(&p);
}

static void totals_are_of_one_operation(void **state)
{
	struct insn_profile p;

	write_profile(FACTS, SUMS, "user 100\nkernel;f 300\nkernel;f;g 400\nkernel;h 200\n",
		      STACKS);
	p = read_profile(*state);
	assert_node(&p, 0, "kernel", 90, 90);
	assert_node(&p, 0, "kernel;f", 70, 90);
	assert_node(&p, 0, "kernel;f;g", 40, 0);
	assert_node(&p, 0, "user", 10, 10);
	assert_node(&p, 1, "kernel;f", 90, 70);
	insnprof_free(&p);
}

/* What a compiler cut out of a function is the function. */
static void parts_are_the_function(void **state)
{
	struct insn_profile p;

	write_profile(FACTS, SUMS,
		      "user 100\nkernel;f.constprop.0 300\nkernel;f.part.0.cold 500\nkernel;f 50\n"
		      "kernel;g.isra.0;x.y 50\n",
		      STACKS);
	p = read_profile(*state);
	assert_node(&p, 0, "kernel;f", 85, 90);
	assert_node(&p, 0, "kernel;g;x.y", 5, 0);
	insnprof_free(&p);
}

/* b has inlined "between" into f: its callee is found below f, and it itself by its callee. */
static void inlined_callers_are_passed_over(void **state)
{
	struct insn_profile p;

	write_profile(FACTS, SUMS, "user 100\nkernel;f;between 100\nkernel;f;between;g 800\n",
		      "user 100\nkernel;f 200\nkernel;f;g 700\n");
	p = read_profile(*state);
	assert_node(&p, 0, "kernel;f;between", 90, 70);
	assert_node(&p, 0, "kernel;f;between;g", 80, 70);
	assert_node(&p, 1, "kernel;f;g", 70, 80);
	insnprof_free(&p);
}

/* A call that is gone has no counterpart in the same function's calls of something else. */
static void a_sibling_keeps_its_own_callees(void **state)
{
	struct insn_profile p;

	write_profile(FACTS, SUMS, "user 100\nkernel;f;free 500\nkernel;f;g;free 400\n",
		      "user 100\nkernel;f;g 500\nkernel;f;g;free 400\n");
	p = read_profile(*state);
	assert_node(&p, 0, "kernel;f;free", 50, 0);
	assert_node(&p, 0, "kernel;f;g;free", 40, 40);
	assert_node(&p, 0, "kernel;f;g", 40, 90);
	insnprof_free(&p);
}

static void figures_alone_need_no_stacks(void **state)
{
	struct terr err = { 0 };
	struct insn_profile p;

	write_profile(FACTS, SUMS, NULL, NULL);
	assert_int_equal(insnprof_read_figures(&p, *state, &err), 0);
	assert_true(p.arms[1].user == 20);
	insnprof_free(&p);
}

static void each_mistake_has_its_message(void **state)
{
	static const struct {
		const char *facts;
		const char *csv;
		const char *a;
		const char *words;
	} cases[] = {
		{ NULL, SUMS, STACKS, "profile.facts: No such file" },
		{ "scenario: s\n", SUMS, STACKS, "no 'operation: ...' line" },
		{ "scenario: s\noperation: r\noperations: 0\naccelerator: x\narms: a\n", SUMS,
		  STACKS, "operations is '0'" },
		{ "scenario: s\noperation: r\noperations: 10\naccelerator: x\narms: \n", SUMS,
		  STACKS, "'arms' names none" },
		{ "scenario: s\noperation: r\noperations: 10\naccelerator: x\narms: a b a\n", SUMS,
		  STACKS, "'arms' names 'a' twice" },
		{ FACTS, NULL, STACKS, "profile.csv: No such file" },
		{ FACTS, "kind\n", STACKS, "profile.csv:1: the first line should be" },
		{ FACTS, SUMS "folder,x,a\n", STACKS, "profile.csv:6: 3 fields" },
		{ FACTS, SUMS "folder,x,c,1\n", STACKS, "profile.csv:6: 'c' is no arm" },
		{ FACTS, SUMS "folder,x,a,1x\n", STACKS, "profile.csv:6: '1x' is no number" },
		{ FACTS, SUMS "folder,x,a,\n", STACKS, "profile.csv:6: '' is no number" },
		{ FACTS, SUMS "folder,x,a,-1\n", STACKS, "profile.csv:6: '-1' is no number" },
		{ FACTS, HEADER "total,,a,1\nuser,,a,1\ntotal,,b,1\n", STACKS, "of the arm 'b'" },
		{ FACTS, SUMS "user,,a,101\n", STACKS, "of the arm 'a'" },
		{ FACTS, SUMS, NULL, "a.folded: No such file" },
		{ FACTS, SUMS, "user 100\nkernel;f\n", "a.folded:2: not 'frame;" },
		{ FACTS, SUMS, "user 100\nkernel;;f 900\n", "a.folded:2: a frame without a name" },
		{ FACTS, SUMS, "user 100\nkernel;f 800\n", "its stacks have 90 instructions" },
		{ FACTS, SUMS, "", "its stacks have 0 instructions" },
		{ FACTS, SUMS, "user 100\nkernel;\033f 900\n", "cannot be printed" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct terr err = { 0 };
		struct insn_profile p;

		write_profile(cases[i].facts, cases[i].csv, cases[i].a, STACKS);
		assert_int_equal(insnprof_read(&p, *state, &err), -1);
		insnprof_free(&p);
		if (!strstr(err.msg, cases[i].words))
			fail_msg("'%s' does not hold '%s'", err.msg, cases[i].words);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(figures_and_order),
		cmocka_unit_test(totals_are_of_one_operation),
		cmocka_unit_test(parts_are_the_function),
		cmocka_unit_test(inlined_callers_are_passed_over),
		cmocka_unit_test(a_sibling_keeps_its_own_callees),
		cmocka_unit_test(figures_alone_need_no_stacks),
		cmocka_unit_test(each_mistake_has_its_message),
	};

	return cmocka_run_group_tests_name("insnprof", tests, make_scratch_folder, remove_scratch);
}

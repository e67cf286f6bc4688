// SPDX-License-Identifier: GPL-2.0-only
/* compare/runs.c: what a run folder may hold, and what each mistake in one is called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "compare/runs.h"
#include "tests/scratch.h"

#define FACTS "arm: a\nbed.accelerator: tcg-icount\n"
#define HEADER "scenario,metric,unit,better,boot,run,value\n"

static void fill(const char *facts, const char *samples)
{
	scratch_put("arm.facts", facts, strlen(facts));
	scratch_put("samples.csv", samples, strlen(samples));
}

static void reads_samples_in_their_order(void **state)
{
	const struct series *s;
	struct terr err = { 0 };
	struct run_arm arm;

	(void)state;
	/* Series interleaved, an empty unit, an exponent, Windows line ends. */
	fill("# a comment\n\narm: a b\nbed.accelerator: kvm\nbed.cmdline: quiet a: b\nbed.none:\n",
	     HEADER "new,insn,insn,lower,1,1,100.5\r\nnew,errors,,none,1,1,0\n"
		    "new,insn,insn,lower,1,2,-2e3\nnew,served,text,same,1,1,ab 12\n"
		    "old,insn,insn,lower,1,1,7\n");
	if (runs_read(&arm, scratch, &err))
		fail_msg("%s", err.msg);
	assert_string_equal(arm.name, "a b");
	assert_string_equal(runs_fact(&arm, "bed.cmdline"), "quiet a: b");
	assert_string_equal(runs_fact(&arm, "bed.none"), "");
	assert_null(runs_fact(&arm, "bed"));
	assert_int_equal(arm.nr_series, 4);
	assert_string_equal(arm.series[3].scenario, "old");
	s = runs_find(&arm, "new", "insn");
	assert_ptr_equal(s, &arm.series[0]);
	assert_int_equal(s->nr, 2);
	assert_true(s->samples[0].value == 100.5 && s->samples[1].value == -2000);
	assert_int_equal(s->samples[1].run, 2);
	assert_int_equal(s->better, BETTER_LOWER);
	assert_string_equal(runs_find(&arm, "new", "served")->samples[0].text, "ab 12");
	assert_string_equal(runs_find(&arm, "new", "errors")->unit, "");
	assert_null(runs_find(&arm, "old", "errors"));
	runs_free(&arm);
}

/* A message names the file and the line, and says what was found. */
static void assert_refused(const char *file, const char *words)
{
	struct terr err = { 0 };
	struct run_arm arm;
	char place[SCRATCH_PATH + 32];

	assert_int_equal(runs_read(&arm, scratch, &err), -1);
	runs_free(&arm);
	snprintf(place, sizeof(place), "%s/%s", scratch, file);
	if (strncmp(err.msg, place, strlen(place)) || !strstr(err.msg, words))
		fail_msg("'%s' does not name %s and '%s'", err.msg, place, words);
}

static void bad_samples_are_named(void **state)
{
	static const struct {
		const char *text, *place, *words;
	} bad[] = {
		{ "", "samples.csv:1:", "the first line should be" },
		{ "scenario,metric,value\n", "samples.csv:1:", "the first line should be" },
		{ HEADER, "samples.csv:", "no samples" },
		{ HEADER "s,m,u,lower,1,1,1\ns,m,u,lower,1\n", "samples.csv:3:", "5 fields" },
		{ HEADER "s,m,u,lower,1,1,1,2\n", "samples.csv:2:", "8 fields" },
		{ HEADER "\n", "samples.csv:2:", "1 fields" },
		{ HEADER "s,,u,lower,1,1,1\n", "samples.csv:2:", "'metric' is empty" },
		{ HEADER "s,m,u,less,1,1,1\n", "samples.csv:2:", "better is 'less'" },
		{ HEADER "s,m,u,lower,x,1,1\n", "samples.csv:2:", "boot is 'x'" },
		{ HEADER "s,m,u,lower,1,-1,1\n", "samples.csv:2:", "run is '-1'" },
		{ HEADER "s,m,u,lower,1,99999999999,1\n", "samples.csv:2:", "run is '9" },
		{ HEADER "s,m,u,lower,1,1,1x\n", "samples.csv:2:", "value is '1x'" },
		{ HEADER "s,m,u,lower,1,1,0x10\n", "samples.csv:2:", "value is '0x10'" },
		{ HEADER "s,m,u,lower,1,1,nan\n", "samples.csv:2:", "value is 'nan'" },
		{ HEADER "s,m,u,lower,1,1,1e999\n", "samples.csv:2:", "value is '1e999'" },
		{ HEADER "s,m,u,lower,1,1, 1\n", "samples.csv:2:", "value is ' 1'" },
		{ HEADER "s,m,u,lower,1,1,1\ns,m,u,lower,1,1,2\n",
		  "samples.csv:3:", "boot 1 run 1 stands here a second time" },
		{ HEADER "s,m,u,lower,1,1,1\ns,m,v,lower,1,2,2\n",
		  "samples.csv:3:", "'v,lower' here and 'u,lower' in line 2" },
		{ HEADER "s\x1b[31m,m,u,lower,1,1,1\n", "samples.csv:2:", "\\x1b[31m" },
		{ HEADER "s,m,u,lower,1,1,1\ns,\xff,u,lower,1,1,1\n", "samples.csv:3:", "\\xff" },
		{ HEADER "s,m,u,lower,1,1,1\ns,m,u,none,1,2,2\n",
		  "samples.csv:3:", "'u,none' here and 'u,lower' in line 2" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		fill(FACTS, bad[i].text);
		assert_refused(bad[i].place, bad[i].words);
	}
	scratch_put("samples.csv", HEADER "\0", sizeof(HEADER));
	assert_refused("samples.csv", "NUL");
}

static void bad_facts_are_named(void **state)
{
	static const struct {
		const char *text, *place, *words;
	} bad[] = {
		{ "arm: a\n", "arm.facts:", "no 'bed.accelerator: ...' line" },
		{ "bed.accelerator: kvm\n", "arm.facts:", "no 'arm: ...' line" },
		{ FACTS "host.cpu: \xc3\n", "arm.facts:3:", "\\xc3" },
		{ FACTS "nonsense\n", "arm.facts:3:", "found 'nonsense'" },
		{ FACTS ": value\n", "arm.facts:3:", "found ': value'" },
		{ FACTS "key:value\n", "arm.facts:3:", "found 'key:value'" },
		{ FACTS "arm: b\n", "arm.facts:3:", "'arm' stands here a second time" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		fill(bad[i].text, HEADER "s,m,u,lower,1,1,1\n");
		assert_refused(bad[i].place, bad[i].words);
	}
}

static void missing_files_are_named(void **state)
{
	(void)state;
	assert_refused("arm.facts:", "scripts/measure");
	scratch_put("arm.facts", FACTS, strlen(FACTS));
	assert_refused("samples.csv:", "scripts/measure");
}

/* Every boundary of a growing array is passed, and none of the samples is lost. */
static void many_samples_and_series(void **state)
{
	struct terr err = { 0 };
	struct run_arm arm;
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	(void)state;
	fputs(HEADER, f);
	for (int i = 0; i < 40; i++)
		for (int run = 0; run < 40; run++)
			fprintf(f, "s%d,m,u,lower,0,%d,%d\n", i, run, i * 100 + run);
	fclose(f);
	fill(FACTS, text);
	free(text);
	if (runs_read(&arm, scratch, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(arm.nr_series, 40);
	for (size_t i = 0; i < 40; i++) {
		assert_int_equal(arm.series[i].nr, 40);
		for (size_t run = 0; run < 40; run++)
			assert_true(arm.series[i].samples[run].value == (double)(i * 100 + run));
	}
	runs_free(&arm);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reads_samples_in_their_order, make_scratch_folder,
						remove_scratch),
		cmocka_unit_test_setup_teardown(bad_samples_are_named, make_scratch_folder,
						remove_scratch),
		cmocka_unit_test_setup_teardown(bad_facts_are_named, make_scratch_folder,
						remove_scratch),
		cmocka_unit_test_setup_teardown(missing_files_are_named, make_scratch_folder,
						remove_scratch),
		cmocka_unit_test_setup_teardown(many_samples_and_series, make_scratch_folder,
						remove_scratch),
	};

	return cmocka_run_group_tests_name("runs", tests, NULL, NULL);
}

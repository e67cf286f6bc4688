// SPDX-License-Identifier: GPL-2.0-only
/* profile/perfline.c: lines of perf report, of perf script and of folded stacks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/slice.h"
#include "profile/perfline.h"

static void is(struct slice s, const char *text)
{
	if (s.len != strlen(text) || (s.len && memcmp(s.s, text, s.len)))
		fail_msg("\"%.*s\", not \"%s\"", (int)s.len, s.s, text);
}

#define TITLES "# Overhead    Command       Shared Object       Symbol"
#define RULE "# ........  .........  ..................  .........."

static void layouts(void **state)
{
	struct perf_layout l = { 0 };

	(void)state;
	assert_false(perf_layout(&l, TITLES, "#"));
	assert_false(perf_layout(&l, TITLES, "# Samples: 3 of event"));
	assert_false(perf_layout(&l, TITLES, "# ...  a"));
	assert_false(l.known);
	assert_true(perf_layout(&l, TITLES, RULE));
	assert_true(l.known && !l.children);
	assert_int_equal(l.column[PERF_OVERHEAD].from, 2);
	assert_int_equal(l.column[PERF_COMMAND].from, 12);
	assert_int_equal(l.column[PERF_COMMAND].to, 21);
	assert_true(l.column[PERF_SYMBOL].to == SIZE_MAX);
	/* a report sorted by other keys has no command */
	assert_true(perf_layout(&l, "# Overhead  Symbol", "# ........  ......"));
	assert_false(l.column[PERF_COMMAND].there);
	assert_true(
		perf_layout(&l, "# Children      Self  Symbol", "# ........  ........  ......"));
	assert_true(l.children && l.column[PERF_OVERHEAD].from == 12);
}

static enum perf_match row(const char *titles, const char *rule, const char *s,
			   struct perf_row *out)
{
	struct perf_layout l = { 0 };

	if (rule)
		assert_true(perf_layout(&l, titles, rule));
	return perf_report_row(&l, s, out);
}

static void rows_of_a_report(void **state)
{
	struct perf_row r;

	(void)state;
	assert_int_equal(
		row(TITLES, RULE, "    24.04%    my task  [kernel.kallsyms]   [k] a b", &r),
		PERF_ROW);
	assert_true(r.nr_percents == 1 && r.percent[0] > 24.039 && r.percent[0] < 24.041);
	is(r.text[PERF_COMMAND], "my task");
	is(r.text[PERF_OBJECT], "[kernel.kallsyms]");
	is(r.text[PERF_SYMBOL], "a b");
	/* two blanks in a command are part of it where the columns are known */
	assert_int_equal(row(TITLES, RULE, "   100.00%   my  task  [kernel.kallsyms]   [.] a", &r),
			 PERF_ROW);
	is(r.text[PERF_COMMAND], "my  task");
	assert_int_equal(row(TITLES, RULE, "    24.04%    my task  [kernel.kallsyms] ", &r),
			 PERF_DAMAGED);
	assert_int_equal(row(TITLES, RULE, "    24.04%    my t", &r), PERF_DAMAGED);
	assert_int_equal(row(TITLES, RULE, "            |--24.04%--a", &r), PERF_NONE);
	assert_int_equal(row(TITLES, RULE, "            24.04%", &r), PERF_NONE);
	assert_int_equal(row(TITLES, RULE, "24.04% a;b", &r), PERF_NONE);
	assert_int_equal(row(TITLES, RULE, "", &r), PERF_NONE);
	assert_int_equal(row(NULL, NULL, "    24.04%    my task  libc.so.6   [.] a", &r), PERF_ROW);
	is(r.text[PERF_COMMAND], "my task");
	is(r.text[PERF_SYMBOL], "a");
	assert_int_equal(row(NULL, NULL, "    24.04%  0.00%  sh  libc.so.6  [.] a", &r), PERF_ROW);
	assert_true(r.caller && r.percent[0] < 0.001);
	assert_int_equal(row(NULL, NULL, "    24.04%    sh  [.] a", &r), PERF_DAMAGED);
	assert_int_equal(row(NULL, NULL, "               24.04%", &r), PERF_NONE);
	assert_int_equal(row(NULL, NULL, "24.04%  sh  libc.so.6  [.] a", &r), PERF_NONE);
}

static void sample(const char *s, const char *command, const char *event, uint64_t period)
{
	struct perf_sample p;

	if (!perf_script_sample(s, &p))
		fail_msg("no sample: %s", s);
	is(p.command, command);
	is(p.event, event);
	assert_int_equal(p.period, period);
}

static void samples_of_a_script(void **state)
{
	struct perf_sample p;

	(void)state;
	sample("sh  3931 46324.354691:     250000 cpu-clock: ", "sh", "cpu-clock", 250000);
	sample("sh  3931 46324.354691: cpu-clock: ", "sh", "cpu-clock", 1);
	sample("            fio  1234 [001] 1.5:  9 cycles:u: ", "fio", "cycles:u", 9);
	sample("my 7 task  12/13 [000]  1.5:  1 block:block_rq_issue: 8,0 R", "my 7 task",
	       "block:block_rq_issue", 1);
	sample("a 1.2: b  12 [000]  1.5:  1 x:", "a 1.2: b", "x", 1);
	assert_false(perf_script_sample("\tffffffff81001234 a+0x1 ([kernel.kallsyms])", &p));
	assert_false(perf_script_sample("sh 12 [000] 1.5: cut off", &p));
	assert_false(perf_script_sample("sh [000] 1.5: 9 x:", &p));
	assert_false(perf_script_sample("12 1.5: 9 x:", &p));
	assert_false(perf_script_sample("", &p));
	/* a period that no counter holds */
	assert_false(perf_script_sample("sh 12 1.5: 99999999999999999999 x:", &p));
}

static void frame(const char *s, const char *symbol, const char *object)
{
	struct perf_frame f;

	if (!perf_script_frame(s, &f))
		fail_msg("no frame: %s", s);
	is(f.symbol, symbol);
	is(f.object, object);
}

static void frames_of_a_script(void **state)
{
	struct perf_frame f;

	(void)state;
	frame("\t          150af handle+0x2f (/usr/lib/ld.so)", "handle", "/usr/lib/ld.so");
	frame("\t 0 [unknown] ([unknown])", "[unknown]", "[unknown]");
	frame("\t 7f a(int, b (*)())+0xff (/x (1)/y (deleted))", "a(int, b (*)())",
	      "/x (1)/y (deleted)");
	frame(" 7f no_offset ([xen_blkfront]) ", "no_offset", "[xen_blkfront]");
	frame(" 7f ends_0xff ([a])", "ends_0xff", "[a]");
	assert_false(perf_script_frame("7f a ([b])", &f));
	assert_false(perf_script_frame("\t7f a ([b]", &f));
	assert_false(perf_script_frame("\t7f ([b])", &f));
	assert_false(perf_script_frame("\t7f a ()", &f));
	assert_false(perf_script_frame("\txyz a ([b])", &f));
	assert_false(perf_script_frame("\t", &f));
}

static void folded(const char *s, const char *command, const char *symbol, uint64_t weight)
{
	struct slice c;
	struct perf_frame f;
	uint64_t w;

	if (!perf_folded(s, &c, &f, &w))
		fail_msg("no stack: %s", s);
	is(c, command);
	is(f.symbol, symbol);
	assert_int_equal(w, weight);
}

static void folded_stacks(void **state)
{
	struct slice c;
	struct perf_frame f;
	uint64_t w;

	(void)state;
	folded("my task;a;b c 12", "my task", "b c", 12);
	folded("idle 3", "", "idle", 3);
	folded("sh;a_[k] 3", "sh", "a", 3);
	assert_false(perf_folded("a;b", &c, &f, &w));
	assert_false(perf_folded("a;b 12x", &c, &f, &w));
	assert_false(perf_folded("a;b -1", &c, &f, &w));
	assert_false(perf_folded(" 12", &c, &f, &w));
	assert_false(perf_folded("a; 12", &c, &f, &w));
	assert_false(perf_folded("a;b 99999999999999999999", &c, &f, &w));
	assert_false(perf_folded("", &c, &f, &w));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(layouts),
		cmocka_unit_test(rows_of_a_report),
		cmocka_unit_test(samples_of_a_script),
		cmocka_unit_test(frames_of_a_script),
		cmocka_unit_test(folded_stacks),
	};

	return cmocka_run_group_tests_name("perfline", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
/* profile/perfreport.c and profile/perfline.c: lines of perf report, of perf script and of folded
 * stacks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/slice.h"
#include "profile/perfline.h"
#include "profile/perfreport.h"

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
	assert_int_equal(l.nr, 4);
	assert_int_equal(l.span[l.column[PERF_OVERHEAD].nr].from, 2);
	assert_int_equal(l.span[l.column[PERF_COMMAND].nr].from, 12);
	assert_int_equal(l.span[l.column[PERF_COMMAND].nr].to, 21);
	assert_true(l.span[l.column[PERF_SYMBOL].nr].to == SIZE_MAX);
	/* a report sorted by other keys has no command */
	assert_true(perf_layout(&l, "# Overhead  Symbol", "# ........  ......"));
	assert_false(l.column[PERF_COMMAND].there);
	assert_true(
		perf_layout(&l, "# Children      Self  Symbol", "# ........  ........  ......"));
	assert_true(l.children && l.span[l.column[PERF_OVERHEAD].nr].from == 12 && !l.doubt);
}

static void separated(void **state)
{
	struct perf_layout l = { 0 };

	(void)state;
	assert_true(perf_separated(
		&l, "# Children,    Self,Command    ,Shared Object       ,Symbol        "));
	assert_true(l.known && l.children && l.separator == ',' && l.nr == 5 && !l.doubt);
	assert_int_equal(l.column[PERF_OVERHEAD].nr, 1);
	assert_int_equal(l.column[PERF_SYMBOL].nr, 4);
	assert_true(perf_separated(&l, "# Command\tOverhead"));
	assert_true(l.separator == '\t' && l.column[PERF_OVERHEAD].nr == 1 && !l.doubt);
	/* columns of a width, other comments, and a separator that could be part of a title */
	l = (struct perf_layout){ 0 };
	assert_false(perf_separated(&l, TITLES));
	assert_false(perf_separated(&l, "# Children      Self  Symbol"));
	assert_false(perf_separated(&l, "# Overhead"));
	assert_false(perf_separated(&l, "# Overhead Command Symbol"));
	assert_false(perf_separated(&l, "# Samples: 12  of event 'a'"));
	assert_false(perf_separated(&l, "# cmdline : perf record -e Self,b"));
	assert_false(perf_separated(&l, "# (Tip: Overhead, and how to read it)"));
	assert_false(l.known);
}

static const char *doubt_of(const char *titles, const char *rule)
{
	struct perf_layout l = { 0 };

	assert_true(rule ? perf_layout(&l, titles, rule) : perf_separated(&l, titles));
	return l.doubt ? l.doubt : "";
}

/* Whose rows are not what they look like. The titles are those of perf 6.1. */
static void doubtful_layouts(void **state)
{
	(void)state;
	/* -w 8,4,6,5 */
	assert_non_null(strstr(
		doubt_of("# Overhead  Comm  Shared  Symbo", "# ........  ....  ......  ....."),
		"cut"));
	assert_non_null(strstr(doubt_of("# Overhead,Comm,Shared,Symbo", NULL), "cut"));
	/* -F sample,sym, and -F overhead_children,sym */
	assert_non_null(
		strstr(doubt_of("#      Samples  Symbol", "# ............  ......"), "shares"));
	assert_non_null(strstr(doubt_of("# Children  Symbol", "# ........  ......"), "shares"));
	assert_non_null(strstr(doubt_of("# Children,Symbol", NULL), "shares"));
	/* -s pid */
	assert_non_null(strstr(
		doubt_of("# Overhead      Pid:Command", "# ........  ..............."), "neither"));
	/* --hierarchy */
	assert_non_null(strstr(doubt_of("#    Overhead  Command / Shared Object / Symbol",
					"# ...........  ..............................."),
			       "hierarchy"));
	assert_non_null(
		strstr(doubt_of("# Overhead,Command / Shared Object / Symbol", NULL), "hierarchy"));
	/* perf record -b */
	assert_non_null(strstr(doubt_of("# Overhead  Command  Source Shared Object  Source Symbol",
					"# ........  .......  ....................  ............."),
			       "branches"));
	assert_non_null(strstr(doubt_of("# Overhead_Command_Symbol", NULL), "separator"));
	assert_non_null(strstr(doubt_of("# Overhead[Command[Symbol", NULL), "separator"));
}

static enum perf_match row(const char *titles, const char *rule, const char *s,
			   struct perf_row *out)
{
	struct perf_layout l = { 0 };

	if (rule)
		assert_true(perf_layout(&l, titles, rule));
	else if (titles)
		assert_true(perf_separated(&l, titles));
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

#define CPU_TITLES "# Overhead       sys       usr  Command  Symbol"
#define CPU_RULE "# ........  ........  ........  .......  ......"

/* Columns that are not known stand between those that are. */
static void other_columns(void **state)
{
	struct perf_row r;

	(void)state;
	/* --show-cpu-utilization: not a group of three */
	assert_int_equal(
		row(CPU_TITLES, CPU_RULE, "    59.94%     9.94%    50.00%  w        [.] a", &r),
		PERF_ROW);
	assert_true(r.nr_percents == 1 && r.percent[0] > 59.9);
	is(r.text[PERF_COMMAND], "w");
	/* -v */
	assert_int_equal(
		row(CPU_TITLES, CPU_RULE,
		    "    59.94%     9.94%    50.00%  w        0x115a             B [.] a b", &r),
		PERF_ROW);
	is(r.text[PERF_SYMBOL], "a b");
	assert_int_equal(row("# Overhead        Period  Command  Symbol",
			     "# ........  ............  .......  ......",
			     "    59.94%   99999999999  w        [.] a", &r),
			 PERF_ROW);
}

static const char *row_doubt(const char *titles, const char *rule, const char *s)
{
	struct perf_row r;

	assert_int_equal(row(titles, rule, s, &r), PERF_DOUBTFUL);
	return r.doubt;
}

static void doubtful_rows(void **state)
{
	struct perf_row r;

	(void)state;
	/* a period of more digits than its column moves the others */
	assert_non_null(strstr(row_doubt("# Overhead        Period  Command  Symbol",
					 "# ........  ............  .......  ......",
					 "    59.94%   9999999999999  w        [.] a"),
			       "wider"));
	assert_non_null(
		strstr(row_doubt(TITLES, RULE, "   104.04%    my task  [kernel.kallsyms]   [k] a"),
		       "100 %"));
	assert_non_null(
		strstr(row_doubt(TITLES, RULE, "    24,04%    my task  [kernel.kallsyms]   [k] a"),
		       "comma"));
	assert_non_null(
		strstr(row_doubt(NULL, NULL, "   104.04%    sh  libc.so.6  [.] a"), "100 %"));
	assert_non_null(strstr(
		row_doubt(TITLES, RULE, "    12345.04%    my task  [kernel.kallsyms]   [k] a"),
		"wider"));
	/* two events, as no function takes more time without its callees */
	assert_non_null(strstr(row_doubt(NULL, NULL, "    58.45%  59.12%  w  w  [.] a"), "group"));
	/* a command with two blanks, a column more, and -t without titles */
	assert_non_null(
		strstr(row_doubt(NULL, NULL, "    24.04%  my  task  libc.so.6  [.] a"), "titles"));
	assert_non_null(strstr(row_doubt(NULL, NULL, "    24.04%  102932  sh  libc.so.6  [.] a"),
			       "titles"));
	assert_non_null(strstr(row_doubt(NULL, NULL, " 24.04% ,w      ,w                   ,[.] a"),
			       "titles"));
	/* of a symbol perf always says where it belongs */
	assert_int_equal(row(TITLES, RULE, "    24.04%    my task  [kernel.kallsyms]   a", &r),
			 PERF_DAMAGED);
	/* a folded call graph whose share would stand in the column */
	assert_int_equal(row(TITLES, RULE, "100.00% a;b", &r), PERF_NONE);
}

#define SEPARATED "# Children,    Self,Command    ,Shared Object       ,Symbol   "

static void separated_rows(void **state)
{
	struct perf_row r;

	(void)state;
	assert_int_equal(
		row(SEPARATED, NULL, " 99.76% , 59.88% ,my  task. 1,x    ,[.] spin<int. long>", &r),
		PERF_ROW);
	assert_true(r.nr_percents == 1 && r.percent[0] > 59.87 && r.percent[0] < 59.89);
	is(r.text[PERF_COMMAND], "my  task. 1");
	is(r.text[PERF_OBJECT], "x");
	is(r.text[PERF_SYMBOL], "spin<int. long>");
	assert_int_equal(row(SEPARATED, NULL, " 99.76% , 0.00%  ,sh,x,[k] a", &r), PERF_ROW);
	assert_true(r.caller);
	/* --group */
	assert_int_equal(row("#         Overhead|Symbol  ", NULL, " 58.45% 59.12%  |[.] a", &r),
			 PERF_ROW);
	assert_true(r.nr_percents == 2 && r.percent[1] > 59.11);
	/* call graphs, of which one has as many fields as a row */
	assert_int_equal(row(SEPARATED, NULL, "               |--60.18%--spin<int, long>", &r),
			 PERF_NONE);
	assert_int_equal(row(SEPARATED, NULL, "           59.91%", &r), PERF_NONE);
	assert_int_equal(row(SEPARATED, NULL, "0.70% a,b,c,d,e", &r), PERF_NONE);
	assert_int_equal(row(SEPARATED, NULL, "1028 a,b", &r), PERF_NONE);
	/* fields too few or too many, or none in one of them */
	assert_int_equal(row(SEPARATED, NULL, " 99.76% , 59.88% ,sh,x", &r), PERF_DAMAGED);
	assert_int_equal(row(SEPARATED, NULL, " 99.76% , 59.88% ,sh,x,[.] a,b", &r), PERF_DAMAGED);
	assert_int_equal(row(SEPARATED, NULL, " 99.76% , 59.88% ,,x,[.] a", &r), PERF_DAMAGED);
	assert_int_equal(row(SEPARATED, NULL, " 99.76% , 59.88  ,sh,x,[.] a", &r), PERF_DAMAGED);
	assert_int_equal(row(SEPARATED, NULL, " 99.76% , 59.88% ,sh,x,[.", &r), PERF_DAMAGED);
	assert_int_equal(row(SEPARATED, NULL, " 99.76% , 159.88% ,sh,x,[.] a", &r), PERF_DOUBTFUL);
}

static void events(const char *s, const char *first, const char *second)
{
	struct slice names;
	struct slice name;
	bool group;

	assert_true(perf_report_events(s, &names, &group));
	assert_true(perf_next_event(&names, &name));
	is(name, first);
	assert_true(perf_next_event(&names, &name) == (second != NULL));
	is(name, second ? second : "");
	assert_false(perf_next_event(&names, &name));
}

static void events_of_a_group(void **state)
{
	(void)state;
	events("# Samples: 1K of event 'cpu-clock'", "cpu-clock", NULL);
	/* --group, {a,b}, and 'name: {a,b}', of which perf cuts the end */
	events("# Samples: 1K of events 'a/x=1,y/, b'", "a/x=1,y/", "b");
	events("# Samples: 3K of events 'anon group { cpu-clock, task-clock }'", "cpu-clock",
	       "task-clock");
	events("# Samples: 3K of events 'mine { cpu-clock, task-cl", "cpu-clock", "task-cl");
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
		cmocka_unit_test(separated),
		cmocka_unit_test(doubtful_layouts),
		cmocka_unit_test(rows_of_a_report),
		cmocka_unit_test(other_columns),
		cmocka_unit_test(doubtful_rows),
		cmocka_unit_test(separated_rows),
		cmocka_unit_test(events_of_a_group),
		cmocka_unit_test(samples_of_a_script),
		cmocka_unit_test(frames_of_a_script),
		cmocka_unit_test(folded_stacks),
	};

	return cmocka_run_group_tests_name("perfline", tests, NULL, NULL);
}

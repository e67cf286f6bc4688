// SPDX-License-Identifier: GPL-2.0-only
/* options.c: what is taken, what is refused, and what is suggested instead. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/suggest.h"
#include "options.h"

/* Parses a command line of words separated by blanks; returns what opts_parse() does. */
static int parse(struct opts *o, struct terr *err, const char *line)
{
	static char words[512];
	char *rest;
	static char *argv[32];
	int argc = 0;

	argv[argc++] = "tailor";
	memset(err, 0, sizeof(*err));
	strncpy(words, line, sizeof(words) - 1);
	for (char *w = strtok_r(words, " ", &rest); w; w = strtok_r(NULL, " ", &rest))
		argv[argc++] = w;
	return opts_parse(o, tailor_cmds, argc, argv, err);
}

static void assert_refused(const char *line, const char *message)
{
	struct opts o;
	struct terr err;

	assert_int_equal(parse(&o, &err, line), -1);
	if (!strstr(err.msg, message))
		fail_msg("\"%s\" says \"%s\", not \"%s\"", line, err.msg, message);
	opts_free(&o);
}

static void refused(void **state)
{
	(void)state;
	assert_refused("", "no command");
	assert_refused("sycalls", "did you mean syscalls?");
	assert_refused("xyzzy", "unknown command xyzzy (see");
	assert_refused("tasks --formt=json", "did you mean --format?");
	assert_refused("tasks --min-share=1", "unknown option --min-share");
	assert_refused("tasks -Q", "unknown option -Q");
	assert_refused("tasks --format", "--format needs an argument");
	assert_refused("tasks --strict=yes", "takes no argument");
	assert_refused("tasks --format=dot", "supported: text, json, csv");
	assert_refused("tasks --top=-1", "not a whole number");
	assert_refused("tasks --top=1x", "not a whole number");
	assert_refused("tasks --since=yesterday", "is not a time");
	assert_refused("tasks --since=1.5h", "is not a time");
	assert_refused("tasks --since=99999999999999999999", "is not a time");
	assert_refused("params --min-share=much", "not a number");
}

static uint64_t since(const char *text, bool *relative)
{
	char line[128];
	struct opts o;
	struct terr err;

	snprintf(line, sizeof(line), "tasks --since=%s", text);
	assert_int_equal(parse(&o, &err, line), OPTS_RUN);
	assert_true(o.events.since.set && !o.events.until.set);
	*relative = o.events.since.relative;
	opts_free(&o);
	return o.events.since.ns;
}

static void times(void **state)
{
	bool relative;

	(void)state;
	assert_true(since("1262593069.5", &relative) == 1262593069500000000ull && !relative);
	assert_true(since("1262593069485340us", &relative) == 1262593069485340000ull);
	assert_true(since("1763791200000007927ns", &relative) == 1763791200000007927ull);
	assert_true(since("+2s", &relative) == 2000000000ull && relative);
	assert_true(since("+1.25ms", &relative) == 1250000ull && relative);
}

static void lists(void **state)
{
	struct opts o;
	struct terr err;

	(void)state;
	assert_int_equal(parse(&o, &err, "tasks -t a,b --task=c -p 1,,2 x.log - -fjson"), OPTS_RUN);
	assert_int_equal(o.events.task.nr, 3);
	assert_string_equal(o.events.task.v[1], "b");
	assert_string_equal(o.events.task.v[2], "c");
	assert_int_equal(o.events.pid.nr, 2);
	assert_int_equal(o.nr_paths, 2);
	assert_string_equal(o.paths[0], "x.log");
	assert_string_equal(o.paths[1], "-");
	assert_int_equal(o.format, FORMAT_JSON);
	opts_free(&o);
}

static void paths_behind_two_dashes(void **state)
{
	struct opts o;
	struct terr err;

	(void)state;
	assert_int_equal(parse(&o, &err, "tasks -- --task"), OPTS_RUN);
	assert_int_equal(o.nr_paths, 1);
	assert_string_equal(o.paths[0], "--task");
	opts_free(&o);
}

static void suggestions(void **state)
{
	static const char *const names[] = { "tasks", "syscalls", "latency" };

	(void)state;
	assert_string_equal(suggest_name("task", names, 3), "tasks");
	assert_string_equal(suggest_name("latncy", names, 3), "latency");
	assert_string_equal(suggest_name("syscalls", names, 3), "syscalls");
	assert_null(suggest_name("foo", names, 3));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refused),     cmocka_unit_test(times),
		cmocka_unit_test(lists),       cmocka_unit_test(paths_behind_two_dashes),
		cmocka_unit_test(suggestions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

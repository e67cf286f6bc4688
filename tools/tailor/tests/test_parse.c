// SPDX-License-Identifier: GPL-2.0-only
/* log/parse.c: which lines are events, and what is in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "lib/number.h"
#include "lib/slice.h"
#include "lib/terr.h"
#include "log/parse.h"

/* The line as it stands in a block: behind a line, before padding. */
static bool parse(const char *text, enum parse_form form, struct log_event *ev)
{
	static char buf[4096];
	struct scan scan;
	struct line l;

	memset(buf, '\n', sizeof(buf));
	memcpy(buf + 1, text, strlen(text));
	scan_start(&scan, buf + 1);
	scan_line(&scan, buf + 1, &l);
	memset(ev, 0, sizeof(*ev));
	return parse_event(&l, form, ev);
}

static void assert_slice(struct slice s, const char *want)
{
	assert_int_equal(s.len, strlen(want));
	assert_memory_equal(s.s, want, s.len);
}

struct good {
	const char *line;
	enum parse_form form;
	const char *task;
	const char *syscall;
	const char *args;
	int64_t ret;
	int err;
	uint64_t duration;
};

static const struct good good[] = {
	{ "1262593069485340\tlighttpd\tpoll\t(ufds=0x96f21c0 nfds=0x1)=0\tKerneltime: 1001993\t",
	  PARSE_FIVE, "lighttpd", "poll", "ufds=0x96f21c0 nfds=0x1", 0, 0, 1001993 },
	{ "1262593069485340\tlighttpd\tpoll\t(ufds=0x96f21c0 nfds=0x1)=0\tKerneltime: 1001993",
	  PARSE_FIVE, "lighttpd", "poll", "ufds=0x96f21c0 nfds=0x1", 0, 0, 1001993 },
	{ "1262593069485375 lighttpd time (tloc=0x0)=1262593069 Kerneltime: 6", PARSE_FIVE,
	  "lighttpd", "time", "tloc=0x0", 1262593069, 0, 6 },
	{ "1262593069485375  a b  time  (tloc=0x0)=1  Kerneltime: 6  ", PARSE_FIVE, "a b", "time",
	  "tloc=0x0", 1, 0, 6 },
	{ "1262593069485375 (sd-pam) read (fd=1 buf=\"a) b\")=-9 Kerneltime: 6", PARSE_FIVE,
	  "(sd-pam)", "read", "fd=1 buf=\"a) b\"", -9, 9, 6 },
	{ "5\tkworker/0:1 x\tread\t()=-11 (EAGAIN)\tKerneltime: 0", PARSE_FIVE, "kworker/0:1 x",
	  "read", "", -11, 11, 0 },
	{ "5\ta\tb\t(x)=1\tKerneltime: 2", PARSE_FIVE, "a", "b", "x", 1, 0, 2 },
	{ "5\tt\tmmap\t(a=b=(c)=\"=\")=0xffffffffb7f0a000\tKerneltime: 2", PARSE_FIVE, "t", "mmap",
	  "a=b=(c)=\"=\"", (int64_t)0xffffffffb7f0a000, 0, 2 },
	{ "5\tt\topen\t(1)=0xfffffffffffffff3\tKerneltime: 2", PARSE_FIVE, "t", "open", "1", -13,
	  13, 2 },
	{ "5\tt\topen\t(1)=-9223372036854775807\tKerneltime: 2", PARSE_FIVE, "t", "open", "1",
	  -INT64_MAX, 0, 2 },
	{ "5\tt\topen\t(\xff\xfe)=-4096\tKerneltime: 2", PARSE_FIVE, "t", "open", "\xff\xfe", -4096,
	  0, 2 },
	{ "1763791200000007927\tlighttpd\t0\t(7 813c386bbc4 1000)=147\tKerneltime: 4584\t312\t313",
	  PARSE_SEVEN, "lighttpd", "0", "7 813c386bbc4 1000", 147, 0, 4584 },
	{ "1763791200000007927\tlighttpd\t0\t(7)=147\tKerneltime: 4584\t312\t313\t", PARSE_SEVEN,
	  "lighttpd", "0", "7", 147, 0, 4584 },
};

static void events(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		const struct good *g = &good[i];
		struct log_event ev;

		if (!parse(g->line, g->form, &ev))
			fail_msg("not understood: %s", g->line);
		assert_slice(ev.task, g->task);
		assert_slice(ev.syscall, g->syscall);
		assert_slice(ev.args, g->args);
		assert_true(ev.ret == g->ret);
		assert_int_equal(ev.err, g->err);
		assert_true(ev.duration == g->duration && ev.has_duration);
		assert_int_equal(ev.ret_kind, LOG_RET_VALUE);
		assert_int_equal(ev.has_ids, g->form == PARSE_SEVEN);
	}
}

static void ids_and_time(void **state)
{
	struct log_event ev;

	(void)state;
	assert_true(parse("1763791200000007927\tt\t0\t(7)=147\tKerneltime: 4584\t312\t4294967295",
			  PARSE_SEVEN, &ev));
	assert_true(ev.time == 1763791200000007927);
	assert_int_equal(ev.pid, 312);
	assert_true(ev.tid == 4294967295u);
}

static void never_returned(void **state)
{
	struct log_event ev;

	(void)state;
	assert_true(parse("5\tt\texit_group\t(0)=?\tKerneltime: ?\t1\t1", PARSE_SEVEN, &ev));
	assert_int_equal(ev.ret_kind, LOG_RET_NONE);
	assert_false(ev.has_duration);
	assert_int_equal(ev.err, 0);
	assert_true(parse("5\tt\texit_group\t(0)=?\tKerneltime: 0\t1\t1", PARSE_SEVEN, &ev));
	assert_true(ev.has_duration);
}

/* The clocks of two CPUs differed: the result stands, the time does not. */
static void returned_before_it_began(void **state)
{
	struct log_event ev;

	(void)state;
	assert_true(parse("5\tt\topenat\t(1)=-13\tKerneltime: -211\t1\t1", PARSE_SEVEN, &ev));
	assert_int_equal(ev.ret_kind, LOG_RET_VALUE);
	assert_int_equal(ev.err, 13);
	assert_false(ev.has_duration);
	assert_true(ev.backwards);
	assert_true(parse("5 t openat (1)=-13 Kerneltime: -211", PARSE_FIVE, &ev));
	assert_true(ev.err == 13 && !ev.has_duration && ev.backwards);
	assert_true(parse("5\tt\topenat\t(1)=-13\tKerneltime: 0\t1\t1", PARSE_SEVEN, &ev));
	assert_true(ev.has_duration && !ev.backwards);
}

#define A "1262593069485340\tlighttpd\tpoll\t(ufds=0x96f21c0 nfds=0x1)=0\tKerneltime: 1001993\t"
#define B "1262593069485375\tlighttpd\ttime\t(tloc=0x0)=1262593069\tKerneltime: 6\t"
#define B_BLANKS "1262593069485375 lighttpd time (tloc=0x0)=1262593069 Kerneltime: 6"

static const char *const bad[] = {
	"lighttpd\tpoll\t(ufds=0x1)=0\tKerneltime: 5",
	"x\tlighttpd\tpoll\t(ufds=0x1)=0\tKerneltime: 5",
	"-5\tlighttpd\tpoll\t(ufds=0x1)=0\tKerneltime: 5",
	"\tlighttpd\tpoll\t(ufds=0x1)=0\tKerneltime: 5",
	"5\t\tpoll\t(ufds=0x1)=0\tKerneltime: 5",
	"5\tlighttpd\t\t(ufds=0x1)=0\tKerneltime: 5",
	"5\tlighttpd\tpoll\tufds=0x1=0\tKerneltime: 5",
	"5\tlighttpd\tpoll\t(ufds=0x1=0\tKerneltime: 5",
	"5\tlighttpd\tpoll\t(ufds=0x1)0\tKerneltime: 5",
	"5\tlighttpd\tpoll\t(ufds=0x1)=\tKerneltime: 5",
	"5\tlighttpd\tpoll\t(ufds=0x1)=0x\tKerneltime: 5",
	"5\tlighttpd\tpoll\t(ufds=0x1)=0xfffffffffffffffff\tKerneltime: 5",
	"5\tlighttpd\tpoll\t(ufds=0x1)=1-\tKerneltime: 5",
	"5\tlighttpd\tpoll\t(ufds=0x1)=--1\tKerneltime: 5",
	"5\tlighttpd\tpoll\t(ufds=0x1)=-11 (eagain)\tKerneltime: 5",
	"5\tlighttpd\tpoll\t(ufds=0x1)=-11 (EAGAIN\tKerneltime: 5",
	"5\tlighttpd\tpoll\t(ufds=0x1)=0\tKerneltime: ",
	"5\tlighttpd\tpoll\t(ufds=0x1)=0\tKerneltime: -",
	"5\tlighttpd\tpoll\t(ufds=0x1)=0\tKerneltime: --5",
	"5\tlighttpd\tpoll\t(ufds=0x1)=0\tKerneltime: -5x",
	"5\tlighttpd\tpoll\t(ufds=0x1)=0\tKerneltime: 5x",
	"5\tlighttpd\tpoll\t(ufds=0x1)=0\tKerneltime: ?",
	"5\tlighttpd\tpoll\t(ufds=0x1)=0\tKerneltime: 18446744073709551616",
	"5\tlighttpd\tpoll\t(ufds=0x1)=0\tKerneltime:5",
	"5\tlighttpd\tpoll\t(ufds=0x1)=0\tKerne",
	"5\tlighttpd\tpoll\t(ufds=0x1)=0",
	"5\tlighttpd\tpoll",
	"5",
	"garbage",
	"5\tlighttpd\tpoll\t(ufds=0x\001)=0\tKerneltime: 5",
	/* Ids belong to the other form, and no more than two of them. */
	"5\tlighttpd\tpoll\t(ufds=0x1)=0\tKerneltime: 5\t1\t1",
	"5\tlighttpd\tpoll\t(ufds=0x1)=0\tKerneltime: 5\t1",
	/* Two times in one, and a task no kernel has. */
	"1262593069485340" B_BLANKS,
	"12" B,
	"1262593069485340\tlight" B,
	"1262593069485340 light" B_BLANKS,
};

static void no_events(void **state)
{
	struct log_event ev;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		if (parse(bad[i], PARSE_FIVE, &ev))
			fail_msg("taken for an event: %s", bad[i]);
}

static void no_events_of_seven(void **state)
{
	static const char *const lines[] = {
		"5\tt\tpoll\t(1)=0\tKerneltime: 5",
		"5\tt\tpoll\t(1)=0\tKerneltime: 5\t1",
		"5\tt\tpoll\t(1)=0\tKerneltime: 5\t1\t",
		"5\tt\tpoll\t(1)=0\tKerneltime: 5\t1\t2\t3",
		"5\tt\tpoll\t(1)=0\tKerneltime: 5\t1\t4294967296",
		"5\tt\tpoll\t(1)=0\tKerneltime: 5\t\t2",
		"5 t poll (1)=0 Kerneltime: 5 1 2",
	};
	struct log_event ev;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		if (parse(lines[i], PARSE_SEVEN, &ev))
			fail_msg("taken for an event: %s", lines[i]);
}

/*
 * A line cut anywhere with a whole one behind it is never an event, with one exception that cannot
 * be told: cut before anything, or where what is left of it and the next make one time.
 */
static void glued(void **state)
{
	char text[512];
	struct log_event ev;

	(void)state;
	for (size_t cut = 1; cut <= strlen(A); cut++) {
		snprintf(text, sizeof(text), "%.*s%s", (int)cut, A, B);
		if (parse(text, PARSE_FIVE, &ev))
			fail_msg("taken for an event: %s", text);
	}
}

/* The same where blanks separate: what is cut behind the last '(' of the first shows. */
static void glued_blanks(void **state)
{
	static const char a[] =
		"1262593069485340 lighttpd poll (ufds=0x96f21c0 nfds=0x1)=0 Kerneltime: 1001993";
	char text[512];
	struct log_event ev;

	(void)state;
	for (size_t cut = 1; cut <= strlen(a); cut++) {
		snprintf(text, sizeof(text), "%.*s%s", (int)cut, a, B_BLANKS);
		if (parse(text, PARSE_FIVE, &ev))
			fail_msg("taken for an event: %s", text);
	}
}

/* The beginning of a line is no event, but for digits missing at its very end. */
static void cut_off(void **state)
{
	static const char a[] = "5\tt\tpoll\t(ufds=0x1)=-11 (EAGAIN)\tKerneltime: 5";
	char text[512];
	struct log_event ev;

	(void)state;
	for (size_t cut = 0; cut < strlen(a); cut++) {
		snprintf(text, sizeof(text), "%.*s", (int)cut, a);
		if (parse(text, PARSE_FIVE, &ev))
			fail_msg("taken for an event: %s", text);
	}
}

static void numbers(void **state)
{
	unsigned int seed = 1;

	(void)state;
	for (int i = 0; i < 200000; i++) {
		char buf[48] = { 0 };
		uint64_t want;
		uint64_t got = 0;
		size_t len;

		seed = seed * 1103515245 + 12345;
		want = (uint64_t)seed * 2654435761u * seed;
		want >>= (seed >> 8) % 64;
		len = (size_t)snprintf(buf, sizeof(buf), "%llu", (unsigned long long)want);
		assert_true(parse_u64(buf, buf + len, &got));
		assert_true(got == want);
		buf[seed % len] = "/:;-xA \377"[(seed >> 16) % 8];
		assert_false(parse_u64(buf, buf + len, &got));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events),	  cmocka_unit_test(ids_and_time),
		cmocka_unit_test(never_returned), cmocka_unit_test(returned_before_it_began),
		cmocka_unit_test(no_events),	  cmocka_unit_test(no_events_of_seven),
		cmocka_unit_test(glued),	  cmocka_unit_test(glued_blanks),
		cmocka_unit_test(cut_off),	  cmocka_unit_test(numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

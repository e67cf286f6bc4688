// SPDX-License-Identifier: GPL-2.0-only
/* The small parts: interning, the system call table, errors, escapes, lines of call graphs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "lib/intern.h"
#include "lib/text.h"
#include "lib/errnos.h"
#include "log/syscalls.h"
#include "profile/callgraph.h"

/* Names of every length up to 40, that differ in one byte each, twice. */
static void intern_tells_apart(void **state)
{
	struct intern in = { 0 };
	uint32_t want = 0;

	(void)state;
	for (int round = 0; round < 2; round++) {
		want = 0;
		for (size_t len = 1; len <= 40; len++)
			for (size_t at = 0; at < len; at++)
				for (int c = 'b'; c <= 'd'; c++) {
					char name[64];

					memset(name, 'a', sizeof(name));
					name[at] = (char)c;
					/* What follows the name must not matter. */
					name[len] = (char)('0' + round);
					assert_int_equal(intern_add(&in, name, len), want);
					assert_int_equal(strlen(in.names[want].s), len);
					want++;
				}
	}
	assert_int_equal(in.nr, want);
	intern_free(&in);
}

static void syscall_table(void **state)
{
	(void)state;
	assert_string_equal(syscall_by_number(0)->name, "read");
	assert_string_equal(syscall_by_number(257)->name, "openat");
	assert_string_equal(syscall_by_number(257)->params[1], "filename");
	assert_int_equal(syscall_by_number(257)->nr_params, 4);
	assert_int_equal(syscall_by_number(56)->nr_params, 5);
	assert_null(syscall_by_number(335));
	assert_null(syscall_by_number(100000));
	assert_ptr_equal(syscall_by_name("openat", 6), syscall_by_number(257));
	assert_null(syscall_by_name("openat", 5));
}

static void errno_names(void **state)
{
	(void)state;
	assert_string_equal(errno_name(13), "EACCES");
	assert_string_equal(errno_name(95), "EOPNOTSUPP");
	assert_string_equal(errno_name(512), "ERESTARTSYS");
	assert_null(errno_name(0));
	assert_null(errno_name(4095));
	assert_int_equal(errno_by_name("EAGAIN", 6), 11);
	assert_int_equal(errno_by_name("EWOULDBLOCK", 11), 11);
	assert_int_equal(errno_by_name("ERESTARTSYS", 11), 512);
	assert_int_equal(errno_by_name("EAGAI", 5), 0);
}

static void assert_escaped(const char *s, size_t len, const char *want)
{
	char *got = text_escape(s, len);

	assert_string_equal(got, want);
	free(got);
}

static void escapes(void **state)
{
	(void)state;
	assert_escaped("kworker/0:1 [x]", 15, "kworker/0:1 [x]");
	assert_escaped("a\tb\033[0m\177", 8, "a\\x09b\\x1b[0m\\x7f");
	assert_escaped("a\0b", 3, "a\\x00b");
	assert_escaped("gr\303\274n", 5, "gr\303\274n");
	assert_escaped("\342\202\254", 3, "\342\202\254");
	assert_escaped("\360\237\230\200", 4, "\360\237\230\200");
	/* Latin-1, a form that is too long, half of a pair, too large, C1, cut off. */
	assert_escaped("gr\374n", 4, "gr\\xfcn");
	assert_escaped("\300\257", 2, "\\xc0\\xaf");
	assert_escaped("\355\240\200", 3, "\\xed\\xa0\\x80");
	assert_escaped("\364\220\200\200", 4, "\\xf4\\x90\\x80\\x80");
	assert_escaped("\302\233", 2, "\\xc2\\x9b");
	assert_escaped("\342\202", 2, "\\xe2\\x82");
}

static bool graph_line(const char *text, struct cg_event *ev)
{
	static char buf[512];

	memset(buf, '\n', sizeof(buf));
	memcpy(buf, text, strlen(text));
	return callgraph_parse(buf, buf + strlen(text), ev);
}

static void callgraph_lines(void **state)
{
	struct cg_event ev;

	(void)state;
	assert_true(graph_line("36 lighttpd(2245): ->kernel_sendmsg sock=0xf6 msg=0x1", &ev));
	assert_true(ev.time == 36 && !ev.exit && ev.pid == 2245);
	assert_int_equal(ev.task.len, strlen("lighttpd"));
	assert_int_equal(ev.function.len, strlen("kernel_sendmsg"));
	assert_true(graph_line("0 a b(c): (1):<-f.isra.0", &ev));
	assert_true(ev.exit && ev.pid == 1);
	assert_int_equal(ev.task.len, strlen("a b(c): "));
	assert_false(graph_line("", &ev));
	assert_false(graph_line("36", &ev));
	assert_false(graph_line("36 lighttpd(2245):", &ev));
	assert_false(graph_line("36 lighttpd(2245): ->", &ev));
	assert_false(graph_line("36 lighttpd(): ->f", &ev));
	assert_false(graph_line("36 (1): ->f", &ev));
	assert_false(graph_line("x lighttpd(1): ->f", &ev));
	assert_false(graph_line("36 lighttpd(1): ->f sock=0x36 lighttpd(1): <-g", &ev));
	assert_false(graph_line("36 lighttpd(1): ->f\001", &ev));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(intern_tells_apart), cmocka_unit_test(syscall_table),
		cmocka_unit_test(errno_names),	      cmocka_unit_test(escapes),
		cmocka_unit_test(callgraph_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

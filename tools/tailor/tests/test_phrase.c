// SPDX-License-Identifier: GPL-2.0-only
/* diagnose/phrase.c and diagnose/console.c: what is found in a line, and which lines are the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "diagnose/console.h"
#include "diagnose/phrase.h"
#include "tests/scratch.h"

/* The names that a phrase takes out of a line, "+" between them; "" for a find without a name;
 * NULL: it is not there. */
static const char *found(const char *text, const char *line)
{
	static char names[256];
	struct arena ar = { 0 };
	struct terr err = { "" };
	struct phrase_search s = { 0 };
	struct phrase p;
	bool any = false;

	assert_int_equal(phrase_compile(&p, text, &ar, &err), 0);
	names[0] = '\0';
	while (phrase_find(&p, line, strlen(line), &s)) {
		size_t len = strlen(names);

		any = true;
		if (!p.kind)
			break;
		snprintf(names + len, sizeof(names) - len, "%s%.*s", len ? "+" : "",
			 (int)s.name.len, s.name.s);
	}
	arena_free(&ar);
	return any ? names : NULL;
}

#define assert_found(text, line, want) assert_string_equal(found(text, line) ?: "NOT", want)
#define assert_not_found(text, line) assert_null(found(text, line))

static void words_have_borders(void **state)
{
	(void)state;
	assert_not_found("fuse", "connection refused");
	assert_not_found("fuse", "fuse3: not installed");
	assert_not_found("epoll", "epoll_create1 failed");
	assert_found("fuse", "fuse: device not found", "");
	assert_found("fuse", "/dev/fuse", "");
	assert_found("epoll*", "epoll_create1 failed", "");
	assert_found("set*id", "call setresuid failed", "");
	assert_not_found("set*id", "call setresuids failed");
}

static void spaces_take_what_is_no_word(void **state)
{
	(void)state;
	assert_found("prctl pr_set_seccomp", "prctl(pr_set_seccomp): einval", "");
	assert_found("error -8", "(error -8)", "");
	assert_found("error -8", "error: -8.", "");
	assert_not_found("error -8", "error 8");
	assert_not_found("error -8", "error -80");
	assert_not_found("mount tmp", "mount /tmp");
	assert_found("iptables * no chain", "iptables -t nat: no chain", "");
	assert_not_found("iptables * no chain", "no chain of iptables");
	assert_found("a * b * c", "a b a c", "");
}

static void names_are_taken_out(void **state)
{
	(void)state;
	assert_found("module {m} not found", "module dm_mod not found in /lib", "dm_mod");
	assert_found("type {m}", "unknown type 'vfat'.", "vfat");
	assert_found("type {m}", "type \\\"overlay\\\"", "overlay");
	assert_found("-m {m}", "-m limit --limit 1 -m set -j log", "limit+set");
	assert_found("qdisc * {m}", "tc qdisc add dev", "add+dev");
	assert_not_found("module {m} not found", "module not found");
}

static void mistakes_are_told(void **state)
{
	static const char *const bad[] = { "*",	   "{x}",    "::",  "a{x",
					   "a {}", "Module", "ab*", "a {x} {y}" };
	struct arena ar = { 0 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct terr err = { "" };
		struct phrase p;

		assert_int_equal(phrase_compile(&p, bad[i], &ar, &err), -1);
		assert_true(err.msg[0]);
	}
	arena_free(&ar);
}

/* Reads the text as a console. */
static void console_of(struct console *c, const char *text)
{
	const char *path = file_of(text);
	struct terr err = { "" };

	assert_int_equal(console_read(c, path, &err), 0);
	unlink(path);
}

static void what_a_terminal_shows(void **state)
{
	struct console c = { 0 };

	(void)state;
	console_of(&c, "<6>[    1.250000] \033[0;32mok\033[0m\r\n"
		       "[    2.000000][    T1] two  \n"
		       "[info] three\n"
		       "\033]0;title\afour\tfive");
	assert_int_equal(c.nr, 4);
	assert_string_equal(c.v[0].s, "ok");
	assert_string_equal(c.v[1].s, "two");
	assert_string_equal(c.v[2].s, "[info] three");
	assert_string_equal(c.v[3].s, "four five");
	assert_int_equal(c.v[3].nr, 4);
	console_free(&c);
}

static void lines_that_are_the_same(void **state)
{
	static const char *const same[] = {
		"[   9.000001] sh[7]: eth0 at 0xffff0000 irq 5",
		"sh[1234]: eth1 at 0x7ab3 irq 12",
		"Jan  1 00:00:00 host1 ntpd[3]: ok",
		"Nov 30 17:33:05 host1 ntpd[44]: ok",
		"boot id deadbeef01234567",
		"boot id 0123456789abcdef",
	};
	static const char *const others[] = { "sh: eth at", "boot id", "Jan host1 ntpd: bad" };
	struct console_known k = { 0 };
	struct terr err = { "" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(same); i += 2) {
		struct console a = { 0 };
		struct console b = { 0 };

		console_of(&a, same[i]);
		console_of(&b, same[i + 1]);
		assert_false(console_is_known(&k, &b.v[0]));
		assert_int_equal(console_known_add(&k, &a, &err), 0);
		assert_true(console_is_known(&k, &b.v[0]));
		console_free(&a);
		console_free(&b);
	}
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		struct console c = { 0 };

		console_of(&c, others[i]);
		assert_false(console_is_known(&k, &c.v[0]));
		console_free(&c);
	}
	console_known_free(&k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_have_borders),
		cmocka_unit_test(spaces_take_what_is_no_word),
		cmocka_unit_test(names_are_taken_out),
		cmocka_unit_test(mistakes_are_told),
		cmocka_unit_test(what_a_terminal_shows),
		cmocka_unit_test(lines_that_are_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

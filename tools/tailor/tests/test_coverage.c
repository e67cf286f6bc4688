// SPDX-License-Identifier: GPL-2.0-only
/* cover/coverage.c, cover/addrline.c: what stands in a coverage file, and paths of debug
 * information.
 */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "cover/addrline.h"

static void paths(void **state)
{
	static const char *const cases[][2] = {
		{ "kernel/fork.c", "kernel/fork.c" },
		{ "./include/linux/list.h", "include/linux/list.h" },
		{ "arch/x86/kernel/../include/asm/trace/./irq.h",
		  "arch/x86/include/asm/trace/irq.h" },
		{ "include/trace/../../include/ras/ras_event.h", "include/ras/ras_event.h" },
		{ "../../../kernel/fork.c", "kernel/fork.c" },
		{ "/build/reproducible-path/linux-6.1.192/arch/x86/entry/entry_64.S",
		  "arch/x86/entry/entry_64.S" },
		{ "debian/build/build_amd64/arch/x86/include/generated/asm/x.h",
		  "arch/x86/include/generated/asm/x.h" },
		{ "/home/of/somebody/linux/io_uring//rw.c", "io_uring/rw.c" },
		{ "arch//x86/a.c", "arch/x86/a.c" },
		{ "kernels/x.c", "kernels/x.c" },
		{ "/usr/include/stdio.h", "usr/include/stdio.h" },
		{ "<built-in>", "<built-in>" },
		{ "..", ".." },
		{ "", "" },
	};
	char buf[PATH_MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_string_equal(addrline_path(cases[i][0], buf), cases[i][1]);
}

/* A file of this text. */
static struct coverage *read_text(const char *text, struct terr *err)
{
	int fd = memfd_create("coverage", MFD_CLOEXEC);
	struct coverage *c;
	char path[64];

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	c = coverage_read(path, err);
	close(fd);
	return c;
}

#define HEAD "# tailor coverage 1\n# kernel: 6.1\n"

static void contents(void **state)
{
	struct terr err = { 0 };
	struct coverage *c = read_text(HEAD "# source: stap\n# accelerator: icount\n"
					    "# text 0xffffffff9a000000\n"
					    "# module nic 0xffffffffc0201000 49152\n"
					    "# section nic .text 0xffffffffc0201000\n# phase boot\n"
					    "ffffffff81000110\n10+12\n# phase workload\n"
					    "ffffffff81000110\n# phase boot\n0\n# phase late\n"
					    "10\n# end 5 lost 2\n",
				       &err);

	(void)state;
	assert_non_null(c);
	assert_string_equal(c->kernel, "6.1");
	assert_string_equal(c->source, "stap");
	assert_true(c->text == 0xffffffff9a000000);
	assert_int_equal(c->nr_modules, 1);
	assert_string_equal(c->modules[0].name, "nic");
	assert_true(c->modules[0].base == 0xffffffffc0201000 && c->modules[0].bytes == 49152);
	assert_int_equal(c->nr_sections, 1);
	assert_string_equal(c->sections[0].module, "nic");
	assert_string_equal(c->sections[0].name, ".text");
	assert_int_equal(c->nr, 5);
	assert_true(c->addrs[0].addr == 0xffffffff81000110 && !c->addrs[0].bytes);
	assert_true(c->addrs[1].addr == 0x10 && c->addrs[1].bytes == 12);
	assert_int_equal(c->addrs[0].phases, 1u << COV_BOOT);
	assert_int_equal(c->addrs[2].phases, 1u << COV_WORKLOAD);
	assert_int_equal(c->addrs[3].phases, 1u << COV_BOOT);
	assert_int_equal(c->addrs[4].phases, 1u << COV_LATE);
	assert_true(c->has_late);
	assert_int_equal(c->lost, 2);
	assert_false(coverage_complete(c));
	coverage_free(c);
}

/* What was cut off is no address, but not complete. */
static void cut_off(void **state)
{
	struct terr err = { 0 };
	struct coverage *c = read_text(HEAD "# phase boot\nffffffff81000110\nffffffff8100", &err);

	(void)state;
	assert_non_null(c);
	assert_int_equal(c->nr, 1);
	assert_int_equal(c->lost, -1);
	assert_false(c->has_late);
	assert_false(coverage_complete(c));
	coverage_free(c);
	assert_null(read_text(HEAD "# phase boot\n\n# end 0 lost 0\n", &err));
	assert_non_null(strstr(err.msg, ":4: neither a comment nor ADDRESS"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths),
		cmocka_unit_test(contents),
		cmocka_unit_test(cut_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
/* log/params.c: arguments, and counting their values in bounded memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib/slice.h"
#include "log/params.h"

static struct slice slice(const char *s)
{
	return (struct slice){ s, strlen(s) };
}

/* The arguments of a call as "name:value|name:value". */
static void assert_args(const char *args, const char *want)
{
	struct slice rest = slice(args);
	char got[256] = "";
	size_t n = 0;
	struct arg a;

	while (arg_next(&rest, &a))
		n += (size_t)snprintf(got + n, sizeof(got) - n, "%s%.*s:%.*s", n ? "|" : "",
				      (int)a.name_len, a.name ? a.name : "", (int)a.value_len,
				      a.value);
	assert_string_equal(got, want);
}

static void arguments(void **state)
{
	(void)state;
	assert_args("", "");
	assert_args("  ", "");
	assert_args("fd=3 buf=0x1 count=10", "fd:3|buf:0x1|count:10");
	assert_args("3 7ffe 400", ":3|:7ffe|:400");
	assert_args("fd=3, buf=0x1", "fd:3|buf:0x1");
	assert_args("path=\"a b, c=d\" x=1", "path:\"a b, c=d\"|x:1");
	assert_args("p=\"a\\\" b\" x=1", "p:\"a\\\" b\"|x:1");
	assert_args("ufds=[{fd=3, events=1}, {fd=4}] n=2", "ufds:[{fd=3, events=1}, {fd=4}]|n:2");
	assert_args("p=\"open", "p:\"open");
	assert_args("x=", "x:");
	assert_args("a==b", "a:=b");
}

static const struct param *param(const struct log_params *p, const char *name)
{
	for (size_t i = 0; i < p->nr; i++)
		if (!strcmp(p->v[i].name, name))
			return &p->v[i];
	return NULL;
}

static void positions_get_names(void **state)
{
	const struct syscall_def *def = syscall_by_name("read", 4);
	struct log_params p = { 0 };

	(void)state;
	assert_non_null(def);
	assert_int_equal(log_params_add(&p, def, slice("3 7ffe 400 0 0 0")), 0);
	assert_int_equal(p.nr, 3);
	assert_string_equal(p.v[0].name, "fd");
	assert_string_equal(p.v[1].name, "buf");
	assert_string_equal(p.v[2].name, "count");
	log_params_free(&p);
}

static uint64_t calls_of(const struct param *p, const char *value)
{
	for (size_t i = 0; p && i < p->nr; i++)
		if (!strcmp(p->values[i].text, value))
			return p->values[i].calls;
	return 0;
}

static void few_values_are_exact(void **state)
{
	struct log_params p = { 0 };

	(void)state;
	for (int i = 0; i < 1000; i++) {
		char args[64];

		snprintf(args, sizeof(args), "fd=%d how=%s", i % 50, i % 10 ? "a" : "b");
		assert_int_equal(log_params_add(&p, NULL, slice(args)), 0);
	}
	assert_true(param(&p, "fd")->missed == 0);
	assert_true(calls_of(param(&p, "fd"), "7") == 20);
	assert_true(calls_of(param(&p, "how"), "a") == 900);
	assert_true(calls_of(param(&p, "how"), "b") == 100);
	assert_true(param(&p, "how")->calls == 1000);
	log_params_free(&p);
}

static void add_many(struct log_params *p, int from, int to)
{
	for (int i = from; i < to; i++) {
		char args[64];

		snprintf(args, sizeof(args), "x=%s%d", i % 10 < 3 ? "often" : "n",
			 i % 10 < 3 ? 0 : i);
		assert_int_equal(log_params_add(p, NULL, slice(args)), 0);
	}
}

/* 3 of 10 calls have one value, all others a new one each. */
static void many_values_stay_bounded(void **state)
{
	struct log_params p = { 0 };
	const struct param *x;
	uint64_t lower;

	(void)state;
	add_many(&p, 0, 100000);
	x = param(&p, "x");
	assert_true(x->nr <= AGG_VALUES);
	assert_true(x->calls == 100000);
	lower = calls_of(x, "often0");
	assert_true(x->missed > 0 && x->missed <= 100000 / (AGG_VALUES + 1));
	assert_true(lower <= 30000 && lower + x->missed >= 30000);
	log_params_free(&p);
}

static void merged_parts_keep_the_bound(void **state)
{
	struct log_params a = { 0 };
	struct log_params b = { 0 };
	const struct param *x;
	uint64_t lower;

	(void)state;
	add_many(&a, 0, 40000);
	add_many(&b, 40000, 100000);
	assert_int_equal(log_params_merge(&a, &b), 0);
	x = param(&a, "x");
	lower = calls_of(x, "often0");
	assert_true(x->nr <= AGG_VALUES && x->calls == 100000);
	assert_true(x->missed <= 100000 / (AGG_VALUES + 1));
	assert_true(lower <= 30000 && lower + x->missed >= 30000);
	log_params_free(&a);
	log_params_free(&b);
}

static void recounted_is_exact(void **state)
{
	struct log_params p = { 0 };

	(void)state;
	add_many(&p, 0, 100000);
	log_params_recount_start(&p, false);
	for (int i = 0; i < 100000; i++)
		log_params_recount(&p, NULL, i % 10 < 3 ? slice("x=often0") : slice("x=other"));
	assert_true(calls_of(param(&p, "x"), "often0") == 30000);
	log_params_free(&p);
}

/* Two long values that differ only behind what is kept are two values. */
static void long_values_stay_apart(void **state)
{
	struct log_params p = { 0 };
	char args[600];

	(void)state;
	memset(args, 'a', sizeof(args));
	memcpy(args, "x=", 2);
	args[500] = '\0';
	log_params_add(&p, NULL, slice(args));
	args[499] = 'b';
	log_params_add(&p, NULL, slice(args));
	log_params_add(&p, NULL, slice(args));
	assert_int_equal(p.v[0].nr, 2);
	assert_true(p.v[0].values[0].calls == 1 && p.v[0].values[1].calls == 2);
	assert_string_not_equal(p.v[0].values[0].text, p.v[0].values[1].text);
	log_params_free(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arguments),
		cmocka_unit_test(positions_get_names),
		cmocka_unit_test(few_values_are_exact),
		cmocka_unit_test(many_values_stay_bounded),
		cmocka_unit_test(merged_parts_keep_the_bound),
		cmocka_unit_test(recounted_is_exact),
		cmocka_unit_test(long_values_stay_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

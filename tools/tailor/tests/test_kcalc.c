// SPDX-License-Identifier: GPL-2.0-only
/*
 * kconfig/kcalc.c and kconfig/json.c: small models. With arguments, MODEL FRAGMENT CONFIG, it tells
 * instead where what it works out differs from what the kernel's own conf made of the fragment.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "kconfig/dotconfig.h"
#include "kconfig/fragment.h"
#include "kconfig/kcalc.h"
#include "tests/models.h"
#include "tests/scratch.h"

static struct kconfig *model_of(const char *choices, const char *symbols)
{
	struct terr err = { "" };
	struct kconfig *k;
	char *text;

	assert_true(asprintf(&text, MODEL_FORMAT_OF_TESTS, choices, symbols) > 0);
	scratch_write(text);
	free(text);
	k = kconfig_load(scratch, &err);
	if (!k)
		fail_msg("%s", err.msg);
	return k;
}

/* "A=y B=12": what comes of it. */
static void expect(const struct kconfig *k, const char *wishes, const char *expected)
{
	struct kwish v[16];
	size_t nr = 0;
	struct terr err = { "" };
	struct kdot *dot;
	char *text = strdup(wishes);
	char *more = strdup(expected);
	char *rest = text;

	for (char *word; (word = strsep(&rest, " "));) {
		char *eq = strchr(word, '=');

		if (!eq)
			continue;
		*eq = '\0';
		v[nr++] = (struct kwish){ kconfig_find(k, word), eq + 1 };
		assert_non_null(v[nr - 1].sym);
	}
	dot = kcalc(k, v, nr, &err);
	assert_non_null(dot);
	rest = more;
	for (char *word; (word = strsep(&rest, " "));) {
		char *eq = strchr(word, '=');

		*eq = '\0';
		if (strcmp(kdot_shown(dot, kconfig_find(k, word)), eq + 1))
			fail_msg("%s: %s is %s instead of %s", wishes, word,
				 kdot_shown(dot, kconfig_find(k, word)), eq + 1);
	}
	kdot_free(dot);
	free(text);
	free(more);
}

static void dependencies_and_selects(void **state)
{
	struct kconfig *k = model_of(
		"",
		SYM("A", "bool", "null", PROMPT("null")) SYM("B", "bool", "\"A\"", PROMPT("\"A\""))
			SYM("C", "bool", "null", PROMPT("null") SELECT("D", "\"A\"")) SYM(
				"D", "bool", "null", PROMPT("null"))
				SYM("E", "bool", "null", DEFAULT("{\"is\":\"y\"}", "\"D\"")) SYM(
					"F", "bool", "null",
					PROMPT("[\"!\",\"A\"]") DEFAULT("{\"is\":\"y\"}", "null"))
					SYM("G", "bool", "null", PROMPT("null") IMPLY("H", "\"G\""))
						SYM("H", "bool", "null", PROMPT("\"A\"")));

	(void)state;
	expect(k, "B=y", "A=n B=n");
	expect(k, "A=y B=y", "A=y B=y");
	/* a select needs its own condition, and brings what its target's default brings */
	expect(k, "C=y", "C=y D=n E=n");
	expect(k, "C=y A=y", "D=y E=y");
	expect(k, "C=y A=y D=n", "D=y");
	/* a hidden prompt lets the default through, one that can be seen is answered with no */
	expect(k, "", "F=n");
	expect(k, "A=y", "F=y");
	expect(k, "A=y F=n", "F=y");
	/* what is implied can still be off, where somebody could be asked */
	expect(k, "G=y", "H=y");
	expect(k, "G=y A=y", "H=n");
	kconfig_close(k);
}

static void modules(void **state)
{
	struct kconfig *k =
		model_of("", SYM("T", "tristate", "null", PROMPT("null"))
				     SYM("U", "tristate", "\"T\"", PROMPT("\"T\""))
					     SYM("V", "bool", "\"T\"", PROMPT("\"T\"")));

	(void)state;
	expect(k, "T=m U=y", "T=y U=y");
	expect(k, "T=m U=y MODULES=y", "T=m U=m");
	expect(k, "T=m V=y MODULES=y", "V=y");
	kconfig_close(k);
}

static void of_a_choice_one_is_on(void **state)
{
	struct kconfig *k = model_of(
		"{\"name\":null,\"type\":\"bool\",\"optional\":false," AT_LINE(1) ",\"members\":[\"X\",\"Y\",\"Z\"],\"props\":[{\"kind\":\"prompt\"," AT_LINE(
			1) ",\"cond\":\"A\",\"text\":\"c\"},{\"kind\":\"default\"," AT_LINE(1) ",\"cond\":null,\"if\":null,\"value\":\"Y\"}]}",
		SYM("A", "bool", "null", PROMPT("null"))
			SYM("X", "bool", "{\"choice\":0}", PROMPT("{\"choice\":0}"))
				SYM("Y", "bool", "{\"choice\":0}", PROMPT("{\"choice\":0}"))
					SYM("B", "bool", "null", PROMPT("null"))
						SYM("Z", "bool", "{\"choice\":0}",
						    PROMPT("[\"&\",{\"choice\":0},\"B\"]")));

	(void)state;
	expect(k, "X=y", "X=n Y=n Z=n");
	expect(k, "A=y", "X=n Y=y Z=n");
	expect(k, "A=y X=y", "X=y Y=n");
	expect(k, "A=y X=y Y=y", "X=n Y=y");
	expect(k, "A=y Y=n", "Y=y");
	/* one that cannot be seen leaves the default */
	expect(k, "A=y Z=y", "Y=y Z=n");
	expect(k, "A=y B=y Z=y", "Y=n Z=y");
	kconfig_close(k);
}

static void numbers_and_strings(void **state)
{
	struct kconfig *k = model_of(
		"", SYM("N", "int", "null",
			PROMPT("null") DEFAULT("{\"is\":\"7\"}", "null")
				RANGE("{\"is\":\"2\"}", "{\"is\":\"9\"}", "null"))
			    SYM("M", "int", "null", DEFAULT("\"N\"", "null"))
				    SYM("S", "string", "null",
					PROMPT("null") DEFAULT("{\"is\":\"a b\"}", "null"))
					    SYM("P", "bool", "[\"=\",\"S\",{\"is\":\"x\"}]",
						PROMPT("[\"=\",\"S\",{\"is\":\"x\"}]"))
						    SYM("Q", "bool", "[\">\",\"N\",{\"is\":\"8\"}]",
							DEFAULT("{\"is\":\"y\"}",
								"[\">\",\"N\",{\"is\":\"8\"}]")));

	(void)state;
	expect(k, "P=y", "N=7 M=7 P=n Q=n");
	expect(k, "N=12", "N=9 M=9 Q=y");
	expect(k, "N=0", "N=2");
	expect(k, "S=\"x\" P=y", "S=\"x\" P=y");
	kconfig_close(k);
}

static void broken_models_are_refused(void **state)
{
	static const char *const bad[][2] = {
		{ "{", "is it a file of scripts/kconfig-model?" },
		{ "{\"format\":1}", "is not the one understood here" },
		{ "{\"format\":2,\"symbols\":[]}", "there are none" },
		{ "{\"format\":2,\"symbols\":[{\"name\":\"A\",\"type\":\"colour\"}]}",
		  "A: its type is not known" },
		{ "{\"format\":2,\"symbols\":[{\"name\":\"A\",\"type\":\"bool\",\"defs\":[{\"file\":"
		  "\"f\",\"depends\":[\"?\",\"B\",\"C\"]}]}]}",
		  "A: an operator is not known" },
		{ "{\"format\":2,\"symbols\":[{\"name\":\"A\",\"type\":\"bool\",\"defs\":[{\"file\":"
		  "\"f\",\"depends\":{\"choice\":3}}]}]}",
		  "A: an operand is no symbol" },
		{ "{\"format\":2,\"symbols\":[{\"name\":\"Z\",\"type\":\"bool\",\"defs\":[" DEF(
			  1, "null") "]}" SYM("A", "int", "null",
					      RANGE("{\"is\":\"1\"}", "null", "null")) "]}",
		  "A: a range has no end" },
		{ "{\"format\":2,\"symbols\":[{\"name\":\"Z\",\"type\":\"bool\",\"defs\":[" DEF(
			  1, "null") "]}" SYM("A", "int", "null", DEFAULT("null", "null")) "]}",
		  "A: a default has no value" },
		{ "{\"format\":2,\"choices\":[{\"type\":\"bool\"," AT_LINE(1) ",\"members\":[],\"props\":[{\"kind\":\"prompt\"," AT_LINE(
			  1) ",\"cond\":null,\"text\":\"t\"}" DEFAULT("{\"is\":\"y\"}",
								      "null") "]}]}",
		  "that of a choice is no symbol" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct terr err = { "" };

		scratch_write(bad[i][0]);
		assert_null(kconfig_load(scratch, &err));
		if (!strstr(err.msg, bad[i][1]))
			fail_msg("\"%s\" instead of \"%s\"", err.msg, bad[i][1]);
	}
}

/* The number of differences, or -1. */
static int compare(char **argv, struct terr *err)
{
	struct kconfig *k = kconfig_load(argv[1], err);
	struct fragment f = { .repeats = true };
	struct kdot *theirs = k ? kdot_load(k, argv[3], err) : NULL;
	struct kdot *ours = NULL;
	struct kwish *v = NULL;
	int nr = -1;

	if (theirs && !fragment_load(&f, argv[2], err))
		v = calloc(f.nr + 1, sizeof(*v));
	if (v) {
		size_t asked = 0;

		for (size_t i = 0; i < f.nr; i++) {
			v[asked].sym = kconfig_find(k, f.v[i].symbol);
			v[asked].value = f.v[i].value;
			asked += v[asked].sym && v[asked].sym->defs;
		}
		ours = kcalc(k, v, asked, err);
	}
	for (size_t i = 0; ours && i < kconfig_nr(k); i++) {
		const struct ksym *sym = kconfig_sym(k, i);

		nr += !i;
		if (!strcmp(kdot_shown(ours, sym), kdot_shown(theirs, sym)))
			continue;
		printf("%s: %s instead of %s\n", sym->name, kdot_shown(ours, sym),
		       kdot_shown(theirs, sym));
		nr++;
	}
	kdot_free(ours);
	kdot_free(theirs);
	free(v);
	fragment_free(&f);
	kconfig_close(k);
	return nr;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dependencies_and_selects),  cmocka_unit_test(modules),
		cmocka_unit_test(of_a_choice_one_is_on),     cmocka_unit_test(numbers_and_strings),
		cmocka_unit_test(broken_models_are_refused),
	};
	struct terr err = { "" };
	int rc;

	if (argc == 4) {
		rc = compare(argv, &err);
		if (rc < 0)
			fprintf(stderr, "%s\n", err.msg);
		return rc ? 1 : 0;
	}
	return cmocka_run_group_tests_name("kcalc", tests, make_scratch_file, remove_scratch);
}

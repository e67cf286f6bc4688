// SPDX-License-Identifier: GPL-2.0-only
/*
 * kconfig/: what a model says is read and shown as it stands there, values under a .config,
 * mistakes. That a model is what the kernel's parser says is for kconfig/tests/run to see.
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

#include "kconfig/kconfig.h"
#include "kconfig/value.h"
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

static struct kdot *load(struct kconfig *k, const char *config)
{
	struct terr err = { "" };
	struct kdot *dot;

	scratch_write(config);
	dot = kdot_load(k, scratch, &err);
	if (!dot)
		fail_msg("%s", err.msg);
	return dot;
}

static const struct ksym *sym(const struct kconfig *k, const char *name)
{
	const struct ksym *s = kconfig_find(k, name);

	if (!s)
		fail_msg("no symbol %s", name);
	return s;
}

static void same_text(const struct kexpr *e, const char *want)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	assert_non_null(f);
	kexpr_print(e, f);
	fclose(f);
	assert_string_equal(text, want);
	free(text);
}

/* --- what is in a model --- */

static void test_symbols(void **state)
{
	struct kconfig *k = model_of(
		"", SYM("A", "bool", "null", SELECT("S", "null") IMPLY("I", "\"X\""))
			    SYM("B", "bool", "\"Y\"", SELECT("S", "[\"&\",\"Y\",\"Z\"]")) SYM(
				    "S", "tristate", "null", "") SYM("I", "bool", "null", "")
				    SYM_DEFS("N", "int", DEF(7, "null") "," DEF(9, "\"Y\""),
					     RANGE("{\"is\":\"1\"}", "\"LIMIT\"", "\"A\"")
						     DEFAULT_IF("{\"is\":\"3\"}",
								"[\"&\",\"Y\",\"Z\"]", "\"Z\"")));
	const struct kprop *p = sym(k, "S")->selected_by;
	const struct ksym *n = sym(k, "N");

	(void)state;
	/* whoever selects it stands in the order of the files */
	assert_string_equal(p->sym->name, "A");
	assert_string_equal(p->next_of_target->sym->name, "B");
	same_text(p->next_of_target->cond, "Y && Z");
	assert_null(p->next_of_target->next_of_target);
	assert_string_equal(sym(k, "I")->implied_by->sym->name, "A");
	same_text(sym(k, "I")->implied_by->cond, "X");
	assert_int_equal(sym(k, "S")->type, KSYM_TRISTATE);
	assert_int_equal(n->type, KSYM_INT);
	assert_int_equal(sym(k, "LIMIT")->type, KSYM_UNKNOWN);
	assert_null(sym(k, "LIMIT")->defs);
	assert_int_equal(n->defs->line, 7);
	assert_int_equal(n->defs->next->line, 9);
	assert_string_equal(n->defs->file, "Kconfig");
	same_text(kprop_next(n->props, KPROP_RANGE)->value, "1");
	same_text(kprop_next(n->props, KPROP_RANGE)->high, "LIMIT");
	same_text(kprop_next(n->props, KPROP_DEFAULT)->cond, "Y && Z");
	same_text(kprop_next(n->props, KPROP_DEFAULT)->own_if, "Z");
	assert_ptr_equal(kconfig_modules(k), sym(k, "MODULES"));
	assert_true(sym(k, "MODULES")->id < sym(k, "A")->id && sym(k, "A")->id < sym(k, "B")->id &&
		    sym(k, "B")->id < sym(k, "S")->id && n->id < sym(k, "LIMIT")->id);
	kconfig_close(k);
}

/* Members depend on what their choice needs to be seen. */
static void test_choice(void **state)
{
	struct kconfig *k = model_of(
		"{\"name\":\"NAME\",\"type\":\"bool\",\"optional\":true," AT_LINE(
			4) ",\"members\":[\"A\",\"B\"],"
			   "\"props\":[{\"kind\":\"prompt\"," AT_LINE(
				   5) ",\"cond\":\"C\",\"text\":\"one\"}" DEFAULT("\"B\"",
										  "[\"&\",\"C\",\"D\"]") "]}",
		SYM("A", "bool", "{\"choice\":0}", "")
			SYM("B", "bool", "[\"&\",{\"choice\":0},\"E\"]", "")
				SYM("F", "bool", "null", ""));
	const struct kchoice *c = sym(k, "A")->choice;

	(void)state;
	assert_non_null(c);
	assert_true(c->optional);
	assert_int_equal(c->line, 4);
	assert_ptr_equal(c->members, sym(k, "A"));
	assert_ptr_equal(c->members->next_member, sym(k, "B"));
	assert_null(c->members->next_member->next_member);
	same_text(kprop_next(c->props, KPROP_DEFAULT)->cond, "C && D");
	same_text(sym(k, "A")->defs->depends, "C");
	same_text(sym(k, "B")->defs->depends, "C && E");
	assert_null(sym(k, "F")->choice);
	kconfig_close(k);
}

static void shown_as(const char *json, const char *want)
{
	struct kconfig *k;
	char *text;

	assert_true(asprintf(&text, SYM("E", "bool", "%s", ""), json) > 0);
	k = model_of("", text);
	free(text);
	same_text(sym(k, "E")->defs->depends, want);
	kconfig_close(k);
}

static void test_expressions(void **state)
{
	(void)state;
	shown_as("null", "y");
	shown_as("[\"&\",[\"|\",\"A\",\"B\"],[\"!\",\"C\"]]", "(A || B) && !C");
	shown_as("[\"|\",[\"&\",\"A\",\"B\"],\"C\"]", "A && B || C");
	shown_as("[\"!\",[\"=\",\"A\",\"B\"]]", "!(A = B)");
	shown_as("[\"&\",[\"!=\",\"S\",{\"is\":\"two words\"}],[\">=\",\"N\",{\"is\":\"0x1f\"}]]",
		 "S != \"two words\" && N >= 0x1f");
	shown_as("[\"=\",\"T\",{\"is\":\"m\"}]", "T = m");
	shown_as("[\"=\",\"S\",{\"is\":\"\"}]", "S = \"\"");
}

/* --- values --- */

static const char values[] = SYM("Y", "bool", "null", "") SYM("N", "bool", "null", "")
	SYM("T", "tristate", "null", "") SYM("I", "int", "null", "") SYM("H", "hex", "null", "")
		SYM("S", "string", "null", "");

static const char config[] = "CONFIG_MODULES=y\nCONFIG_Y=y\nCONFIG_T=m\nCONFIG_I=110000\n"
			     "CONFIG_H=0x1F\nCONFIG_S=\"a \\\"b\\\"\"\n# CONFIG_N is not set\n";

static void value_is(const char *json, enum ktri want)
{
	struct kconfig *k;
	struct kdot *dot;
	enum ktri v;
	char *text;

	assert_true(asprintf(&text, "%s" SYM("E", "bool", "%s", ""), values, json) > 0);
	k = model_of("", text);
	free(text);
	dot = load(k, config);
	v = kexpr_value(sym(k, "E")->defs->depends, dot);
	if (v != want)
		fail_msg("%s is %d, not %d", json, v, want);
	kdot_free(dot);
	kconfig_close(k);
}

static void test_values(void **state)
{
	(void)state;
	value_is("null", KTRI_Y);
	value_is("\"Y\"", KTRI_Y);
	value_is("\"N\"", KTRI_N);
	value_is("\"NOWHERE\"", KTRI_N);
	value_is("\"T\"", KTRI_M);
	value_is("[\"!\",\"T\"]", KTRI_M);
	value_is("{\"is\":\"m\"}", KTRI_M);
	value_is("{\"is\":\"n\"}", KTRI_N);
	value_is("[\"&\",\"Y\",\"T\"]", KTRI_M);
	value_is("[\"|\",\"Y\",\"T\"]", KTRI_Y);
	value_is("[\"|\",[\"&\",\"N\",\"Y\"],\"T\"]", KTRI_M);
	value_is("[\"&\",\"N\",[\"|\",\"Y\",\"T\"]]", KTRI_N);
	value_is("[\"&\",[\"!\",\"N\"],[\"!\",[\"!\",\"Y\"]]]", KTRI_Y);
	value_is("[\"=\",\"T\",{\"is\":\"m\"}]", KTRI_Y);
	value_is("[\"=\",\"T\",{\"is\":\"y\"}]", KTRI_N);
	value_is("[\"!=\",\"T\",{\"is\":\"n\"}]", KTRI_Y);
	value_is("[\"!\",[\"=\",\"T\",{\"is\":\"m\"}]]", KTRI_N);
	value_is("[\"=\",\"Y\",\"T\"]", KTRI_N);
	value_is("[\"<\",\"T\",\"Y\"]", KTRI_Y);
	value_is("[\">=\",\"I\",{\"is\":\"110000\"}]", KTRI_Y);
	value_is("[\"<\",\"I\",{\"is\":\"20\"}]", KTRI_N);
	value_is("[\">\",\"I\",{\"is\":\"20\"}]", KTRI_Y);
	value_is("[\"=\",\"H\",{\"is\":\"0x1f\"}]", KTRI_Y);
	value_is("[\"<=\",\"H\",{\"is\":\"0x20\"}]", KTRI_Y);
	value_is("[\"=\",\"S\",{\"is\":\"a \\\"b\\\"\"}]", KTRI_Y);
	value_is("[\"!=\",\"S\",{\"is\":\"\"}]", KTRI_Y);
	value_is("[\"=\",\"NOWHERE\",\"NOWHERE\"]", KTRI_Y);
	value_is("[\"=\",{\"is\":\"x86\"},{\"is\":\"x86\"}]", KTRI_Y);
}

static void test_fit(void **state)
{
	struct kconfig *k = model_of(
		"", SYM("T", "tristate", "null", PROMPT("null"))
			    SYM("B", "bool", "\"T\"", PROMPT("\"T\"")) SYM("U", "tristate", "\"T\"",
									   PROMPT("\"T\""))
				    SYM("D", "tristate", "null", DEFAULT("{\"is\":\"m\"}", "null"))
					    SYM("C", "bool", "null",
						PROMPT("[\"&\",{\"is\":\"m\"},\"MODULES\"]")));
	struct kdot *dot = load(k, "CONFIG_MODULES=y\nCONFIG_T=m\n");
	const struct kprop *of_d = kprop_next(sym(k, "D")->props, KPROP_DEFAULT);

	(void)state;
	assert_int_equal(ksym_visible(sym(k, "B"), dot), KTRI_Y);
	assert_int_equal(ksym_visible(sym(k, "U"), dot), KTRI_M);
	assert_int_equal(ksym_visible(sym(k, "C"), dot), KTRI_Y);
	assert_int_equal(kprop_value(of_d, dot), KTRI_M);
	kdot_free(dot);
	dot = load(k, "CONFIG_T=y\n");
	assert_int_equal(ksym_visible(sym(k, "C"), dot), KTRI_N);
	assert_int_equal(ksym_fit(sym(k, "D"), dot, kprop_value(of_d, dot)), KTRI_Y);
	kdot_free(dot);
	kconfig_close(k);
}

static void test_selected(void **state)
{
	struct kconfig *k = model_of(
		"", SYM("A", "tristate", "null", SELECT("T", "null") SELECT("B", "null"))
			    SYM("C", "bool", "null", SELECT("T", "\"A\""))
				    SYM("T", "tristate", "null", "") SYM("B", "bool", "null", ""));
	struct kdot *dot = load(k, "CONFIG_MODULES=y\nCONFIG_A=m\n");

	(void)state;
	assert_int_equal(ksym_selected(sym(k, "T"), dot), KTRI_M);
	assert_int_equal(ksym_selected(sym(k, "B"), dot), KTRI_Y);
	kdot_free(dot);
	dot = load(k, "CONFIG_MODULES=y\nCONFIG_A=y\nCONFIG_C=y\n");
	assert_int_equal(ksym_selected(sym(k, "T"), dot), KTRI_Y);
	kdot_free(dot);
	dot = load(k, "CONFIG_MODULES=y\nCONFIG_C=y\n");
	assert_int_equal(ksym_selected(sym(k, "T"), dot), KTRI_N);
	kdot_free(dot);
	kconfig_close(k);
}

static void test_config(void **state)
{
	struct kconfig *k = model_of("", SYM("S", "string", "null", PROMPT("null")));
	struct kdot *dot = load(k, "# a comment\n\nCONFIG_S=\"a#b\"\nCONFIG_NEW=y\n");

	(void)state;
	assert_string_equal(kdot_value(dot, sym(k, "S")), "\"a#b\"");
	assert_string_equal(kdot_text(dot, sym(k, "S")), "a#b");
	assert_int_equal(kdot_line(dot, sym(k, "S")), 3);
	assert_int_equal(kdot_tri(dot, sym(k, "NEW")), KTRI_Y);
	assert_null(sym(k, "NEW")->defs);
	kdot_free(dot);
	kconfig_close(k);
}

/* Defined twice: any of the dependencies will do. */
static void test_definitions(void **state)
{
	struct kconfig *k =
		model_of("", SYM_DEFS("A", "tristate", DEF(1, "\"X\"") "," DEF(4, "\"Y\""),
				      PROMPT("\"X\"") PROMPT("\"Y\"")));
	struct kdot *dot = load(k, "CONFIG_MODULES=y\nCONFIG_Y=y\n");

	(void)state;
	assert_int_equal(ksym_depends(sym(k, "A"), dot), KTRI_Y);
	assert_int_equal(ksym_visible(sym(k, "A"), dot), KTRI_Y);
	kdot_free(dot);
	dot = load(k, "CONFIG_MODULES=y\nCONFIG_Z=y\n");
	assert_int_equal(ksym_depends(sym(k, "A"), dot), KTRI_N);
	kdot_free(dot);
	kconfig_close(k);
}

static void test_names(void **state)
{
	struct kconfig *k = model_of("", SYM("NETFILTER", "bool", "\"NETFLITER\"", ""));
	char *longer = malloc(400);

	(void)state;
	assert_ptr_equal(kconfig_nearest(k, "NETFLITER"), sym(k, "NETFILTER"));
	assert_null(kconfig_nearest(k, "QUITE_ANOTHER"));
	assert_null(kconfig_find(k, "NETFILTE"));
	assert_null(kconfig_find(k, "NETFILTER2"));
	assert_null(kconfig_find(k, ""));
	assert_non_null(longer);
	memset(longer, 'A', 399);
	longer[399] = '\0';
	assert_null(kconfig_find(k, longer));
	free(longer);
	kconfig_close(k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_symbols),	    cmocka_unit_test(test_choice),
		cmocka_unit_test(test_expressions), cmocka_unit_test(test_values),
		cmocka_unit_test(test_fit),	    cmocka_unit_test(test_selected),
		cmocka_unit_test(test_config),	    cmocka_unit_test(test_definitions),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests_name("kconfig", tests, make_scratch_file, remove_scratch);
}

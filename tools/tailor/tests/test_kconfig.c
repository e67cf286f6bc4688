// SPDX-License-Identifier: GPL-2.0-only
/* kconfig/kconfig.c and its reader: the corners of the language, values under a .config, mistakes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "kconfig/kconfig.h"
#include "kconfig/value.h"

/* A folder with a Kconfig, a file sub/Kconfig and a .config. */
struct tree {
	char dir[64];
	char path[128];
};

static const char *in(struct tree *t, const char *name)
{
	snprintf(t->path, sizeof(t->path), "%s/%s", t->dir, name);
	return t->path;
}

static void put(struct tree *t, const char *name, const char *text)
{
	FILE *f = fopen(in(t, name), "we");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void make_tree(struct tree *t, const char *kconfig, const char *sub)
{
	strcpy(t->dir, "/tmp/test_kconfig.XXXXXX");
	assert_non_null(mkdtemp(t->dir));
	put(t, "Kconfig", kconfig);
	assert_int_equal(mkdir(in(t, "sub"), 0700), 0);
	put(t, "sub/Kconfig", sub);
}

static void remove_tree(struct tree *t)
{
	unlink(in(t, "sub/Kconfig"));
	rmdir(in(t, "sub"));
	unlink(in(t, "Kconfig"));
	unlink(in(t, ".config"));
	rmdir(t->dir);
}

static struct kconfig *read_two(const char *kconfig, const char *sub)
{
	struct terr err = { "" };
	struct tree t;
	struct kconfig *k;

	make_tree(&t, kconfig, sub);
	k = kconfig_open(t.dir, &err);
	if (!k)
		fail_msg("%s", err.msg);
	remove_tree(&t);
	return k;
}

static struct kconfig *read_text(const char *kconfig)
{
	return read_two(kconfig, "");
}

/* The message must hold the words. */
static void refuse(const char *kconfig, const char *sub, const char *words)
{
	struct terr err = { "" };
	struct tree t;

	make_tree(&t, kconfig, sub);
	assert_null(kconfig_open(t.dir, &err));
	if (!strstr(err.msg, words))
		fail_msg("\"%s\" does not hold \"%s\"", err.msg, words);
	remove_tree(&t);
}

static struct kdot *load(struct kconfig *k, const char *config)
{
	struct terr err = { "" };
	struct tree t;
	struct kdot *dot;

	make_tree(&t, "", "");
	put(&t, ".config", config);
	dot = kdot_load(k, in(&t, ".config"), &err);
	if (!dot)
		fail_msg("%s", err.msg);
	remove_tree(&t);
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

static void is(struct kvalue v, enum ktri min, enum ktri max)
{
	assert_int_equal(v.min, min);
	assert_int_equal(v.max, max);
}

/* --- the language --- */

static void test_around(void **state)
{
	struct kconfig *k = read_two("menu \"m\"\n"
				     "\tdepends on A\n"
				     "\tvisible if V\n"
				     "\n"
				     "if B || C\n"
				     "source \"sub/Kconfig\"\n"
				     "endif\n"
				     "endmenu\n"
				     "config AFTER\n\tbool \"after\"\n",
				     "config X\n"
				     "\ttristate \"x\" if P\n"
				     "\tdepends on D || E\n"
				     "\tdepends on F\n"
				     "\tselect S if Q\n");
	const struct ksym *x = sym(k, "X");

	(void)state;
	assert_int_equal(x->type, KSYM_TRISTATE);
	same_text(x->defs->depends, "A && (B || C) && (D || E) && F");
	same_text(kprop_next(x->props, KPROP_PROMPT)->cond,
		  "A && (B || C) && (D || E) && F && P && V");
	same_text(kprop_next(x->props, KPROP_SELECT)->cond, "A && (B || C) && (D || E) && F && Q");
	same_text(sym(k, "AFTER")->defs->depends, "y");
	assert_string_equal(x->defs->file, "sub/Kconfig");
	assert_int_equal(x->defs->line, 1);
	assert_ptr_equal(sym(k, "S")->selected_by->sym, x);
	kconfig_close(k);
}

static void test_help(void **state)
{
	struct kconfig *k = read_text("config A\n"
				      "\tbool \"a\"\n"
				      "\thelp\n"
				      "\n"
				      "\t  config NOT\n"
				      "\t    depends on NOT\n"
				      "\n"
				      "        \t  endif \\\n"
				      "\tdepends on B\n"
				      "config C\n"
				      "\tbool \"c\"\n"
				      "\thelp\n"
				      "config D\n"
				      "\tbool\n");

	(void)state;
	same_text(sym(k, "A")->defs->depends, "B");
	assert_null(kconfig_find(k, "NOT"));
	assert_non_null(sym(k, "D")->defs);
	kconfig_close(k);
}

static void test_lines(void **state)
{
	struct kconfig *k = read_text("# comment\n"
				      "flag := -m64\n"
				      "cc-x = $(success,$(CC) \"#\" $(1))\n"
				      "$(error-if,$(failure,true),no \"compiler\")\n"
				      "config A # comment\n"
				      "\tbool \"a # b \\\"c\\\"\" if B && \\\n"
				      "\t\tC # comment\n"
				      "\tdepends on (D || \\\n"
				      "\t\tE)\r\n"
				      "\tdefault y if $(cc-x,-f (g), \"h\") && !I\n");
	const struct ksym *a = sym(k, "A");
	const struct kprop *prompt = kprop_next(a->props, KPROP_PROMPT);

	(void)state;
	assert_string_equal(prompt->text, "a # b \"c\"");
	same_text(prompt->when, "B && C");
	same_text(a->defs->depends, "D || E");
	same_text(kprop_next(a->props, KPROP_DEFAULT)->when, "$(cc-x,-f (g), \"h\") && !I");
	assert_int_equal(a->defs->line, 5);
	kconfig_close(k);
}

static void test_types(void **state)
{
	struct kconfig *k = read_text("config B\n\tdef_bool A\n"
				      "config T\n\tdef_tristate m if A\n"
				      "config S\n\tstring\n\tprompt \"s\"\n\tdefault \"x y\"\n"
				      "config I\n\tint \"i\"\n\trange 1 LIMIT if A\n"
				      "config H\n\thex\n\tdefault 0x10\n"
				      "menuconfig M\n\tbool \"m\"\n\tmodules\n"
				      "config I\n\tint \"again\"\n");
	const struct kprop *range = kprop_next(sym(k, "I")->props, KPROP_RANGE);

	(void)state;
	assert_int_equal(sym(k, "B")->type, KSYM_BOOL);
	assert_int_equal(sym(k, "T")->type, KSYM_TRISTATE);
	assert_int_equal(sym(k, "S")->type, KSYM_STRING);
	assert_int_equal(sym(k, "I")->type, KSYM_INT);
	assert_int_equal(sym(k, "H")->type, KSYM_HEX);
	assert_int_equal(sym(k, "LIMIT")->type, KSYM_UNKNOWN);
	same_text(range->value, "1");
	same_text(range->high, "LIMIT");
	same_text(range->cond, "A");
	assert_string_equal(kprop_next(sym(k, "S")->props, KPROP_PROMPT)->text, "s");
	assert_non_null(sym(k, "I")->defs->next);
	kconfig_close(k);
}

static void test_choice(void **state)
{
	struct kconfig *k = read_text("choice NAME\n"
				      "\tprompt \"one\"\n"
				      "\tdefault B if D\n"
				      "\tdepends on C\n"
				      "\toptional\n"
				      "config A\n\tbool \"a\"\n"
				      "if E\n"
				      "config B\n\tbool \"b\"\n"
				      "endif\n"
				      "endchoice\n"
				      "config F\n\tbool \"f\"\n");
	const struct kchoice *c = sym(k, "A")->choice;

	(void)state;
	assert_non_null(c);
	assert_string_equal(c->name, "NAME");
	assert_true(c->optional);
	assert_ptr_equal(c->members, sym(k, "A"));
	assert_ptr_equal(c->members->next_member, sym(k, "B"));
	assert_null(c->members->next_member->next_member);
	same_text(kprop_next(c->props, KPROP_DEFAULT)->cond, "C && D");
	same_text(sym(k, "B")->defs->depends, "C && E");
	assert_null(sym(k, "F")->choice);
	kconfig_close(k);
}

/* Options of a menu's comment and of a choice are not those of the symbol before. */
static void test_comment(void **state)
{
	struct kconfig *k = read_text("config A\n\tbool \"a\"\n"
				      "comment \"c\"\n\tdepends on NOT\n"
				      "config B\n\tbool \"b\"\n");

	(void)state;
	same_text(sym(k, "A")->defs->depends, "y");
	same_text(sym(k, "B")->defs->depends, "y");
	kconfig_close(k);
}

static void test_selectors(void **state)
{
	struct kconfig *k = read_text("config A\n\tbool \"a\"\n\tselect S\n\timply I if X\n"
				      "config B\n\tbool \"b\"\n\tdepends on Y\n\tselect S if Z\n"
				      "config S\n\tbool\n"
				      "config I\n\tbool\n");
	const struct kprop *p = sym(k, "S")->selected_by;

	(void)state;
	assert_string_equal(p->sym->name, "A");
	assert_string_equal(p->next_of_target->sym->name, "B");
	same_text(p->next_of_target->cond, "Y && Z");
	assert_null(p->next_of_target->next_of_target);
	assert_string_equal(sym(k, "I")->implied_by->sym->name, "A");
	kconfig_close(k);
}

static void test_mistakes(void **state)
{
	(void)state;
	refuse("config A\n\tboolean \"a\"\n", "", "/Kconfig:2: \"boolean\" is not understood here");
	refuse("config A\n\tbool \"a\n", "", ":2: ");
	refuse("config A\n\tdepends on (B\n", "", ":2: something is missing at the end");
	refuse("config A\n\tdepends on B &&\n", "", ":2: something is missing at the end");
	refuse("config A\n\tdepends on B C\n", "", ":2: \"C\" is not understood here");
	refuse("config A\n\tselect \"B\"\n", "", ":2: \"B\" is not understood here");
	refuse("config A\n\tdepends on "
	       "!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!"
	       "!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!A\n",
	       "", ":2: more than 100 parentheses deep");
	refuse("if A\nconfig B\n\tbool\n", "", ":1: this has no end");
	refuse("endmenu\n", "", ":1: there is no menu that ends here");
	refuse("menu \"m\"\nendif\n", "", ":2: there is no if that ends here");
	refuse("if A\nsource \"sub/Kconfig\"\n", "endif\n", "sub/Kconfig:1: there is no if");
	refuse("source \"sub/Kconfig\"\n", "menu \"m\"\n", "sub/Kconfig:1: this has no end");
	refuse("source \"sub/Kconfig\"\n", "source \"sub/Kconfig\"\n", "in a circle");
	refuse("source \"nowhere\"\n", "", "nowhere: No such file");
	refuse("source \"$(X)/Kconfig\"\n", "", ":1: which file is \"$(X)/Kconfig\"?");
}

/* --- values --- */

static const char values[] = "config MODULES\n\tbool \"modules\"\n\tmodules\n"
			     "config Y\n\tbool \"y\"\n"
			     "config N\n\tbool \"n\"\n"
			     "config T\n\ttristate \"t\"\n"
			     "config I\n\tint \"i\"\n"
			     "config H\n\thex \"h\"\n"
			     "config S\n\tstring \"s\"\n"
			     "config E\n\tbool \"e\"\n\tdepends on ";

static const char config[] = "CONFIG_MODULES=y\nCONFIG_Y=y\nCONFIG_T=m\nCONFIG_I=110000\n"
			     "CONFIG_H=0x1F\nCONFIG_S=\"a \\\"b\\\"\"\n# CONFIG_N is not set\n";

static void value_is(const char *expr, enum ktri min, enum ktri max)
{
	char text[1024];
	struct kconfig *k;
	struct kdot *dot;
	struct kvalue v;

	snprintf(text, sizeof(text), "%s%s\n", values, expr);
	k = read_text(text);
	dot = load(k, config);
	v = kexpr_value(sym(k, "E")->defs->depends, dot);
	if (v.min != min || v.max != max)
		fail_msg("%s is %d to %d, not %d to %d", expr, v.min, v.max, min, max);
	kdot_free(dot);
	kconfig_close(k);
}

static void test_values(void **state)
{
	(void)state;
	value_is("Y", KTRI_Y, KTRI_Y);
	value_is("N", KTRI_N, KTRI_N);
	value_is("NOWHERE", KTRI_N, KTRI_N);
	value_is("T", KTRI_M, KTRI_M);
	value_is("!T", KTRI_M, KTRI_M);
	value_is("m", KTRI_M, KTRI_M);
	value_is("Y && T", KTRI_M, KTRI_M);
	value_is("Y || T", KTRI_Y, KTRI_Y);
	value_is("N && Y || T", KTRI_M, KTRI_M);
	value_is("N && (Y || T)", KTRI_N, KTRI_N);
	value_is("!N && !!Y", KTRI_Y, KTRI_Y);
	value_is("T = m", KTRI_Y, KTRI_Y);
	value_is("T=y", KTRI_N, KTRI_N);
	value_is("T != n", KTRI_Y, KTRI_Y);
	value_is("!T = m", KTRI_N, KTRI_N);
	value_is("Y = T", KTRI_N, KTRI_N);
	value_is("T < Y", KTRI_Y, KTRI_Y);
	value_is("I >= 110000", KTRI_Y, KTRI_Y);
	value_is("I < 20", KTRI_N, KTRI_N);
	value_is("I > 20", KTRI_Y, KTRI_Y);
	value_is("H = 0x1f", KTRI_Y, KTRI_Y);
	value_is("H <= 0x20", KTRI_Y, KTRI_Y);
	value_is("S = \"a \\\"b\\\"\"", KTRI_Y, KTRI_Y);
	value_is("S != \"\"", KTRI_Y, KTRI_Y);
	value_is("NOWHERE = NOWHERE", KTRI_Y, KTRI_Y);
}

/* A question to the compiler may be answered either way. */
static void test_unknown(void **state)
{
	(void)state;
	value_is("$(cc-option,-x)", KTRI_N, KTRI_Y);
	value_is("!$(cc-option,-x)", KTRI_N, KTRI_Y);
	value_is("$(cc-option,-x) && N", KTRI_N, KTRI_N);
	value_is("$(cc-option,-x) || Y", KTRI_Y, KTRI_Y);
	value_is("$(cc-option,-x) && T", KTRI_N, KTRI_M);
	value_is("$(cc-option,-x) || T", KTRI_M, KTRI_Y);
	value_is("\"$(ARCH)\" = \"x86\"", KTRI_N, KTRI_Y);
}

static void test_fit(void **state)
{
	static const char text[] = "config MODULES\n\tbool \"modules\"\n\tmodules\n"
				   "config T\n\ttristate \"t\"\n"
				   "config B\n\tbool \"b\"\n\tdepends on T\n"
				   "config U\n\ttristate \"u\"\n\tdepends on T\n"
				   "config D\n\ttristate\n\tdefault m\n"
				   "config C\n\tbool \"c\"\n\tdepends on m\n";
	struct kconfig *k = read_text(text);
	struct kdot *dot = load(k, "CONFIG_MODULES=y\nCONFIG_T=m\n");

	(void)state;
	is(ksym_visible(sym(k, "B"), dot), KTRI_Y, KTRI_Y);
	is(ksym_visible(sym(k, "U"), dot), KTRI_M, KTRI_M);
	is(ksym_visible(sym(k, "C"), dot), KTRI_Y, KTRI_Y);
	is(kprop_value(kprop_next(sym(k, "D")->props, KPROP_DEFAULT), dot), KTRI_M, KTRI_M);
	kdot_free(dot);
	dot = load(k, "CONFIG_T=y\n");
	is(ksym_visible(sym(k, "C"), dot), KTRI_N, KTRI_N);
	is(ksym_fit(sym(k, "D"), dot,
		    kprop_value(kprop_next(sym(k, "D")->props, KPROP_DEFAULT), dot)),
	   KTRI_Y, KTRI_Y);
	kdot_free(dot);
	kconfig_close(k);
}

static void test_selected(void **state)
{
	struct kconfig *k = read_text("config MODULES\n\tbool \"modules\"\n\tmodules\n"
				      "config A\n\ttristate \"a\"\n\tselect T\n\tselect B\n"
				      "config C\n\tbool \"c\"\n\tselect T if $(cc-option,-x)\n"
				      "config T\n\ttristate\n"
				      "config B\n\tbool\n");
	struct kdot *dot = load(k, "CONFIG_MODULES=y\nCONFIG_A=m\n");

	(void)state;
	is(ksym_selected(sym(k, "T"), dot), KTRI_M, KTRI_M);
	is(ksym_selected(sym(k, "B"), dot), KTRI_Y, KTRI_Y);
	kdot_free(dot);
	dot = load(k, "CONFIG_MODULES=y\nCONFIG_A=m\nCONFIG_C=y\n");
	is(ksym_selected(sym(k, "T"), dot), KTRI_M, KTRI_Y);
	kdot_free(dot);
	kconfig_close(k);
}

static void test_config(void **state)
{
	struct kconfig *k = read_text("config S\n\tstring \"s\"\n");
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

/* Defined twice: the first type counts, and any of the dependencies will do. */
static void test_definitions(void **state)
{
	struct kconfig *k = read_text("config A\n\ttristate \"a\"\n\tdepends on X\n"
				      "config A\n\tbool \"again\"\n\tdepends on Y\n"
				      "\tdefault y\n");
	struct kdot *dot = load(k, "CONFIG_Y=y\n");

	(void)state;
	assert_int_equal(sym(k, "A")->type, KSYM_TRISTATE);
	is(ksym_depends(sym(k, "A"), dot), KTRI_Y, KTRI_Y);
	is(ksym_visible(sym(k, "A"), dot), KTRI_Y, KTRI_Y);
	same_text(kprop_next(sym(k, "A")->props, KPROP_DEFAULT)->cond, "Y");
	kdot_free(dot);
	dot = load(k, "CONFIG_Z=y\n");
	is(ksym_depends(sym(k, "A"), dot), KTRI_N, KTRI_N);
	kdot_free(dot);
	kconfig_close(k);
}

static void test_nearest(void **state)
{
	struct kconfig *k = read_text("config NETFILTER\n\tbool \"n\"\n\tdepends on NETFLITER\n");

	(void)state;
	assert_ptr_equal(kconfig_nearest(k, "NETFLITER"), sym(k, "NETFILTER"));
	assert_null(kconfig_nearest(k, "QUITE_ANOTHER"));
	kconfig_close(k);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_around),	    cmocka_unit_test(test_help),
		cmocka_unit_test(test_lines),	    cmocka_unit_test(test_types),
		cmocka_unit_test(test_choice),	    cmocka_unit_test(test_comment),
		cmocka_unit_test(test_selectors),   cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_values),	    cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_fit),	    cmocka_unit_test(test_selected),
		cmocka_unit_test(test_config),	    cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_definitions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

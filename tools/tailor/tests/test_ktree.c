// SPDX-License-Identifier: GPL-2.0-only
/* ktree/ktree.c, make/make.c, ktree/cppcond.c: what Makefiles and #if lines of a small tree mean.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "ktree/ktree.h"
#include "ktree/modalias.h"

/* A kernel tree in a temporary folder. */
struct tree {
	char dir[32];
	struct ktree *m;
};

static void make_parents(char *path)
{
	for (char *s = path + 1; (s = strchr(s, '/')); s++) {
		*s = '\0';
		mkdir(path, 0777);
		*s = '/';
	}
}

static void put(const struct tree *t, const char *file, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", t->dir, file);
	make_parents(path);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

/* Files with nothing in them, names separated by blanks. */
static void put_empty(const struct tree *t, const char *files)
{
	char *copy = strdup(files);
	char *rest = NULL;

	assert_non_null(copy);
	for (char *f = strtok_r(copy, " ", &rest); f; f = strtok_r(NULL, " ", &rest))
		put(t, f, "");
	free(copy);
}

static void tree_new(struct tree *t)
{
	strcpy(t->dir, "/tmp/test_ktree.XXXXXX");
	t->m = NULL;
	assert_non_null(mkdtemp(t->dir));
	put(t, "Makefile",
	    "ifeq ($(KBUILD_EXTMOD),)\n"
	    "core-y :=\ndrivers-y :=\nlibs-y := lib/\nendif\n"
	    "include $(srctree)/arch/$(SRCARCH)/Makefile\n"
	    "export ARCH_DRIVERS := $(drivers-y) $(drivers-m)\n"
	    "export ARCH_LIB := $(filter %/, $(libs-y))\n");
	put(t, "arch/x86/Makefile",
	    "ifeq ($(CONFIG_X86_32),y)\n\tBITS := 32\nelse\n\tBITS := 64\nendif\n"
	    "drivers-$(CONFIG_PCI) += arch/x86/pci/\n");
	put(t, "arch/x86/Kbuild", "obj-y += kernel/\n");
	put(t, "Kbuild",
	    "obj-y += arch/$(SRCARCH)/ $(ARCH_LIB) $(ARCH_DRIVERS)\nobj-$(CONFIG_NET) += net/\n"
	    "obj-y += drv/\n");
}

static void tree_free(struct tree *t)
{
	char command[64];

	ktree_close(t->m);
	snprintf(command, sizeof(command), "rm -rf %s", t->dir);
	assert_int_equal(system(command), 0);
}

static void tree_open(struct tree *t)
{
	struct terr err = { "" };

	t->m = ktree_open(t->dir, &err);
	if (!t->m)
		fail_msg("%s", err.msg);
}

/* y: on (no mark); y alone, m alone, off: marked =y =m !; with the others of a disjunction: A|B */
static const char *text_of(const struct ktree_gate *g, int nr)
{
	static char buf[512];
	size_t n = 0;

	buf[0] = '\0';
	for (int i = 0; i < nr; i++) {
		const char *between = !i ? "" : g[i].any && g[i].any == g[i - 1].any ? "|" : " ";
		const char *mark = g[i].values == KMODEL_Y   ? "=y"
				   : g[i].values == KMODEL_M ? "=m"
							     : "";

		n += (size_t)snprintf(buf + n, sizeof(buf) - n, "%s%s%s%s", between,
				      g[i].negated ? "!" : "", g[i].symbol, mark);
	}
	return buf;
}

static void expect(const struct tree *t, const char *file, int line, const char *want)
{
	const struct ktree_gate *g = NULL;
	int nr = ktree_gates(t->m, file, line, &g);
	const char *got = nr < 0 ? "unknown" : text_of(g, nr);

	if (strcmp(got, want))
		fail_msg("%s:%d needs \"%s\", not \"%s\"", file, line, got, want);
}

/* --- Makefiles --- */

static void objects_and_folders(void **state)
{
	struct tree t;

	(void)state;
	tree_new(&t);
	put(&t, "drv/Makefile",
	    "# obj-y += comment.o\n"
	    "obj-y += a.o \\\n\tb.o # obj-y += c.o\n"
	    "obj-$(CONFIG_D) += d.o sub/\n"
	    "obj-$(CONFIG_E) += other/e.o\n"
	    "obj-m += m.o\n"
	    "lib-$(CONFIG_L) += l.o\n"
	    "extra-y := head_$(BITS).o\n"
	    "obj-$(CONFIG_P1) += twice.o\nobj-$(CONFIG_P2) += twice.o\n"
	    "obj-y += both.o\nobj-$(CONFIG_P1) += both.o\n"
	    "obj-$(CONFIG_G) += made.o\n"
	    "obj-$(CONFIG_UP) += ../up/up.o\n");
	put(&t, "drv/sub/Makefile", "obj-y += y.o\nobj-$(CONFIG_S) += s.o\n");
	put(&t, "drv/sub/Kbuild", "obj-y += y.o k.o\nobj-$(CONFIG_S) += s.o\n");
	put(&t, "arch/x86/pci/Makefile", "obj-y += pci.o\n");
	put(&t, "net/Makefile", "obj-y += n.o\n");
	put_empty(&t, "drv/a.c drv/b.S drv/c.c drv/d.c drv/other/e.c drv/m.c drv/l.c drv/head_64.S "
		      "drv/head_32.S drv/twice.c drv/both.c drv/sub/y.c drv/sub/k.c drv/sub/s.c "
		      "arch/x86/pci/pci.c net/n.c up/up.c drv/comment.c drv/x.h");
	tree_open(&t);
	expect(&t, "drv/a.c", 0, "");
	expect(&t, "./drv/../drv/b.S", 0, "");
	expect(&t, "drv/c.c", 0, "unknown");
	expect(&t, "drv/comment.c", 0, "unknown");
	expect(&t, "drv/d.c", 0, "D");
	expect(&t, "drv/other/e.c", 0, "E");
	expect(&t, "drv/m.c", 0, "");
	expect(&t, "drv/l.c", 0, "L");
	expect(&t, "drv/head_64.S", 0, "!X86_32");
	expect(&t, "drv/head_32.S", 0, "X86_32=y");
	expect(&t, "drv/twice.c", 0, "P1|P2");
	expect(&t, "drv/both.c", 0, "");
	expect(&t, "drv/made.c", 0, "G");
	expect(&t, "drv/made.S", 0, "G");
	expect(&t, "drv/none.c", 0, "unknown");
	expect(&t, "up/up.c", 0, "UP");
	/* a folder that is reached as a module does not link its obj-y */
	expect(&t, "drv/sub/y.c", 0, "D=y");
	expect(&t, "drv/sub/k.c", 0, "D=y");
	expect(&t, "drv/sub/s.c", 0, "D S");
	expect(&t, "arch/x86/pci/pci.c", 0, "PCI");
	expect(&t, "net/n.c", 0, "NET=y");
	expect(&t, "drv/x.h", 0, "");
	expect(&t, "include/generated/autoconf.h", 1, "");
	tree_free(&t);
}

static void composites(void **state)
{
	struct tree t;
	struct terr err = { "" };
	struct ktree_module *v;

	(void)state;
	tree_new(&t);
	put(&t, "drv/Makefile",
	    "obj-y += always.o\nobj-$(CONFIG_F) += foo-bar.o\n"
	    "foo-bar-objs := a.o\nfoo-bar-y += b.o\nfoo-bar-$(CONFIG_P) += c.o sub/d.o\n"
	    "foo-bar-objs-$(CONFIG_Q) += not-read.o\n"
	    "obj-$(CONFIG_H) += only.o\nonly-$(CONFIG_P) += e.o\n"
	    /* a part of itself: := is read at once */
	    "obj-$(CONFIG_I) += self.o\nself-$(CONFIG_P) += g.o\nself-y := h.o $(self-y)\n");
	put_empty(&t, "drv/a.c drv/b.c drv/c.c drv/sub/d.c drv/e.c drv/foo-bar.c drv/only.c "
		      "drv/g.c drv/h.c drv/not-read.c");
	tree_open(&t);
	expect(&t, "drv/a.c", 0, "F");
	expect(&t, "drv/b.c", 0, "F");
	expect(&t, "drv/c.c", 0, "F P");
	expect(&t, "drv/sub/d.c", 0, "F P");
	expect(&t, "drv/e.c", 0, "H P");
	expect(&t, "drv/foo-bar.c", 0, "unknown");
	expect(&t, "drv/only.c", 0, "unknown");
	expect(&t, "drv/not-read.c", 0, "unknown");
	expect(&t, "drv/g.c", 0, "I P");
	expect(&t, "drv/h.c", 0, "I");
	assert_int_equal(ktree_modules(t.m, "foo_bar", false, &v, &err), 1);
	assert_string_equal(v->dir, "drv");
	assert_string_equal(v->name, "foo-bar");
	assert_string_equal(text_of(v->gates, v->nr_gates), "F");
	assert_int_equal(v->nr_files, 4);
	ktree_modules_free(v, 1);
	assert_int_equal(ktree_modules(t.m, "a", false, &v, &err), 0);
	ktree_modules_free(v, 0);
	assert_int_equal(ktree_modules(t.m, "always", false, &v, &err), 0);
	assert_int_equal(ktree_modules(t.m, "always", true, &v, &err), 1);
	assert_int_equal(v->nr_gates, 0);
	ktree_modules_free(v, 1);
	tree_free(&t);
}

static void conditionals(void **state)
{
	static const struct {
		const char *text;
		const char *want;
	} cases[] = {
		{ "ifdef CONFIG_A\nobj-y += x.o\nendif\n", "A" },
		{ "ifndef CONFIG_A\nobj-y += x.o\nendif\n", "!A" },
		{ "ifeq ($(CONFIG_A),y)\nobj-y += x.o\nendif\n", "A=y" },
		{ "ifeq ($(CONFIG_A), y)\nobj-y += x.o\nendif\n", "A=y" },
		{ "ifeq \"$(CONFIG_A)\" \"m\"\nobj-y += x.o\nendif\n", "A=m" },
		{ "ifneq ($(CONFIG_A),)\nobj-y += x.o\nendif\n", "A" },
		{ "ifeq ($(CONFIG_A),)\nobj-y += x.o\nendif\n", "!A" },
		{ "ifneq ($(CONFIG_A)$(CONFIG_B),)\nobj-y += x.o\nendif\n", "A|B" },
		{ "ifneq ($(filter y,$(CONFIG_A) $(CONFIG_B)),)\nobj-y += x.o\nendif\n",
		  "A=y|B=y" },
		{ "ifdef CONFIG_A\nelse\nobj-$(CONFIG_B) += x.o\nendif\n", "!A B" },
		{ "ifdef CONFIG_A\nelse ifdef CONFIG_B\nobj-y += x.o\nendif\n", "!A B" },
		{ "ifdef CONFIG_A\n  ifdef CONFIG_B\n\tobj-y += x.o\n  endif\nendif\n", "A B" },
		/* not understood: both sides */
		{ "ifeq ($(shell true),)\nobj-$(CONFIG_A) += x.o\nendif\n", "A" },
		{ "ifeq ($(CONFIG_N),10)\nobj-$(CONFIG_A) += x.o\nendif\n", "A" },
		{ "ifeq ($(CONFIG_N),10)\nelse\nobj-y += x.o\nendif\n", "" },
		{ "ifeq ($(call cc-option,-m),)\nobj-y += x.o\nelse\nobj-$(CONFIG_A) += x.o\nendif\n",
		  "" },
		/* on this architecture never */
		{ "ifeq ($(ARCH),arm)\nobj-y += x.o\nendif\n", "unknown" },
		{ "ifeq ($(SRCARCH),x86)\nobj-$(CONFIG_A) += x.o\nendif\n", "A" },
		/* variables */
		{ "v := x.o\nobj-$(CONFIG_A) += $(v)\n", "A" },
		{ "obj-$(CONFIG_A) += $(v)\nv = x.o\n", "A" },
		{ "v-$(CONFIG_B) := x.o\nobj-$(CONFIG_A) += $(v-y)\n", "A B=y" },
		{ "v ?= x.o\nv ?= y.o\nobj-$(CONFIG_A) += $(v)\n", "A" },
		{ "obj-y := x.o\nobj-y := y.o\n", "unknown" },
		{ "ifdef CONFIG_A\nobj-y := x.o\nendif\nifdef CONFIG_B\nobj-y := y.o\nendif\n",
		  "!B A" },
		{ "v := $(addprefix $(w)/, x.o)\nobj-y += $(v)\n", "" },
		{ "obj-y += $(if $(CONFIG_A),x.o,y.o)\n", "A" },
		{ "obj-y += $(if $(CONFIG_A),y.o,x.o)\n", "!A" },
		{ "v := x y\nobj-$(CONFIG_A) += $(v:=.o)\n", "A" },
		{ "v := x.k y.k\nobj-$(CONFIG_A) += $(patsubst %.k,%.o,$(v))\n", "A" },
		{ "v := x y\nobj-$(CONFIG_A) += $(foreach f,$(v),$(f).o)\n", "A" },
		{ "obj-$(CONFIG_A) += $(filter-out y.o,x.o y.o)\n", "A" },
		{ "obj-$(subst m,y,$(CONFIG_A)) += x.o\n", "A" },
		{ "obj-$(subst y,$(CONFIG_A),$(CONFIG_B)) += x.o\n", "B" },
		/* "obj-ym" is no list */
		{ "obj-$(CONFIG_A)$(CONFIG_B) += x.o\n", "A|B !B|!A" },
		{ "obj-$(CONFIG_A) += x.o\ntargets += x.o\n", "A" },
		/* what is no assignment */
		{ "x.o: CFLAGS += -g\nobj-$(CONFIG_A) += x.o\n", "A" },
		{ "$(obj)/y: FORCE\n\tobj-y += x.o\n", "unknown" },
		{ "define v\nobj-y += x.o\nendef\n", "unknown" },
		{ "include $(srctree)/drv/more.mk\n", "M" },
		{ "-include drv/none.mk\nobj-y += x.o\n", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct tree t;
		const struct ktree_gate *g;
		const char *got;
		int nr;

		tree_new(&t);
		put(&t, "drv/Makefile", cases[i].text);
		put(&t, "drv/more.mk", "obj-$(CONFIG_M) += x.o\n");
		put_empty(&t, "drv/x.c drv/y.c");
		tree_open(&t);
		nr = ktree_gates(t.m, "drv/x.c", 0, &g);
		got = nr < 0 ? "unknown" : text_of(g, nr);
		if (strcmp(got, cases[i].want))
			fail_msg("%s: \"%s\", not \"%s\"", cases[i].text, got, cases[i].want);
		tree_free(&t);
	}
}

static void gates_say_where(void **state)
{
	const struct ktree_gate *g;
	struct tree t;

	(void)state;
	tree_new(&t);
	put(&t, "drv/Makefile", "\nobj-$(CONFIG_A) += x.o\n");
	put(&t, "drv/x.c", "\n#ifdef CONFIG_B\nint b;\n#endif\n");
	tree_open(&t);
	assert_int_equal(ktree_gates(t.m, "drv/x.c", 3, &g), 2);
	assert_string_equal(g[0].symbol, "A");
	assert_string_equal(g[0].file, "drv/Makefile");
	assert_int_equal(g[0].line, 2);
	assert_int_equal(g[0].how, KMODEL_FILE);
	assert_int_equal(g[0].any, 0);
	assert_string_equal(g[1].symbol, "B");
	assert_string_equal(g[1].file, "drv/x.c");
	assert_int_equal(g[1].line, 2);
	assert_int_equal(g[1].how, KMODEL_LINE);
	tree_free(&t);
}

static void images_and_rules(void **state)
{
	enum ktree_kind kind;
	struct tree t;

	(void)state;
	tree_new(&t);
	put(&t, "drv/Makefile",
	    "subdir- := rm\nsubdir-$(CONFIG_STUB) += stub\nobj-$(CONFIG_R) += relo.o\n"
	    "$(obj)/relo.o: $(srctree)/tools/relo.c FORCE\n\t$(call if_changed_rule,cc_o_c)\n");
	put(&t, "drv/rm/Makefile", "rm-y := a.o\nrm-$(CONFIG_S) += b.o\ntargets += $(rm-y)\n");
	put(&t, "drv/stub/Makefile", "lib-y := s.o\nlib-y := $(patsubst %.o,%.stub.o,$(lib-y))\n");
	put_empty(&t, "drv/rm/a.c drv/rm/b.S drv/stub/s.c tools/relo.c");
	tree_open(&t);
	expect(&t, "drv/rm/a.c", 0, "");
	expect(&t, "drv/rm/b.S", 0, "S=y");
	expect(&t, "drv/stub/s.c", 0, "STUB");
	expect(&t, "tools/relo.c", 0, "R");
	assert_int_equal(ktree_kind_of(t.m, "drv/stub/s.c", &kind), 0);
	assert_int_equal(kind, KMODEL_IMAGE);
	assert_int_equal(ktree_kind_of(t.m, "tools/relo.c", &kind), 0);
	assert_int_equal(kind, KMODEL_BUILTIN);
	tree_free(&t);
}

static void hostile_makefiles(void **state)
{
	static const char *const texts[] = {
		"obj-y += $(obj-y)\n",
		"a = $(b)\nb = $(a)\nobj-y += $(a).o\n",
		"obj-y += $(",
		"obj-y += $(subst",
		"obj-y += $(foreach x)\n",
		"obj-y += ${a}$b$\n",
		"ifeq\nifeq (\nifeq (a\nifdef\nelse\nelse\nendif\nendif\nendif\nendif\nendif\n",
		"include $(srctree)/drv/Makefile\n",
		"obj-y += ./ ../ ../../ /\nsubdir-y := . ..\n",
		"define x\n",
		"obj-y := a\\",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct tree t;

		tree_new(&t);
		put(&t, "drv/Makefile", texts[i]);
		put(&t, "drv/x.c", "");
		tree_open(&t);
		expect(&t, "drv/x.c", 0, "unknown");
		tree_free(&t);
	}
}

static void what_is_no_tree(void **state)
{
	struct terr err = { "" };

	(void)state;
	assert_null(ktree_open("/nonexistent", &err));
	assert_non_null(strstr(err.msg, "/nonexistent/Makefile cannot be read"));
}

/* --- #if lines --- */

static void if_lines(void **state)
{
	static const struct {
		const char *cond;
		const char *then;
		const char *otherwise;
	} cases[] = {
		{ "#ifdef CONFIG_A", "A=y", "!A" },
		{ "#ifndef CONFIG_A", "!A", "A=y" },
		{ "#ifdef CONFIG_A_MODULE", "A=m", "!A" },
		{ "#if defined(CONFIG_A)", "A=y", "!A" },
		{ "# if defined CONFIG_A /* x */", "A=y", "!A" },
		{ "#if IS_ENABLED(CONFIG_A)", "A", "!A" },
		{ "#if IS_BUILTIN(CONFIG_A)", "A=y", "!A" },
		{ "#if IS_MODULE(CONFIG_A)", "A=m", "!A" },
		{ "#if IS_REACHABLE( CONFIG_A )", "A", "!A" },
		{ "#if defined(CONFIG_A) || defined(CONFIG_A_MODULE)", "A", "!A" },
		{ "#if defined(CONFIG_A) && defined(CONFIG_B)", "A=y B=y", "!A|!B" },
		{ "#if defined(CONFIG_A) || defined(CONFIG_B)", "A=y|B=y", "!A !B" },
		{ "#if !defined(CONFIG_A) && !IS_ENABLED(CONFIG_B)", "!A !B", "A=y|B" },
		{ "#if !(defined(CONFIG_A) || !defined(CONFIG_B))", "!A B=y", "A=y|!B" },
		{ "#if defined(CONFIG_A) && \\\n defined(CONFIG_B)", "A=y B=y", "!A|!B" },
		{ "#if defined(CONFIG_A) || (defined(CONFIG_B) && defined(CONFIG_C))",
		  "A=y|B=y A=y|C=y", "!A !B|!C" },
		/* unknown parts */
		{ "#ifdef MODULE", "", "" },
		{ "#if FOO", "", "" },
		{ "#if CONFIG_N > 3", "", "" },
		{ "#if defined(CONFIG_A) && FOO(x, (y))", "A=y", "" },
		{ "#if FOO > 2 && defined(CONFIG_A)", "A=y", "" },
		{ "#if defined(CONFIG_A) || FOO", "", "!A" },
		{ "#if (defined(CONFIG_A) && X + 1) || defined(CONFIG_B)", "A=y|B=y", "!B" },
		{ "#if defined(CONFIG_A) ? 1 : 0", "", "" },
		{ "#if defined(CONFIG_A", "", "" },
		{ "#if", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char text[256];
		struct tree t;
		int lines = strchr(cases[i].cond, '\n') ? 2 : 1;

		tree_new(&t);
		put(&t, "drv/Makefile", "obj-y += x.o\n");
		snprintf(text, sizeof(text), "%s\nint a;\n#else\nint b;\n#endif\nint c;\n",
			 cases[i].cond);
		put(&t, "drv/x.c", text);
		tree_open(&t);
		expect(&t, "drv/x.c", 1, "");
		expect(&t, "drv/x.c", lines + 1, cases[i].then);
		expect(&t, "drv/x.c", lines + 3, cases[i].otherwise);
		expect(&t, "drv/x.c", lines + 5, "");
		expect(&t, "drv/x.c", 0, "");
		tree_free(&t);
	}
}

static void nesting_and_text(void **state)
{
	struct tree t;

	(void)state;
	tree_new(&t);
	put(&t, "drv/Makefile", "obj-$(CONFIG_F) += x.o\n");
	put(&t, "drv/x.c",
	    "/* comment\n"
	    "#ifdef CONFIG_NO\n"
	    " */ #ifdef CONFIG_A\n"
	    "char *s = \"/*\"; char c = '\"'; // it's /*\n"
	    "#if IS_ENABLED(CONFIG_B)\n" /* 5 */
	    "int b;\n"
	    "#elif defined(CONFIG_C)\n"
	    "int c;\n"
	    "#else\n"
	    "int d;\n" /* 10 */
	    "#endif\n"
	    "int e; /* more\n"
	    "#endif\n"
	    "*/\n"
	    "#define M \\\n" /* 15 */
	    "#endif\n"
	    "#endif\n"
	    "int f;\n"
	    "#endif\n"
	    "#else\n" /* 20 */
	    "int g;\n"
	    "#ifdef CONFIG_F\n"
	    "int h;\n"
	    "#else\n"
	    "int never;\n" /* 25 */
	    "#ifdef CONFIG_OPEN\n"
	    "int open;");
	put(&t, "include/x.h",
	    "#ifndef X_H\n#define X_H\n#ifdef CONFIG_A\nint a;\n#endif\n#endif\n");
	tree_open(&t);
	expect(&t, "drv/x.c", 2, "F");
	expect(&t, "drv/x.c", 4, "F A=y");
	expect(&t, "drv/x.c", 6, "F A=y B");
	expect(&t, "drv/x.c", 8, "F A=y !B C=y");
	expect(&t, "drv/x.c", 10, "F A=y !B !C");
	expect(&t, "drv/x.c", 12, "F A=y");
	expect(&t, "drv/x.c", 14, "F A=y");
	expect(&t, "drv/x.c", 18, "F");
	expect(&t, "drv/x.c", 21, "F");
	expect(&t, "drv/x.c", 23, "F=y");
	expect(&t, "drv/x.c", 25, "F=m");
	expect(&t, "drv/x.c", 27, "F=m OPEN=y");
	expect(&t, "drv/x.c", 1000, "F=m OPEN=y");
	expect(&t, "include/x.h", 4, "A=y");
	expect(&t, "include/x.h", 2, "");
	tree_free(&t);
}

/* As a function; without indentation a closing bracket would end it. */
static void indented(const char *body, char *to)
{
	to = stpcpy(to, "int f(void)\n{\n\t");
	for (; *body; body++) {
		*to++ = *body;
		if (*body == '\n' && body[1])
			*to++ = '\t';
	}
	stpcpy(to, "}\nint after;\n");
}

/* Each case is the body of a function; the text behind // is what that line needs. */
static void conditions_in_code(void **state)
{
	static const char *const cases[] = {
		"if (IS_ENABLED(CONFIG_A)) { //\nx(); //A\n} //\ny(); //\n",
		"if (IS_ENABLED(CONFIG_A)) //\nx(1, //A\n  2); //A\ny(); //\n",
		"if (IS_ENABLED(CONFIG_A)) x(); //\ny(); //\n",
		"if (IS_ENABLED(CONFIG_A)) { x(); } //\ny(); //\n",
		"if (!IS_BUILTIN(CONFIG_A)) //\nx(); //!A\n",
		"if (IS_ENABLED(CONFIG_A) && //\n    z) { //\nx(); //A\n} else { //\ny(); //\n} //\n",
		"if (IS_ENABLED(CONFIG_A)) { //\nx(); //A\n} else { //\ny(); //!A\n} //\nz(); //\n",
		"if (IS_ENABLED(CONFIG_A)) //\nx(); //A\nelse //!A\ny(); //!A\nz(); //\n",
		"if (IS_ENABLED(CONFIG_A)) { //\nx(); //A\n} else if (IS_ENABLED(CONFIG_B)) { //\n"
		"y(); //!A B\n} else { //!A\nz(); //!A !B\n} //\nw(); //\n",
		"if (IS_ENABLED(CONFIG_A)) { //\nif (q) { //A\nx(); //A\n} //A\ny(); //A\n} //\n",
		"if (IS_ENABLED(CONFIG_A)) //\nfor (i = 0; i < 3; i++) { //A\nx(); //A\n} //\ny(); //\n",
		"if (IS_ENABLED(CONFIG_A)) { //\nif (IS_ENABLED(CONFIG_B)) //A\nx(); //A B\n} //\n",
		"if (IS_ENABLED(CONFIG_A) || z) //\nx(); //\nelse //!A\ny(); //!A\n",
		/* whose else it is cannot be told */
		"if (IS_ENABLED(CONFIG_A)) //\nif (z) //A\nx(); //\nelse //\ny(); //\n",
		"if (z) { //\nx(); //\n} //\n",
		/* brackets in text and comments */
		"if (IS_ENABLED(CONFIG_A)) { //\nx(\"}\"); /* } */ //A\nc = '}'; //A\n} //\n",
		/* brackets too many: the function ends all the same */
		"if (IS_ENABLED(CONFIG_A)) { //\nif (x) { { //A\n} //A\n",
		/* both branches open a bracket */
		"if (IS_ENABLED(CONFIG_A)) { //\n#ifdef B //A\nif (x) { //A\n#else //A\nif (y) { //\n"
		"#endif //\n} //\n} //\nz(); //\n",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char text[1024];
		struct tree t;
		int line = 3;

		tree_new(&t);
		put(&t, "drv/Makefile", "obj-y += x.o\n");
		indented(cases[i], text);
		put(&t, "drv/x.c", text);
		tree_open(&t);
		for (const char *s = cases[i]; (s = strstr(s, "//")); line++) {
			char want[64];

			snprintf(want, sizeof(want), "%.*s", (int)strcspn(s + 2, "\n"), s + 2);
			expect(&t, "drv/x.c", line, want);
			s += 2;
		}
		expect(&t, "drv/x.c", line + 1, "");
		tree_free(&t);
	}
}

static void included_sources(void **state)
{
	struct tree t;

	(void)state;
	tree_new(&t);
	put(&t, "drv/Makefile", "obj-$(CONFIG_B) += build.o\nobj-$(CONFIG_O) += own.o\n");
	put(&t, "drv/build.c",
	    "#include \"core.c\"\n#ifdef CONFIG_SMP\n# include \"topology.c\"\n#endif\n"
	    "#include \"own.c\"\n");
	put(&t, "drv/core.c", "#include \"deep/leaf.c\"\n#ifdef CONFIG_X\nint x;\n#endif\n");
	put(&t, "lib/Makefile", "obj-$(CONFIG_L) += lib.o\n");
	put(&t, "lib/lib.c", "#include \"../far/away.c\"\n");
	put_empty(&t, "drv/topology.c drv/own.c drv/deep/leaf.c far/away.c drv/nobody.c");
	tree_open(&t);
	expect(&t, "drv/core.c", 0, "B");
	expect(&t, "drv/core.c", 3, "B X=y");
	expect(&t, "drv/topology.c", 0, "B SMP=y");
	expect(&t, "drv/deep/leaf.c", 0, "B");
	expect(&t, "far/away.c", 0, "L");
	expect(&t, "drv/own.c", 0, "O");
	expect(&t, "drv/nobody.c", 0, "unknown");
	tree_free(&t);
}

/* --- where things are --- */

static void expect_places(int nr, struct ktree_place *v, const char *want)
{
	char got[512] = "";
	size_t n = 0;

	for (int i = 0; i < nr; i++)
		n += (size_t)snprintf(got + n, sizeof(got) - n, "%s%s%s:%d-%d", i ? " " : "",
				      v[i].negated ? "!" : "", v[i].file, v[i].line, v[i].last);
	free(v);
	assert_string_equal(got, want);
}

static void places(void **state)
{
	struct terr err = { "" };
	struct ktree_place *v;
	struct tree t;
	int nr;

	(void)state;
	tree_new(&t);
	put(&t, "drv/Makefile", "obj-$(CONFIG_E) += poll.o\nobj-$(CONFIG_X) += fs.o\n");
	put(&t, "arch/x86/entry/syscalls/syscall_64.tbl",
	    "# comment\n512\tx32\tfstat\tsys_compat_fstat\n5\tcommon\tfstat\t\t\tsys_newfstat\n232\tcommon\tepoll_wait sys_epoll_wait\n"
	    "512\tx32\tfstat\tcompat_sys_fstat\n9\tcommon\tgone\n");
	put(&t, "kernel/sys_ni.c", "\nCOND_SYSCALL(epoll_wait);\n");
	put(&t, "drv/poll.c",
	    "// SYSCALL_DEFINE1(not_this\n"
	    "SYSCALL_DEFINE4(epoll_wait, int, epfd)\n"
	    "COMPAT_SYSCALL_DEFINE4(compat, int, epfd)\n"
	    "#ifdef CONFIG_OLD\nSYSCALL_DEFINE2( newfstat , int, fd)\n#endif\n"
	    "int f(void)\n{\n\tif (IS_ENABLED(CONFIG_ONE_LINE)) { x(); }\n\ty();\n}\n");
	put(&t, "drv/fs.c",
	    "extern struct file_system_type x;\n"
	    "static struct file_system_type ext4_fs_type = {\n\t.owner = 0,\n\t.name\t= \"ext4\",\n};\n"
	    "#ifdef CONFIG_E2\nMODULE_ALIAS_FS(\"ext2\");\n#endif\n"
	    "#ifndef CONFIG_E2\nint no;\n#ifdef CONFIG_Z\nint z;\n#endif\nint last;\n#endif\n");
	put(&t, "include/e2.h",
	    "#if IS_ENABLED(CONFIG_E2)\nint e;\n#endif\n#ifdef CONFIG_E22\n#endif\n");
	tree_open(&t);
	nr = ktree_syscall(t.m, "epoll_wait", &v, &err);
	expect_places(nr, v, "drv/poll.c:2-2 kernel/sys_ni.c:2-2");
	nr = ktree_syscall(t.m, "fstat", &v, &err);
	expect_places(nr, v, "drv/poll.c:5-5");
	nr = ktree_syscall(t.m, "gone", &v, &err);
	expect_places(nr, v, "");
	nr = ktree_syscall(t.m, "compat", &v, &err);
	expect_places(nr, v, "");
	nr = ktree_filesystem(t.m, "ext4", &v, &err);
	expect_places(nr, v, "drv/fs.c:4-4");
	nr = ktree_filesystem(t.m, "ext2", &v, &err);
	expect_places(nr, v, "drv/fs.c:7-7");
	expect(&t, "drv/fs.c", 7, "X E2=y");
	nr = ktree_symbol(t.m, "E2", &v, &err);
	expect_places(nr, v, "drv/fs.c:7-7 !drv/fs.c:10-14 include/e2.h:2-2");
	nr = ktree_symbol(t.m, "ONE_LINE", &v, &err);
	expect_places(nr, v, "");
	nr = ktree_symbol(t.m, "X", &v, &err);
	expect_places(nr, v, "drv/fs.c:0-0");
	tree_free(&t);
}

static void devices(void **state)
{
	struct modalias a = { 0 };
	struct terr err = { "" };
	struct tree t;
	size_t i = 0;

	(void)state;
	tree_new(&t);
	put(&t, "modules.alias",
	    "# Aliases extracted from modules themselves.\n"
	    "alias pci:v00001AF4d*sv*sd*bc*sc*i* virtio_pci\n"
	    "alias fs-ext4 ext4\n"
	    "alias virtio:d0000000[1-4]v* net\n");
	if (ktree_modalias_load(&a, t.dir, &err))
		fail_msg("%s", err.msg);
	assert_string_equal(
		ktree_modalias_next(&a, "pci:v00001AF4d00001000sv00001AF4sd00000001bc02sc00i00", &i)
			->module,
		"virtio_pci");
	i = 0;
	assert_string_equal(ktree_modalias_next(&a, "virtio:d00000002v00001AF4", &i)->module,
			    "net");
	assert_null(ktree_modalias_next(&a, "virtio:d00000002v00001AF4", &i));
	i = 0;
	assert_null(ktree_modalias_next(&a, "virtio:d00000005v00001AF4", &i));
	i = 0;
	assert_string_equal(ktree_modalias_next(&a, "fs_ext4", &i)->module, "ext4");
	ktree_modalias_free(&a);
	put(&t, "modules.alias", "alias x\n");
	assert_int_equal(ktree_modalias_load(&a, t.dir, &err), -1);
	assert_non_null(strstr(err.msg, "modules.alias:1: not an"));
	ktree_modalias_free(&a);
	tree_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(objects_and_folders),
		cmocka_unit_test(composites),
		cmocka_unit_test(conditionals),
		cmocka_unit_test(gates_say_where),
		cmocka_unit_test(images_and_rules),
		cmocka_unit_test(hostile_makefiles),
		cmocka_unit_test(what_is_no_tree),
		cmocka_unit_test(if_lines),
		cmocka_unit_test(nesting_and_text),
		cmocka_unit_test(included_sources),
		cmocka_unit_test(conditions_in_code),
		cmocka_unit_test(places),
		cmocka_unit_test(devices),
	};

	return cmocka_run_group_tests_name("ktree", tests, NULL, NULL);
}

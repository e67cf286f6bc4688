// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prints what the Kconfig files of a kernel tree say, as JSON: the tree's own parser has read them,
 * so its questions to the compiler are answered and the dependencies are those its conf works with.
 *
 * It is compiled in front of the tree's scripts/kconfig/conf.c, whose main() gets another name, and
 * the parser calls model_finalize() instead of menu_finalize(); scripts/kconfig-model does so.
 * Standard output lists the files that were read. The answer goes to the file that KCONFIG_MODEL
 * names; choices and symbols stand in the order in which the files define them:
 *
 *	{ "format": 2, "modules": NAME, "choices": [CHOICE...], "symbols": [SYMBOL...] }
 *
 *	CHOICE	"name", "type", "optional", "file", "line", "members": [NAME...], "props"
 *	SYMBOL	"name", "type", "choice", "defs": [DEF...], "props": [PROP...]
 *	DEF	"file", "line", "depends": EXPR
 *	PROP	"kind", "file", "line", "cond": EXPR; and for
 *		prompt "text"; default "value": EXPR, "if": EXPR; select, imply "target": NAME;
 *		range "low", "high": EXPR
 *	EXPR	null (always), NAME of a symbol, {"is": TEXT} (a constant), {"choice": INDEX},
 *		["!", EXPR] or [OP, EXPR, EXPR] with OP one of & | = != < <= > >=
 *
 * "cond" holds all that must be for the property to hold: its own "if", what the symbol, the menus
 * and choices around it depend on, and of a prompt what they are "visible if". "if" is its own alone,
 * as it is written; it is there for readers. Names are without CONFIG_. A symbol that is only mentioned
 * is not in the list.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lkc.h"

static FILE *out;

/* ---- the own "if" of each default, before the parser adds what is around it ---- */

struct own_if {
	const struct property *prop;
	struct expr *expr;
};

static struct own_if *own_ifs;
static size_t nr_own_ifs;

static int by_prop(const void *a, const void *b)
{
	const struct property *x = ((const struct own_if *)a)->prop;
	const struct property *y = ((const struct own_if *)b)->prop;

	return (x > y) - (x < y);
}

static void keep_own_ifs(void)
{
	struct symbol *sym;
	int i;

	for_all_symbols(i, sym)
		for (struct property *p = sym->prop; p; p = p->next) {
			if (p->type != P_DEFAULT || !p->visible.expr)
				continue;
			own_ifs = xrealloc(own_ifs, (nr_own_ifs + 1) * sizeof(*own_ifs));
			own_ifs[nr_own_ifs].prop = p;
			own_ifs[nr_own_ifs++].expr = expr_copy(p->visible.expr);
		}
	if (nr_own_ifs)
		qsort(own_ifs, nr_own_ifs, sizeof(*own_ifs), by_prop);
}

static struct expr *own_if_of(const struct property *p)
{
	const struct own_if key = { .prop = p };
	struct own_if *found = nr_own_ifs ? bsearch(&key, own_ifs, nr_own_ifs, sizeof(key), by_prop) : NULL;

	return found ? found->expr : NULL;
}

void model_finalize(struct menu *menu)
{
	keep_own_ifs();
	menu_finalize(menu);
}

/* ---- writing ---- */

static void put_text(const char *s)
{
	fputc('"', out);
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c < 0x20 || c >= 0x7f)
			fprintf(out, "\\u%04x", c);
		else
			fputc(c, out);
	}
	fputc('"', out);
}

static void put_place(const char *file, int line)
{
	fputs("\"file\":", out);
	put_text(file);
	fprintf(out, ",\"line\":%d", line);
}

/* Choices have no name; they are numbered in the order of the files. */
static int choice_number(const struct symbol *choice)
{
	struct menu *stack[256];
	size_t depth = 0;
	struct menu *m = rootmenu.list;
	int nr = 0;

	while (m) {
		if (m->sym && sym_is_choice(m->sym)) {
			if (m->sym == choice)
				return nr;
			nr++;
		}
		if (m->list && depth < sizeof(stack) / sizeof(*stack)) {
			stack[depth++] = m;
			m = m->list;
			continue;
		}
		while (m && !m->next)
			m = depth ? stack[--depth] : NULL;
		if (m)
			m = m->next;
	}
	return -1;
}

static void put_symbol(struct symbol *sym)
{
	if (sym_is_choice(sym)) {
		fprintf(out, "{\"choice\":%d}", choice_number(sym));
	} else if (sym->flags & SYMBOL_CONST) {
		fputs("{\"is\":", out);
		put_text(sym->name);
		fputc('}', out);
	} else {
		put_text(sym->name);
	}
}

static const char *operator_of(enum expr_type type)
{
	switch (type) {
	case E_OR:
		return "|";
	case E_AND:
		return "&";
	case E_EQUAL:
		return "=";
	case E_UNEQUAL:
		return "!=";
	case E_LTH:
		return "<";
	case E_LEQ:
		return "<=";
	case E_GTH:
		return ">";
	case E_GEQ:
		return ">=";
	default:
		fprintf(stderr, "kconfig-model: an expression of type %d is not known\n", type);
		exit(1);
	}
}

static void put_expr(struct expr *e)
{
	if (!e) {
		fputs("null", out);
		return;
	}
	switch (e->type) {
	case E_SYMBOL:
		put_symbol(e->left.sym);
		return;
	case E_NOT:
		fputs("[\"!\",", out);
		put_expr(e->left.expr);
		fputc(']', out);
		return;
	case E_OR:
	case E_AND:
		fprintf(out, "[\"%s\",", operator_of(e->type));
		put_expr(e->left.expr);
		fputc(',', out);
		put_expr(e->right.expr);
		fputc(']', out);
		return;
	default:
		fprintf(out, "[\"%s\",", operator_of(e->type));
		put_symbol(e->left.sym);
		fputc(',', out);
		put_symbol(e->right.sym);
		fputc(']', out);
	}
}

static const char *kind_of(const struct property *p)
{
	switch (p->type) {
	case P_PROMPT:
	case P_MENU:
		return p->text ? "prompt" : NULL;
	case P_DEFAULT:
		return "default";
	case P_SELECT:
		return "select";
	case P_IMPLY:
		return "imply";
	case P_RANGE:
		return "range";
	default:
		return NULL;
	}
}

static void put_props(struct symbol *sym)
{
	const char *comma = "";

	fputs("\"props\":[", out);
	for (struct property *p = sym->prop; p; p = p->next) {
		const char *kind = kind_of(p);

		if (!kind)
			continue;
		fprintf(out, "%s{\"kind\":\"%s\",", comma, kind);
		comma = ",";
		put_place(p->file->name, p->lineno);
		fputs(",\"cond\":", out);
		put_expr(p->visible.expr);
		switch (p->type) {
		case P_DEFAULT:
			fputs(",\"value\":", out);
			put_expr(p->expr);
			fputs(",\"if\":", out);
			put_expr(own_if_of(p));
			break;
		case P_SELECT:
		case P_IMPLY:
			fputs(",\"target\":", out);
			put_text(prop_get_symbol(p)->name);
			break;
		case P_RANGE:
			fputs(",\"low\":", out);
			put_symbol(p->expr->left.sym);
			fputs(",\"high\":", out);
			put_symbol(p->expr->right.sym);
			break;
		default:
			fputs(",\"text\":", out);
			put_text(p->text);
		}
		fputc('}', out);
	}
	fputc(']', out);
}

static const char *type_of(const struct symbol *sym)
{
	static const char *const names[] = {
		[S_UNKNOWN] = "unknown", [S_BOOLEAN] = "bool", [S_TRISTATE] = "tristate",
		[S_INT] = "int",	 [S_HEX] = "hex",      [S_STRING] = "string",
	};

	return names[sym->type];
}

static void put_choice(struct menu *m)
{
	struct symbol *sym = m->sym;
	struct property *list = sym_get_choice_prop(sym);
	struct symbol *member;
	struct expr *e;
	const char *comma = "";

	fputs("{\"name\":", out);
	if (sym->name)
		put_text(sym->name);
	else
		fputs("null", out);
	fprintf(out, ",\"type\":\"%s\",\"optional\":%s,", type_of(sym),
		sym_is_optional(sym) ? "true" : "false");
	put_place(m->file->name, m->lineno);
	fputs(",\"members\":[", out);
	if (list)
		expr_list_for_each_sym(list->expr, e, member)
		{
			fputs(comma, out);
			comma = ",";
			put_text(member->name);
		}
	fputs("],", out);
	put_props(sym);
	fputc('}', out);
}

/* The places that define the symbol are the menus that its properties of this type are of. */
static void put_definitions(struct symbol *sym)
{
	const char *comma = "";

	fputs("\"defs\":[", out);
	for (struct property *p = sym->prop; p; p = p->next) {
		if (p->type != P_SYMBOL)
			continue;
		fprintf(out, "%s{", comma);
		comma = ",";
		put_place(p->menu->file->name, p->menu->lineno);
		fputs(",\"depends\":", out);
		put_expr(p->menu->dep);
		fputc('}', out);
	}
	fputs("],", out);
}

static void put_entry(struct symbol *sym)
{
	fputs("{\"name\":", out);
	put_text(sym->name);
	fprintf(out, ",\"type\":\"%s\",\"choice\":", type_of(sym));
	if (sym_is_choice_value(sym))
		fprintf(out, "%d,", choice_number(prop_get_symbol(sym_get_choice_prop(sym))));
	else
		fputs("null,", out);
	put_definitions(sym);
	put_props(sym);
	fputc('}', out);
}

static void put_choices(struct menu *m, const char **comma)
{
	for (; m; m = m->next) {
		if (m->sym && sym_is_choice(m->sym)) {
			fputs(*comma, out);
			*comma = ",\n";
			put_choice(m);
		}
		put_choices(m->list, comma);
	}
}

/* Each once, where the first file defines it. */
static void put_symbols(struct menu *m, const char **comma)
{
	for (; m; m = m->next) {
		struct symbol *sym = m->sym;

		if (sym && sym->name && !sym_is_choice(sym) && sym->type != S_UNKNOWN &&
		    !(sym->flags & SYMBOL_WRITTEN)) {
			sym->flags |= SYMBOL_WRITTEN;
			fputs(*comma, out);
			*comma = ",\n";
			put_entry(sym);
		}
		put_symbols(m->list, comma);
	}
}

int main(int argc, char **argv)
{
	const char *path = getenv("KCONFIG_MODEL");
	const char *comma = "";

	if (argc < 2 || !path) {
		fprintf(stderr, "kconfig-model: run it with scripts/kconfig-model\n");
		return 2;
	}
	conf_parse(argv[argc - 1]);
	out = fopen(path, "w");
	if (!out) {
		perror(path);
		return 1;
	}
	fputs("{\"format\":2,\n\"modules\":", out);
	put_text(modules_sym && modules_sym->name ? modules_sym->name : "n");
	fputs(",\n\"choices\":[\n", out);
	put_choices(rootmenu.list, &comma);
	fputs("],\n\"symbols\":[\n", out);
	comma = "";
	put_symbols(rootmenu.list, &comma);
	fputs("]}\n", out);
	if (ferror(out) || fclose(out)) {
		perror(path);
		return 1;
	}
	for (struct file *f = file_list; f; f = f->next)
		puts(f->name);
	return 0;
}

/* What follows is the tree's conf.c, whose functions are not used. */
#pragma GCC diagnostic ignored "-Wunused-function"
#define main conf_main

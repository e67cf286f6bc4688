// SPDX-License-Identifier: GPL-2.0-only
/* Reads the Kconfig files of a tree; the language: Documentation/kbuild/kconfig-language.rst. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/slurp.h"
#include "kconfig/internal.h"
#include "kconfig/token.h"

#define MAX_DEPTH 64	/* of files that source files */
#define MAX_NESTING 100 /* of parentheses and negations */

enum block_kind { BLOCK_IF, BLOCK_MENU, BLOCK_CHOICE };

/* What is around the entries of a file. */
struct kconfig_block {
	enum block_kind kind;
	int line;
	int depth; /* of the file it is in */
	struct kconfig_block *parent;
	struct kchoice *choice;
	const struct kexpr *depends; /* its own */
	const struct kexpr *visible;
	bool closed; /* its options are read: all_* are made */
	const struct kexpr *all_depends;
	const struct kexpr *all_visible;
};

/* What the options that follow belong to. */
enum entry { ENTRY_NONE, ENTRY_SYMBOL, ENTRY_MENU, ENTRY_CHOICE };

struct kconfig_reader {
	struct kconfig *k;
	const char *tree;
	struct terr *err;

	/* the file */
	const char *file;
	char *rest;
	int line;
	int depth;

	/* the statement */
	const char *p;
	struct token token;
	bool in_value; /* of a default, not in a condition */
	int nesting;

	struct kconfig_block *block;
	enum entry entry;
	struct ksym *sym;
	struct kdef *def;
	struct kprop *props;
	struct kprop **last_prop;
	const struct kexpr *depends; /* of the symbol */
};

#define AT "%s/%s:%d: "
#define WHERE(r) (r)->tree, (r)->file, (r)->line

static int no_memory(struct kconfig_reader *r)
{
	return terr_set(r->err, AT "out of memory", WHERE(r));
}

/* --- tokens --- */

static void next_token(struct kconfig_reader *r)
{
	r->token = token_next(&r->p);
}

static bool token_is(const struct kconfig_reader *r, const char *s)
{
	return token_equals(&r->token, s);
}

static int unexpected(struct kconfig_reader *r)
{
	if (r->token.kind == TOKEN_END)
		return terr_set(r->err, AT "something is missing at the end", WHERE(r));
	return terr_set(r->err, AT "\"%.*s\" is not understood here", WHERE(r), (int)r->token.len,
			r->token.s);
}

static int expect_end(struct kconfig_reader *r)
{
	return r->token.kind == TOKEN_END ? 0 : unexpected(r);
}

/* The token's text, to be kept; NULL with *err set. */
static char *token_text(struct kconfig_reader *r)
{
	char *text = arena_strndup(&r->k->arena, r->token.s, r->token.len);

	if (!text)
		no_memory(r);
	else if (r->token.kind == TOKEN_QUOTED)
		token_unescape(text);
	return text;
}

static struct ksym *token_symbol(struct kconfig_reader *r)
{
	struct ksym *sym;

	if (r->token.kind != TOKEN_WORD || memchr(r->token.s, '$', r->token.len)) {
		unexpected(r);
		return NULL;
	}
	sym = kconfig_add(r->k, r->token.s, r->token.len);
	if (!sym)
		no_memory(r);
	return sym;
}

/* --- expressions --- */

static int parse_expr(struct kconfig_reader *r, const struct kexpr **out);

static int keep(struct kconfig_reader *r, struct kexpr e, const struct kexpr **out)
{
	*out = kexpr_new(&r->k->arena, e);
	return *out ? 0 : no_memory(r);
}

/* n, m, y and numbers are no symbols. */
static bool is_constant(const char *text)
{
	char *end;

	if (text[0] && !text[1] && strchr("nmy", text[0]))
		return true;
	strtoll(text, &end, 0);
	return !*end;
}

static int parse_operand(struct kconfig_reader *r, const struct kexpr **out)
{
	struct kexpr e = { .quoted = r->token.kind == TOKEN_QUOTED, .in_condition = !r->in_value };

	if (r->token.kind != TOKEN_WORD && r->token.kind != TOKEN_QUOTED)
		return unexpected(r);
	e.text = token_text(r);
	if (!e.text)
		return -1;
	if (memchr(r->token.s, '$', r->token.len)) {
		e.kind = KEXPR_MACRO;
	} else if (e.quoted || is_constant(e.text)) {
		e.kind = KEXPR_TEXT;
	} else {
		e = (struct kexpr){ .kind = KEXPR_SYMBOL, .sym = token_symbol(r) };
		if (!e.sym)
			return -1;
	}
	next_token(r);
	return keep(r, e, out);
}

static int parse_comparison(struct kconfig_reader *r, const struct kexpr **out)
{
	struct kexpr e;

	if (parse_operand(r, out))
		return -1;
	if (r->token.kind < TOKEN_EQ || r->token.kind > TOKEN_GE)
		return 0;
	e = (struct kexpr){ .kind = KEXPR_EQ + (r->token.kind - TOKEN_EQ), .left = *out };
	next_token(r);
	if (parse_operand(r, &e.right))
		return -1;
	return keep(r, e, out);
}

static int parse_inner(struct kconfig_reader *r, const struct kexpr **out)
{
	next_token(r);
	if (parse_expr(r, out))
		return -1;
	if (r->token.kind != TOKEN_CLOSE)
		return unexpected(r);
	next_token(r);
	return 0;
}

static int parse_term(struct kconfig_reader *r, const struct kexpr **out)
{
	struct kexpr e = { .kind = KEXPR_NOT };
	int rc;

	if (r->token.kind != TOKEN_NOT && r->token.kind != TOKEN_OPEN)
		return parse_comparison(r, out);
	if (r->nesting == MAX_NESTING)
		return terr_set(r->err, AT "more than %d parentheses deep", WHERE(r), MAX_NESTING);
	r->nesting++;
	if (r->token.kind == TOKEN_OPEN) {
		rc = parse_inner(r, out);
	} else {
		next_token(r);
		rc = parse_term(r, &e.left) ? -1 : keep(r, e, out);
	}
	r->nesting--;
	return rc;
}

static int parse_and(struct kconfig_reader *r, const struct kexpr **out)
{
	if (parse_term(r, out))
		return -1;
	while (r->token.kind == TOKEN_AND) {
		struct kexpr e = { .kind = KEXPR_AND, .left = *out };

		next_token(r);
		if (parse_term(r, &e.right) || keep(r, e, out))
			return -1;
	}
	return 0;
}

static int parse_expr(struct kconfig_reader *r, const struct kexpr **out)
{
	if (parse_and(r, out))
		return -1;
	while (r->token.kind == TOKEN_OR) {
		struct kexpr e = { .kind = KEXPR_OR, .left = *out };

		next_token(r);
		if (parse_and(r, &e.right) || keep(r, e, out))
			return -1;
	}
	return 0;
}

/* "if X" at the end of a line, or nothing. */
static int parse_if(struct kconfig_reader *r, const struct kexpr **out)
{
	*out = NULL;
	if (token_is(r, "if")) {
		next_token(r);
		if (parse_expr(r, out))
			return -1;
	}
	return expect_end(r);
}

/* --- entries --- */

/* Once entries come, the options of a block are complete. */
static int close_options(struct kconfig_reader *r, struct kconfig_block *b)
{
	struct arena *a = &r->k->arena;
	const struct kconfig_block *p = b->parent;

	if (b->closed)
		return 0;
	b->closed = true;
	if (kexpr_and(a, p ? p->all_depends : NULL, b->depends, &b->all_depends) ||
	    kexpr_and(a, p ? p->all_visible : NULL, b->visible, &b->all_visible))
		return no_memory(r);
	return 0;
}

static void link_to_target(struct kprop *p)
{
	struct kprop **list =
		p->kind == KPROP_SELECT ? &p->target->selected_by : &p->target->implied_by;

	while (*list)
		list = &(*list)->next_of_target;
	*list = p;
}

/* Gives the properties that were read to a symbol or a choice. */
static int hand_over(struct kconfig_reader *r, const struct kexpr *depends,
		     const struct kexpr *visible, struct kprop **list)
{
	struct arena *a = &r->k->arena;

	while (*list)
		list = &(*list)->next;
	*list = r->props;
	for (struct kprop *p = r->props; p; p = p->next) {
		if (kexpr_and(a, depends, p->when, &p->cond))
			return no_memory(r);
		if (p->kind == KPROP_PROMPT && kexpr_and(a, p->cond, visible, &p->cond))
			return no_memory(r);
		if (p->kind == KPROP_SELECT || p->kind == KPROP_IMPLY)
			link_to_target(p);
	}
	r->props = NULL;
	r->last_prop = &r->props;
	return 0;
}

static int end_symbol(struct kconfig_reader *r)
{
	const struct kconfig_block *b = r->block;
	struct kdef **list = &r->sym->defs;

	if (kexpr_and(&r->k->arena, b ? b->all_depends : NULL, r->depends, &r->def->depends))
		return no_memory(r);
	while (*list)
		list = &(*list)->next;
	*list = r->def;
	return hand_over(r, r->def->depends, b ? b->all_visible : NULL, &r->sym->props);
}

static int end_choice(struct kconfig_reader *r, const struct kconfig_block *b)
{
	const struct kconfig_block *p = b->parent;

	b->choice->depends = b->all_depends;
	return hand_over(r, b->all_depends, p ? p->all_visible : NULL, &b->choice->props);
}

/* Whatever came before, its options are complete. */
static int end_entry(struct kconfig_reader *r)
{
	enum entry entry = r->entry;

	r->entry = ENTRY_NONE;
	if (r->block && close_options(r, r->block))
		return -1;
	if (entry == ENTRY_SYMBOL)
		return end_symbol(r);
	if (entry == ENTRY_CHOICE && r->block)
		return end_choice(r, r->block);
	r->props = NULL;
	r->last_prop = &r->props;
	return 0;
}

static struct kchoice *choice_around(const struct kconfig_reader *r)
{
	const struct kconfig_block *b = r->block;

	while (b && b->kind == BLOCK_IF)
		b = b->parent;
	return b ? b->choice : NULL;
}

static void join_choice(struct kchoice *choice, struct ksym *sym)
{
	struct ksym **list;

	if (!choice || sym->choice)
		return;
	sym->choice = choice;
	for (list = &choice->members; *list; list = &(*list)->next_member)
		;
	*list = sym;
}

static int do_config(struct kconfig_reader *r)
{
	if (end_entry(r))
		return -1;
	r->sym = token_symbol(r);
	if (!r->sym)
		return -1;
	next_token(r);
	r->def = arena_alloc(&r->k->arena, sizeof(*r->def));
	if (!r->def)
		return no_memory(r);
	*r->def = (struct kdef){ .file = r->file, .line = r->line };
	r->depends = NULL;
	r->entry = ENTRY_SYMBOL;
	join_choice(choice_around(r), r->sym);
	return expect_end(r);
}

static int open_block(struct kconfig_reader *r, enum block_kind kind)
{
	struct kconfig_block *b;

	if (end_entry(r))
		return -1;
	b = arena_alloc(&r->k->arena, sizeof(*b));
	if (!b)
		return no_memory(r);
	*b = (struct kconfig_block){
		.kind = kind, .line = r->line, .depth = r->depth, .parent = r->block
	};
	r->block = b;
	return 0;
}

static int close_block(struct kconfig_reader *r, enum block_kind kind, const char *name)
{
	if (end_entry(r))
		return -1;
	if (!r->block || r->block->kind != kind || r->block->depth != r->depth)
		return terr_set(r->err, AT "there is no %s that ends here", WHERE(r), name);
	r->block = r->block->parent;
	return expect_end(r);
}

static int do_if(struct kconfig_reader *r)
{
	if (open_block(r, BLOCK_IF) || parse_expr(r, &r->block->depends))
		return -1;
	return expect_end(r);
}

static int do_endif(struct kconfig_reader *r)
{
	return close_block(r, BLOCK_IF, "if");
}

static int skip_title(struct kconfig_reader *r)
{
	if (r->token.kind != TOKEN_QUOTED && r->token.kind != TOKEN_WORD)
		return unexpected(r);
	next_token(r);
	return expect_end(r);
}

static int do_menu(struct kconfig_reader *r)
{
	if (open_block(r, BLOCK_MENU))
		return -1;
	r->entry = ENTRY_MENU;
	return skip_title(r);
}

static int do_endmenu(struct kconfig_reader *r)
{
	return close_block(r, BLOCK_MENU, "menu");
}

static int do_choice(struct kconfig_reader *r)
{
	struct kchoice *choice;

	if (open_block(r, BLOCK_CHOICE))
		return -1;
	choice = arena_alloc(&r->k->arena, sizeof(*choice));
	if (!choice)
		return no_memory(r);
	*choice = (struct kchoice){
		.id = r->k->nr_choices++,
		.file = r->file,
		.line = r->line,
	};
	r->block->choice = choice;
	r->entry = ENTRY_CHOICE;
	if (r->token.kind == TOKEN_WORD) {
		choice->name = token_text(r);
		next_token(r);
	}
	return expect_end(r);
}

static int do_endchoice(struct kconfig_reader *r)
{
	return close_block(r, BLOCK_CHOICE, "choice");
}

/* What it depends on is read and forgotten. */
static int do_comment(struct kconfig_reader *r)
{
	return end_entry(r) ? -1 : skip_title(r);
}

/* --- options --- */

static int do_depends(struct kconfig_reader *r)
{
	struct arena *a = &r->k->arena;
	const struct kexpr *e;

	if (!token_is(r, "on"))
		return unexpected(r);
	next_token(r);
	if (parse_expr(r, &e) || expect_end(r))
		return -1;
	if (r->entry == ENTRY_SYMBOL)
		return kexpr_and(a, r->depends, e, &r->depends) ? no_memory(r) : 0;
	if (r->entry != ENTRY_NONE)
		return kexpr_and(a, r->block->depends, e, &r->block->depends) ? no_memory(r) : 0;
	return 0;
}

static int do_visible(struct kconfig_reader *r)
{
	const struct kexpr *e;

	if (parse_if(r, &e))
		return -1;
	if (r->entry != ENTRY_MENU)
		return 0;
	if (kexpr_and(&r->k->arena, r->block->visible, e, &r->block->visible))
		return no_memory(r);
	return 0;
}

static int add_prop(struct kconfig_reader *r, struct kprop p)
{
	struct kprop *copy;

	if (parse_if(r, &p.when))
		return -1;
	copy = arena_alloc(&r->k->arena, sizeof(*copy));
	if (!copy)
		return no_memory(r);
	*copy = p;
	copy->sym = r->entry == ENTRY_SYMBOL ? r->sym : NULL;
	copy->file = r->file;
	copy->line = r->line;
	*r->last_prop = copy;
	r->last_prop = &copy->next;
	return 0;
}

static int do_prompt(struct kconfig_reader *r)
{
	struct kprop p = { .kind = KPROP_PROMPT };

	if (r->token.kind != TOKEN_QUOTED && r->token.kind != TOKEN_WORD)
		return unexpected(r);
	p.text = token_text(r);
	if (!p.text)
		return -1;
	next_token(r);
	return add_prop(r, p);
}

static int do_default(struct kconfig_reader *r)
{
	struct kprop p = { .kind = KPROP_DEFAULT };
	int rc;

	r->in_value = true;
	rc = parse_expr(r, &p.value);
	r->in_value = false;
	return rc ? -1 : add_prop(r, p);
}

static void set_type(struct kconfig_reader *r, enum ksym_type type)
{
	if (r->entry == ENTRY_SYMBOL && r->sym->type == KSYM_UNKNOWN)
		r->sym->type = type;
}

static int do_type(struct kconfig_reader *r, enum ksym_type type)
{
	set_type(r, type);
	return r->token.kind == TOKEN_END ? 0 : do_prompt(r);
}

static int do_bool(struct kconfig_reader *r)
{
	return do_type(r, KSYM_BOOL);
}

static int do_tristate(struct kconfig_reader *r)
{
	return do_type(r, KSYM_TRISTATE);
}

static int do_string(struct kconfig_reader *r)
{
	return do_type(r, KSYM_STRING);
}

static int do_int(struct kconfig_reader *r)
{
	return do_type(r, KSYM_INT);
}

static int do_hex(struct kconfig_reader *r)
{
	return do_type(r, KSYM_HEX);
}

static int do_def_bool(struct kconfig_reader *r)
{
	set_type(r, KSYM_BOOL);
	return do_default(r);
}

static int do_def_tristate(struct kconfig_reader *r)
{
	set_type(r, KSYM_TRISTATE);
	return do_default(r);
}

static int add_target(struct kconfig_reader *r, enum kprop_kind kind)
{
	struct kprop p = { .kind = kind };

	if (r->entry != ENTRY_SYMBOL)
		return terr_set(r->err, AT "there is no symbol that could select", WHERE(r));
	p.target = token_symbol(r);
	if (!p.target)
		return -1;
	next_token(r);
	return add_prop(r, p);
}

static int do_select(struct kconfig_reader *r)
{
	return add_target(r, KPROP_SELECT);
}

static int do_imply(struct kconfig_reader *r)
{
	return add_target(r, KPROP_IMPLY);
}

static int do_range(struct kconfig_reader *r)
{
	struct kprop p = { .kind = KPROP_RANGE };

	if (parse_operand(r, &p.value) || parse_operand(r, &p.high))
		return -1;
	return add_prop(r, p);
}

static int do_modules(struct kconfig_reader *r)
{
	if (r->entry == ENTRY_SYMBOL)
		r->k->modules = r->sym;
	return expect_end(r);
}

/* "option env=..." and the like of older kernels: only one of them says what is needed here. */
static int do_option(struct kconfig_reader *r)
{
	if (token_is(r, "modules") && r->entry == ENTRY_SYMBOL)
		r->k->modules = r->sym;
	return 0;
}

static int do_optional(struct kconfig_reader *r)
{
	if (r->entry == ENTRY_CHOICE)
		r->block->choice->optional = true;
	return expect_end(r);
}

/* --- lines --- */

static int indent_of(const char *line)
{
	int column = 0;

	for (; *line == ' ' || *line == '\t'; line++)
		column = *line == '\t' ? (column & ~7) + 8 : column + 1;
	return column;
}

static bool is_blank(const char *line)
{
	line += strspn(line, " \t\r");
	return !*line || *line == '\n';
}

/* The text ends before the first line that is indented less than its first one. */
static int do_help(struct kconfig_reader *r)
{
	int first = 0;

	while (*r->rest) {
		if (!is_blank(r->rest)) {
			int indent = indent_of(r->rest);

			if (!first)
				first = indent;
			if (!indent || indent < first)
				break;
		}
		slurp_line(&r->rest);
		r->line++;
	}
	return 0;
}

static int do_mainmenu(struct kconfig_reader *r)
{
	return skip_title(r);
}

static int read_file(struct kconfig_reader *r, const char *name, bool optional);

/* With what $(SRCARCH) is; NULL with *err set when there is another macro in it. */
static const char *expand_name(struct kconfig_reader *r, const char *name)
{
	static const char *const macros[] = { "$(SRCARCH)", "$SRCARCH", "$(HEADER_ARCH)" };
	char *out = arena_alloc(&r->k->arena, strlen(name) + 1);
	char *end = out;

	if (!out) {
		no_memory(r);
		return NULL;
	}
	while (*name) {
		size_t len = 0;

		for (size_t i = 0; i < ARRAY_SIZE(macros) && !len; i++)
			if (!strncmp(name, macros[i], strlen(macros[i])))
				len = strlen(macros[i]);
		if (len) {
			end = stpcpy(end, "x86");
			name += len;
			continue;
		}
		if (*name == '$') {
			terr_set(r->err, AT "which file is \"%s\"? only $(SRCARCH) is known here",
				 WHERE(r), name);
			return NULL;
		}
		*end++ = *name++;
	}
	return out;
}

/* Beside the file that is read. */
static const char *beside(struct kconfig_reader *r, const char *name)
{
	const char *slash = strrchr(r->file, '/');
	size_t len = slash ? (size_t)(slash - r->file) + 1 : 0;
	char *out = arena_alloc(&r->k->arena, len + strlen(name) + 1);

	if (!out) {
		no_memory(r);
		return NULL;
	}
	memcpy(out, r->file, len);
	memcpy(out + len, name, strlen(name));
	return out;
}

static int source(struct kconfig_reader *r, bool optional, bool relative)
{
	const char *name;

	if (end_entry(r))
		return -1;
	if (r->token.kind != TOKEN_QUOTED && r->token.kind != TOKEN_WORD)
		return unexpected(r);
	name = token_text(r);
	next_token(r);
	if (!name || expect_end(r))
		return -1;
	name = expand_name(r, name);
	if (name && relative)
		name = beside(r, name);
	return name ? read_file(r, name, optional) : -1;
}

static int do_source(struct kconfig_reader *r)
{
	return source(r, false, false);
}

static int do_osource(struct kconfig_reader *r)
{
	return source(r, true, false);
}

static int do_rsource(struct kconfig_reader *r)
{
	return source(r, false, true);
}

static int do_orsource(struct kconfig_reader *r)
{
	return source(r, true, true);
}

static const struct keyword {
	const char *word;
	int (*read)(struct kconfig_reader *r);
} keywords[] = {
	{ "config", do_config },
	{ "menuconfig", do_config },
	{ "choice", do_choice },
	{ "endchoice", do_endchoice },
	{ "menu", do_menu },
	{ "endmenu", do_endmenu },
	{ "if", do_if },
	{ "endif", do_endif },
	{ "source", do_source },
	{ "osource", do_osource },
	{ "rsource", do_rsource },
	{ "orsource", do_orsource },
	{ "comment", do_comment },
	{ "mainmenu", do_mainmenu },
	{ "depends", do_depends },
	{ "visible", do_visible },
	{ "bool", do_bool },
	{ "tristate", do_tristate },
	{ "string", do_string },
	{ "int", do_int },
	{ "hex", do_hex },
	{ "def_bool", do_def_bool },
	{ "def_tristate", do_def_tristate },
	{ "prompt", do_prompt },
	{ "default", do_default },
	{ "select", do_select },
	{ "imply", do_imply },
	{ "range", do_range },
	{ "modules", do_modules },
	{ "option", do_option },
	{ "optional", do_optional },
	{ "help", do_help },
	{ "---help---", do_help },
};

/* "name := value": macros are not expanded, so it does not matter what it is. */
static bool is_assignment(const char *p)
{
	p += strspn(p, " \t");
	return *p == '=' || ((*p == ':' || *p == '+') && p[1] == '=');
}

static int read_statement(struct kconfig_reader *r, const char *line)
{
	const struct keyword *found = NULL;

	r->p = line;
	next_token(r);
	if (r->token.kind == TOKEN_END || line[strspn(line, " \t")] == '$')
		return 0;
	if (r->token.kind == TOKEN_WORD && is_assignment(r->p))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(keywords) && !found; i++)
		if (token_is(r, keywords[i].word))
			found = &keywords[i];
	if (!found)
		return unexpected(r);
	next_token(r);
	return found->read(r);
}

/* The next line, with those that it goes on in. */
static char *next_line(struct kconfig_reader *r)
{
	char *line = slurp_line(&r->rest);
	size_t len;

	if (!line)
		return NULL;
	r->line++;
	while ((len = strlen(line)) && line[len - 1] == '\\') {
		char *more = slurp_line(&r->rest);

		line[len - 1] = ' ';
		if (!more)
			break;
		r->line++;
		memset(line + len, ' ', (size_t)(more - (line + len)));
	}
	return line;
}

static int read_lines(struct kconfig_reader *r)
{
	struct kconfig_block *around = r->block;
	char *line;

	while ((line = next_line(r)))
		if (read_statement(r, line))
			return -1;
	if (end_entry(r))
		return -1;
	if (r->block == around)
		return 0;
	r->line = r->block->line;
	return terr_set(r->err, AT "this has no end", WHERE(r));
}

static int read_file(struct kconfig_reader *r, const char *name, bool optional)
{
	struct kconfig_reader outer = *r;
	char path[4096];
	char *text;
	size_t len;
	int rc;

	if (snprintf(path, sizeof(path), "%s/%s", r->tree, name) >= (int)sizeof(path))
		return terr_set(r->err, AT "the path of %s is too long", WHERE(r), name);
	if (optional && access(path, R_OK))
		return 0;
	if (r->depth == MAX_DEPTH)
		return terr_set(r->err, AT "%s is sourced in a circle", WHERE(r), name);
	text = slurp(path, &len, r->err);
	if (!text)
		return -1;
	r->file = name;
	r->rest = text;
	r->line = 0;
	r->depth++;
	rc = read_lines(r);
	free(text);
	r->file = outer.file;
	r->rest = outer.rest;
	r->line = outer.line;
	r->depth--;
	return rc;
}

struct kconfig *kconfig_open(const char *tree, struct terr *err)
{
	struct kconfig *k = calloc(1, sizeof(*k));
	struct kconfig_reader r = { .k = k, .tree = tree, .file = "Kconfig", .err = err };

	if (!k) {
		terr_set(err, "%s: out of memory", tree);
		return NULL;
	}
	r.last_prop = &r.props;
	if (!read_file(&r, "Kconfig", false))
		return k;
	kconfig_close(k);
	return NULL;
}

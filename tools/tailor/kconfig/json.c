// SPDX-License-Identifier: GPL-2.0-only
/* Takes over what scripts/kconfig-model wrote; tools/kconfig-model/kconfig-model.c has the format.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "lib/slurp.h"
#include "kconfig/internal.h"

#define MODEL_FORMAT 2

struct loading {
	struct kconfig *k;
	struct kchoice *choices;
	size_t nr_choices;
	const char *path;
	const char *at; /* the symbol */
	struct terr *err;
};

static int bad(const struct loading *l, const char *what)
{
	return terr_set(l->err, "%s: %s: %s; make it anew with scripts/kconfig-model", l->path,
			l->at, what);
}

static int no_memory(const struct loading *l)
{
	return terr_set(l->err, "%s: out of memory", l->path);
}

static char *keep_text(const struct loading *l, const char *s)
{
	return arena_strndup(&l->k->arena, s, strlen(s));
}

static struct ksym *symbol(const struct loading *l, json_t *name)
{
	const char *s = json_string_value(name);

	return s ? kconfig_add(l->k, s, strlen(s)) : NULL;
}

/* --- expressions --- */

static const struct {
	const char *name;
	enum kexpr_kind kind;
} operators[] = {
	{ "&", KEXPR_AND }, { "|", KEXPR_OR },	{ "=", KEXPR_EQ }, { "!=", KEXPR_NE },
	{ "<", KEXPR_LT },  { "<=", KEXPR_LE }, { ">", KEXPR_GT }, { ">=", KEXPR_GE },
};

static int take_expr(const struct loading *l, json_t *j, const struct kexpr **out);

static int keep_expr(const struct loading *l, struct kexpr e, const struct kexpr **out)
{
	*out = kexpr_new(&l->k->arena, e);
	return *out ? 0 : no_memory(l);
}

static int take_text(const struct loading *l, const char *text, const struct kexpr **out)
{
	struct kexpr e = { .kind = KEXPR_TEXT, .text = keep_text(l, text) };
	char *end;

	if (!e.text)
		return no_memory(l);
	(void)strtoll(text, &end, 0);
	e.quoted = !*text || (*end && strcmp(text, "y") && strcmp(text, "m") && strcmp(text, "n"));
	return keep_expr(l, e, out);
}

/* A choice is on where it can be seen; which of its members is on is its own matter. */
static int take_object(const struct loading *l, json_t *j, const struct kexpr **out)
{
	json_t *text = json_object_get(j, "is");
	json_t *choice = json_object_get(j, "choice");

	if (json_is_string(text))
		return take_text(l, json_string_value(text), out);
	if (!json_is_integer(choice) || (size_t)json_integer_value(choice) >= l->nr_choices)
		return bad(l, "an operand is no symbol, constant or choice");
	*out = l->choices[json_integer_value(choice)].depends;
	return 0;
}

static int take_pair(const struct loading *l, enum kexpr_kind kind, const struct kexpr *left,
		     const struct kexpr *right, const struct kexpr **out)
{
	struct arena *a = &l->k->arena;

	if (kind == KEXPR_AND)
		return kexpr_and(a, left, right, out) ? no_memory(l) : 0;
	/* "always" is not to be compared, and whatever stands beside it in an "or" holds */
	if (!left || !right) {
		*out = NULL;
		return 0;
	}
	return keep_expr(l, (struct kexpr){ .kind = kind, .left = left, .right = right }, out);
}

static bool is_choice(json_t *j)
{
	return json_is_object(j) && json_object_get(j, "choice");
}

static int take_operation(const struct loading *l, json_t *j, const struct kexpr **out)
{
	const char *name = json_string_value(json_array_get(j, 0));
	const struct kexpr *left;
	const struct kexpr *right;

	if (!name || take_expr(l, json_array_get(j, 1), &left))
		return bad(l, "an expression has no operator or operand");
	if (!strcmp(name, "!"))
		return left ? keep_expr(l, (struct kexpr){ .kind = KEXPR_NOT, .left = left }, out)
			    : take_text(l, "n", out);
	if (take_expr(l, json_array_get(j, 2), &right))
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(operators); i++) {
		if (strcmp(name, operators[i].name))
			continue;
		/* "choice = y": of a choice whose other members may be modules */
		if (operators[i].kind == KEXPR_EQ && is_choice(json_array_get(j, 1))) {
			*out = left;
			return 0;
		}
		return take_pair(l, operators[i].kind, left, right, out);
	}
	return bad(l, "an operator is not known");
}

static int take_expr(const struct loading *l, json_t *j, const struct kexpr **out)
{
	struct kexpr e = { .kind = KEXPR_SYMBOL };

	*out = NULL;
	if (json_is_null(j))
		return 0;
	if (json_is_array(j))
		return take_operation(l, j, out);
	if (json_is_object(j))
		return take_object(l, j, out);
	e.sym = symbol(l, j);
	return e.sym ? keep_expr(l, e, out) : bad(l, "an expression is not understood");
}

/* --- symbols and choices --- */

static int take_place(const struct loading *l, json_t *j, const char **file, int *line)
{
	const char *s = json_string_value(json_object_get(j, "file"));

	*line = (int)json_integer_value(json_object_get(j, "line"));
	*file = s ? keep_text(l, s) : NULL;
	return *file ? 0 : bad(l, "a place has no file");
}

static int take_kind(const char *name, enum kprop_kind *out)
{
	static const char *const names[] = {
		[KPROP_PROMPT] = "prompt", [KPROP_DEFAULT] = "default", [KPROP_SELECT] = "select",
		[KPROP_IMPLY] = "imply",   [KPROP_RANGE] = "range",
	};

	for (size_t i = 0; name && i < ARRAY_SIZE(names); i++)
		if (!strcmp(name, names[i])) {
			*out = (enum kprop_kind)i;
			return 0;
		}
	return -1;
}

static int take_details(const struct loading *l, json_t *j, struct kprop *p)
{
	const char *text = json_string_value(json_object_get(j, "text"));

	switch (p->kind) {
	case KPROP_PROMPT:
		p->text = text ? keep_text(l, text) : NULL;
		return p->text ? 0 : bad(l, "a prompt has no text");
	case KPROP_DEFAULT:
		if (take_expr(l, json_object_get(j, "value"), &p->value) ||
		    take_expr(l, json_object_get(j, "if"), &p->own_if))
			return -1;
		if (!p->value || (!p->sym && p->value->kind != KEXPR_SYMBOL))
			return bad(l, "a default has no value, or that of a choice is no symbol");
		if (!p->sym)
			p->target = (struct ksym *)p->value->sym;
		return 0;
	case KPROP_RANGE:
		if (take_expr(l, json_object_get(j, "low"), &p->value) ||
		    take_expr(l, json_object_get(j, "high"), &p->high))
			return -1;
		return p->value && p->high ? 0 : bad(l, "a range has no end");
	default:
		p->target = symbol(l, json_object_get(j, "target"));
		return p->target ? 0 : bad(l, "a select or imply has no target");
	}
}

static int take_props(const struct loading *l, json_t *all, struct ksym *sym, struct kprop **list)
{
	json_t *j;
	size_t i;

	json_array_foreach (all, i, j) {
		struct kprop *p = arena_alloc(&l->k->arena, sizeof(*p));

		if (!p)
			return no_memory(l);
		p->sym = sym;
		if (take_kind(json_string_value(json_object_get(j, "kind")), &p->kind))
			return bad(l, "a property is of no known kind");
		if (take_place(l, j, &p->file, &p->line) ||
		    take_expr(l, json_object_get(j, "cond"), &p->cond) || take_details(l, j, p))
			return -1;
		*list = p;
		list = &p->next;
		if (p->kind == KPROP_SELECT || p->kind == KPROP_IMPLY) {
			struct kprop **of = p->kind == KPROP_SELECT ? &p->target->selected_by
								    : &p->target->implied_by;

			p->next_of_target = *of;
			*of = p;
		}
	}
	return 0;
}

static int take_defs(const struct loading *l, json_t *all, struct kdef **list)
{
	json_t *j;
	size_t i;

	json_array_foreach (all, i, j) {
		struct kdef *d = arena_alloc(&l->k->arena, sizeof(*d));

		if (!d)
			return no_memory(l);
		if (take_place(l, j, &d->file, &d->line) ||
		    take_expr(l, json_object_get(j, "depends"), &d->depends))
			return -1;
		*list = d;
		list = &d->next;
	}
	return 0;
}

static int take_type(const struct loading *l, json_t *j, enum ksym_type *out)
{
	static const char *const names[] = {
		[KSYM_BOOL] = "bool", [KSYM_TRISTATE] = "tristate", [KSYM_STRING] = "string",
		[KSYM_INT] = "int",   [KSYM_HEX] = "hex",
	};
	const char *name = json_string_value(json_object_get(j, "type"));

	for (size_t i = KSYM_BOOL; name && i < ARRAY_SIZE(names); i++)
		if (!strcmp(name, names[i])) {
			*out = (enum ksym_type)i;
			return 0;
		}
	return bad(l, "its type is not known");
}

static int take_symbol(struct loading *l, json_t *j)
{
	struct ksym *sym = symbol(l, json_object_get(j, "name"));

	if (!sym)
		return bad(l, "a symbol has no name, or a very long one");
	l->at = sym->name;
	if (sym->defs)
		return bad(l, "it stands there twice");
	if (take_type(l, j, &sym->type) || take_defs(l, json_object_get(j, "defs"), &sym->defs) ||
	    take_props(l, json_object_get(j, "props"), sym, &sym->props))
		return -1;
	return sym->defs ? 0 : bad(l, "nothing defines it");
}

static int take_members(struct loading *l, json_t *all, struct kchoice *choice)
{
	struct ksym **list = &choice->members;
	json_t *j;
	size_t i;

	json_array_foreach (all, i, j) {
		struct ksym *sym = symbol(l, j);

		if (!sym || sym->choice)
			return bad(l, "a member has no name or is of another choice");
		sym->choice = choice;
		*list = sym;
		list = &sym->next_member;
	}
	return 0;
}

/* Where its prompt can be seen it is on; of several prompts any. */
static int take_choice(struct loading *l, json_t *j, struct kchoice *choice)
{
	struct arena *a = &l->k->arena;
	const struct kexpr *any = NULL;
	bool first = true;

	l->at = "a choice";
	choice->id = l->k->nr_choices++;
	choice->optional = json_is_true(json_object_get(j, "optional"));
	if (take_place(l, j, &choice->file, &choice->line) || take_type(l, j, &choice->type) ||
	    take_props(l, json_object_get(j, "props"), NULL, &choice->props) ||
	    take_members(l, json_object_get(j, "members"), choice))
		return -1;
	kprop_each(p, choice->props, KPROP_PROMPT)
	{
		if (first)
			any = p->cond;
		else if (kexpr_or(a, any, p->cond, &any))
			return no_memory(l);
		first = false;
	}
	choice->depends = any;
	return first ? take_text(l, "n", &choice->depends) : 0;
}

/* The lists of what others select were made from their ends. */
static void turn_round(struct kprop **list)
{
	struct kprop *turned = NULL;
	struct kprop *next;

	for (struct kprop *p = *list; p; p = next) {
		next = p->next_of_target;
		p->next_of_target = turned;
		turned = p;
	}
	*list = turned;
}

static int take_symbols(struct loading *l, json_t *symbols)
{
	json_t *j;
	size_t i;

	json_array_foreach (symbols, i, j)
		if (take_symbol(l, j))
			return -1;
	for (i = 0; i < l->k->nr; i++) {
		turn_round(&l->k->syms[i]->selected_by);
		turn_round(&l->k->syms[i]->implied_by);
	}
	l->at = "symbols";
	return l->k->nr ? 0 : bad(l, "there are none");
}

static int take_all(struct loading *l, json_t *root)
{
	json_t *choices = json_object_get(root, "choices");
	json_t *symbols = json_object_get(root, "symbols");
	json_t *modules = json_object_get(root, "modules");
	json_t *j;
	size_t i;

	/* their numbers are in the order of the files, whoever mentions them before */
	json_array_foreach (symbols, i, j)
		symbol(l, json_object_get(j, "name"));
	l->choices =
		arena_alloc(&l->k->arena, (json_array_size(choices) + 1) * sizeof(*l->choices));
	if (!l->choices)
		return no_memory(l);
	json_array_foreach (choices, i, j) {
		if (take_choice(l, j, &l->choices[i]))
			return -1;
		l->nr_choices++;
	}
	if (json_is_string(modules) && strcmp(json_string_value(modules), "n"))
		l->k->modules = symbol(l, modules);
	return take_symbols(l, symbols);
}

struct kconfig *kconfig_load(const char *path, struct terr *err)
{
	struct loading l = { .path = path, .at = "format", .err = err };
	json_error_t je;
	size_t len;
	char *text = slurp(path, &len, err);
	json_t *root = text ? json_loadb(text, len, 0, &je) : NULL;
	int rc;

	free(text);
	if (!text)
		return NULL;
	if (!root) {
		terr_set(err, "%s: %s (line %d); is it a file of scripts/kconfig-model?", path,
			 je.text, je.line);
		return NULL;
	}
	l.k = calloc(1, sizeof(*l.k));
	if (!l.k)
		rc = no_memory(&l);
	else if (json_integer_value(json_object_get(root, "format")) != MODEL_FORMAT)
		rc = bad(&l, "it is not the one understood here");
	else
		rc = take_all(&l, root);
	json_decref(root);
	if (!rc)
		return l.k;
	kconfig_close(l.k);
	return NULL;
}

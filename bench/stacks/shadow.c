// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "shadow.h"

/* No stack of the kernel is larger, and those of tasks lie at multiples of it. */
#define STACK_BYTES 16384
/* The first frame of a chain: where it was entered is not known, or on a program's stack. */
#define NO_ENTRY UINT64_MAX

static uint32_t child_of(struct shadow *s, uint32_t parent, uint32_t symbol)
{
	uint32_t node = tree_child(&s->tree, parent, symbol);

	s->no_memory |= !node;
	return node;
}

int shadow_open(struct shadow *s, const char *symbols)
{
	*s = (struct shadow){ 0 };
	if (symbols_read(&s->symbols, symbols))
		return -1;
	s->first_thunk = symbols_named(&s->symbols, "__x86_indirect_thunk_rax");
	s->last_thunk = symbols_named(&s->symbols, "__x86_indirect_thunk_r15");
	s->switch_asm = symbols_named(&s->symbols, "__switch_to_asm");
	s->switch_to = symbols_named(&s->symbols, "__switch_to");
	if (s->switch_asm == s->symbols.nr || s->switch_to == s->symbols.nr)
		return -1;
	/* A name of its own for what is not among the symbols. */
	s->modules = s->symbols.nr;
	if (symbols_add(&s->symbols, UINT64_MAX, "modules"))
		return -1;
	return tree_start(&s->tree) ? 0 : -1;
}

static void set_top(struct shadow *s, struct stack *now, uint32_t symbol)
{
	uint32_t depth = now->depth;
	uint32_t caller = depth > 1 ? now->v[depth - 2].node : 0;

	/* What an interrupt stops did not call it, and is another thing each time. */
	if (s->symbols.v[symbol].is_interrupt)
		caller = 0;
	now->v[depth - 1].symbol = symbol;
	now->v[depth - 1].node = child_of(s, caller, symbol);
}

static void push(struct shadow *s, struct stack *now, uint32_t symbol, uint64_t entry)
{
	if (now->depth == SHADOW_DEPTH)
		return;
	now->v[now->depth++].entry = entry;
	set_top(s, now, symbol);
}

/* Whether a is above b on the same stack, or as good as that: not all lie at multiples of a size.
 */
static bool is_above(uint64_t a, uint64_t b)
{
	return a > b && (a - 1) / STACK_BYTES == (b - 1) / STACK_BYTES;
}

static struct frame *top_of(struct stack *now)
{
	return &now->v[now->depth - 1];
}

static void pop_returned(struct stack *now, uint64_t sp)
{
	while (now->depth && is_above(sp, top_of(now)->entry))
		now->depth--;
}

/* Leaves the stack with symbol on top; false when it is not there, down to the frame lowest. */
static bool pop_to(struct stack *now, uint32_t symbol, uint32_t lowest)
{
	for (uint32_t i = now->depth; i-- > lowest;)
		if (now->v[i].symbol == symbol) {
			now->depth = i + 1;
			return true;
		}
	return false;
}

/* The first of the frames that were entered at the same place, one by a jump from another. */
static uint32_t first_of_jumps(const struct stack *now)
{
	uint32_t i = now->depth - 1;

	while (i && now->v[i - 1].entry == now->v[i].entry)
		i--;
	return i;
}

static bool is_thunk(const struct shadow *s, uint32_t symbol)
{
	return symbol >= s->first_thunk && symbol <= s->last_thunk && s->last_thunk < s->modules;
}

static void jumped(struct shadow *s, struct stack *now, uint32_t symbol)
{
	if (is_thunk(s, top_of(now)->symbol))
		set_top(s, now, symbol);
	else if (!pop_to(now, symbol, first_of_jumps(now)))
		push(s, now, symbol, top_of(now)->entry);
}

static struct stack *left_at(struct shadow *s, uint64_t sp)
{
	for (uint32_t i = 0; i < s->nr_left; i++)
		if (s->left[i].v[s->left[i].depth - 1].entry / STACK_BYTES == sp / STACK_BYTES)
			return &s->left[i];
	return NULL;
}

static struct stack *new_left(struct shadow *s)
{
	struct stack *v = realloc(s->left, (s->nr_left + 1) * sizeof(*v));

	if (!v) {
		s->no_memory = true;
		return NULL;
	}
	s->left = v;
	return &v[s->nr_left++];
}

/* One task leaves its stack, another comes back to where it left its own; a new one has none. */
static void switch_task(struct shadow *s, struct stack *now, uint64_t sp)
{
	const uint64_t old_sp = top_of(now)->entry;
	struct stack *old = left_at(s, old_sp);
	const struct stack *next;

	old = old ? old : new_left(s);
	if (old)
		*old = *now;
	next = left_at(s, sp);
	if (next && next->v[next->depth - 1].entry == sp) {
		*now = *next;
		return;
	}
	s->nr_unknown_tasks++;
	now->depth = 0;
	push(s, now, s->switch_asm, sp);
}

bool shadow_wants_sp(const struct shadow *s, const struct stack *now, uint32_t symbol, bool first)
{
	const uint32_t depth = now->depth;

	if (!depth || first || now->v[depth - 1].symbol != symbol)
		return true;
	/* Back to where a function called itself; else it runs on. */
	return depth > 1 && now->v[depth - 2].symbol == symbol && symbol != s->switch_asm;
}

static void enter_first(struct shadow *s, struct stack *now, uint32_t symbol, uint64_t sp)
{
	if (sp == top_of(now)->entry)
		jumped(s, now, symbol);
	else
		push(s, now, symbol, sp);
}

static void enter_elsewhere(struct shadow *s, struct stack *now, uint32_t symbol, uint64_t sp)
{
	if (top_of(now)->symbol == symbol)
		return;
	if (symbol == s->modules) {
		/* Where their functions begin is not known: what has not returned has called. */
		push(s, now, symbol, sp);
		return;
	}
	if (pop_to(now, symbol, 0))
		return;
	s->nr_lost++;
	set_top(s, now, symbol);
}

void shadow_enter(struct shadow *s, struct stack *now, uint32_t symbol, bool first, uint64_t sp)
{
	if (now->depth && top_of(now)->symbol == s->switch_asm) {
		/* It leaves one stack for the other on its way. */
		if (symbol == s->switch_asm)
			return;
		if (symbol == s->switch_to && first)
			switch_task(s, now, sp);
	}
	pop_returned(now, sp);
	if (!now->depth)
		push(s, now, symbol, NO_ENTRY);
	else if (first)
		enter_first(s, now, symbol, sp);
	else
		enter_elsewhere(s, now, symbol, sp);
}

static void print_stack(const struct shadow *s, uint32_t node, FILE *f)
{
	const struct node *n = &s->tree.v[node];

	if (!node) {
		fputs("kernel", f);
		return;
	}
	print_stack(s, n->parent, f);
	fprintf(f, ";%s", s->symbols.v[n->symbol].name);
}

void shadow_print(struct shadow *s, FILE *f)
{
	if (s->user_insn)
		fprintf(f, "user %" PRIu64 "\n", s->user_insn);
	s->user_insn = 0;
	for (uint32_t i = 0; i < s->tree.nr; i++) {
		if (!s->tree.v[i].insn)
			continue;
		print_stack(s, i, f);
		fprintf(f, " %" PRIu64 "\n", s->tree.v[i].insn);
		s->tree.v[i].insn = 0;
	}
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shadow stacks: which functions are below the code that a CPU executes, told by nothing but where
 * that code is and where the stack pointer is when it begins.
 *
 *	at the first instruction of a function, deeper than where its caller was entered: a call
 *	there, just where the caller was entered: a jump that a tail call became; it stays below
 *	a frame was entered deeper than the stack pointer is now: it has returned
 *	elsewhere in a function that is below: back there, whatever was above
 *	elsewhere in any other function: a part that the compiler took out of the one on top
 *
 * So an interrupt is a call, wherever it comes, and the return from it may go anywhere. It is shown
 * with nothing below, and a fault with what caused it. A stack
 * that a CPU goes to by a call (that of interrupts) lies on the one that it comes from, however
 * their addresses compare. A task that is switched out leaves its stack behind at the place where
 * it entered __switch_to_asm(), which is where it comes back. Programs have one frame, "user",
 * and a CPU that enters the kernel from one has nothing below.
 */
#ifndef BENCH_STACKS_SHADOW_H
#define BENCH_STACKS_SHADOW_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "symbols.h"
#include "tree.h"

#define SHADOW_DEPTH 192

struct frame {
	uint64_t entry; /* the stack pointer at the function's first instruction */
	uint32_t symbol;
	uint32_t node;
};

struct stack {
	uint32_t depth;
	struct frame v[SHADOW_DEPTH];
};

struct shadow {
	struct symbols symbols;
	struct tree tree;
	uint64_t user_insn;
	/* Of tasks that do not run. */
	struct stack *left;
	uint32_t nr_left;
	uint32_t switch_asm, switch_to, modules, first_thunk, last_thunk;
	bool no_memory;
	/* Code that no rule explains; stacks of tasks that were not seen before. */
	uint64_t nr_lost, nr_unknown_tasks;
};

/* 0, or -1: the file of symbols does not serve, or there is no memory. */
int shadow_open(struct shadow *s, const char *symbols);

/* Whether the stack pointer has to be known when a CPU on this stack comes to such code. */
bool shadow_wants_sp(const struct shadow *s, const struct stack *now, uint32_t symbol, bool first);

/* A CPU comes to code of a function, to its first instruction or to another one. */
void shadow_enter(struct shadow *s, struct stack *now, uint32_t symbol, bool first, uint64_t sp);

static inline void shadow_count(struct shadow *s, const struct stack *now, uint64_t insn)
{
	s->tree.v[now->depth ? now->v[now->depth - 1].node : 0].insn += insn;
}

/* "frame;frame;... instructions" a stack, since it was printed last. */
void shadow_print(struct shadow *s, FILE *f);

#endif /* BENCH_STACKS_SHADOW_H */

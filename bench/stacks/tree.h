/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tree of call stacks: each chain of callers is one path from the root. insn is for whoever
 * counts; the tree does not touch it.
 */
#ifndef BENCH_STACKS_TREE_H
#define BENCH_STACKS_TREE_H

#include <stdbool.h>
#include <stdint.h>

/* A function called from a chain of callers; node 0 is the root of all. */
struct node {
	uint32_t parent;
	uint32_t child; /* the first of its children, 0: none */
	uint32_t next;	/* the next child of its parent, 0: none */
	uint32_t symbol;
	uint64_t insn;
};

struct tree {
	struct node *v;
	uint32_t nr;
	uint32_t room;
};

/* Makes the root of an empty tree; false without memory. v is the caller's to free. */
bool tree_start(struct tree *t);

/* The child of parent with that symbol, made if there is none. 0, which is nobody's child, without
 * memory. */
uint32_t tree_child(struct tree *t, uint32_t parent, uint32_t symbol);

#endif /* BENCH_STACKS_TREE_H */

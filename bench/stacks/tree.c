// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include "tree.h"

/* A child of parent; 0, which is nobody's child, without memory (or for the root itself). */
static uint32_t new_node(struct tree *t, uint32_t parent, uint32_t symbol)
{
	if (t->nr == t->room) {
		uint32_t room = t->room ? 2 * t->room : 4096;
		struct node *v = realloc(t->v, room * sizeof(*v));

		if (!v)
			return 0;
		t->v = v;
		t->room = room;
	}
	t->v[t->nr] = (struct node){ .parent = parent, .symbol = symbol };
	if (t->nr) {
		t->v[t->nr].next = t->v[parent].child;
		t->v[parent].child = t->nr;
	}
	return t->nr++;
}

bool tree_start(struct tree *t)
{
	*t = (struct tree){ 0 };
	new_node(t, 0, 0);
	return t->nr;
}

uint32_t tree_child(struct tree *t, uint32_t parent, uint32_t symbol)
{
	for (uint32_t i = t->v[parent].child; i; i = t->v[i].next)
		if (t->v[i].symbol == symbol)
			return i;
	return new_node(t, parent, symbol);
}

// SPDX-License-Identifier: GPL-2.0-only
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/arena.h"

#define CHUNK_BYTES ((size_t)64 << 10)
#define ALIGNMENT sizeof(max_align_t)

struct arena_chunk {
	struct arena_chunk *next;
	max_align_t data[];
};

static int grow(struct arena *a, size_t size)
{
	size_t room = size > CHUNK_BYTES / 4 ? size : CHUNK_BYTES;
	struct arena_chunk *c = calloc(1, sizeof(*c) + room);

	if (!c) {
		a->failed = true;
		return -1;
	}
	c->next = a->chunks;
	a->chunks = c;
	a->next = (char *)c->data;
	a->left = room;
	a->total += room;
	return 0;
}

void *arena_alloc(struct arena *a, size_t size)
{
	void *p;

	if (size > SIZE_MAX / 2) {
		a->failed = true;
		return NULL;
	}
	size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (size > a->left && grow(a, size))
		return NULL;
	p = a->next;
	a->next += size;
	a->left -= size;
	return p;
}

char *arena_strndup(struct arena *a, const char *s, size_t len)
{
	char *copy = arena_alloc(a, len + 1);

	if (copy)
		memcpy(copy, s, len);
	return copy;
}

void arena_free(struct arena *a)
{
	while (a->chunks) {
		struct arena_chunk *next = a->chunks->next;

		free(a->chunks);
		a->chunks = next;
	}
	*a = (struct arena){ 0 };
}

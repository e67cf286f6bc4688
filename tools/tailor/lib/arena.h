/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory for what is built once and freed together. */
#ifndef TAILOR_LIB_ARENA_H
#define TAILOR_LIB_ARENA_H

#include <stddef.h>

struct arena_chunk;

/* Starts zeroed. */
struct arena {
	struct arena_chunk *chunks;
	size_t left; /* bytes left in the first chunk */
};

/* Zeroed and aligned for any type; NULL: out of memory. */
void *arena_alloc(struct arena *a, size_t size);
char *arena_strndup(struct arena *a, const char *s, size_t len);
void arena_free(struct arena *a);

#endif /* TAILOR_LIB_ARENA_H */

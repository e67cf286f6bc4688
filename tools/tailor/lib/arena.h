/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory that is given back all at once. Running out is remembered, so whoever builds much of small
 * parts asks once at the end.
 */
#ifndef TAILOR_LIB_ARENA_H
#define TAILOR_LIB_ARENA_H

#include <stdbool.h>
#include <stddef.h>

struct arena_chunk;

/* A zeroed one is empty. */
struct arena {
	struct arena_chunk *chunks;
	char *next;
	size_t left;
	size_t total; /* bytes taken from the system */
	bool failed;  /* some call returned NULL */
};

/* Zeroed, aligned for any object; NULL: out of memory. */
void *arena_alloc(struct arena *a, size_t size);
/* A terminated copy. */
char *arena_strndup(struct arena *a, const char *s, size_t len);
void arena_free(struct arena *a);

#endif /* TAILOR_LIB_ARENA_H */

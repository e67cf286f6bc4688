/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names to small numbers: 0, 1, 2, ... in the order they are first seen. Looked up for every event,
 * so a name of up to 16 bytes is compared as two words.
 */
#ifndef TAILOR_LIB_INTERN_H
#define TAILOR_LIB_INTERN_H

#include "lib/log.h"

struct intern_name {
	uint64_t head; /* first and last 8 bytes, zero-extended when there are fewer */
	uint64_t tail;
	char *s;
	uint32_t len;
};

struct intern {
	struct intern_name *names;
	uint32_t nr;
	uint32_t *slots; /* id + 1; 0: free */
	uint32_t mask;
};

#define INTERN_NONE UINT32_MAX

/* 8 bytes behind the name must be readable. INTERN_NONE: out of memory. */
uint32_t intern_add(struct intern *in, const char *s, size_t len);
void intern_free(struct intern *in);

#endif /* TAILOR_LIB_INTERN_H */

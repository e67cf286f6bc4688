/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Names to small numbers: 0, 1, 2, ... in the order they are first seen. Looked up for every event,
 * so names of up to 32 bytes are compared as words.
 */
#ifndef TAILOR_LIB_INTERN_H
#define TAILOR_LIB_INTERN_H

#include "lib/number.h"
#include "lib/slice.h"

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

/* Adds what intern_add() did not find. */
uint32_t intern_new(struct intern *in, const struct intern_name *key, const char *s);

static inline struct intern_name intern_key(const char *s, size_t len)
{
	struct intern_name key = { .head = load64(s), .len = (uint32_t)len };

	if (len < 8)
		key.head &= ((uint64_t)1 << 8 * len) - 1;
	else
		key.tail = load64(s + len - 8);
	return key;
}

static inline uint32_t intern_hash(const struct intern_name *key)
{
	return (uint32_t)((key->head + key->tail * 31 + key->len) * 0x9e3779b97f4a7c15ull >> 32);
}

static inline bool intern_equal_middle(const char *a, const char *b, size_t len)
{
	if (len > 32)
		return !memcmp(a, b, len);
	return len <= 16 ||
	       (load64(a + 8) == load64(b + 8) && load64(a + len - 16) == load64(b + len - 16));
}

static inline uint32_t intern_look_up(const struct intern *in, const struct intern_name *key,
				      const char *s)
{
	if (!in->slots)
		return INTERN_NONE;
	for (uint32_t i = intern_hash(key) & in->mask; in->slots[i]; i = (i + 1) & in->mask) {
		const struct intern_name *n = &in->names[in->slots[i] - 1];

		if (n->head == key->head && n->tail == key->tail && n->len == key->len &&
		    intern_equal_middle(n->s, s, key->len))
			return in->slots[i] - 1;
	}
	return INTERN_NONE;
}

/* 8 bytes behind the name must be readable, here and below. INTERN_NONE: it was never added. */
static inline uint32_t intern_find(const struct intern *in, const char *s, size_t len)
{
	struct intern_name key = intern_key(s, len);

	return intern_look_up(in, &key, s);
}

/* INTERN_NONE: out of memory. */
static inline uint32_t intern_add(struct intern *in, const char *s, size_t len)
{
	struct intern_name key = intern_key(s, len);
	uint32_t id = intern_look_up(in, &key, s);

	return id != INTERN_NONE ? id : intern_new(in, &key, s);
}

/* The same for a name behind which nothing may be read; of one longer than PATH_MAX its beginning.
 */
uint32_t intern_add_copy(struct intern *in, const char *s, size_t len);

void intern_free(struct intern *in);

#endif /* TAILOR_LIB_INTERN_H */

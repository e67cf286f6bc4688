// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "lib/intern.h"
#include "lib/scan.h"

static struct intern_name key_of(const char *s, size_t len)
{
	struct intern_name key = { .len = (uint32_t)len };

	key.head = load64(s);
	if (len < 8)
		key.head &= len ? UINT64_MAX >> (64 - 8 * len) : 0;
	else
		key.tail = load64(s + len - 8);
	return key;
}

static uint32_t hash_of(const struct intern_name *key)
{
	uint64_t h = (key->head ^ (key->tail >> 7) ^ key->len) * 0x9e3779b97f4a7c15ull;

	return (uint32_t)((h ^ key->tail * 0xc2b2ae3d27d4eb4full) >> 32);
}

static void place(struct intern *in, uint32_t id)
{
	uint32_t i = hash_of(&in->names[id]) & in->mask;

	while (in->slots[i])
		i = (i + 1) & in->mask;
	in->slots[i] = id + 1;
}

/* Twice the slots; there are never more names than half of them. */
static int grow(struct intern *in)
{
	uint32_t nr_slots = in->slots ? 2 * (in->mask + 1) : 64;
	struct intern_name *names = realloc(in->names, nr_slots / 2 * sizeof(*names));
	uint32_t *slots = calloc(nr_slots, sizeof(*slots));

	if (names)
		in->names = names;
	if (!names || !slots) {
		free(slots);
		return -1;
	}
	free(in->slots);
	in->slots = slots;
	in->mask = nr_slots - 1;
	for (uint32_t id = 0; id < in->nr; id++)
		place(in, id);
	return 0;
}

static uint32_t add_new(struct intern *in, struct intern_name *key, const char *s)
{
	if ((!in->slots || in->nr == (in->mask + 1) / 2) && grow(in))
		return INTERN_NONE;
	key->s = malloc(key->len + 8 + 1);
	if (!key->s)
		return INTERN_NONE;
	memcpy(key->s, s, key->len);
	memset(key->s + key->len, 0, 8 + 1);
	in->names[in->nr] = *key;
	place(in, in->nr);
	return in->nr++;
}

uint32_t intern_add(struct intern *in, const char *s, size_t len)
{
	struct intern_name key = key_of(s, len);

	if (in->slots)
		for (uint32_t i = hash_of(&key) & in->mask; in->slots[i]; i = (i + 1) & in->mask) {
			const struct intern_name *n = &in->names[in->slots[i] - 1];

			if (n->head == key.head && n->tail == key.tail && n->len == key.len &&
			    (len <= 16 || !memcmp(n->s, s, len)))
				return in->slots[i] - 1;
		}
	return add_new(in, &key, s);
}

void intern_free(struct intern *in)
{
	for (uint32_t id = 0; id < in->nr; id++)
		free(in->names[id].s);
	free(in->names);
	free(in->slots);
}

// SPDX-License-Identifier: GPL-2.0-only
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "lib/intern.h"

static void place(struct intern *in, uint32_t id)
{
	uint32_t i = intern_hash(&in->names[id]) & in->mask;

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

uint32_t intern_new(struct intern *in, const struct intern_name *key, const char *s)
{
	char *copy = malloc(key->len + 8 + 1);

	if (!copy || ((!in->slots || in->nr == (in->mask + 1) / 2) && grow(in))) {
		free(copy);
		return INTERN_NONE;
	}
	memcpy(copy, s, key->len);
	memset(copy + key->len, 0, 8 + 1);
	in->names[in->nr] = *key;
	in->names[in->nr].s = copy;
	place(in, in->nr);
	return in->nr++;
}

uint32_t intern_add_copy(struct intern *in, const char *s, size_t len)
{
	char buf[PATH_MAX + 8];

	if (len > PATH_MAX)
		len = PATH_MAX;
	memcpy(buf, s, len);
	memset(buf + len, 0, 8);
	return intern_add(in, buf, len);
}

void intern_free(struct intern *in)
{
	for (uint32_t id = 0; id < in->nr; id++)
		free(in->names[id].s);
	free(in->names);
	free(in->slots);
}

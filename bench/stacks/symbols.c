// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "symbols.h"

static bool is_interrupt(const char *name)
{
	return !strncmp(name, "asm_sysvec_", 11) || !strcmp(name, "asm_common_interrupt") ||
	       !strcmp(name, "asm_spurious_interrupt") || !strcmp(name, "irq_entries_start") ||
	       !strcmp(name, "spurious_entries_start");
}

int symbols_add(struct symbols *s, uint64_t address, const char *name)
{
	if (!(s->nr & (s->nr - 1))) {
		struct symbol *v = realloc(s->v, (s->nr ? 2 * (size_t)s->nr : 1) * sizeof(*v));

		if (!v)
			return -1;
		s->v = v;
	}
	s->v[s->nr] = (struct symbol){
		.address = address,
		.name = strdup(name),
		.order = s->nr,
		.is_interrupt = is_interrupt(name),
	};
	return s->v[s->nr++].name ? 0 : -1;
}

/* What a linker script put between functions is none, though it has the address of one; nor is
 * a place inside one. */
static bool is_marker(const char *name)
{
	static const char *const ends[] = {
		"text_start", "text_end", "thunk_start", "thunk_end",	"_stext",
		"_text",      "_etext",	  "thunk_array", "_safe_stack",
	};
	size_t len = strlen(name);

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (len >= strlen(ends[i]) && !strcmp(name + len - strlen(ends[i]), ends[i]))
			return true;
	return false;
}

static int by_address(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

/* Of several names of one address the first counts. */
static void sort(struct symbols *s)
{
	uint32_t kept = 0;

	qsort(s->v, s->nr, sizeof(*s->v), by_address);
	for (uint32_t i = 0; i < s->nr; i++) {
		if (kept && s->v[kept - 1].address == s->v[i].address)
			free(s->v[i].name);
		else
			s->v[kept++] = s->v[i];
	}
	s->nr = kept;
}

int symbols_read(struct symbols *s, const char *path)
{
	FILE *f = fopen(path, "re");
	char line[1024], type, name[512];
	uint64_t address;
	int rc = f ? 0 : -1;

	while (!rc && fgets(line, sizeof(line), f))
		if (sscanf(line, "%lx %c %511s", &address, &type, name) == 3 &&
		    strchr("tTwW", type) && address >= KERNEL_START && !is_marker(name))
			rc = symbols_add(s, address, name);
	if (f)
		fclose(f);
	if (!rc)
		sort(s);
	return rc || !s->nr ? -1 : 0;
}

uint32_t symbols_find(const struct symbols *s, uint64_t address)
{
	uint32_t low = 0, high = s->nr;

	while (high - low > 1) {
		uint32_t mid = low + (high - low) / 2;

		if (s->v[mid].address <= address)
			low = mid;
		else
			high = mid;
	}
	return low;
}

uint32_t symbols_named(const struct symbols *s, const char *name)
{
	for (uint32_t i = 0; i < s->nr; i++)
		if (!strcmp(s->v[i].name, name))
			return i;
	return s->nr;
}

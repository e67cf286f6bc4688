// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "lib/terr.h"
#include "log/syscalls.h"

static const struct syscall_def table[] = {
#include "syscalls-x86_64.inc"
};

const struct syscall_def *syscall_by_number(unsigned long nr)
{
	return nr < ARRAY_SIZE(table) && table[nr].name ? &table[nr] : NULL;
}

/* Linear: asked once per name, not per event. */
const struct syscall_def *syscall_by_name(const char *name, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (table[i].name && table[i].name_len == len && !memcmp(table[i].name, name, len))
			return &table[i];
	return NULL;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a guest said, line by line: a console, or the log of a program. Escape sequences, carriage
 * returns and the time that printk stamps on its lines are taken away.
 */
#ifndef TAILOR_DIAGNOSE_CONSOLE_H
#define TAILOR_DIAGNOSE_CONSOLE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/arena.h"
#include "lib/terr.h"

struct console_line {
	const char *s; /* terminated */
	uint32_t len;
	uint32_t nr; /* in the file, from 1 */
};

struct console {
	struct arena ar;
	const char *path;
	struct console_line *v;
	size_t nr;
};

/* "-" is standard input. -1 with *err set when it is empty or no text; *c is to be freed. */
int console_read(struct console *c, const char *path, struct terr *err);
void console_free(struct console *c);

/*
 * Lines of a good boot. Two lines are the same when they differ in times, numbers, addresses and
 * process ids only.
 */
struct console_known {
	uint64_t *slots; /* 0: free */
	size_t nr;
	size_t mask;
};

int console_known_add(struct console_known *k, const struct console *c, struct terr *err);
bool console_is_known(const struct console_known *k, const struct console_line *line);
void console_known_free(struct console_known *k);

#endif /* TAILOR_DIAGNOSE_CONSOLE_H */

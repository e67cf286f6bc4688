/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a tailored kernel said of things that somebody asked for and that it does not have (patch
 *90, CONFIG_TAILOR_TRIPWIRE), from its log: a console, or what dmesg printed.
 *
 *	tailor: tripwire: sh[71] asked for system call kcmp (CONFIG_KCMP)
 */
#ifndef TAILOR_DIAGNOSE_TRIPWIRE_H
#define TAILOR_DIAGNOSE_TRIPWIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/terr.h"

struct tripwire {
	char *task;
	char *what;   /* "system call kcmp" */
	char *symbol; /* without CONFIG_; NULL: the kernel knew none */
	uint64_t pid;
	uint64_t line;
	const char *path; /* as given to tripwires_read() */
};

struct tripwires {
	struct tripwire *v;
	size_t nr;
	bool announced; /* a log says that its kernel has tripwires */
};

/* Adds those of a log. On an error *t is still to be freed. */
int tripwires_read(struct tripwires *t, const char *path, struct terr *err);
void tripwires_free(struct tripwires *t);

/* Whether the file (a pipe never) looks like the log of a kernel. False with *err set when it
 * cannot be read. */
bool tripwires_expected(const char *path, struct terr *err);

#endif /* TAILOR_DIAGNOSE_TRIPWIRE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Coverage files of one kernel, read together, and the lines of their addresses. */
#ifndef TAILOR_COVER_RESOLVED_H
#define TAILOR_COVER_RESOLVED_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/terr.h"
#include "cover/addrline.h"
#include "cover/coverage.h"

struct resolved {
	struct coverage **files;
	size_t nr_files;
	struct addrline *al;
	size_t nr_without_line; /* addresses */
	size_t nr_workload;
	size_t nr_late;
};

/*
 * Reads the files and finds the line of each address. vmlinux and modules NULL: where Debian has
 * those of the kernel that was recorded. 0, or -1 with *err set; resolved_free() is right in both
 * cases.
 */
int resolved_read(struct resolved *r, char *const *paths, size_t nr, const char *vmlinux,
		  const char *modules, struct terr *err);
void resolved_free(struct resolved *r);

/* Nothing was lost, and each file is whole. */
bool resolved_complete(const struct resolved *r);

/* Whether any file tells the last tenth of the workload apart. */
bool resolved_has_late(const struct resolved *r);

/* Says on standard error what is missing; false: nothing that was recorded. */
bool resolved_warn(const struct resolved *r);

#endif /* TAILOR_COVER_RESOLVED_H */

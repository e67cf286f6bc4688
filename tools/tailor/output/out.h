/* SPDX-License-Identifier: GPL-2.0-only */
/* Files and standard output, written whole or not at all. */
#ifndef TAILOR_OUTPUT_OUT_H
#define TAILOR_OUTPUT_OUT_H

#include <stdbool.h>
#include <stdio.h>

#include "lib/terr.h"

/*
 * out_open() gives the path's stream, a temporary file beside it until out_close() renames it, or
 * standard output. Symbolic links stay, and so do owner and mode of a file that is replaced;
 * devices, pipes and /dev/fd/N are written to as they are. out_close() reports what could not be
 * written, and then an old file is what it was; out_abort() leaves no file behind.
 */
struct out {
	FILE *f;
	const char *path; /* NULL: standard output */
	char *target;	  /* behind its symbolic links */
	char *tmp;
	char *kept;    /* a copy of the old file that could not be put back */
	bool in_place; /* the old file is to be filled, not replaced */
};

int out_open(struct out *out, const char *path, struct terr *err);
int out_close(struct out *out, struct terr *err);
void out_abort(struct out *out);

/*
 * What is to be written: behind all symbolic links, be it there or not, so that they stay. To be
 * freed; NULL with errno set.
 */
char *out_behind_links(const char *path);

#endif /* TAILOR_OUTPUT_OUT_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* A quilt series file: one patch a line, "#" comments. */
#ifndef TAILOR_PLAN_SERIES_H
#define TAILOR_PLAN_SERIES_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/terr.h"

struct patch_series {
	const char **v; /* file names in the order of the file */
	size_t nr;
	char *text;
};

/* *s is to be freed in each case. */
int series_load(struct patch_series *s, const char *path, struct terr *err);
void series_free(struct patch_series *s);
bool series_has(const struct patch_series *s, const char *patch);

#endif /* TAILOR_PLAN_SERIES_H */

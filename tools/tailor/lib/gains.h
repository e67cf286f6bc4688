/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What patches and symbols gained when they were measured on the appliance (bench/patches,
 * bench/ablate-requests):
 * "SYMBOL: what was measured" lines, "#" comments. A symbol stands there once.
 */
#ifndef TAILOR_GAINS_H
#define TAILOR_GAINS_H

#include <stddef.h>

#include "tailor.h"

struct gain {
	const char *symbol; /* without CONFIG_ */
	const char *text;
	int line;
};

struct gains {
	struct gain *v; /* in the order of the file */
	size_t nr;
	char *text;
};

/* *g is to be freed in each case. */
int gains_load(struct gains *g, const char *path, struct terr *err);
void gains_free(struct gains *g);
/* What was measured of a symbol; NULL: nothing. */
const char *gains_of(const struct gains *g, const char *symbol);

#endif /* TAILOR_GAINS_H */

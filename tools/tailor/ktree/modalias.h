/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which modules of a built kernel drive a device: the patterns that its MODULE_DEVICE_TABLEs
 * became, in modules.alias (what depmod read from the modules) and modules.builtin.modinfo
 * (built-in ones).
 */
#ifndef TAILOR_KTREE_MODALIAS_H
#define TAILOR_KTREE_MODALIAS_H

#include "lib/terr.h"

struct modalias_entry {
	const char *pattern;
	const char *module;
};

/* A zeroed one is empty. */
struct modalias {
	struct modalias_entry *v;
	size_t nr;
	char *texts[2];
};

/* Reads dir/modules.alias and, if there is one, dir/modules.builtin.modinfo. -1 with *err set. */
int ktree_modalias_load(struct modalias *a, const char *dir, struct terr *err);
void ktree_modalias_free(struct modalias *a);

/* The entry at *i or behind it that fits; *i moves behind that. NULL: no more. */
const struct modalias_entry *ktree_modalias_next(const struct modalias *a, const char *device,
						 size_t *i);

#endif /* TAILOR_KTREE_MODALIAS_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* The switches of a trial kernel. */
#ifndef SELF_SWITCHES_H
#define SELF_SWITCHES_H

#include <stdbool.h>

#define SWITCHES_DIR "/sys/kernel/debug/tailor"
#define MAX_SWITCHES 64

struct switches {
	char name[MAX_SWITCHES][64];
	int nr;
};

/* Those of the kernel that are named in only, with commas between; all when it is NULL. 0 or -1. */
int switches_find(struct switches *s, const char *only);

/* One of them, or all. 0 or -1. */
int switch_set(const char *name, bool on);
int switches_set(const struct switches *s, bool on);

#endif /* SELF_SWITCHES_H */

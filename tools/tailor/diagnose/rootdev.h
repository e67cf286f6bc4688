/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Why a kernel found no root file system, from its whole console: which disk it wanted, which it
 * had, which filesystems it tried. The answer is put into words that the file of symptoms knows.
 */
#ifndef TAILOR_DIAGNOSE_ROOTDEV_H
#define TAILOR_DIAGNOSE_ROOTDEV_H

#include "diagnose/console.h"

struct rootdev {
	size_t line;	 /* which of the console's lines says that it failed */
	char words[256]; /* "rootdev: disk vda is missing" */
};

/* False: the kernel did not fail there. */
bool rootdev_find(const struct console *c, struct rootdev *out);

#endif /* TAILOR_DIAGNOSE_ROOTDEV_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Where the rules and patches that come with tailor are. */
#ifndef TAILOR_LIB_DATADIR_H
#define TAILOR_LIB_DATADIR_H

#include "lib/terr.h"

/*
 * The folder that holds kconfig/ and patches/: $TAILOR_DATA, else the first of ".." and
 * "../share/tailor" beside the binary that has a kconfig/. To be freed; NULL with *err set.
 */
char *datadir(struct terr *err);

#endif /* TAILOR_LIB_DATADIR_H */

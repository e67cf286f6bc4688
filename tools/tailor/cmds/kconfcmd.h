/* SPDX-License-Identifier: GPL-2.0-only */
/* What the commands share that need the Kconfig files of a tree. */
#ifndef TAILOR_CMDS_KCONFCMD_H
#define TAILOR_CMDS_KCONFCMD_H

#include "kconfig/kconfig.h"
#include "options.h"

/*
 * The model that --kconfig names; without it the one that scripts/kconfig-model makes of the tree,
 * or finds in its cache, for the compiler that the configuration is of (NULL: gcc). NULL with *err
 * set.
 */
struct kconfig *kconfcmd_load(const struct opts *o, const char *tree, const char *config,
			      struct terr *err);

#endif /* TAILOR_CMDS_KCONFCMD_H */

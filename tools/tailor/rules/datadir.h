/* SPDX-License-Identifier: GPL-2.0-only */
/* Where the rules and patches that come with tailor are. */
#ifndef TAILOR_RULES_DATADIR_H
#define TAILOR_RULES_DATADIR_H

#include "base/terr.h"
#include "rules/rules.h"

/*
 * The folder that holds kconfig/ and patches/: $TAILOR_DATA, else the first of ".." and
 * "../share/tailor" beside the binary that has a kconfig/. To be freed; NULL with *err set.
 */
char *datadir(struct terr *err);

/* Adds the rules of these files and folders; without any, those of root's kconfig/. */
int datadir_rules(struct ruleset *rs, char *const *paths, size_t nr, const char *root,
		  struct terr *err);

#endif /* TAILOR_RULES_DATADIR_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tailored kernel will run on. It is not always what the profile was made on: a build
 * machine without KVM emulates the guest, and the emulator shows nothing of what KVM offers.
 * Rules ask for it as "fact target has NAME".
 */
#ifndef TAILOR_PROFILE_TARGET_H
#define TAILOR_PROFILE_TARGET_H

#include "profile/facts.h"

/*
 * Adds a fact "target" for each name in list: names separated by commas, of kvm, xen, microsoft,
 * vmware, tcg (emulation) and metal. NULL: what the facts say. A guest on something that is none of
 * these was emulated; it counts as one of kvm, too, and *guessed is what its facts call it.
 */
int target_add(struct facts *facts, const char *list, const char **guessed, struct terr *err);
/* The same for a guest as it was found, without what it may be moved to. */
int target_as_found(struct facts *facts, struct terr *err);

#endif /* TAILOR_PROFILE_TARGET_H */

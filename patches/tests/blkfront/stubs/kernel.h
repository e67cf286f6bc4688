/* SPDX-License-Identifier: GPL-2.0-only */
/* All of the kernel that there is; the headers that the driver names are empty or those of the
 * tree. */
#include "base.h"
#include "blk.h"
#include "lock.h"
#include "mm.h"
#include "work.h"
#include "xen_api.h"

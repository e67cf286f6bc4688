/* SPDX-License-Identifier: GPL-2.0-only */
/* One backend thread of a ring, shared by the honest and the hostile part of it. */
#ifndef BACKEND_H
#define BACKEND_H

#include <xen/interface/io/blkif.h>

#include "machine.h"

#define MAX_SEGMENTS 64u
struct pending {
	u64 id;
	u8 op;
	u8 indirect;
	u32 nr_segments, nr_indirect;
	sector_t sector;
	u32 sectors;
	struct slot *slot;
	struct segment {
		grant_ref_t ref;
		u32 first, sectors;
		char *page;
	} segments[MAX_SEGMENTS];
	grant_ref_t indirect_refs[BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST];
};

struct backend {
	pthread_t thread;
	struct channel *channel;
	struct blkif_back_ring ring;
	struct pending *pending;
	u32 nr_pending;
	/* Grants that stay mapped, and how many requests use each. */
	u8 *mapped;
	u16 *users;
	/* A grant that was to be given back, but is not. */
	grant_ref_t kept;
	u32 stop;
	u32 last_id;
};

/* Never answers the last request taken. */
void backend_forget(struct backend *backend);
void backend_push(struct backend *backend);
void backend_put_response(struct backend *backend, const struct blkif_response *rsp);

/* hostile.c: what a backend may do that wants to harm its guest */
void hostile_init(void);
void hostile_answer(struct backend *backend, struct blkif_response *rsp);
/* Whether it keeps a page that it should give back. */
bool hostile_keeps(void);
void hostile_pushed(struct backend *backend);
void hostile_step(struct backend *backend);

#endif

// SPDX-License-Identifier: GPL-2.0-only
/*
 * A backend that wants to harm its guest. Whatever it does, the driver may end I/O with an error or
 * give up the device, but it must not end what was never issued, nor the same twice, nor touch
 * memory that is not its own.
 */
#include "backend.h"

static const char *const kinds[] = { "wrong-id",   "far-id", "duplicate", "early",    "wrong-op",
				     "bad-status", "ahead",  "behind",	  "scribble", "tear",
				     "silent",	   "storm",  "keep" };
enum {
	WRONG_ID,
	FAR_ID,
	DUPLICATE,
	EARLY,
	WRONG_OP,
	BAD_STATUS,
	AHEAD,
	BEHIND,
	SCRIBBLE,
	TEAR,
	SILENT,
	STORM,
	KEEP,
	NR_KINDS
};

static u32 mask, rarely;

void hostile_init(void)
{
	const char *list = machine.cfg.hostile;

	mask = 0;
	for (u32 i = 0; list && i < NR_KINDS; i++) {
		const char *at = strstr(list, kinds[i]);

		if (at || !strcmp(list, "all"))
			mask |= 1u << i;
	}
	if (list && !strcmp(list, "all"))
		mask &= ~(1u << KEEP);
	rarely = mask & (mask - 1) ? 64 : 1;
	if (list && !mask) {
		fprintf(stderr, "no such kind: hostile=%s\n", list);
		exit(2);
	}
}

/* With several kinds each does less, so that the device lives for a while. */
/* Whether I/O may be lost by what is done. */
bool hostile_loses(void)
{
	return mask & ~(1u << BAD_STATUS | 1u << STORM);
}

static bool does(u32 kind, u32 per_1024)
{
	if (!(mask & 1u << kind) || !READ_ONCE(machine.armed) || rng_below(rarely) ||
	    !rng_chance(per_1024))
		return false;
	count(&machine.stats.forged, 1);
	return true;
}

static u32 random_id(struct backend *backend)
{
	return rng_chance(512) ? backend->last_id : rng_below(backend->ring.nr_ents);
}

/* What becomes of an honest answer. */
void hostile_answer(struct backend *backend, struct blkif_response *rsp)
{
	static const s16 statuses[] = { BLKIF_RSP_ERROR, BLKIF_RSP_EOPNOTSUPP, 1, 32767, -32768 };

	if (does(DUPLICATE, 16))
		backend_put_response(backend, rsp);
	if (does(WRONG_ID, 16))
		rsp->id = random_id(backend);
	if (does(FAR_ID, 16))
		rsp->id = rng_chance(512) ? backend->ring.nr_ents + rng_below(3)
					  : (u64)rng_next() << 32 | rng_next();
	if (does(WRONG_OP, 16))
		rsp->operation = (u8)rng_next();
	if (does(BAD_STATUS, 64))
		rsp->status = statuses[rng_below(ARRAY_SIZE(statuses))];
}

/* An answer to what perhaps is not even on the ring. */
static void forge(struct backend *backend)
{
	struct blkif_response rsp = { .id = random_id(backend),
				      .operation =
					      rng_chance(512) ? BLKIF_OP_READ : BLKIF_OP_WRITE };

	backend_put_response(backend, &rsp);
	backend_push(backend);
	channel_notify(backend->channel);
}

/* The last answer is now a good one, now a bad one. */
static void tear(struct backend *backend)
{
	struct blkif_response *rsp =
		RING_GET_RESPONSE(&backend->ring, backend->ring.rsp_prod_pvt - 1);
	const struct blkif_response good = *rsp;

	for (u32 i = 0; i < 256; i++) {
		WRITE_ONCE(rsp->id, good.id + (u64)rng_next() * backend->ring.nr_ents);
		WRITE_ONCE(rsp->operation, (u8)rng_next());
		for (u32 wait = rng_below(64); wait; wait--)
			cpu_relax();
		WRITE_ONCE(rsp->id, good.id);
		WRITE_ONCE(rsp->operation, good.operation);
		for (u32 wait = rng_below(64); wait; wait--)
			cpu_relax();
	}
}

bool hostile_keeps(void)
{
	return does(KEEP, 4);
}

void hostile_pushed(struct backend *backend)
{
	if (does(TEAR, 256))
		tear(backend);
}

/* Any word of the ring, at any time. */
static void scribble(struct backend *backend)
{
	u32 *words = (u32 *)backend->ring.sring;
	u32 nr = backend->ring.nr_ents * sizeof(union blkif_sring_entry) / sizeof(u32);

	for (u32 i = 0; i < 64; i++)
		*(volatile u32 *)&words[rng_below(16 + nr)] =
			rng_chance(512) ? rng_below(64) : rng_next();
	channel_notify(backend->channel);
}

void hostile_step(struct backend *backend)
{
	struct blkif_sring *sring = backend->ring.sring;

	if (does(EARLY, 32) && counted(&machine.stats.issued))
		forge(backend);
	if (does(AHEAD, 16)) {
		WRITE_ONCE(sring->rsp_prod, sring->rsp_prod + backend->ring.nr_ents + rng_below(3));
		channel_notify(backend->channel);
	}
	if (does(BEHIND, 16)) {
		WRITE_ONCE(sring->rsp_prod, sring->rsp_prod - 1 - rng_below(3));
		channel_notify(backend->channel);
	}
	if (does(SCRIBBLE, 16))
		scribble(backend);
	if (does(STORM, 512))
		channel_notify(backend->channel);
	if (does(SILENT, 16) && backend->nr_pending)
		backend_forget(backend);
}

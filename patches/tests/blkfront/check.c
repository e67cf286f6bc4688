// SPDX-License-Identifier: GPL-2.0-only
/*
 * What each I/O must go through: issued by a submitter, taken by the backend, answered, completed.
 * The disk is divided into slots with one I/O at a time, and the sector of a request says which I/O
 * it is, whatever the driver uses for an id. Never built with the thread sanitizer, as the checks
 * must order nothing.
 */
#include <xen/interface/io/blkif.h>

#include "machine.h"

#define UNKNOWN (~0u)
#define MAX_FAILURES 20

struct slot {
	u32 busy;
	struct job *job;
	u32 issued, taken, answered, completed;
	int answer;
	enum req_op op;
	bool fua;
	u32 first, sectors, gen;
	/* What a read of each sector must find. */
	u32 expected[SLOT_SECTORS];
};

static struct slot *slots;
static u32 nr_slots;

void check_fail(const char *fmt, ...)
{
	va_list args;
	u64 nr = __atomic_add_fetch(&machine.failures, 1, __ATOMIC_RELAXED);

	if (nr > MAX_FAILURES)
		_Exit(1);
	va_start(args, fmt);
	fprintf(stderr, "FAIL: ");
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
	va_end(args);
}

void slots_init(unsigned int nr)
{
	slots = calloc(nr, sizeof(*slots));
	nr_slots = nr;
}

void slots_free(void)
{
	free(slots);
	slots = NULL;
}

struct slot *slot_nr(unsigned int nr)
{
	return &slots[nr];
}

static u32 nr_of(const struct slot *slot)
{
	return (u32)(slot - slots);
}

void slot_release(struct slot *slot)
{
	__atomic_store_n(&slot->busy, 0, __ATOMIC_RELEASE);
}

sector_t slot_sector(const struct slot *slot)
{
	return (sector_t)nr_of(slot) * SLOT_SECTORS;
}

bool slot_take(struct slot *slot)
{
	if (__atomic_load_n(&slot->busy, __ATOMIC_ACQUIRE))
		return false;
	__atomic_store_n(&slot->busy, 1, __ATOMIC_RELAXED);
	return true;
}

void slot_issue(struct slot *slot, struct job *job)
{
	slot->op = job->op;
	slot->fua = job->fua;
	slot->first = job->first;
	slot->sectors = job->sectors;
	job->gen = ++slot->gen;
	slot->job = job;
	__atomic_fetch_add(&slot->issued, 1, __ATOMIC_RELEASE);
}

static bool same_op(const struct slot *slot, u8 op)
{
	switch (op) {
	case BLKIF_OP_READ:
		return slot->op == REQ_OP_READ;
	case BLKIF_OP_WRITE:
		return slot->op == REQ_OP_WRITE;
	case BLKIF_OP_WRITE_BARRIER:
	case BLKIF_OP_FLUSH_DISKCACHE:
		return slot->op == REQ_OP_FLUSH || (slot->op == REQ_OP_WRITE && slot->fua);
	case BLKIF_OP_DISCARD:
		return slot->op == REQ_OP_DISCARD || slot->op == REQ_OP_SECURE_ERASE;
	default:
		return false;
	}
}

struct slot *slot_taken(u8 op, sector_t sector, u32 sectors)
{
	u64 nr = sector >= FLUSH_SECTOR ? sector - FLUSH_SECTOR : sector / SLOT_SECTORS;
	struct slot *slot;
	u32 issued, taken;

	if (nr >= nr_slots) {
		if (!machine.cfg.hostile)
			check_fail("a request is outside of the disk");
		return NULL;
	}
	slot = &slots[nr];
	issued = __atomic_load_n(&slot->issued, __ATOMIC_ACQUIRE);
	taken = slot->taken;
	slot->taken = issued;
	if (machine.cfg.hostile)
		return slot;
	if (issued != taken + 1)
		check_fail("slot %llu: request %u is on the ring again", (unsigned long long)nr,
			   issued);
	if (!same_op(slot, op) || (sector < FLUSH_SECTOR && sector % SLOT_SECTORS != slot->first) ||
	    sectors != slot->sectors)
		check_fail("slot %llu: the request on the ring is not the one issued",
			   (unsigned long long)nr);
	return slot;
}

void slot_answered(struct slot *slot, int status)
{
	slot->answer = status;
	__atomic_store_n(&slot->answered, slot->taken, __ATOMIC_RELEASE);
}

void pattern_fill(void *p, sector_t sector, u32 gen)
{
	volatile u64 *word = p;
	u64 key = sector << 32 | gen;

	word[0] = key;
	for (u32 i = 1; i < SECTOR / sizeof(*word); i++)
		word[i] = key ^ i * 0x9e3779b97f4a7c15;
}

bool pattern_read(const void *p, sector_t sector, u32 *gen)
{
	const volatile u64 *word = p;
	u64 key = word[0];

	*gen = (u32)key;
	if (key >> 32 != sector)
		return false;
	for (u32 i = 1; i < SECTOR / sizeof(*word); i++)
		if (word[i] != (key ^ i * 0x9e3779b97f4a7c15))
			return false;
	return true;
}

static void check_data(const struct slot *slot, const struct job *job)
{
	const struct bio *bio = job->bio;
	u32 sector = job->first, gen;

	for (u32 i = 0; i < bio->bi_vcnt; i++) {
		const struct bio_vec *bv = &bio->bi_io_vec[i];
		const char *p = (char *)page_address(bv->bv_page) + bv->bv_offset;

		seen_read(p, bv->bv_len);
		for (u32 done = 0; done < bv->bv_len; done += SECTOR, sector++) {
			if (machine.cfg.hostile)
				continue;
			if (!pattern_read(p + done, slot_sector(slot) + sector, &gen))
				check_fail("slot %u: sector %u is not what was written",
					   nr_of(slot), sector);
			else if (slot->expected[sector] != UNKNOWN && slot->expected[sector] != gen)
				check_fail("slot %u: sector %u is of write %u instead of %u",
					   nr_of(slot), sector, gen, slot->expected[sector]);
		}
	}
}

static void check_order(const struct slot *slot, u32 nr, blk_status_t status)
{
	u32 answered = __atomic_load_n(&slot->answered, __ATOMIC_ACQUIRE);

	if ((s32)(nr - __atomic_load_n(&slot->issued, __ATOMIC_ACQUIRE)) > 0)
		check_fail("slot %u: I/O %u is completed again", nr_of(slot), nr);
	if (machine.cfg.hostile)
		return;
	if (READ_ONCE(machine.nobody_answers) && status != BLK_STS_OK)
		return;
	if ((s32)(nr - answered) > 0)
		check_fail("slot %u: I/O %u is completed before its answer", nr_of(slot), nr);
	else if ((status == BLK_STS_OK) != (slot->answer == BLKIF_RSP_OKAY))
		check_fail("slot %u: I/O %u was answered %d but ends with %u", nr_of(slot), nr,
			   slot->answer, status);
}

void slot_complete(struct slot *slot, struct job *job, blk_status_t status)
{
	bool writes = job->op == REQ_OP_WRITE || job->op == REQ_OP_DISCARD ||
		      job->op == REQ_OP_SECURE_ERASE;
	u32 nr = __atomic_add_fetch(&slot->completed, 1, __ATOMIC_RELAXED);

	check_order(slot, nr, status);
	if (job->op == REQ_OP_READ && status == BLK_STS_OK)
		check_data(slot, job);
	for (u32 i = 0; writes && i < job->sectors; i++)
		slot->expected[job->first + i] = status != BLK_STS_OK	   ? UNKNOWN
						 : job->op == REQ_OP_WRITE ? job->gen
									   : 0;
	count(&machine.stats.sectors, job->sectors);
	if (status != BLK_STS_OK)
		count(&machine.stats.failed, 1);
	count(&machine.stats.completed, 1);
	__atomic_store_n(&slot->busy, 0, __ATOMIC_RELEASE);
}

u32 slots_in_flight(bool print)
{
	u32 nr = 0;

	for (u32 i = 0; i < nr_slots; i++) {
		struct slot *slot = &slots[i];

		if (slot->issued == slot->completed)
			continue;
		nr++;
		if (print)
			check_fail("slot %u: I/O %u is lost (%s)", i, slot->issued,
				   slot->taken != slot->issued	    ? "the backend never saw it"
				   : slot->answered != slot->issued ? "not answered"
								    : "answered, not completed");
	}
	return nr;
}

struct job *slot_abandoned(u32 nr)
{
	return slots[nr].issued != slots[nr].completed ? slots[nr].job : NULL;
}

void slots_recover(void)
{
	for (u32 i = 0; i < nr_slots; i++)
		if (slots[i].issued != slots[i].completed)
			slots[i].taken = slots[i].answered = slots[i].issued - 1;
}

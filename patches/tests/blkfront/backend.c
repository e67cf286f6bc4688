// SPDX-License-Identifier: GPL-2.0-only
/*
 * The other domain: takes requests as xen-blkback does, answers them in any order. It is never
 * built with the thread sanitizer, which instead is told what the backend reads and writes, when it
 * is honest: what a hostile one does to shared pages is no race of the driver.
 */
#include "backend.h"

/* Whoever waits must be notified: a time-out would hide that it is not. */
#define FOR_GOOD_US 60000000u

static struct {
	struct backend backends[MAX_HCTX];
	unsigned int nr;
	/* Which write each sector holds. */
	u32 *disk;
} domain;

static void shared_read(const void *p, size_t n)
{
	if (!machine.cfg.hostile)
		seen_read(p, n);
}

static void shared_write(const void *p, size_t n)
{
	if (!machine.cfg.hostile)
		seen_write(p, n);
}

/* --- grants */

static char *map(struct backend *backend, grant_ref_t ref)
{
	char *page = grant_pin(ref);

	if (!page) {
		if (!machine.cfg.hostile)
			check_fail("a request names grant %u, which is not granted", ref);
		return NULL;
	}
	if (!machine.cfg.persistent)
		return page;
	if (backend->mapped[ref]) {
		/* One use of it is enough. */
		grant_unpin(ref);
		backend->users[ref]++;
	} else if (rng_chance(960)) {
		backend->mapped[ref] = 1;
		backend->users[ref] = 1;
	}
	return page;
}

static void unmap(struct backend *backend, grant_ref_t ref)
{
	if (backend->mapped[ref])
		backend->users[ref]--;
	else if (!backend->kept && hostile_keeps())
		backend->kept = ref;
	else
		grant_unpin(ref);
}

/* What nobody uses may be given back at any time. */
static void purge(struct backend *backend, u32 per_1024)
{
	for (u32 ref = 0; ref < machine.cfg.grants + GRANTS_RESERVED; ref++) {
		if (!backend->mapped[ref] || backend->users[ref] || !rng_chance(per_1024))
			continue;
		backend->mapped[ref] = 0;
		grant_unpin(ref);
	}
}

/* --- requests */

static bool add_segment(struct backend *backend, struct pending *pending,
			const struct blkif_request_segment *seg)
{
	struct segment *segment = &pending->segments[pending->nr_segments];

	if (seg->last_sect < seg->first_sect || seg->last_sect >= PAGE_SIZE / SECTOR) {
		if (!machine.cfg.hostile)
			check_fail("sectors %u to %u of a page", seg->first_sect, seg->last_sect);
		return false;
	}
	segment->ref = seg->gref;
	segment->first = seg->first_sect;
	segment->sectors = seg->last_sect - seg->first_sect + 1u;
	segment->page = map(backend, seg->gref);
	if (!segment->page)
		return false;
	pending->sectors += segment->sectors;
	pending->nr_segments++;
	return true;
}

static bool take_indirect(struct backend *backend, struct pending *pending,
			  const struct blkif_request_indirect *req)
{
	const u32 per_page = XEN_PAGE_SIZE / sizeof(struct blkif_request_segment);
	const struct blkif_request_segment *seg = NULL;
	u32 nr = req->nr_segments;

	if (nr > MAX_SEGMENTS)
		return false;
	for (u32 i = 0; i < nr; i++) {
		if (i % per_page == 0) {
			grant_ref_t ref = req->indirect_grefs[i / per_page];
			const char *page = map(backend, ref);

			if (!page)
				return false;
			pending->indirect_refs[pending->nr_indirect++] = ref;
			shared_read(page, min(nr - i, per_page) * sizeof(*seg));
			seg = (const struct blkif_request_segment *)page;
		}
		if (!add_segment(backend, pending, &seg[i % per_page]))
			return false;
	}
	return true;
}

static bool take_rw(struct backend *backend, struct pending *pending,
		    const struct blkif_request_rw *req)
{
	if (req->nr_segments > BLKIF_MAX_SEGMENTS_PER_REQUEST)
		return false;
	for (u32 i = 0; i < req->nr_segments; i++)
		if (!add_segment(backend, pending, &req->seg[i]))
			return false;
	return true;
}

static void release(struct backend *backend, struct pending *pending)
{
	for (u32 i = 0; i < pending->nr_segments; i++)
		unmap(backend, pending->segments[i].ref);
	for (u32 i = 0; i < pending->nr_indirect; i++)
		unmap(backend, pending->indirect_refs[i]);
}

static void take(struct backend *backend, const struct blkif_request *req)
{
	struct pending *pending = &backend->pending[backend->nr_pending];
	bool good = true;

	pending->nr_segments = pending->nr_indirect = pending->sectors = 0;
	pending->id = req->u.rw.id;
	pending->op = req->operation;
	pending->indirect = req->operation == BLKIF_OP_INDIRECT;
	pending->sector = req->u.rw.sector_number;
	if (pending->indirect) {
		pending->op = req->u.indirect.indirect_op;
		pending->sector = req->u.indirect.sector_number;
		good = take_indirect(backend, pending, &req->u.indirect);
	} else if (pending->op == BLKIF_OP_DISCARD) {
		pending->sector = req->u.discard.sector_number;
		pending->sectors = (u32)req->u.discard.nr_sectors;
	} else {
		good = take_rw(backend, pending, &req->u.rw);
	}
	backend->last_id = (u32)pending->id;
	pending->slot = slot_taken(pending->op, pending->sector, pending->sectors);
	if (!pending->slot && !machine.cfg.hostile)
		return;
	if (!good) {
		release(backend, pending);
		pending->nr_segments = pending->nr_indirect = 0;
		if (!machine.cfg.hostile)
			check_fail("a request cannot be understood");
	}
	backend->nr_pending++;
}

/* Returns whether there are more, as xen-blkback's do_block_io_op() does. */
static bool take_requests(struct backend *backend)
{
	struct blkif_back_ring *ring = &backend->ring;
	struct blkif_request req;
	RING_IDX rp = READ_ONCE(ring->sring->req_prod);
	int more;

	virt_rmb();
	if (RING_REQUEST_PROD_OVERFLOW(ring, rp)) {
		if (!machine.cfg.hostile)
			check_fail("%u requests on the ring", rp - ring->rsp_prod_pvt);
		return false;
	}
	while (ring->req_cons != rp && backend->nr_pending < ring->nr_ents) {
		if (RING_REQUEST_CONS_OVERFLOW(ring, ring->req_cons))
			break;
		shared_read(RING_GET_REQUEST(ring, ring->req_cons), sizeof(req));
		RING_COPY_REQUEST(ring, ring->req_cons, &req);
		ring->req_cons++;
		take(backend, &req);
	}
	RING_FINAL_CHECK_FOR_REQUESTS(ring, more);
	return more;
}

/* --- answers */

static void write_sectors(struct pending *pending, const struct segment *segment, u32 at)
{
	const char *p = segment->page + segment->first * SECTOR;
	u32 gen;

	shared_read(p, segment->sectors * SECTOR);
	for (u32 i = 0; i < segment->sectors; i++) {
		sector_t sector = pending->sector + at + i;

		if (!pattern_read(p + i * SECTOR, sector, &gen) && !machine.cfg.hostile)
			check_fail("sector %llu is written with something else",
				   (unsigned long long)sector);
		domain.disk[sector] = gen;
	}
}

static void read_sectors(struct pending *pending, const struct segment *segment, u32 at)
{
	char *p = segment->page + segment->first * SECTOR;

	shared_write(p, segment->sectors * SECTOR);
	for (u32 i = 0; i < segment->sectors; i++)
		pattern_fill(p + i * SECTOR, pending->sector + at + i,
			     domain.disk[pending->sector + at + i]);
}

static void execute(struct pending *pending)
{
	const u64 end = (u64)machine.cfg.submitters * machine.cfg.depth * SLOT_SECTORS;
	u32 at = 0;

	/* Of a request that the backend itself spoilt. */
	if (pending->sectors &&
	    (pending->sector >= end || pending->sector + pending->sectors > end))
		return;
	/* memset() would be seen. */
	for (u32 i = 0; pending->op == BLKIF_OP_DISCARD && i < pending->sectors; i++)
		WRITE_ONCE(domain.disk[pending->sector + i], 0);
	for (u32 i = 0; i < pending->nr_segments; i++) {
		const struct segment *segment = &pending->segments[i];

		if (pending->op == BLKIF_OP_READ)
			read_sectors(pending, segment, at);
		else
			write_sectors(pending, segment, at);
		at += segment->sectors;
	}
}

void backend_put_response(struct backend *backend, const struct blkif_response *rsp)
{
	struct blkif_response *to = RING_GET_RESPONSE(&backend->ring, backend->ring.rsp_prod_pvt);

	shared_write(to, sizeof(*to));
	to->id = rsp->id;
	to->operation = rsp->operation;
	to->status = rsp->status;
	backend->ring.rsp_prod_pvt++;
}

void backend_push(struct backend *backend)
{
	int notify;

	RING_PUSH_RESPONSES_AND_CHECK_NOTIFY(&backend->ring, notify);
	if (notify)
		channel_notify(backend->channel);
}

static bool may_fail(const struct pending *pending)
{
	return (pending->op == BLKIF_OP_READ || pending->op == BLKIF_OP_WRITE) &&
	       rng_chance(machine.cfg.errors);
}

void backend_forget(struct backend *backend)
{
	release(backend, &backend->pending[--backend->nr_pending]);
}

static void answer(struct backend *backend, u32 nr)
{
	struct pending *pending = &backend->pending[nr];
	struct blkif_response rsp = { .id = pending->id, .operation = pending->op };

	if (may_fail(pending))
		rsp.status = BLKIF_RSP_ERROR;
	else
		execute(pending);
	release(backend, pending);
	if (pending->slot)
		slot_answered(pending->slot, rsp.status);
	hostile_answer(backend, &rsp);
	backend_put_response(backend, &rsp);
	*pending = backend->pending[--backend->nr_pending];
}

static void answer_some(struct backend *backend)
{
	u32 nr = backend->nr_pending;

	if (machine.cfg.delay && rng_chance(128)) {
		unseen_sleep_us(rng_below(machine.cfg.delay));
		return;
	}
	nr = 1 + rng_below(nr);
	while (nr--) {
		answer(backend, rng_below(backend->nr_pending));
		/* xen-blkback pushes each. */
		if (rng_chance(512))
			backend_push(backend);
	}
	backend_push(backend);
	hostile_pushed(backend);
}

static void *backend_thread(void *arg)
{
	struct backend *backend = arg;

	thread_seed(200 + (u64)(backend - domain.backends));
	this_cpu.channel = backend->channel;
	this_cpu.backend = true;
	while (!READ_ONCE(backend->stop)) {
		u32 seq = unseen_seq(&backend->channel->to_back);
		bool more = take_requests(backend);

		hostile_step(backend);
		if (backend->nr_pending)
			answer_some(backend);
		else if (!more)
			unseen_wait(&backend->channel->to_back, seq,
				    machine.cfg.hostile ? 50 : FOR_GOOD_US);
		if (machine.cfg.persistent && rng_chance(4))
			purge(backend, 128);
	}
	return NULL;
}

static void let_go(struct backend *backend)
{
	while (backend->nr_pending)
		backend_forget(backend);
	purge(backend, 1024);
	if (backend->kept)
		grant_unpin(backend->kept);
	free(backend->pending);
	free(backend->mapped);
	free(backend->users);
}

/* --- connecting */

static struct blkif_sring *ring_pages(const char *dir, u32 nr_pages)
{
	struct blkif_sring *sring = NULL;
	char name[20] = "ring-ref";

	for (u32 i = 0; i < nr_pages; i++) {
		unsigned int ref;
		char *page;

		if (nr_pages > 1)
			snprintf(name, sizeof(name), "ring-ref%u", i);
		if (!store_read(dir, name, &ref))
			return NULL;
		page = grant_pin(ref);
		grant_unpin(ref);
		if (!i)
			sring = (struct blkif_sring *)page;
		else if (page != (char *)sring + i * XEN_PAGE_SIZE)
			return NULL;
	}
	return sring;
}

static void backend_start(u32 nr, const char *dir, u32 nr_pages)
{
	struct backend *backend = &domain.backends[nr];
	struct blkif_sring *sring = ring_pages(dir, nr_pages);
	unsigned int port;

	if (!sring || !store_read(dir, "event-channel", &port)) {
		check_fail("the frontend's nodes in %s", dir);
		_Exit(1);
	}
	*backend = (struct backend){ .channel = channel_of_port(port) };
	machine.ring_channel[nr] = backend->channel;
	BACK_RING_INIT(&backend->ring, sring, nr_pages * XEN_PAGE_SIZE);
	backend->pending = calloc(backend->ring.nr_ents, sizeof(*backend->pending));
	backend->mapped = calloc(machine.cfg.grants + GRANTS_RESERVED, sizeof(*backend->mapped));
	backend->users = calloc(machine.cfg.grants + GRANTS_RESERVED, sizeof(*backend->users));
	thread_start(&backend->thread, backend_thread, backend);
}

void backends_start(void)
{
	const char *dir = machine.dev.nodename;
	unsigned int order = 0, nr = 1;

	store_read(dir, "ring-page-order", &order);
	store_read(dir, "multi-queue-num-queues", &nr);
	hostile_init();
	if (!domain.disk)
		domain.disk = calloc(machine.cfg.submitters * machine.cfg.depth,
				     SLOT_SECTORS * sizeof(u32));
	domain.nr = nr;
	for (u32 i = 0; i < nr; i++) {
		char path[64];

		snprintf(path, sizeof(path), nr > 1 ? "%s/queue-%u" : "%s", dir, i);
		backend_start(i, path, 1u << order);
	}
}

void backends_hold(void)
{
	for (u32 i = 0; i < domain.nr; i++) {
		struct backend *backend = &domain.backends[i];

		WRITE_ONCE(backend->stop, 1);
		unseen_signal(&backend->channel->to_back);
		pthread_join(backend->thread, NULL);
	}
}

void backends_let_go(void)
{
	for (u32 i = 0; i < domain.nr; i++)
		let_go(&domain.backends[i]);
	domain.nr = 0;
}

void backends_stop(void)
{
	backends_hold();
	backends_let_go();
}

void disk_free(void)
{
	free(domain.disk);
	domain.disk = NULL;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Submitters: threads that issue random I/O to slots of their own, alone or in plugs. Memory of an
 * I/O is allocated for it and freed when it completes, so that a sanitizer sees who still uses it.
 */
#include "machine.h"

#define MAX_SUBMITTERS 8

static struct {
	pthread_t threads[MAX_SUBMITTERS];
	u64 issued;
	u32 running, parked;
} load;

static void bio_done(struct bio *bio, blk_status_t status)
{
	job_end(bio->bi_private, status);
}

static enum rq_end_io_ret flush_done(struct request *rq, blk_status_t status)
{
	job_end(rq->end_io_data, status);
	return RQ_END_IO_NONE;
}

static void free_job(struct job *job)
{
	for (u32 i = 0; job->bio && i < job->bio->bi_vcnt; i++)
		__free_page(job->bio->bi_io_vec[i].bv_page);
	free(job->bio);
	free(job);
}

void job_end(struct job *job, blk_status_t status)
{
	struct slot *slot = job->slot;

	slot_complete(slot, job, status);
	free_job(job);
}

static u32 random_segments(u32 limit)
{
	u32 kind = rng_below(10);

	return 1 + rng_below(kind < 5 ? 1 : kind < 8 ? min(limit, 11u) : limit);
}

static void add_segment(struct bio *bio, struct job *job)
{
	struct bio_vec *bv = &bio->bi_io_vec[bio->bi_vcnt++];
	u32 first = 0, sectors = PAGE_SIZE / SECTOR;

	if (rng_chance(256)) {
		first = rng_below(PAGE_SIZE / SECTOR);
		sectors = 1 + rng_below(PAGE_SIZE / SECTOR - first);
	}
	*bv = (struct bio_vec){ alloc_page(GFP_NOIO), sectors * SECTOR, first * SECTOR };
	job->sectors += sectors;
}

static void fill(struct job *job)
{
	u32 sector = job->first;

	for (u32 i = 0; i < job->bio->bi_vcnt; i++) {
		const struct bio_vec *bv = &job->bio->bi_io_vec[i];
		char *p = (char *)page_address(bv->bv_page) + bv->bv_offset;

		seen_write(p, bv->bv_len);
		for (u32 done = 0; done < bv->bv_len; done += SECTOR)
			pattern_fill(p + done, slot_sector(job->slot) + sector++, job->gen);
	}
}

static void add_bio(struct job *job, struct request *rq, u32 segments)
{
	struct bio *bio = calloc(1, sizeof(*bio) + segments * sizeof(bio->bi_io_vec[0]));

	while (bio->bi_vcnt < segments)
		add_segment(bio, job);
	job->first = rng_below(SLOT_SECTORS - job->sectors + 1);
	job->bio = bio;
	bio->bi_opf = rq->cmd_flags;
	bio->bi_private = job;
	bio->bi_end_io = bio_done;
	bio->bi_sector = slot_sector(job->slot) + job->first;
	rq->bio = rq->biotail = bio;
	rq->nr_phys_segments = (unsigned short)segments;
	rq->__sector = bio->bi_sector;
}

/* A range without data: the bio has no segments. */
static void add_discard(struct job *job, struct request *rq)
{
	job->sectors = 1 + rng_below(SLOT_SECTORS);
	add_bio(job, rq, 0);
	rq->nr_phys_segments = 1;
}

static void add_flush(struct job *job, struct request *rq)
{
	rq->end_io = flush_done;
	rq->end_io_data = job;
	rq->__sector = FLUSH_SECTOR + slot_sector(job->slot) / SLOT_SECTORS;
}

static enum req_op random_op(const struct queue_limits *limits)
{
	u32 kind = rng_below(64);

	if (kind == 0 && READ_ONCE(limits->write_cache))
		return REQ_OP_FLUSH;
	if (kind == 1 && READ_ONCE(limits->max_discard_sectors))
		return REQ_OP_DISCARD;
	if (kind == 2 && READ_ONCE(limits->max_secure_erase_sectors))
		return REQ_OP_SECURE_ERASE;
	return kind & 1 ? REQ_OP_WRITE : REQ_OP_READ;
}

static void build(struct slot *slot, struct request *rq)
{
	const struct queue_limits *limits = &rq->q->limits;
	u32 segments = min((u32)limits->max_segments, machine.cfg.segments);
	struct job *job = calloc(1, sizeof(*job));

	job->slot = slot;
	job->op = random_op(limits);
	rq->cmd_flags = job->op;
	if (job->op == REQ_OP_WRITE && READ_ONCE(limits->fua) && rng_chance(64)) {
		job->fua = true;
		rq->cmd_flags |= REQ_FUA;
		segments = min(segments, machine.cfg.fua);
	}
	if (job->op == REQ_OP_FLUSH)
		add_flush(job, rq);
	else if (job->op == REQ_OP_DISCARD || job->op == REQ_OP_SECURE_ERASE)
		add_discard(job, rq);
	else
		add_bio(job, rq, random_segments(segments));
	rq->__data_len = job->sectors * SECTOR;
	slot_issue(slot, job);
	if (job->op == REQ_OP_WRITE)
		fill(job);
}

static struct slot *own_slot(u32 nr)
{
	u32 depth = machine.cfg.depth, first = rng_below(depth);

	for (u32 i = 0; i < depth; i++) {
		struct slot *slot = slot_nr(nr * depth + (first + i) % depth);

		if (slot_take(slot))
			return slot;
	}
	return NULL;
}

static struct blk_mq_hw_ctx *random_hctx(struct request_queue *q, u32 nr)
{
	enum hctx_type type = rng_chance(512) ? HCTX_TYPE_POLL : HCTX_TYPE_DEFAULT;

	/* Now and then the task runs on another CPU. */
	return mq_hctx_of(q, type, rng_chance(128) ? rng_below(NR_CPUS) : nr);
}

/* Up to that many requests; none when all slots or tags are busy. */
static struct request *random_plug(struct request_queue *q, u32 nr, u32 max)
{
	struct blk_mq_hw_ctx *hctx = random_hctx(q, nr);
	struct request *list = NULL;

	while (max--) {
		struct slot *slot = own_slot(nr);
		struct request *rq;

		if (!slot)
			break;
		if (rng_chance(32))
			hctx = random_hctx(q, nr);
		rq = mq_get_request(q, hctx);
		if (!rq) {
			slot_release(slot);
			break;
		}
		build(slot, rq);
		if (hctx->type == HCTX_TYPE_POLL)
			rq->cmd_flags |= REQ_POLLED;
		rq_list_add(&list, rq);
		count(&machine.stats.issued, 1);
	}
	return list;
}

/* As a frozen task: what it did before is seen by who thaws it. */
static void park(void)
{
	__atomic_fetch_add(&load.parked, 1, __ATOMIC_RELEASE);
	while (smp_load_acquire(&machine.paused) && !READ_ONCE(machine.stop))
		unseen_sleep_us(100);
	__atomic_fetch_sub(&load.parked, 1, __ATOMIC_RELAXED);
}

void load_pause(void)
{
	WRITE_ONCE(machine.paused, 1);
	unseen_signal(&machine.progress);
	while (smp_load_acquire(&load.parked) < smp_load_acquire(&load.running))
		unseen_sleep_us(100);
}

void load_continue(void)
{
	smp_store_release(&machine.paused, 0);
}

/* Each submitter polls all queues, so that some do so together. */
bool load_poll(struct request_queue *q)
{
	bool found = false;

	for (u32 i = 0; machine.cfg.poll && i < q->nr_hw_queues; i++)
		found |= mq_poll(q->hctxs[i]);
	return found;
}

static void *submitter(void *arg)
{
	u32 nr = (u32)(unsigned long)arg;
	struct request_queue *q = machine.disk->queue;
	u64 quota = machine.cfg.ios;

	thread_seed(10 + nr);
	while (!READ_ONCE(machine.stop) && counted(&load.issued) < quota) {
		u32 seq = unseen_seq(&machine.progress);
		u32 max = 1 + (rng_chance(512) ? rng_below(machine.cfg.plug) : 0);
		struct request *list;

		if (READ_ONCE(machine.paused)) {
			park();
			continue;
		}
		list = random_plug(q, nr, max);
		if (!list && load_poll(q))
			continue;
		if (!list) {
			unseen_wait(&machine.progress, seq, machine.cfg.poll ? 100 : 10000);
			continue;
		}
		for (const struct request *rq = list; rq; rq = rq->rq_next)
			count(&load.issued, 1);
		mq_issue(list);
		load_poll(q);
	}
	/* Nobody else polls for what is left. */
	while (machine.cfg.poll && !READ_ONCE(machine.stop) && slots_in_flight(false))
		load_poll(q);
	__atomic_fetch_sub(&load.running, 1, __ATOMIC_RELEASE);
	unseen_signal(&machine.progress);
	return NULL;
}

void load_start(void)
{
	load.issued = 0;
	load.parked = 0;
	load.running = machine.cfg.submitters;
	for (unsigned long i = 0; i < machine.cfg.submitters; i++)
		thread_start(&load.threads[i], submitter, (void *)i);
}

bool load_finished(void)
{
	return !READ_ONCE(load.running);
}

void load_stop(void)
{
	WRITE_ONCE(machine.stop, 1);
	unseen_signal(&machine.progress);
	for (u32 i = 0; i < machine.cfg.submitters; i++)
		pthread_join(load.threads[i], NULL);
}

void load_write_back(struct request_queue *q)
{
	for (u32 i = 0; i < 64; i++) {
		struct request *list = random_plug(q, i % machine.cfg.submitters, machine.cfg.plug);

		if (list)
			mq_issue(list);
		load_poll(q);
	}
}

void jobs_abandon(void)
{
	for (u32 i = 0; i < machine.cfg.submitters * machine.cfg.depth; i++) {
		struct job *job = slot_abandoned(i);

		if (job)
			free_job(job);
	}
}

void bio_io_error(struct bio *bio)
{
	bio->bi_end_io(bio, BLK_STS_IOERR);
}

void submit_bio(struct bio *bio)
{
	struct job *job = bio->bi_private;
	struct request_queue *q = machine.disk->queue;
	struct request *rq;

	while (!(rq = mq_get_request(q, random_hctx(q, 0))))
		unseen_sleep_us(100);
	rq->cmd_flags = bio->bi_opf;
	rq->bio = rq->biotail = bio;
	rq->nr_phys_segments = bio->bi_vcnt;
	rq->__sector = bio->bi_sector;
	rq->__data_len = job->sectors * SECTOR;
	mq_issue(rq);
}

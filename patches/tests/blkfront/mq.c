// SPDX-License-Identifier: GPL-2.0-only
/*
 * blk-mq of Linux 6.1 as a driver without a scheduler sees it: tags, direct issue, plugs, stopped
 * and quiesced queues, completion here or elsewhere. What orders memory there does so here: a tag
 * that is freed (release) and allocated (acquire), the lock of a dispatch list, the list of remote
 * completions, SRCU.
 */
#include "machine.h"

static struct {
	pthread_t kblockd, softirq;
	struct unseen_event to_kblockd, to_softirq;
	struct request *done;
	struct request_queue *q;
	u32 stop;
	bool running;
} mq;

/* --- tags */

static struct blk_mq_tags *alloc_tags(struct blk_mq_tag_set *set)
{
	struct blk_mq_tags *tags = calloc(1, sizeof(*tags));

	tags->nr_tags = set->queue_depth;
	tags->rqs = calloc(tags->nr_tags, sizeof(*tags->rqs));
	tags->static_rqs = calloc(tags->nr_tags, sizeof(*tags->static_rqs));
	tags->busy = calloc(tags->nr_tags, 1);
	for (u32 i = 0; i < tags->nr_tags; i++)
		tags->static_rqs[i] = calloc(1, sizeof(struct request) + set->cmd_size);
	return tags;
}

void blk_mq_map_queues(struct blk_mq_queue_map *map)
{
	for (u32 cpu = 0; cpu < NR_CPUS; cpu++)
		map->mq_map[cpu] = map->queue_offset + cpu % map->nr_queues;
}

static void update_map(struct blk_mq_tag_set *set)
{
	if (set->nr_maps == 1)
		set->map[HCTX_TYPE_DEFAULT].nr_queues = set->nr_hw_queues;
	if (set->ops->map_queues)
		set->ops->map_queues(set);
	else
		blk_mq_map_queues(&set->map[HCTX_TYPE_DEFAULT]);
}

int blk_mq_alloc_tag_set(struct blk_mq_tag_set *set)
{
	if (!set->queue_depth || set->nr_hw_queues > MAX_HCTX)
		return -EINVAL;
	if (!set->nr_maps)
		set->nr_maps = 1;
	for (u32 i = 0; i < set->nr_maps; i++)
		set->map[i].mq_map = calloc(NR_CPUS, sizeof(*set->map[i].mq_map));
	update_map(set);
	set->tags = calloc(MAX_HCTX, sizeof(*set->tags));
	for (u32 i = 0; i < MAX_HCTX; i++) {
		set->tags[i] = alloc_tags(set);
		for (u32 j = 0; set->ops->init_request && j < set->queue_depth; j++)
			set->ops->init_request(set, set->tags[i]->static_rqs[j], i, 0);
	}
	return 0;
}

void blk_mq_free_tag_set(struct blk_mq_tag_set *set)
{
	for (u32 i = 0; i < MAX_HCTX; i++) {
		for (u32 j = 0; j < set->queue_depth; j++) {
			if (set->ops->exit_request)
				set->ops->exit_request(set, set->tags[i]->static_rqs[j], i);
			free(set->tags[i]->static_rqs[j]);
		}
		free(set->tags[i]->rqs);
		free(set->tags[i]->static_rqs);
		free(set->tags[i]->busy);
		free(set->tags[i]);
	}
	for (u32 i = 0; i < set->nr_maps; i++)
		free(set->map[i].mq_map);
	free(set->tags);
	set->tags = NULL;
}

struct request *blk_mq_tag_to_rq(struct blk_mq_tags *tags, unsigned int tag)
{
	return tag < tags->nr_tags ? READ_ONCE(tags->rqs[tag]) : NULL;
}

struct request *mq_get_request(struct request_queue *q, struct blk_mq_hw_ctx *hctx)
{
	struct blk_mq_tags *tags = hctx->tags;
	u32 first = rng_below(tags->nr_tags);

	for (u32 i = 0; i < tags->nr_tags; i++) {
		u32 tag = (first + i) % tags->nr_tags;
		struct request *rq;

		if (READ_ONCE(tags->busy[tag]) ||
		    __atomic_exchange_n(&tags->busy[tag], 1, __ATOMIC_ACQUIRE))
			continue;
		rq = tags->static_rqs[tag];
		WRITE_ONCE(rq->state, MQ_RQ_IDLE);
		rq->q = q;
		rq->mq_hctx = hctx;
		rq->cmd_flags = 0;
		rq->rq_flags = machine.cfg.elevator ? RQF_ELV : 0;
		rq->tag = (int)tag;
		rq->internal_tag = -1;
		rq->nr_phys_segments = 0;
		rq->__data_len = 0;
		rq->bio = rq->biotail = NULL;
		rq->rq_next = NULL;
		rq->end_io = NULL;
		rq->end_io_data = NULL;
		return rq;
	}
	return NULL;
}

static void put_request(struct request *rq)
{
	smp_store_release(&rq->mq_hctx->tags->busy[rq->tag], 0);
	unseen_signal(&machine.progress);
}

/* --- completion */

void blk_mq_start_request(struct request *rq)
{
	if (blk_mq_rq_state(rq) != MQ_RQ_IDLE)
		check_fail("a request is started twice");
	WRITE_ONCE(rq->state, MQ_RQ_IN_FLIGHT);
}

bool blk_update_request(struct request *rq, blk_status_t error, unsigned int nr_bytes)
{
	(void)nr_bytes;
	while (rq->bio) {
		struct bio *bio = rq->bio;

		rq->bio = bio->bi_next;
		bio->bi_end_io(bio, error);
	}
	return false;
}

void blk_mq_end_request(struct request *rq, blk_status_t error)
{
	enum mq_rq_state was = __atomic_exchange_n(&rq->state, MQ_RQ_IDLE, __ATOMIC_RELAXED);

	if (was == MQ_RQ_IDLE) {
		check_fail("a request ends that is not in flight");
		return;
	}
	if (READ_ONCE(rq->mq_hctx->tags->rqs[rq->tag]) != rq)
		check_fail("a request ends that is not in tags->rqs");
	if (this_cpu.spinning)
		count(&machine.stats.under_lock, 1);
	blk_update_request(rq, error, blk_rq_bytes(rq));
	if (rq->end_io)
		rq->end_io(rq, error);
	put_request(rq);
}

void blk_mq_end_request_batch(struct io_comp_batch *iob)
{
	struct request *rq;

	while ((rq = rq_list_pop(&iob->req_list)))
		blk_mq_end_request(rq, BLK_STS_OK);
}

bool blk_mq_add_to_batch(struct request *rq, struct io_comp_batch *iob, int ioerror,
			 void (*complete)(struct io_comp_batch *))
{
	if (!iob || (rq->rq_flags & RQF_ELV) || ioerror || rq->end_io)
		return false;
	if (!iob->complete)
		iob->complete = complete;
	else if (iob->complete != complete)
		return false;
	rq_list_add(&iob->req_list, rq);
	count(&machine.stats.batched, 1);
	return true;
}

bool blk_mq_complete_request_remote(struct request *rq)
{
	struct request *head;

	if (__atomic_exchange_n(&rq->state, MQ_RQ_COMPLETE, __ATOMIC_RELAXED) != MQ_RQ_IN_FLIGHT) {
		check_fail("a request is completed that is not in flight");
		return true;
	}
	if (rq->mq_hctx->nr_ctx == 1 || (rq->cmd_flags & REQ_POLLED))
		return false;
	/* Some were submitted by another CPU than that of the interrupt. */
	if (rq->q->nr_hw_queues > 1 && rng_chance(768))
		return false;
	head = READ_ONCE(mq.done);
	do
		rq->ipi_next = head;
	while (!__atomic_compare_exchange_n(&mq.done, &head, rq, false, __ATOMIC_RELEASE,
					    __ATOMIC_RELAXED));
	count(&machine.stats.remote, 1);
	unseen_signal(&mq.to_softirq);
	return true;
}

void blk_mq_complete_request(struct request *rq)
{
	if (!blk_mq_complete_request_remote(rq))
		rq->q->mq_ops->complete(rq);
}

static void *softirq_thread(void *arg)
{
	(void)arg;
	thread_seed(3);
	for (;;) {
		u32 seq = unseen_seq(&mq.to_softirq);
		struct request *rq = __atomic_exchange_n(&mq.done, NULL, __ATOMIC_ACQUIRE);

		if (!rq && READ_ONCE(mq.stop))
			return NULL;
		if (!rq)
			unseen_wait(&mq.to_softirq, seq, 100000);
		while (rq) {
			struct request *next = rq->ipi_next;

			rq->q->mq_ops->complete(rq);
			rq = next;
		}
	}
}

/* --- dispatch */

/* The driver refused it for good, perhaps before it even started it. */
static void fail_request(struct request *rq, blk_status_t error)
{
	WRITE_ONCE(rq->state, MQ_RQ_IN_FLIGHT);
	blk_mq_end_request(rq, error);
}

static struct channel *enter_driver(struct blk_mq_hw_ctx *hctx)
{
	struct channel *was = this_cpu.channel;

	this_cpu.channel = hctx ? machine.ring_channel[hctx->queue_num] : NULL;
	return was;
}

static void leave_driver(struct channel *was)
{
	this_cpu.channel = was;
	if (this_cpu.spinning || this_cpu.irqs_off)
		check_fail("the driver returns with a lock held");
}

static blk_status_t queue_rq(struct blk_mq_hw_ctx *hctx, struct request *rq, bool last)
{
	const struct blk_mq_queue_data bd = { rq, last };
	struct channel *was = enter_driver(hctx);
	blk_status_t ret;

	WRITE_ONCE(hctx->tags->rqs[rq->tag], rq);
	ret = hctx->queue->mq_ops->queue_rq(hctx, &bd);
	leave_driver(was);
	if (ret == BLK_STS_RESOURCE || ret == BLK_STS_DEV_RESOURCE) {
		count(&machine.stats.busy, 1);
		if (__atomic_exchange_n(&rq->state, MQ_RQ_IDLE, __ATOMIC_RELAXED) == MQ_RQ_COMPLETE)
			check_fail("a request is both completed and refused");
	}
	return ret;
}

static void commit_rqs(struct blk_mq_hw_ctx *hctx)
{
	struct channel *was;

	if (!hctx->queue->mq_ops->commit_rqs)
		return;
	was = enter_driver(hctx);
	hctx->queue->mq_ops->commit_rqs(hctx);
	leave_driver(was);
}

static void insert(struct request *rq)
{
	struct blk_mq_hw_ctx *hctx = rq->mq_hctx;

	spin_lock(&hctx->lock);
	list_add_tail(&rq->queuelist, &hctx->dispatch);
	spin_unlock(&hctx->lock);
	smp_mb();
	blk_mq_run_hw_queue(hctx, true);
}

static void dispatch_list(struct blk_mq_hw_ctx *hctx, struct list_head *list)
{
	blk_status_t ret = BLK_STS_OK;
	u32 queued = 0, errors = 0;

	while (!list_empty(list)) {
		struct request *rq = list_first_entry(list, struct request, queuelist);

		list_del_init(&rq->queuelist);
		ret = queue_rq(hctx, rq, list_empty(list));
		if (ret == BLK_STS_RESOURCE || ret == BLK_STS_DEV_RESOURCE) {
			list_add(&rq->queuelist, list);
			break;
		}
		if (ret == BLK_STS_OK) {
			queued++;
		} else {
			errors++;
			fail_request(rq, ret);
		}
	}
	if ((!list_empty(list) || errors) && queued)
		commit_rqs(hctx);
	if (list_empty(list))
		return;
	spin_lock(&hctx->lock);
	list_splice_tail_init(list, &hctx->dispatch);
	spin_unlock(&hctx->lock);
	smp_mb();
	blk_mq_run_hw_queue(hctx, true);
}

static void run_hctx(struct blk_mq_hw_ctx *hctx)
{
	LIST_HEAD(list);

	pthread_rwlock_rdlock(&hctx->queue->dispatching);
	if (!blk_mq_hctx_stopped(hctx) && !blk_queue_quiesced(hctx->queue)) {
		spin_lock(&hctx->lock);
		list_splice_init(&hctx->dispatch, &list);
		spin_unlock(&hctx->lock);
		if (!list_empty(&list))
			dispatch_list(hctx, &list);
	}
	pthread_rwlock_unlock(&hctx->queue->dispatching);
}

static void *kblockd_thread(void *arg)
{
	(void)arg;
	thread_seed(2);
	for (;;) {
		u32 seq = unseen_seq(&mq.to_kblockd);
		bool ran = false;

		for (u32 i = 0; i < mq.q->nr_hw_queues; i++) {
			if (!test_and_clear_bit(0, &mq.q->hctxs[i]->run))
				continue;
			run_hctx(mq.q->hctxs[i]);
			ran = true;
		}
		if (!ran && READ_ONCE(mq.stop))
			return NULL;
		if (!ran)
			unseen_wait(&mq.to_kblockd, seq, 100000);
	}
}

void blk_mq_run_hw_queue(struct blk_mq_hw_ctx *hctx, bool async)
{
	if (blk_queue_quiesced(hctx->queue) || test_bit(BLK_MQ_S_STOPPED, &hctx->state))
		return;
	if (!async && !this_cpu.in_irq) {
		run_hctx(hctx);
		return;
	}
	__atomic_fetch_or(&hctx->run, 1, __ATOMIC_SEQ_CST);
	unseen_signal(&mq.to_kblockd);
}

void blk_mq_run_hw_queues(struct request_queue *q, bool async)
{
	for (u32 i = 0; i < q->nr_hw_queues; i++)
		blk_mq_run_hw_queue(q->hctxs[i], async);
}

/* Says "more will come" for all but the last; takes that back when a request is refused. */
static void issue_directly(struct request *list)
{
	struct blk_mq_hw_ctx *hctx = NULL;
	struct request *rq;
	u32 queued = 0, errors = 0;

	while ((rq = rq_list_pop(&list))) {
		blk_status_t ret = BLK_STS_OK;

		if (hctx && hctx != rq->mq_hctx && queued) {
			commit_rqs(hctx);
			queued = 0;
		}
		hctx = rq->mq_hctx;
		if (blk_mq_hctx_stopped(hctx) || blk_queue_quiesced(hctx->queue))
			insert(rq);
		else
			ret = queue_rq(hctx, rq, rq_list_empty(list));
		if (ret == BLK_STS_OK) {
			queued++;
			continue;
		}
		errors++;
		if (ret == BLK_STS_RESOURCE || ret == BLK_STS_DEV_RESOURCE) {
			insert(rq);
			break;
		}
		fail_request(rq, ret);
	}
	if (errors && queued)
		commit_rqs(hctx);
	while ((rq = rq_list_pop(&list)))
		insert(rq);
}

/* What a plug holds, all at once. */
void mq_issue(struct request *list)
{
	struct request_queue *q = list->q;
	struct channel *was;
	struct request *rq;

	pthread_rwlock_rdlock(&q->dispatching);
	if (machine.cfg.elevator) {
		while ((rq = rq_list_pop(&list)))
			insert(rq);
	} else {
		/* This path looks at quiesced queues only, not at stopped ones. */
		if (q->mq_ops->queue_rqs && rq_list_next(list) && !blk_queue_quiesced(q)) {
			was = enter_driver(NULL);
			q->mq_ops->queue_rqs(&list);
			leave_driver(was);
		}
		issue_directly(list);
	}
	pthread_rwlock_unlock(&q->dispatching);
}

void blk_mq_stop_hw_queue(struct blk_mq_hw_ctx *hctx)
{
	set_bit(BLK_MQ_S_STOPPED, &hctx->state);
}

void blk_mq_stop_hw_queues(struct request_queue *q)
{
	for (u32 i = 0; i < q->nr_hw_queues; i++)
		blk_mq_stop_hw_queue(q->hctxs[i]);
}

void blk_mq_start_stopped_hw_queue(struct blk_mq_hw_ctx *hctx, bool async)
{
	if (!blk_mq_hctx_stopped(hctx))
		return;
	clear_bit(BLK_MQ_S_STOPPED, &hctx->state);
	smp_mb__after_atomic();
	blk_mq_run_hw_queue(hctx, async);
}

void blk_mq_start_stopped_hw_queues(struct request_queue *q, bool async)
{
	for (u32 i = 0; i < q->nr_hw_queues; i++)
		blk_mq_start_stopped_hw_queue(q->hctxs[i], async);
}

/* Who reads under RCU, interrupts among them; blk_mq_quiesce_queue() waits for a grace period. */
static pthread_rwlock_t rcu = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;

void rcu_read_lock(void)
{
	pthread_rwlock_rdlock(&rcu);
}

void rcu_read_unlock(void)
{
	pthread_rwlock_unlock(&rcu);
}

static void synchronize_rcu(void)
{
	pthread_rwlock_wrlock(&rcu);
	pthread_rwlock_unlock(&rcu);
}

void blk_mq_quiesce_queue_nowait(struct request_queue *q)
{
	__atomic_fetch_add(&q->quiesced, 1, __ATOMIC_RELAXED);
}

void blk_mq_quiesce_queue(struct request_queue *q)
{
	might_sleep();
	blk_mq_quiesce_queue_nowait(q);
	pthread_rwlock_wrlock(&q->dispatching);
	pthread_rwlock_unlock(&q->dispatching);
	synchronize_rcu();
}

void blk_mq_unquiesce_queue(struct request_queue *q)
{
	if (__atomic_sub_fetch(&q->quiesced, 1, __ATOMIC_RELEASE))
		return;
	smp_mb__after_atomic();
	blk_mq_run_hw_queues(q, true);
}

void blk_mq_requeue_request(struct request *rq, bool kick)
{
	WRITE_ONCE(rq->state, MQ_RQ_IDLE);
	spin_lock_irq(&rq->q->requeue_lock);
	list_add_tail(&rq->queuelist, &rq->q->requeue_list);
	spin_unlock_irq(&rq->q->requeue_lock);
	if (kick)
		blk_mq_kick_requeue_list(rq->q);
}

void blk_mq_kick_requeue_list(struct request_queue *q)
{
	LIST_HEAD(list);

	spin_lock_irq(&q->requeue_lock);
	list_splice_init(&q->requeue_list, &list);
	spin_unlock_irq(&q->requeue_lock);
	while (!list_empty(&list)) {
		struct request *rq = list_first_entry(&list, struct request, queuelist);

		list_del_init(&rq->queuelist);
		insert(rq);
	}
}

/* --- queues and disks */

static void map_hctx(struct request_queue *q, struct blk_mq_hw_ctx *hctx)
{
	struct blk_mq_tag_set *set = q->tag_set;

	hctx->tags = set->tags[hctx->queue_num];
	hctx->nr_ctx = 0;
	hctx->cpumask[0].bits[0] = 0;
	for (u32 type = 0; type < set->nr_maps; type++) {
		const struct blk_mq_queue_map *map = &set->map[type];

		if (!map->nr_queues)
			continue;
		for (u32 cpu = 0; cpu < max(machine.cfg.submitters, set->nr_hw_queues); cpu++) {
			if (map->mq_map[cpu] != hctx->queue_num)
				continue;
			hctx->type = type;
			hctx->nr_ctx++;
			hctx->cpumask[0].bits[0] |= BIT(cpu);
		}
	}
}

static void map_queues(struct request_queue *q)
{
	for (u32 i = 0; i < q->nr_hw_queues; i++)
		map_hctx(q, q->hctxs[i]);
}

/* The queue of that CPU; of another type when there is none of this. */
struct blk_mq_hw_ctx *mq_hctx_of(struct request_queue *q, enum hctx_type type, u32 cpu)
{
	const struct blk_mq_tag_set *set = q->tag_set;

	if (type >= set->nr_maps || !set->map[type].nr_queues)
		type = HCTX_TYPE_DEFAULT;
	return q->hctxs[set->map[type].mq_map[cpu]];
}

/* As bio_poll() does: with a batch or without. */
bool mq_poll(struct blk_mq_hw_ctx *hctx)
{
	DEFINE_IO_COMP_BATCH(iob);
	struct channel *was;
	int found;

	if (hctx->type != HCTX_TYPE_POLL || !hctx->queue->mq_ops->poll)
		return false;
	was = enter_driver(hctx);
	found = hctx->queue->mq_ops->poll(hctx, rng_chance(768) ? &iob : NULL);
	leave_driver(was);
	if (iob.req_list)
		iob.complete(&iob);
	return found;
}

struct gendisk *blk_mq_alloc_disk(struct blk_mq_tag_set *set, void *queuedata)
{
	struct gendisk *gd = calloc(1, sizeof(*gd));
	struct request_queue *q = calloc(1, sizeof(*q));
	pthread_rwlockattr_t attr;

	gd->queue = q;
	q->disk = gd;
	q->mq_ops = set->ops;
	q->queuedata = queuedata;
	q->tag_set = set;
	q->nr_hw_queues = set->nr_hw_queues;
	spin_lock_init(&q->requeue_lock);
	INIT_LIST_HEAD(&q->requeue_list);
	pthread_rwlockattr_init(&attr);
	pthread_rwlockattr_setkind_np(&attr, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	pthread_rwlock_init(&q->dispatching, &attr);
	q->hctx_table.entries = q->hctxs;
	for (u32 i = 0; i < MAX_HCTX; i++) {
		struct blk_mq_hw_ctx *hctx = calloc(1, sizeof(*hctx));

		hctx->queue_num = i;
		hctx->queue = q;
		spin_lock_init(&hctx->lock);
		INIT_LIST_HEAD(&hctx->dispatch);
		q->hctxs[i] = hctx;
		if (set->ops->init_hctx)
			set->ops->init_hctx(hctx, set->driver_data, i);
	}
	map_queues(q);
	machine.disk = gd;
	mq.q = q;
	return gd;
}

void put_disk(struct gendisk *gd)
{
	if (mq.running)
		mq_stop();
	for (u32 i = 0; i < MAX_HCTX; i++) {
		if (gd->queue->mq_ops->exit_hctx)
			gd->queue->mq_ops->exit_hctx(gd->queue->hctxs[i], i);
		free(gd->queue->hctxs[i]);
	}
	free(gd->queue);
	free(gd);
	machine.disk = NULL;
}

int device_add_disk(struct device *dev, struct gendisk *gd, const void *groups)
{
	(void)dev;
	(void)gd;
	(void)groups;
	return 0;
}

static bool in_use(const struct blk_mq_tag_set *set)
{
	for (u32 i = 0; i < MAX_HCTX; i++)
		for (u32 tag = 0; tag < set->queue_depth; tag++)
			if (READ_ONCE(set->tags[i]->busy[tag]))
				return true;
	return slots_in_flight(false);
}

#define GOES_AFTER_US 3000u
#define FOR_GOOD_US 3000000u
/* Writes back what is dirty, then waits for all that is under way; meanwhile the backend may go. */
void del_gendisk(struct gendisk *gd)
{
	const u64 since = unseen_now_us();
	const bool must_end = driver_ends_all() || machine.cfg.unbind;
	bool gone = false;

	if (machine.cfg.unbind || machine.cfg.gone || machine.cfg.unfinished)
		load_write_back(gd->queue);
	while (in_use(gd->queue->tag_set)) {
		const u64 waited = unseen_now_us() - since;

		load_poll(gd->queue);
		if (!gone && waited > GOES_AFTER_US) {
			gone = true;
			backend_goes();
		}
		if (!must_end)
			break;
		if (waited > FOR_GOOD_US) {
			check_fail("del_gendisk() waits for good");
			break;
		}
		unseen_sleep_us(100);
	}
	if (!gone)
		backend_goes();
	backends_stop();
	/* That vanilla does not wait for interrupts is a fault that is known; late=1 looks for it.
	 */
	if (!machine.cfg.late)
		channels_idle();
}

/* Freezes the queue, so every request must come to its end before. */
void blk_mq_update_nr_hw_queues(struct blk_mq_tag_set *set, int nr)
{
	if (set->nr_maps == 1)
		nr = min(nr, (int)machine.cfg.cpus);
	if (set->nr_hw_queues == (u32)nr)
		return;
	for (u32 i = 0; i < set->nr_hw_queues; i++)
		for (u32 tag = 0; tag < set->queue_depth; tag++)
			if (READ_ONCE(set->tags[i]->busy[tag]))
				check_fail(
					"the number of queues changes, but request %u of queue %u is in flight: the kernel would wait for good",
					tag, i);
	set->nr_hw_queues = (u32)nr;
	update_map(set);
	mq.q->nr_hw_queues = (u32)nr;
	map_queues(mq.q);
}

void mq_start(void)
{
	WRITE_ONCE(mq.stop, 0);
	mq.running = true;
	thread_start(&mq.kblockd, kblockd_thread, NULL);
	thread_start(&mq.softirq, softirq_thread, NULL);
}

/* Ends when nothing is left to run. */
void mq_stop(void)
{
	WRITE_ONCE(mq.stop, 1);
	unseen_signal(&mq.to_kblockd);
	unseen_signal(&mq.to_softirq);
	pthread_join(mq.kblockd, NULL);
	pthread_join(mq.softirq, NULL);
	mq.running = false;
}

/* --- small things */

void blk_queue_max_discard_sectors(struct request_queue *q, unsigned int sectors)
{
	WRITE_ONCE(q->limits.max_discard_sectors, sectors);
}

void blk_queue_max_secure_erase_sectors(struct request_queue *q, unsigned int sectors)
{
	WRITE_ONCE(q->limits.max_secure_erase_sectors, sectors);
}

void blk_queue_write_cache(struct request_queue *q, bool write_cache, bool fua)
{
	WRITE_ONCE(q->limits.write_cache, write_cache);
	WRITE_ONCE(q->limits.fua, fua);
}

int blkdev_compat_ptr_ioctl(struct block_device *bdev, fmode_t mode, unsigned int cmd,
			    unsigned long arg)
{
	(void)bdev;
	(void)mode;
	(void)cmd;
	(void)arg;
	return -ENOTTY;
}

void sg_init_table(struct scatterlist *sg, unsigned int nents)
{
	memset(sg, 0, nents * sizeof(*sg));
}

int blk_rq_map_sg(struct request_queue *q, struct request *rq, struct scatterlist *sg)
{
	int nr = 0;

	(void)q;
	for (const struct bio *bio = rq->bio; bio; bio = bio->bi_next)
		for (u32 i = 0; i < bio->bi_vcnt; i++)
			sg[nr++] = (struct scatterlist){ bio->bi_io_vec[i].bv_page,
							 bio->bi_io_vec[i].bv_offset,
							 bio->bi_io_vec[i].bv_len };
	return nr;
}

void bio_list_init(struct bio_list *list)
{
	list->head = list->tail = NULL;
}

void bio_list_merge(struct bio_list *to, struct bio_list *from)
{
	if (!from->head)
		return;
	if (to->tail)
		to->tail->bi_next = from->head;
	else
		to->head = from->head;
	to->tail = from->tail;
}

struct bio *bio_list_pop(struct bio_list *list)
{
	struct bio *bio = list->head;

	if (bio) {
		list->head = bio->bi_next;
		if (!list->head)
			list->tail = NULL;
		bio->bi_next = NULL;
	}
	return bio;
}

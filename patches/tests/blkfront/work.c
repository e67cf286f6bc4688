// SPDX-License-Identifier: GPL-2.0-only
/* A workqueue orders what was done before the work was queued before the work: its lock is one that
 * is seen. */
#include "machine.h"

static struct workers {
	pthread_t thread;
	pthread_mutex_t lock;
	struct unseen_event event;
	struct work_struct *head;
	struct work_struct *running;
	bool stop, frozen;
} workers = { .lock = PTHREAD_MUTEX_INITIALIZER };

static bool queue(struct work_struct *work, u64 delay_us)
{
	bool queued;

	pthread_mutex_lock(&workers.lock);
	queued = work->queued;
	if (!queued) {
		work->queued = true;
		work->delayed = delay_us;
		work->due_us = unseen_now_us() + delay_us;
		work->next = workers.head;
		workers.head = work;
	}
	pthread_mutex_unlock(&workers.lock);
	unseen_signal(&workers.event);
	return !queued;
}

bool schedule_work(struct work_struct *work)
{
	return queue(work, 0);
}

bool schedule_delayed_work(struct delayed_work *work, unsigned long delay)
{
	return queue(&work->work, delay * 1000000 / HZ / 1000);
}

/* Takes the first that is due (or that one) from the list. */
static struct work_struct *dequeue(const struct work_struct *which)
{
	u64 now = unseen_now_us();

	for (struct work_struct **p = &workers.head; *p; p = &(*p)->next) {
		struct work_struct *work = *p;

		if (which ? work == which
			  : work->due_us <= now && !(work->delayed && workers.frozen)) {
			*p = work->next;
			work->queued = false;
			return work;
		}
	}
	return NULL;
}

static void *worker(void *arg)
{
	(void)arg;
	thread_seed(1);
	for (;;) {
		u32 seq = unseen_seq(&workers.event);
		struct work_struct *work;
		bool stop;

		pthread_mutex_lock(&workers.lock);
		work = workers.running = dequeue(NULL);
		stop = workers.stop;
		pthread_mutex_unlock(&workers.lock);
		if (stop)
			return NULL;
		if (!work) {
			unseen_wait(&workers.event, seq, 1000);
			continue;
		}
		seen_acquire(&machine.connected);
		work->func(work);
		pthread_mutex_lock(&workers.lock);
		workers.running = NULL;
		pthread_mutex_unlock(&workers.lock);
	}
}

static bool wait_for(struct work_struct *work, bool cancel)
{
	bool was = false, busy;

	might_sleep();
	do {
		pthread_mutex_lock(&workers.lock);
		if (cancel && dequeue(work))
			was = true;
		busy = workers.running == work || (!cancel && work->queued);
		pthread_mutex_unlock(&workers.lock);
		was |= busy;
		if (busy)
			unseen_sleep_us(50);
	} while (busy);
	return was;
}

bool flush_work(struct work_struct *work)
{
	return wait_for(work, false);
}

bool cancel_work_sync(struct work_struct *work)
{
	return wait_for(work, true);
}

bool cancel_delayed_work_sync(struct delayed_work *work)
{
	return wait_for(&work->work, true);
}

/* Until there is no work at all: what repeats itself must have come to an end. */
void workers_idle(void)
{
	bool busy;

	do {
		pthread_mutex_lock(&workers.lock);
		busy = workers.head || workers.running;
		pthread_mutex_unlock(&workers.lock);
		if (busy)
			unseen_sleep_us(200);
	} while (busy);
}

void workers_freeze(bool freeze)
{
	bool busy;

	do {
		pthread_mutex_lock(&workers.lock);
		workers.frozen = freeze;
		busy = freeze && workers.running;
		pthread_mutex_unlock(&workers.lock);
		if (busy)
			unseen_sleep_us(50);
	} while (busy);
}

void workers_start(void)
{
	thread_start(&workers.thread, worker, NULL);
}

void workers_stop(void)
{
	pthread_mutex_lock(&workers.lock);
	workers.stop = true;
	pthread_mutex_unlock(&workers.lock);
	unseen_signal(&workers.event);
	pthread_join(workers.thread, NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
/* Never built with the thread sanitizer: what happens here orders nothing in its eyes. */
#include "unseen.h"

#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

__thread struct rng chance = { 1 };

uint32_t unseen_seq(const struct unseen_event *event)
{
	return __atomic_load_n(&event->seq, __ATOMIC_SEQ_CST);
}

void unseen_signal(struct unseen_event *event)
{
	__atomic_fetch_add(&event->seq, 1, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&event->waiters, __ATOMIC_SEQ_CST))
		syscall(SYS_futex, &event->seq, FUTEX_WAKE_PRIVATE, 1 << 30, NULL, NULL, 0);
}

void unseen_wait(struct unseen_event *event, uint32_t seq, unsigned int timeout_us)
{
	struct timespec timeout = { .tv_sec = timeout_us / 1000000,
				    .tv_nsec = timeout_us % 1000000 * 1000l };

	__atomic_fetch_add(&event->waiters, 1, __ATOMIC_SEQ_CST);
	if (unseen_seq(event) == seq)
		syscall(SYS_futex, &event->seq, FUTEX_WAIT_PRIVATE, seq, &timeout, NULL, 0);
	__atomic_fetch_sub(&event->waiters, 1, __ATOMIC_SEQ_CST);
}

void unseen_sleep_us(unsigned int us)
{
	struct timespec time = { .tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000l };

	if (us)
		syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &time, NULL);
	else
		syscall(SYS_sched_yield);
}

uint64_t unseen_now_us(void)
{
	struct timespec now;

	syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

void unseen_lock(struct unseen_lock *lock)
{
	while (__atomic_exchange_n(&lock->held, 1, __ATOMIC_ACQUIRE))
		syscall(SYS_sched_yield);
}

void unseen_unlock(struct unseen_lock *lock)
{
	__atomic_store_n(&lock->held, 0, __ATOMIC_RELEASE);
}

void rng_seed(uint64_t seed, uint64_t stream)
{
	chance.state = (seed * 0x9e3779b97f4a7c15 + stream + 1) * 0xbf58476d1ce4e5b9;
	if (!chance.state)
		chance.state = 1;
	for (int i = 0; i < 8; i++)
		rng_next();
}

/* xorshift64* */
uint32_t rng_next(void)
{
	uint64_t x = chance.state;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	chance.state = x;
	return (uint32_t)((x * 0x2545f4914f6cdd1d) >> 32);
}

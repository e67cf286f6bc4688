/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Waiting, waking and chance without an edge of happens-before. An event channel orders nothing
 * that a driver may rely on, nor do the checks.
 */
#ifndef UNSEEN_H
#define UNSEEN_H

#include <stdbool.h>
#include <stdint.h>

struct unseen_event {
	uint32_t seq, waiters;
};
uint32_t unseen_seq(const struct unseen_event *event);
void unseen_signal(struct unseen_event *event);
/* Until somebody signalled since SEQ was read, or for TIMEOUT_US. */
void unseen_wait(struct unseen_event *event, uint32_t seq, unsigned int timeout_us);
void unseen_sleep_us(unsigned int us);
uint64_t unseen_now_us(void);

struct unseen_lock {
	uint32_t held;
};
void unseen_lock(struct unseen_lock *lock);
void unseen_unlock(struct unseen_lock *lock);

/* Counters that anybody may count. */
static inline void count(uint64_t *counter, uint64_t n)
{
	__atomic_fetch_add(counter, n, __ATOMIC_RELAXED);
}

static inline uint64_t counted(const uint64_t *counter)
{
	return __atomic_load_n(counter, __ATOMIC_RELAXED);
}

struct rng {
	uint64_t state;
};
/* Of this thread. */
extern __thread struct rng chance;
void rng_seed(uint64_t seed, uint64_t stream);
uint32_t rng_next(void);

static inline uint32_t rng_below(uint32_t n)
{
	return (uint32_t)(((uint64_t)rng_next() * n) >> 32);
}

static inline bool rng_chance(uint32_t per_1024)
{
	return rng_below(1024) < per_1024;
}

#endif

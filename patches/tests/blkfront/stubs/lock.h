/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Locks are those of pthreads, which a sanitizer knows. An interrupt is a thread of its own, so a
 * lock that forgets to turn interrupts off would not be noticed: each lock remembers where it was
 * taken.
 */
#ifndef STUB_LOCK_H
#define STUB_LOCK_H

#include <pthread.h>

#include "base.h"

typedef struct spinlock {
	pthread_mutex_t mutex;
	u8 in_irq, irqs_on;
} spinlock_t;

#define __SPIN_LOCK_UNLOCKED(name)                 \
	{                                          \
		.mutex = PTHREAD_MUTEX_INITIALIZER \
	}
#define DEFINE_SPINLOCK(name) spinlock_t name = __SPIN_LOCK_UNLOCKED(name)

struct mutex {
	pthread_mutex_t mutex;
};
#define DEFINE_MUTEX(name) struct mutex name = { .mutex = PTHREAD_MUTEX_INITIALIZER }

/* What this thread, as a CPU, is doing. */
struct cpu {
	bool in_irq;
	bool polling;
	unsigned int irqs_off;
	unsigned int spinning;
	struct channel *channel;
	bool backend;
};
extern __thread struct cpu this_cpu;

void spin_lock_init(spinlock_t *lock);
void spin_lock(spinlock_t *lock);
bool spin_trylock(spinlock_t *lock);
void spin_unlock(spinlock_t *lock);
void local_irq_disable(void);
void local_irq_enable(void);
#define local_irq_save(flags) ((void)((flags) = 1), local_irq_disable())
#define local_irq_restore(flags) ((void)(flags), local_irq_enable())
#define spin_lock_irq(lock) (local_irq_disable(), spin_lock(lock))
#define spin_unlock_irq(lock) (spin_unlock(lock), local_irq_enable())
#define spin_lock_irqsave(lock, flags) ((void)((flags) = 1), spin_lock_irq(lock))
#define spin_unlock_irqrestore(lock, flags) ((void)(flags), spin_unlock_irq(lock))
#define lockdep_assert_held(lock) ((void)(lock))

void mutex_init(struct mutex *lock);
void mutex_lock(struct mutex *lock);
void mutex_unlock(struct mutex *lock);
void might_sleep(void);

#endif

// SPDX-License-Identifier: GPL-2.0-only
#include "machine.h"

void spin_lock_init(spinlock_t *lock)
{
	*lock = (spinlock_t)__SPIN_LOCK_UNLOCKED(lock);
}

/* A lock that an interrupt takes must not be held by what that interrupt can interrupt. */
static void remember(spinlock_t *lock)
{
	u8 *where = this_cpu.in_irq ? &lock->in_irq : &lock->irqs_on;

	if ((this_cpu.in_irq || !this_cpu.irqs_off) && !READ_ONCE(*where)) {
		WRITE_ONCE(*where, 1);
		if (READ_ONCE(lock->in_irq) && READ_ONCE(lock->irqs_on))
			check_fail("a lock that an interrupt takes is held with interrupts on");
	}
	this_cpu.spinning++;
	count(this_cpu.in_irq ? &machine.stats.irq_locks : &machine.stats.spin_locks, 1);
}

void spin_lock(spinlock_t *lock)
{
	pthread_mutex_lock(&lock->mutex);
	remember(lock);
}

bool spin_trylock(spinlock_t *lock)
{
	if (pthread_mutex_trylock(&lock->mutex))
		return false;
	remember(lock);
	return true;
}

void spin_unlock(spinlock_t *lock)
{
	this_cpu.spinning--;
	pthread_mutex_unlock(&lock->mutex);
}

void local_irq_disable(void)
{
	this_cpu.irqs_off++;
}

void local_irq_enable(void)
{
	this_cpu.irqs_off--;
}

void might_sleep(void)
{
	if (this_cpu.spinning || this_cpu.in_irq)
		check_fail("sleeps where that is not allowed");
}

void mutex_init(struct mutex *lock)
{
	pthread_mutex_init(&lock->mutex, NULL);
}

void mutex_lock(struct mutex *lock)
{
	might_sleep();
	pthread_mutex_lock(&lock->mutex);
}

void mutex_unlock(struct mutex *lock)
{
	pthread_mutex_unlock(&lock->mutex);
}

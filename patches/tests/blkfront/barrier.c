// SPDX-License-Identifier: GPL-2.0-only
/*
 * Barriers of the shared ring. On the machine a write barrier orders the entries before the
 * producer index that is stored next, and a read barrier the index just loaded before the entries;
 * on x86 both are barriers of the compiler. The thread sanitizer knows no fences, so it is told the
 * edge that the pair makes: the write barrier releases, the read barrier acquires the ring's edge
 * of that direction. Nobody else tells it anything of the ring: without one of the barriers, or
 * with an entry written after it, it sees a race. An edge belongs to a ring and a direction, not to
 * a value of the index: what was released between the load of an index and its barrier counts, too.
 */
#include "machine.h"

__thread struct cpu this_cpu;

static void release_to(struct channel *channel)
{
	seen_release(this_cpu.backend ? &channel->responses : &channel->requests);
}

void ring_wmb(void)
{
	barrier();
	if (this_cpu.channel) {
		release_to(this_cpu.channel);
		return;
	}
	for (unsigned int i = 0; i < MAX_HCTX; i++)
		if (machine.ring_channel[i])
			release_to(machine.ring_channel[i]);
}

void ring_rmb(void)
{
	barrier();
	/*
	 * A hostile one promises nothing: what it answers may have nothing to do with what it saw.
	 */
	if (this_cpu.backend && machine.cfg.hostile)
		return;
	if (this_cpu.channel)
		seen_acquire(this_cpu.backend ? &this_cpu.channel->requests
					      : &this_cpu.channel->responses);
}

/* Orders stores before loads, on the machine only: no edge follows from it. */
void full_barrier(void)
{
	__asm__ __volatile__("lock; addl $0,-4(%%rsp)" : : : "memory", "cc");
}

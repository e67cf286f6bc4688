// SPDX-License-Identifier: GPL-2.0-only
/* Event channels: one thread takes the interrupts of a ring, one at a time, until the driver says
 * EOI. */
#include "machine.h"

#define FIRST_IRQ 16u

int xenbus_alloc_evtchn(struct xenbus_device *dev, evtchn_port_t *port)
{
	(void)dev;
	if (machine.nr_channels == MAX_CHANNELS)
		return -ENOSPC;
	*port = machine.nr_channels;
	WRITE_ONCE(machine.nr_channels, *port + 1);
	return 0;
}

struct channel *channel_of_port(unsigned int port)
{
	return port < READ_ONCE(machine.nr_channels) ? &machine.channels[port] : NULL;
}

static struct channel *channel_of_irq(unsigned int irq)
{
	return irq < FIRST_IRQ ? NULL : channel_of_port(irq - FIRST_IRQ);
}

static void interrupt(struct channel *channel)
{
	count(&machine.stats.interrupts, 1);
	pthread_mutex_lock(&channel->running);
	seen_acquire(&machine.connected);
	this_cpu.in_irq = true;
	this_cpu.irqs_off++;
	rcu_read_lock();
	channel->handler((int)channel->irq, channel->dev_id);
	rcu_read_unlock();
	if (this_cpu.irqs_off != 1 || this_cpu.spinning)
		check_fail("an interrupt ends with a lock held");
	this_cpu.irqs_off = 0;
	this_cpu.in_irq = false;
	pthread_mutex_unlock(&channel->running);
	if (READ_ONCE(channel->masked) && !READ_ONCE(machine.dead))
		check_fail("an interrupt ends without EOI");
}

static bool deliverable(struct channel *channel)
{
	return READ_ONCE(channel->pending) && !READ_ONCE(channel->masked) &&
	       !READ_ONCE(channel->disabled);
}

static void *irq_thread(void *arg)
{
	struct channel *channel = arg;

	thread_seed(100 + channel->irq);
	this_cpu.channel = channel;
	for (;;) {
		u32 seq = unseen_seq(&channel->to_front);

		if (READ_ONCE(channel->stop))
			return NULL;
		if (deliverable(channel)) {
			WRITE_ONCE(channel->masked, 1);
			WRITE_ONCE(channel->pending, 0);
			interrupt(channel);
		} else {
			unseen_wait(&channel->to_front, seq, 100000);
		}
	}
}

int bind_evtchn_to_irqhandler_lateeoi(evtchn_port_t port, irq_handler_t handler,
				      unsigned long flags, const char *name, void *dev_id)
{
	struct channel *channel = channel_of_port(port);

	(void)flags;
	(void)name;
	channel->irq = FIRST_IRQ + port;
	channel->handler = handler;
	channel->dev_id = dev_id;
	pthread_mutex_init(&channel->running, NULL);
	channel->bound = true;
	thread_start(&channel->thread, irq_thread, channel);
	return (int)channel->irq;
}

void unbind_from_irqhandler(unsigned int irq, void *dev_id)
{
	struct channel *channel = channel_of_irq(irq);

	might_sleep();
	if (!channel || !channel->bound || channel->dev_id != dev_id) {
		check_fail("interrupt %u is not bound", irq);
		return;
	}
	WRITE_ONCE(channel->stop, 1);
	unseen_signal(&channel->to_front);
	pthread_join(channel->thread, NULL);
	channel->bound = false;
}

void xen_irq_lateeoi(unsigned int irq, unsigned int eoi_flags)
{
	struct channel *channel = channel_of_irq(irq);

	if (!channel) {
		check_fail("EOI of interrupt %u", irq);
		return;
	}
	if (eoi_flags & XEN_EOI_FLAG_SPURIOUS)
		count(&machine.stats.spurious, 1);
	if (!__atomic_exchange_n(&channel->masked, 0, __ATOMIC_RELAXED))
		check_fail("EOI of an interrupt that is not there");
	unseen_signal(&channel->to_front);
}

void notify_remote_via_irq(int irq)
{
	struct channel *channel = channel_of_irq((unsigned int)irq);

	/* As in the kernel: an interrupt that is gone notifies nobody. */
	if (!channel)
		return;
	count(&machine.stats.kicks, 1);
	unseen_signal(&channel->to_back);
}

void notify_remote_via_evtchn(evtchn_port_t port)
{
	struct channel *channel = channel_of_port(port);

	/* The hypervisor takes any port: the driver has to know that it is its own. */
	if (!channel || !channel->bound) {
		check_fail("event on port %u, which is not bound", port);
		return;
	}
	count(&machine.stats.kicks, 1);
	unseen_signal(&channel->to_back);
}

void channel_notify(struct channel *channel)
{
	WRITE_ONCE(channel->pending, 1);
	unseen_signal(&channel->to_front);
}

int irq_set_affinity(unsigned int irq, const struct cpumask *mask)
{
	if (!channel_of_irq(irq) || cpumask_empty(mask))
		check_fail("interrupt %u cannot go there", irq);
	return 0;
}

void synchronize_irq(unsigned int irq)
{
	struct channel *channel = channel_of_irq(irq);

	might_sleep();
	if (channel && channel->bound) {
		pthread_mutex_lock(&channel->running);
		pthread_mutex_unlock(&channel->running);
	}
}

void disable_irq_nosync(unsigned int irq)
{
	struct channel *channel = channel_of_irq(irq);

	if (channel)
		__atomic_fetch_add(&channel->disabled, 1, __ATOMIC_SEQ_CST);
}

void disable_irq(unsigned int irq)
{
	disable_irq_nosync(irq);
	synchronize_irq(irq);
}

void enable_irq(unsigned int irq)
{
	struct channel *channel = channel_of_irq(irq);

	if (!channel)
		return;
	__atomic_fetch_sub(&channel->disabled, 1, __ATOMIC_SEQ_CST);
	unseen_signal(&channel->to_front);
}

/* Returns when no interrupt runs or is to come; the backends are no longer there. */
void channels_idle(void)
{
	for (unsigned int i = 0; i < machine.nr_channels; i++) {
		struct channel *channel = &machine.channels[i];

		/* What came while the handler ran is delivered after it. */
		do {
			while (channel->bound && deliverable(channel))
				unseen_sleep_us(100);
			synchronize_irq(channel->irq);
		} while (channel->bound && deliverable(channel));
	}
}

void channels_finish(void)
{
	for (unsigned int i = 0; i < machine.nr_channels; i++)
		if (machine.channels[i].bound)
			check_fail("event channel %u is left", i);
}

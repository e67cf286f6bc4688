/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the plugin uses of QEMU beside the plugin interface: a few functions of QEMU itself, which
 * versions 7.2 and 10.0 export to plugins and which the interface lacks: timers on the guest's
 * clock, and a way to hand a frame to a card.
 */
#ifndef BENCH_CARD_QEMU_H
#define BENCH_CARD_QEMU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "../qemu-plugin.h"

/* QEMU_CLOCK_VIRTUAL and SCALE_NS. */
enum { CLOCK_VIRTUAL = 1, TIMER_SCALE_NS = 1, ALL_TIMERS = ~0 };

/* Larger than a QEMUTimer of any version. */
struct qemu_timer {
	_Alignas(16) unsigned char opaque[256];
};

/* All but the clock want QEMU's big lock, which whoever runs a timer of the guest's clock holds. */
struct qemu_host {
	void (*timer_init_full)(struct qemu_timer *t, void *lists, int clock, int scale,
				int attributes, void (*cb)(void *data), void *data);
	void (*timer_mod_ns)(struct qemu_timer *t, int64_t expires_ns);
	int64_t (*clock_get_ns)(int clock);
	/* To the next timer; -1: there is none. */
	int64_t (*clock_deadline_ns_all)(int clock, int attributes);
	/* Instructions that the machine has executed. */
	int64_t (*icount_get_raw)(void);
	/* Whether all vCPUs halt. */
	bool (*all_cpu_threads_idle)(void);
	/* Waits until no request of a disk is under way. */
	void (*bdrv_drain_all)(void);
	void *(*find_netdev)(const char *id);
	/* Hands a frame to the card that is the peer of this back end. */
	ssize_t (*send_packet)(void *netdev, const uint8_t *frame, int len);
};

/* Address of the vCPU that this thread runs; for callbacks, once qemu_host_find() found all. */
void *qemu_current_cpu(void);

/* Null, or the name of a function that this QEMU lacks. */
const char *qemu_host_find(struct qemu_host *q);

#endif /* BENCH_CARD_QEMU_H */

// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>

#include "qemu.h"

void *qemu_current_cpu(void)
{
	static __thread void **current;

	if (!current)
		current = dlsym(RTLD_DEFAULT, "current_cpu");
	return *current;
}

const char *qemu_host_find(struct qemu_host *q)
{
	static void *current;
	const struct {
		const char *name;
		void *at;
	} functions[] = {
		{ "timer_init_full", &q->timer_init_full },
		{ "timer_mod_ns", &q->timer_mod_ns },
		{ "qemu_clock_get_ns", &q->clock_get_ns },
		{ "qemu_clock_deadline_ns_all", &q->clock_deadline_ns_all },
		{ "icount_get_raw", &q->icount_get_raw },
		{ "all_cpu_threads_idle", &q->all_cpu_threads_idle },
		{ "bdrv_drain_all", &q->bdrv_drain_all },
		{ "qemu_find_netdev", &q->find_netdev },
		{ "qemu_send_packet", &q->send_packet },
		{ "current_cpu", &current }, /* that it is there; each thread has its own */
	};
	void *self = dlopen(NULL, RTLD_NOW);

	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		void *found = self ? dlsym(self, functions[i].name) : NULL;

		if (!found)
			return functions[i].name;
		memcpy(functions[i].at, &found, sizeof(found));
	}
	return NULL;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Coverage: which instructions of a kernel ran, by phase, as scripts/coverage (from outside) and
 * stap/collect-coverage (in the guest) write it.
 *
 *	# tailor coverage 1
 *	# kernel: 6.1.0-56-cloud-amd64
 *	# source: qemu-in_asm			(or ftrace)
 *	# text 0xffffffff81000000		(where _text was, when not where vmlinux says)
 *	# module virtio_ring 0xffffffffc0000000 28672	(base, bytes)
 *	# section virtio_ring .text 0xffffffffc0000000	(without: .text is at the base)
 *	# phase boot
 *	ffffffff81000110			(an instruction, or the entry of a function)
 *	ffffffff81000150+12			(12 bytes in a row)
 *	# phase workload
 *	...
 *	# phase late				(the last tenth of the workload; may be missing)
 *	...
 *	# end 280123 lost 0			(lines with addresses; what could not be recorded)
 */
#ifndef TAILOR_COVER_COVERAGE_H
#define TAILOR_COVER_COVERAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/terr.h"

enum cov_phase {
	COV_BOOT,
	COV_WORKLOAD,
	COV_LATE,
	NR_COV_PHASES,
};

extern const char *const cov_phase_names[NR_COV_PHASES];

struct cov_addr {
	uint64_t addr;
	uint32_t bytes;	 /* 0: one instruction */
	uint32_t phases; /* bit of each enum cov_phase that it ran in */
};

struct cov_module {
	char *name;
	uint64_t base;
	uint64_t bytes;
};

struct cov_section {
	char *module;
	char *name;
	uint64_t addr;
};

struct coverage {
	char *path;
	char *kernel; /* release */
	char *source;
	uint64_t text; /* 0: where vmlinux has it */
	struct cov_module *modules;
	size_t nr_modules;
	struct cov_section *sections;
	size_t nr_sections;
	struct cov_addr *addrs; /* as they stand there */
	size_t nr;
	uint64_t lines;
	bool has_late; /* whether it has that phase, be it empty */
	int64_t lost;  /* -1: there is no trailer */
};

/*
 * "-" is standard input; the file may be compressed. NULL with *err set, which names the file, the
 * line and what to do.
 */
struct coverage *coverage_read(const char *path, struct terr *err);
void coverage_free(struct coverage *c);

/* Something else may have run. */
static inline bool coverage_complete(const struct coverage *c)
{
	return c->lost == 0;
}

#endif /* TAILOR_COVER_COVERAGE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The functions of a kernel and of its modules: "ADDRESS TYPE NAME [MODULE]" lines, as System.map
 * and /proc/kallsyms have them.
 */
#ifndef BENCH_STACKS_SYMBOLS_H
#define BENCH_STACKS_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KERNEL_START 0xffff800000000000ULL
/* The kernel's own text ends where that of modules starts. */
#define MODULES_START 0xffffffffa0000000ULL

struct symbol {
	uint64_t address;
	char *name;
	uint32_t order;	   /* in the file */
	bool is_interrupt; /* where a CPU takes one of a device or a timer */
};

struct symbols {
	struct symbol *v;
	uint32_t nr;
};

/* 0, or -1: it cannot be read, or holds no function. */
int symbols_read(struct symbols *s, const char *path);
/* One more, which lies above all others. */
int symbols_add(struct symbols *s, uint64_t address, const char *name);
/* The function that an address of the kernel lies in; of one name, NR: there is none. */
uint32_t symbols_find(const struct symbols *s, uint64_t address);
uint32_t symbols_named(const struct symbols *s, const char *name);

#endif /* BENCH_STACKS_SYMBOLS_H */

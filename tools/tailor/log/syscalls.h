/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel's table of system calls (data/syscalls-x86_64.tsv): numbers, names, parameter names.
 */
#ifndef TAILOR_LOG_SYSCALLS_H
#define TAILOR_LOG_SYSCALLS_H

#include <stddef.h>

#define SYSCALL_PARAMS 6

struct syscall_def {
	const char *name;
	unsigned char name_len;
	signed char nr_params; /* -1: the kernel has no code for it */
	const char *params[SYSCALL_PARAMS];
};

/* NULL when there is none. */
const struct syscall_def *syscall_by_number(unsigned long nr);
const struct syscall_def *syscall_by_name(const char *name, size_t len);

#endif /* TAILOR_LOG_SYSCALLS_H */

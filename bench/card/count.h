/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Instructions that a machine executes: per vCPU, user and kernel apart by the half of the address
 * space; and where asked for, how often each block ran.
 */
#ifndef BENCH_CARD_COUNT_H
#define BENCH_CARD_COUNT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "qemu.h"

#define MAX_VCPUS 16

struct count_vcpu {
	uint64_t user_insn;
	uint64_t kernel_insn;
};

extern struct count_vcpu count_vcpus[MAX_VCPUS];

/* Whether each block gets a counter of its own, which count_print_blocks() shows. */
extern bool count_by_block;

/* Arranges that the block is counted; 0, or -1: no memory. */
int count_block(struct qemu_plugin_tb *tb);

/* "ADDRESS INSNS RUNS" of each block that ran: hexadecimal, decimal, decimal; in no order. */
void count_print_blocks(FILE *f);

#endif /* BENCH_CARD_COUNT_H */

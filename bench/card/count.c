// SPDX-License-Identifier: GPL-2.0-only
/*
 * A callback a block, with QEMU 10 as with 7.2: inline counters per vCPU of QEMU 10.0.2 broke
 * guests with two vCPUs, and one way serves both.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "count.h"

#define NR_BUCKETS (1u << 18)

/* The same address may hold blocks of several lengths: QEMU splits one where a timer is due. */
struct block {
	uint64_t address;
	uint64_t nr_insn;
	uint64_t runs;
	struct block *next;
};

struct count_vcpu count_vcpus[MAX_VCPUS];
bool count_by_block;
static void *cpus[MAX_VCPUS];
static struct block *buckets[NR_BUCKETS];

static bool is_kernel(uint64_t address)
{
	return address >> 63;
}

static struct block *find_block(uint64_t address, uint64_t nr_insn)
{
	struct block **head = &buckets[(address * 0x9e3779b97f4a7c15) >> (64 - 18)];
	struct block *b;

	for (b = *head; b; b = b->next)
		if (b->address == address && b->nr_insn == nr_insn)
			return b;
	b = calloc(1, sizeof(*b));
	if (!b)
		return NULL;
	b->address = address;
	b->nr_insn = nr_insn;
	b->next = *head;
	*head = b;
	return b;
}

/*
 * Where one thread runs all vCPUs, QEMU 10 tells a callback the number of the one for which the
 * block was translated. So it is asked which one runs. They are numbered as they start; what is
 * too many is counted with the last.
 */
static struct count_vcpu *this_vcpu(void)
{
	void *const cpu = qemu_current_cpu();
	size_t i = 0;

	while (i < MAX_VCPUS - 1 && cpus[i] && cpus[i] != cpu)
		i++;
	cpus[i] = cpu;
	return &count_vcpus[i];
}

static void kernel_runs(unsigned int vcpu, void *data)
{
	(void)vcpu;
	this_vcpu()->kernel_insn += (uintptr_t)data;
}

static void user_runs(unsigned int vcpu, void *data)
{
	(void)vcpu;
	this_vcpu()->user_insn += (uintptr_t)data;
}

static void block_runs(unsigned int vcpu, void *data)
{
	struct block *b = data;

	b->runs++;
	if (is_kernel(b->address))
		kernel_runs(vcpu, (void *)(uintptr_t)b->nr_insn);
	else
		user_runs(vcpu, (void *)(uintptr_t)b->nr_insn);
}

int count_block(struct qemu_plugin_tb *tb)
{
	uint64_t address = qemu_plugin_tb_vaddr(tb);
	uintptr_t nr_insn = qemu_plugin_tb_n_insns(tb);
	struct block *b;

	if (!count_by_block) {
		qemu_plugin_register_vcpu_tb_exec_cb(tb,
						     is_kernel(address) ? kernel_runs : user_runs,
						     QEMU_PLUGIN_CB_NO_REGS, (void *)nr_insn);
		return 0;
	}
	b = find_block(address, nr_insn);
	if (!b)
		return -1;
	qemu_plugin_register_vcpu_tb_exec_cb(tb, block_runs, QEMU_PLUGIN_CB_NO_REGS, b);
	return 0;
}

void count_print_blocks(FILE *f)
{
	for (size_t i = 0; i < NR_BUCKETS; i++)
		for (const struct block *b = buckets[i]; b; b = b->next)
			if (b->runs)
				fprintf(f, "%" PRIx64 " %" PRIu64 " %" PRIu64 "\n", b->address,
					b->nr_insn, b->runs);
}

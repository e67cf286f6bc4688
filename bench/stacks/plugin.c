// SPDX-License-Identifier: GPL-2.0-only
/*
 * Instructions by call stack, of a machine of bench/card, for as many requests as one likes.
 *
 * This is the plugin of bench/card (lockstep.c) with one thing more: whatever that counts is also
 * counted by the stack that it runs on. `build` links it between lockstep.c and count.c: each block
 * of code that is to be counted passes here, and so does each mark. That way a mark is the same
 * moment for both counts, and the one of count.c is independent.
 *
 *	TAILOR_STACKS=PREFIX TAILOR_STACKS_SYMBOLS=FILE qemu-system-x86_64 ...
 *
 * and, with blocks= of lockstep.c, PREFIX.LINE receives at each mark the stacks since the one
 * before; LINE is the mark's in the file of marks. Without these variables nothing is added.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "count.h"
#include "shadow.h"

/* What bench/qemu-plugin.h lacks, as version 4 of the interface has it; the arrays are GLib's. */
#define QEMU_PLUGIN_CB_R_REGS 1

struct byte_array {
	uint8_t *data;
	unsigned int len;
};

struct register_descriptor {
	void *handle;
	const char *name;
	const char *feature;
};

struct register_array {
	struct register_descriptor *data;
	unsigned int len;
};

struct register_array *qemu_plugin_get_registers(void);
int qemu_plugin_read_register(void *handle, struct byte_array *buf);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
struct byte_array *g_byte_array_new(void);
struct byte_array *g_byte_array_set_size(struct byte_array *array, unsigned int length);

int __real_count_block(struct qemu_plugin_tb *tb);
void __real_count_print_blocks(FILE *f);
int __wrap_count_block(struct qemu_plugin_tb *tb);
void __wrap_count_print_blocks(FILE *f);

/* Instructions of one function in a row, as a callback gets them: in the place of a pointer. */
union run {
	struct {
		uint32_t symbol;
		uint16_t nr_insn;
		bool first;
		bool user;
	} is;
	void *data;
};

struct vcpu {
	void *cpu;
	struct stack now;
};

/* The interface has no room for a context. */
static struct {
	bool opened;
	const char *prefix;
	unsigned int nr_marks;
	struct shadow shadow;
	struct vcpu vcpus[MAX_VCPUS];
	void *sp_handle;
	struct byte_array *sp;
} stacks;

__attribute__((noreturn)) static void fail(const char *what)
{
	fprintf(stderr, "stacks: %s\n", what);
	_exit(1);
}

/* In all processes that preload this file only QEMU comes here. */
static bool is_wanted(void)
{
	const char *symbols = getenv("TAILOR_STACKS_SYMBOLS");

	if (stacks.opened)
		return stacks.prefix;
	stacks.opened = true;
	stacks.prefix = getenv("TAILOR_STACKS");
	if (stacks.prefix && (!symbols || shadow_open(&stacks.shadow, symbols)))
		fail("TAILOR_STACKS_SYMBOLS names no file with the functions of a kernel");
	return stacks.prefix;
}

static void find_sp(void)
{
	const struct register_array *all = qemu_plugin_get_registers();

	for (unsigned int i = 0; i < all->len; i++)
		if (!strcmp(all->data[i].name, "rsp"))
			stacks.sp_handle = all->data[i].handle;
	stacks.sp = g_byte_array_new();
	if (!stacks.sp_handle)
		fail("QEMU shows no stack pointer");
}

static uint64_t stack_pointer(void)
{
	uint64_t sp;

	if (!stacks.sp)
		find_sp();
	g_byte_array_set_size(stacks.sp, 0);
	if (qemu_plugin_read_register(stacks.sp_handle, stacks.sp) != sizeof(sp))
		fail("the stack pointer cannot be read");
	memcpy(&sp, stacks.sp->data, sizeof(sp));
	return sp;
}

/* As in count.c: the number that QEMU gives to a callback may be another CPU's. */
static struct stack *this_stack(void)
{
	void *const cpu = qemu_current_cpu();
	size_t i = 0;

	while (i < MAX_VCPUS - 1 && stacks.vcpus[i].cpu && stacks.vcpus[i].cpu != cpu)
		i++;
	stacks.vcpus[i].cpu = cpu;
	return &stacks.vcpus[i].now;
}

static void user_runs(unsigned int vcpu, void *data)
{
	const union run r = { .data = data };

	(void)vcpu;
	this_stack()->depth = 0;
	stacks.shadow.user_insn += r.is.nr_insn;
}

static void kernel_runs(unsigned int vcpu, void *data)
{
	const union run r = { .data = data };
	struct stack *now = this_stack();

	(void)vcpu;
	if (shadow_wants_sp(&stacks.shadow, now, r.is.symbol, r.is.first))
		shadow_enter(&stacks.shadow, now, r.is.symbol, r.is.first, stack_pointer());
	shadow_count(&stacks.shadow, now, r.is.nr_insn);
}

/* Each vector has an entry of its own, 8 bytes long, and all of them one name. */
static bool is_vector_entry(const struct symbol *s, uint64_t address)
{
	return (!strcmp(s->name, "irq_entries_start") ||
		!strcmp(s->name, "spurious_entries_start")) &&
	       (address - s->address) % 8 == 0;
}

/* What is not among the symbols has none that begins there. */
static union run run_at(uint64_t address)
{
	const struct symbols *s = &stacks.shadow.symbols;
	union run r = { 0 };

	_Static_assert(sizeof(r) == sizeof(void *), "a run is no pointer");
	r.is.user = !(address >> 63);
	if (r.is.user)
		return r;
	r.is.symbol = symbols_find(s, address);
	if (address >= MODULES_START && s->v[r.is.symbol].address < MODULES_START)
		r.is.symbol = stacks.shadow.modules;
	r.is.first = s->v[r.is.symbol].address == address ||
		     is_vector_entry(&s->v[r.is.symbol], address);
	return r;
}

/* From the instruction nr on; the first of a block stands for the block, as in count.c. */
static void count_run(struct qemu_plugin_tb *tb, size_t nr, union run r)
{
	if (r.is.user)
		qemu_plugin_register_vcpu_tb_exec_cb(tb, user_runs, QEMU_PLUGIN_CB_NO_REGS, r.data);
	else if (!nr)
		qemu_plugin_register_vcpu_tb_exec_cb(tb, kernel_runs, QEMU_PLUGIN_CB_R_REGS,
						     r.data);
	else
		qemu_plugin_register_vcpu_insn_exec_cb(qemu_plugin_tb_get_insn(tb, nr), kernel_runs,
						       QEMU_PLUGIN_CB_R_REGS, r.data);
}

int __wrap_count_block(struct qemu_plugin_tb *tb)
{
	const size_t nr = qemu_plugin_tb_n_insns(tb);
	size_t start = 0;
	union run r;

	if (!is_wanted())
		return __real_count_block(tb);
	r = run_at(qemu_plugin_tb_vaddr(tb));
	/* A block may go on into the next function. */
	for (size_t i = 1; i < nr && !r.is.user; i++) {
		union run next = run_at(qemu_plugin_insn_vaddr(qemu_plugin_tb_get_insn(tb, i)));

		if (next.is.symbol == r.is.symbol)
			continue;
		r.is.nr_insn = (uint16_t)(i - start);
		count_run(tb, start, r);
		r = next;
		start = i;
	}
	r.is.nr_insn = (uint16_t)(nr - start);
	count_run(tb, start, r);
	return __real_count_block(tb);
}

static void print_stacks(void)
{
	char path[4096];
	FILE *f;

	if (stacks.shadow.no_memory)
		fail("no memory for another stack");
	snprintf(path, sizeof(path), "%s.%u", stacks.prefix, ++stacks.nr_marks);
	f = fopen(path, "we");
	if (!f)
		fail("the file of stacks cannot be written");
	shadow_print(&stacks.shadow, f);
	if (fclose(f))
		fail("the file of stacks cannot be written");
	fprintf(stderr, "stacks: mark %u: %" PRIu64 " lost, %" PRIu64 " new tasks, %u stacks\n",
		stacks.nr_marks, stacks.shadow.nr_lost, stacks.shadow.nr_unknown_tasks,
		stacks.shadow.tree.nr);
}

void __wrap_count_print_blocks(FILE *f)
{
	__real_count_print_blocks(f);
	if (is_wanted())
		print_stacks();
}

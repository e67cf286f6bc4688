// SPDX-License-Identifier: GPL-2.0-only
/*
 * A plugin of QEMU 10 for a host that runs guests with KVM, all of it emulated: how often a guest
 * left for the host, and why, and what the host executed for it.
 *
 *	qemu-system-x86_64 -accel tcg,thread=single -cpu max -plugin exits.so,out=FILE
 *
 * AMD's VMRUN enters a guest; when the guest leaves, the host goes on behind it, and the control
 * block says why. Nothing runs in host or guest for it. The registers are still the guest's then.
 *
 * A guest executes a mark, nopl 0x7a12NNNN(%rax) (bench/card/guest/mark.c), which does nothing and
 * leaves no guest; that of bench/guest/cputime.c, nopl 0x7a110001(%rax), is mark 3. Mark 4 is the
 * first entry of a guest, mark 0 the end of QEMU. Each writes to FILE what was counted so far:
 *
 *	mark N host_user= host_kernel= guest_user= guest_kernel=
 *	exit CODE DETAIL TIMES HOST_INSN	for each reason; HOST_INSN until the guest was
 *entered again
 *
 * CODE is SVM's, hexadecimal. DETAIL: of an MSR its number, with 1 << 32 for a write; of a port its
 * number, with 1 << 16 for a read; of CPUID the leaf; of nested page faults the page, when it is a
 * device's, else 0.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../qemu-plugin.h"

/* Of glib, whose header is not needed for two structures. */
typedef struct {
	uint8_t *data;
	unsigned int len;
} GByteArray;
typedef struct {
	char *data;
	unsigned int len;
} GArray;
GByteArray *g_byte_array_new(void);
GByteArray *g_byte_array_set_size(GByteArray *array, unsigned int length);

struct qemu_plugin_register;
struct reg_descriptor {
	struct qemu_plugin_register *handle;
	const char *name;
	const char *feature;
};
GArray *qemu_plugin_get_registers(void);
int qemu_plugin_read_register(struct qemu_plugin_register *handle, GByteArray *buf);
bool qemu_plugin_read_memory_vaddr(uint64_t address, GByteArray *data, size_t len);
void qemu_plugin_register_vcpu_init_cb(qemu_plugin_id_t id,
				       void (*cb)(qemu_plugin_id_t id, unsigned int vcpu));
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, void (*cb)(qemu_plugin_id_t id, void *),
				    void *data);
/* Of QEMU itself: the vCPU that this thread runs. */
extern __thread void *current_cpu;
#define CB_NO_REGS QEMU_PLUGIN_CB_NO_REGS
#define CB_READS_REGS ((enum qemu_plugin_cb_flags)1)

#define MAX_VCPUS 32
#define MAX_REASONS 4096
#define MAX_ENTRIES 8

/* Offsets in the control block (AMD's manual, volume 2, appendix B). */
enum { VMCB_EXIT_CODE = 0x70, VMCB_RAX = 0x5f8, VMCB_BYTES = 0x600 };
enum { EXIT_CPUID = 0x72, EXIT_PORT = 0x7b, EXIT_MSR = 0x7c, EXIT_NPF = 0x400 };
/* Where QEMU's machines have the memory of devices: APIC, IO-APIC, HPET, PCI. */
#define DEVICE_MEMORY 0xc0000000
/* Linux without kaslr maps all memory here, with four and with five levels of page tables. */
#define DIRECT_MAP_4 0xffff888000000000
#define DIRECT_MAP_5 0xff11000000000000
#define CR4_LA57 (1u << 12)

enum { MARK_END = 0, MARK_ANSWERED = 3, MARK_START = 4 };
enum who { HOST_USER, HOST_KERNEL, GUEST_USER, GUEST_KERNEL, NR_WHO };

struct reason {
	uint64_t code;
	uint64_t detail;
	uint64_t times;
	uint64_t host_insn;
};

struct vcpu {
	void *cpu; /* of QEMU */
	struct qemu_plugin_register *rax, *rcx, *cr4;
	int *exception_index;
	bool just_entered;
	bool in_guest;
	uint64_t vmcb; /* physical */
	struct reason *serves;
	uint64_t insn[NR_WHO];
};

int qemu_plugin_version = QEMU_PLUGIN_API;

/* The interface has no room for a context. */
static struct {
	FILE *out;
	GByteArray *room;
	bool started;
	struct vcpu vcpus[MAX_VCPUS];
	size_t nr_vcpus;
	size_t nr_entries;
	uint64_t behind_entry[MAX_ENTRIES]; /* where the host goes on */
	size_t nr_reasons;
	struct reason reasons[MAX_REASONS];
} counts;

/*
 * In one thread QEMU 10.0.2 hands to a callback the number of the vCPU for which the block was
 * translated, not of the one that runs it.
 */
static struct vcpu *this_vcpu(void)
{
	for (size_t i = 0; i < counts.nr_vcpus; i++)
		if (counts.vcpus[i].cpu == current_cpu)
			return &counts.vcpus[i];
	fprintf(stderr, "exits: a block runs on no vCPU\n");
	_exit(1);
}

static struct reason *find_reason(uint64_t code, uint64_t detail)
{
	struct reason *r;

	for (size_t i = 0; i < counts.nr_reasons; i++)
		if (counts.reasons[i].code == code && counts.reasons[i].detail == detail)
			return &counts.reasons[i];
	/* The last one takes what has no room. */
	if (counts.nr_reasons == MAX_REASONS)
		return &counts.reasons[MAX_REASONS - 1];
	r = &counts.reasons[counts.nr_reasons++];
	r->code = code;
	r->detail = detail;
	return r;
}

static uint64_t read_reg(struct qemu_plugin_register *reg)
{
	uint64_t value = 0;

	g_byte_array_set_size(counts.room, 0);
	if (!reg || qemu_plugin_read_register(reg, counts.room) <= 0)
		return 0;
	memcpy(&value, counts.room->data,
	       counts.room->len < sizeof(value) ? counts.room->len : sizeof(value));
	return value;
}

static uint64_t vmcb_field(size_t offset)
{
	uint64_t value;

	memcpy(&value, counts.room->data + offset, sizeof(value));
	return value;
}

/* Why the guest left; the registers but RAX are still its own. */
static struct reason *reason_of(const struct vcpu *v)
{
	uint64_t map = read_reg(v->cr4) & CR4_LA57 ? DIRECT_MAP_5 : DIRECT_MAP_4;
	uint64_t rcx = read_reg(v->rcx);
	uint64_t code, info_1, info_2;

	g_byte_array_set_size(counts.room, 0);
	if (!qemu_plugin_read_memory_vaddr(map + v->vmcb, counts.room, VMCB_BYTES))
		return find_reason(~0ull, 0);
	code = vmcb_field(VMCB_EXIT_CODE);
	info_1 = vmcb_field(VMCB_EXIT_CODE + 8);
	info_2 = vmcb_field(VMCB_EXIT_CODE + 16);
	switch (code) {
	case EXIT_CPUID:
		return find_reason(code, (uint32_t)vmcb_field(VMCB_RAX));
	case EXIT_PORT:
		return find_reason(code, info_1 >> 16 | (info_1 & 1) << 16);
	case EXIT_MSR:
		return find_reason(code, (uint32_t)rcx | (info_1 & 1) << 32);
	case EXIT_NPF:
		return find_reason(code, info_2 < DEVICE_MEMORY ? 0 : info_2 & ~0xfffull);
	default:
		return find_reason(code, 0);
	}
}

static void write_mark(unsigned int nr)
{
	uint64_t sum[NR_WHO] = { 0 };

	for (size_t i = 0; i < MAX_VCPUS; i++)
		for (size_t j = 0; j < NR_WHO; j++)
			sum[j] += counts.vcpus[i].insn[j];
	fprintf(counts.out,
		"mark %u host_user=%" PRIu64 " host_kernel=%" PRIu64 " guest_user=%" PRIu64
		" guest_kernel=%" PRIu64 "\n",
		nr, sum[HOST_USER], sum[HOST_KERNEL], sum[GUEST_USER], sum[GUEST_KERNEL]);
	for (size_t i = 0; i < counts.nr_reasons; i++) {
		const struct reason *r = &counts.reasons[i];

		fprintf(counts.out, "exit %" PRIx64 " %" PRIx64 " %" PRIu64 " %" PRIu64 "\n",
			r->code, r->detail, r->times, r->host_insn);
	}
	if (fflush(counts.out)) {
		fprintf(stderr, "exits: the file of marks cannot be written\n");
		_exit(1);
	}
}

static void guest_is_entered(unsigned int nr, void *data)
{
	struct vcpu *v = this_vcpu();

	(void)nr;
	(void)data;
	if (!counts.started)
		write_mark(MARK_START);
	counts.started = true;
	v->vmcb = read_reg(v->rax);
	v->in_guest = true;
	v->just_entered = true;
	v->serves = NULL;
}

/*
 * QEMU 10.0.2 leaves the vector that VMRUN injects in exception_index, as if it was still to be
 * delivered, and delivers it again when it next leaves its loop for another reason: a second
 * interrupt, be they off or not.
 */
static void forget_injected(struct vcpu *v)
{
	v->just_entered = false;
	*v->exception_index = -1;
}

/* cpu_loop_exit_noexc() begins with "movl $-1, OFFSET(%rdi)"; 0: it does not. */
static size_t exception_index_offset(void)
{
	const uint8_t *code = dlsym(RTLD_DEFAULT, "cpu_loop_exit_noexc");

	for (size_t i = 0; code && i < 32; i++) {
		static const uint8_t minus_one[] = { 0xff, 0xff, 0xff, 0xff };
		uint32_t offset;

		if (code[i] != 0xc7 || code[i + 1] != 0x87 || memcmp(code + i + 6, minus_one, 4))
			continue;
		memcpy(&offset, code + i + 2, sizeof(offset));
		return offset;
	}
	return 0;
}

static void count(struct vcpu *v, bool kernel, uint64_t nr_insn)
{
	if (v->just_entered && v->in_guest)
		forget_injected(v);
	v->insn[(v->in_guest ? GUEST_USER : HOST_USER) + kernel] += nr_insn;
	if (v->serves)
		v->serves->host_insn += nr_insn;
}

static void kernel_runs(unsigned int nr, void *data)
{
	(void)nr;
	count(this_vcpu(), true, (uintptr_t)data);
}

static void user_runs(unsigned int nr, void *data)
{
	(void)nr;
	count(this_vcpu(), false, (uintptr_t)data);
}

/* The block behind VMRUN: no interrupt comes between, KVM has switched them off. */
static void guest_has_left(unsigned int nr, void *data)
{
	struct vcpu *v = this_vcpu();

	if (v->in_guest) {
		v->in_guest = false;
		v->serves = reason_of(v);
		v->serves->times++;
	}
	kernel_runs(nr, data);
}

static void mark_reached(unsigned int nr, void *data)
{
	(void)nr;
	write_mark((unsigned int)(uintptr_t)data);
}

static bool is_behind_entry(uint64_t address)
{
	for (size_t i = 0; i < counts.nr_entries; i++)
		if (counts.behind_entry[i] == address)
			return true;
	return false;
}

static void look_at(struct qemu_plugin_insn *insn, uint64_t address)
{
	static const uint8_t vmrun[] = { 0x0f, 0x01, 0xd8 };
	static const uint8_t nopl[] = { 0x0f, 0x1f, 0x80 };
	uint8_t bytes[8] = { 0 };
	size_t size = qemu_plugin_insn_size(insn);

	if ((size != 3 && size != 7) || qemu_plugin_insn_data(insn, bytes, sizeof(bytes)) < size)
		return;
	if (size == 3 && !memcmp(bytes, vmrun, sizeof(vmrun))) {
		qemu_plugin_register_vcpu_insn_exec_cb(insn, guest_is_entered, CB_READS_REGS, NULL);
		if (!is_behind_entry(address + size) && counts.nr_entries < MAX_ENTRIES)
			counts.behind_entry[counts.nr_entries++] = address + size;
	}
	if (size == 7 && !memcmp(bytes, nopl, sizeof(nopl)) && bytes[6] == 0x7a &&
	    (bytes[5] == 0x11 || bytes[5] == 0x12)) {
		uintptr_t mark = bytes[5] == 0x11 ? MARK_ANSWERED : bytes[3] | bytes[4] << 8;

		qemu_plugin_register_vcpu_insn_exec_cb(insn, mark_reached, CB_NO_REGS,
						       (void *)mark);
	}
}

static void block_is_translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	uint64_t address = qemu_plugin_tb_vaddr(tb);
	size_t nr_insn = qemu_plugin_tb_n_insns(tb);

	(void)id;
	if (is_behind_entry(address))
		qemu_plugin_register_vcpu_tb_exec_cb(tb, guest_has_left, CB_READS_REGS,
						     (void *)nr_insn);
	else
		qemu_plugin_register_vcpu_tb_exec_cb(tb, address >> 63 ? kernel_runs : user_runs,
						     CB_NO_REGS, (void *)nr_insn);
	for (size_t i = 0; i < nr_insn; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);

		look_at(insn, address);
		address += qemu_plugin_insn_size(insn);
	}
}

static void vcpu_is_there(qemu_plugin_id_t id, unsigned int nr)
{
	GArray *regs = qemu_plugin_get_registers();
	const size_t offset = exception_index_offset();
	struct vcpu *v = &counts.vcpus[counts.nr_vcpus];

	(void)id;
	(void)nr;
	if (counts.nr_vcpus++ == MAX_VCPUS || !current_cpu || !offset) {
		fprintf(stderr, "exits: too many vCPUs, or a QEMU with another exception_index\n");
		_exit(1);
	}
	v->cpu = current_cpu;
	v->exception_index = (int *)(void *)((uint8_t *)current_cpu + offset);
	for (unsigned int i = 0; i < regs->len; i++) {
		const struct reg_descriptor *d = (const struct reg_descriptor *)regs->data + i;

		if (!strcmp(d->name, "rax"))
			v->rax = d->handle;
		else if (!strcmp(d->name, "rcx"))
			v->rcx = d->handle;
		else if (!strcmp(d->name, "cr4"))
			v->cr4 = d->handle;
	}
	if (!v->rax || !v->rcx || !v->cr4) {
		fprintf(stderr, "exits: this QEMU shows no registers rax, rcx and cr4\n");
		_exit(1);
	}
}

static void qemu_ends(qemu_plugin_id_t id, void *data)
{
	(void)id;
	(void)data;
	write_mark(MARK_END);
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info, int argc, char **argv)
{
	(void)info;
	if (argc != 1 || strncmp(argv[0], "out=", 4)) {
		fprintf(stderr, "exits: want out=FILE\n");
		return -1;
	}
	counts.out = fopen(argv[0] + 4, "we");
	if (!counts.out) {
		fprintf(stderr, "exits: %s cannot be written\n", argv[0] + 4);
		return -1;
	}
	counts.room = g_byte_array_new();
	qemu_plugin_register_vcpu_init_cb(id, vcpu_is_there);
	qemu_plugin_register_vcpu_tb_trans_cb(id, block_is_translated);
	qemu_plugin_register_atexit_cb(id, qemu_ends, NULL);
	return 0;
}

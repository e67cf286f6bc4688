// SPDX-License-Identifier: GPL-2.0-only
// Reads a trace of xentrace -e 0x00221000 (hypercalls of PV domains, changes of run state) on
// standard input and prints "KEY COUNT" lines for each domain:
//   cycles.DOMAIN                  how long it ran (time stamp counter), Xen's work for it included
//   hypercalls.DOMAIN.NAME         its hypercalls
//   grants.DOMAIN.COMMAND[.none]   grant table operations by command; .none were about no grant
// and "hypercalls.lost", the records that did not fit Xen's buffer.
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Record formats: xen/include/public/trace.h. */
enum {
	TRC_LOST_RECORDS = 0x0001f001,
	TRC_TRACE_CPU_CHANGE = 0x0001f003,
	TRC_SCHED_RUNSTATE_CHANGE = 0x00021001,
	TRC_SCHED_RUNSTATE_MASK = 0x0ffff00f,
	TRC_PV_HYPERCALL_V2 = 0x0020100d,
	RUNSTATE_RUNNING = 0,

	EXTRA_MAX = 7,
	CPUS_MAX = 256,
	DOMAINS_MAX = 64,
	OPS_MAX = 64,
	GRANT_COMMANDS_MAX = 16,

	OP_GRANT_TABLE = 20,
};

/* Slot of what ran before the first change of run state. */
static const unsigned int DOMAIN_UNKNOWN = DOMAINS_MAX;

static const char *const op_names[OPS_MAX] = {
	[0] = "set_trap_table",	 [1] = "mmu_update",	    [2] = "set_gdt",
	[3] = "stack_switch",	 [5] = "fpu_taskswitch",    [7] = "platform_op",
	[8] = "set_debugreg",	 [9] = "get_debugreg",	    [10] = "update_descriptor",
	[12] = "memory_op",	 [13] = "multicall",	    [14] = "update_va_mapping",
	[15] = "set_timer_op",	 [17] = "xen_version",	    [18] = "console_io",
	[20] = "grant_table_op", [21] = "vm_assist",	    [23] = "iret",
	[24] = "vcpu_op",	 [25] = "set_segment_base", [26] = "mmuext_op",
	[29] = "sched_op",	 [30] = "callback_op",	    [32] = "event_channel_op",
	[33] = "physdev_op",	 [34] = "hvm_op",	    [35] = "sysctl",
	[36] = "domctl",
};

static const char *const grant_names[GRANT_COMMANDS_MAX] = {
	[0] = "map",	     [1] = "unmap",	 [2] = "setup_table",  [3] = "dump_table",
	[4] = "transfer",    [5] = "copy",	 [6] = "query",	       [7] = "unmap_and_replace",
	[8] = "set_version", [9] = "get_status", [10] = "get_version",
};

struct record {
	uint64_t cycles;
	uint32_t event;
	unsigned int extra_count;
	uint32_t extra[EXTRA_MAX];
};

struct counts {
	uint64_t ops[DOMAINS_MAX + 1][OPS_MAX];
	uint64_t grants[DOMAINS_MAX + 1][GRANT_COMMANDS_MAX][2];
	uint64_t cycles[DOMAINS_MAX + 1];
	uint64_t lost;
	uint64_t since[CPUS_MAX]; /* of running[] */
	unsigned int running[CPUS_MAX];
	unsigned int cpu;
};

static bool read_words(FILE *file, uint32_t *words, size_t count)
{
	return fread(words, sizeof(*words), count, file) == count;
}

/* Returns 1, 0 at the end of the trace, -1 when it ends within a record. */
static int read_record(FILE *file, struct record *record)
{
	uint32_t header, cycles[2] = { 0, 0 };

	if (!read_words(file, &header, 1))
		return 0;
	record->event = header & 0x0fffffff;
	record->extra_count = header >> 28 & EXTRA_MAX;
	if (header >> 31 && !read_words(file, cycles, 2))
		return -1;
	record->cycles = (uint64_t)cycles[1] << 32 | cycles[0];
	return read_words(file, record->extra, record->extra_count) ? 1 : -1;
}

/* Which arguments a hypercall's record holds is in two bits each from bit 20 on: 0 none, 1 32 bits,
 * 2 64 bits. */
static bool hypercall_arg(const struct record *record, unsigned int arg, uint32_t *value)
{
	unsigned int word = 1;

	for (unsigned int i = 0; i < 6; i++) {
		unsigned int words = record->extra[0] >> (20 + 2 * i) & 3;

		if (i == arg) {
			if (!words || word >= record->extra_count)
				return false;
			*value = record->extra[word];
			return true;
		}
		word += words;
	}
	return false;
}

static void count_hypercall(struct counts *counts, const struct record *record)
{
	unsigned int domain = counts->running[counts->cpu], op = record->extra[0] & 0xfffff;
	uint32_t command, items;

	if (op >= OPS_MAX)
		return;
	counts->ops[domain][op]++;
	if (op == OP_GRANT_TABLE && hypercall_arg(record, 0, &command) &&
	    hypercall_arg(record, 2, &items) && command < GRANT_COMMANDS_MAX)
		counts->grants[domain][command][!items]++;
}

static void count_runstate(struct counts *counts, const struct record *record)
{
	unsigned int cpu = counts->cpu, domain = record->extra[0] >> 16;
	unsigned int old_state = record->event >> 8 & 3, new_state = record->event >> 4 & 3;

	if (domain >= DOMAINS_MAX)
		domain = DOMAIN_UNKNOWN;
	/* A state that somebody else changes, such as from blocked to runnable, says nothing of
	 * this CPU. */
	if (old_state == RUNSTATE_RUNNING && counts->running[cpu] == domain && counts->since[cpu])
		counts->cycles[domain] += record->cycles - counts->since[cpu];
	if (new_state == RUNSTATE_RUNNING) {
		counts->running[cpu] = domain;
		counts->since[cpu] = record->cycles;
	}
}

static void count_record(struct counts *counts, const struct record *record)
{
	if (!record->extra_count)
		return;
	if (record->event == TRC_TRACE_CPU_CHANGE) {
		counts->cpu = record->extra[0] < CPUS_MAX ? record->extra[0] : CPUS_MAX - 1;
	} else if (record->event == TRC_LOST_RECORDS) {
		counts->lost += record->extra[0];
	} else if ((record->event & TRC_SCHED_RUNSTATE_MASK) == TRC_SCHED_RUNSTATE_CHANGE) {
		count_runstate(counts, record);
	} else if (record->event == TRC_PV_HYPERCALL_V2) {
		count_hypercall(counts, record);
	}
}

static void print_name(const char *kind, unsigned int domain, const char *const *names,
		       unsigned int index)
{
	if (domain == DOMAIN_UNKNOWN)
		printf("%s.unknown.", kind);
	else
		printf("%s.%u.", kind, domain);
	if (names[index])
		printf("%s", names[index]);
	else
		printf("%u", index);
}

static void print_counts(const struct counts *counts)
{
	for (unsigned int domain = 0; domain <= DOMAINS_MAX; domain++) {
		/* The idle domain and what is not known share the last slot. */
		if (counts->cycles[domain] && domain != DOMAIN_UNKNOWN)
			printf("cycles.%u %llu\n", domain,
			       (unsigned long long)counts->cycles[domain]);
		for (unsigned int op = 0; op < OPS_MAX; op++) {
			if (!counts->ops[domain][op])
				continue;
			print_name("hypercalls", domain, op_names, op);
			printf(" %llu\n", (unsigned long long)counts->ops[domain][op]);
		}
		for (unsigned int i = 0; i < GRANT_COMMANDS_MAX * 2; i++) {
			if (!counts->grants[domain][i / 2][i % 2])
				continue;
			print_name("grants", domain, grant_names, i / 2);
			printf("%s %llu\n", i % 2 ? ".none" : "",
			       (unsigned long long)counts->grants[domain][i / 2][i % 2]);
		}
	}
	printf("hypercalls.lost %llu\n", (unsigned long long)counts->lost);
}

int main(void)
{
	struct counts *counts = calloc(1, sizeof(*counts));
	struct record record;
	int rc;

	if (!counts) {
		fprintf(stderr, "xentrace-count: %s\n", strerror(errno));
		return 1;
	}
	for (unsigned int cpu = 0; cpu < CPUS_MAX; cpu++)
		counts->running[cpu] = DOMAIN_UNKNOWN;
	while ((rc = read_record(stdin, &record)) > 0)
		count_record(counts, &record);
	if (rc < 0)
		fprintf(stderr, "xentrace-count: the trace ends within a record\n");
	else
		print_counts(counts);
	free(counts);
	return rc < 0 || fflush(stdout) || ferror(stdin) ? 1 : 0;
}

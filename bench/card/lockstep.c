// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two machines on one clock: a server and its client, each a QEMU with -icount, each with a network
 * card, and this plugin in both. README.md beside this file says what for and how.
 *
 *	TAILOR_CARD=1 LD_PRELOAD=lockstep.so qemu-system-x86_64 -icount shift=0,sleep=off ...
 *		-netdev tap,id=card,fd=33 -device virtio-net-pci,netdev=card,ioeventfd=off,tx=timer
 *		-plugin lockstep.so,listen=SOCKET,marks=FILE[,quantum_ns=N][,blocks=PREFIX]
 *
 * and the other one with connect=SOCKET. Every quantum of the guests' time both stop, tell each
 * other what their cards sent, and each hands to its card what the other sent. While both halt,
 *time jumps to the next timer of either. Nothing depends on when the host runs which of the two.
 *
 * A guest executes a mark, nopl 0x7a12NNNN(%rax), which does nothing on any machine: both write a
 * line to their files of marks,
 *
 *	mark=N clock_ns= insn= tx_frames= rx_frames= tx_bytes= rx_bytes= cpu0_user= cpu0_kernel= ...
 *
 * and, with blocks=, how often each block of code ran so far to PREFIX.LINE, the line's number.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "count.h"
#include "frames.h"
#include "link.h"
#include "qemu.h"

#define NETDEV "card"
/* A card with its host behind it takes some 20 us to pass a frame on; a timer of httperf is 1 ms.
 */
#define QUANTUM_NS 20000
/* Two machines without any timer still look whether the other one has gone. */
#define MAX_JUMP_NS 1000000000

int qemu_plugin_version = QEMU_PLUGIN_API;

/* The interface has no room for a context. */
static struct {
	struct qemu_host qemu;
	struct qemu_timer timer;
	bool started;
	void *netdev;
	int link;
	int64_t quantum_ns;
	int64_t stop_ns;
	uint32_t mark;
	FILE *marks;
	unsigned int nr_marks;
	const char *blocks;
	uint64_t tx_frames, rx_frames, tx_bytes, rx_bytes;
} machine;

/* There is no way back into QEMU's own error paths from a timer. */
__attribute__((noreturn, format(printf, 1, 2))) static void fail(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fprintf(stderr, "lockstep: ");
	vfprintf(stderr, format, args);
	fprintf(stderr, "\n");
	va_end(args);
	_exit(1);
}

static void print_blocks(void)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s.%u", machine.blocks, machine.nr_marks);
	f = fopen(path, "we");
	if (!f)
		fail("%s cannot be written", path);
	count_print_blocks(f);
	if (fclose(f))
		fail("%s cannot be written", path);
}

static void print_mark(uint32_t mark)
{
	FILE *f = machine.marks;

	machine.nr_marks++;
	fprintf(f, "mark=%" PRIu32 " clock_ns=%" PRId64 " insn=%" PRId64, mark, machine.stop_ns,
		machine.qemu.icount_get_raw());
	fprintf(f,
		" tx_frames=%" PRIu64 " rx_frames=%" PRIu64 " tx_bytes=%" PRIu64
		" rx_bytes=%" PRIu64,
		machine.tx_frames, machine.rx_frames, machine.tx_bytes, machine.rx_bytes);
	for (size_t i = 0; i < MAX_VCPUS && count_vcpus[i].kernel_insn; i++)
		fprintf(f, " cpu%zu_user=%" PRIu64 " cpu%zu_kernel=%" PRIu64, i,
			count_vcpus[i].user_insn, i, count_vcpus[i].kernel_insn);
	fprintf(f, "\n");
	if (fflush(f))
		fail("the file of marks cannot be written");
	if (machine.blocks)
		print_blocks();
}

/* To where nothing happens by itself: now, or where all vCPUs halt, the next timer. */
static int64_t next_event_ns(void)
{
	const struct qemu_host *q = &machine.qemu;
	int64_t wait_ns;

	if (!q->all_cpu_threads_idle())
		return machine.stop_ns;
	/* Whoever waits for a disk of the host must not see time jump: its answer wakes a vCPU. */
	q->bdrv_drain_all();
	if (!q->all_cpu_threads_idle())
		return machine.stop_ns;
	wait_ns = q->clock_deadline_ns_all(CLOCK_VIRTUAL, ALL_TIMERS);
	return machine.stop_ns + (wait_ns < 0 || wait_ns > MAX_JUMP_NS ? MAX_JUMP_NS : wait_ns);
}

static void deliver(const struct frames *received)
{
	const unsigned char *frame;
	size_t pos = 0;
	uint32_t len;

	while ((frame = frames_next(received, &pos, &len)) != NULL) {
		machine.rx_frames++;
		machine.rx_bytes += len;
		machine.qemu.send_packet(machine.netdev, frame, (int)len);
	}
	if (pos != received->bytes)
		fail("frames are torn");
}

static int64_t next_stop_ns(const struct link_message *mine, const struct link_message *its)
{
	int64_t quantum_ns = machine.stop_ns + machine.quantum_ns;
	int64_t both_ns = mine->next_ns < its->next_ns ? mine->next_ns : its->next_ns;

	if (mine->nr_frames || its->nr_frames || both_ns < quantum_ns)
		return quantum_ns;
	return both_ns;
}

static void stop(void *data)
{
	static struct frames received;
	struct link_message mine, its;
	int rc;

	(void)data;
	if (!machine.netdev)
		machine.netdev = machine.qemu.find_netdev(NETDEV);
	if (!machine.netdev)
		fail("QEMU has no -netdev with id=" NETDEV);
	mine = (struct link_message){
		.clock_ns = machine.stop_ns,
		.next_ns = next_event_ns(),
		.mark = machine.mark,
		.nr_frames = tap_sent.nr,
		.bytes = tap_sent.bytes,
	};
	rc = link_exchange(machine.link, &mine, &tap_sent, &its, &received);
	if (rc > 0)
		return; /* the other machine has ended: no more stops */
	if (rc < 0)
		fail("what the other machine says is no message, or memory is short");
	if (its.clock_ns != mine.clock_ns)
		fail("the other machine is at %" PRId64 " ns, this one at %" PRId64, its.clock_ns,
		     mine.clock_ns);
	machine.tx_frames += tap_sent.nr;
	machine.tx_bytes += tap_sent.bytes - tap_sent.nr * sizeof(uint32_t);
	frames_clear(&tap_sent);
	machine.mark = 0;
	if (mine.mark || its.mark)
		print_mark(mine.mark ? mine.mark : its.mark);
	deliver(&received);
	machine.stop_ns = next_stop_ns(&mine, &its);
	machine.qemu.timer_mod_ns(&machine.timer, machine.stop_ns);
}

/* With the first block: before that the machine is not complete. */
static void start(void)
{
	machine.started = true;
	machine.qemu.timer_init_full(&machine.timer, NULL, CLOCK_VIRTUAL, TIMER_SCALE_NS, 0, stop,
				     NULL);
	machine.stop_ns = machine.quantum_ns;
	machine.qemu.timer_mod_ns(&machine.timer, machine.stop_ns);
}

/* nopl 0x7a12NNNN(%rax) */
static uint32_t mark_of(const struct qemu_plugin_insn *insn)
{
	unsigned char b[7];

	if (qemu_plugin_insn_size(insn) != sizeof(b))
		return 0;
#if QEMU_PLUGIN_API == 1
	memcpy(b, qemu_plugin_insn_data(insn), sizeof(b));
#else
	if (qemu_plugin_insn_data(insn, b, sizeof(b)) != sizeof(b))
		return 0;
#endif
	if (b[0] != 0x0f || b[1] != 0x1f || b[2] != 0x80 || b[5] != 0x12 || b[6] != 0x7a)
		return 0;
	return (uint32_t)(b[3] | b[4] << 8);
}

static void mark_runs(unsigned int vcpu, void *data)
{
	(void)vcpu;
	machine.mark = (uint32_t)(uintptr_t)data;
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	(void)id;
	if (!machine.started)
		start();
	if (count_block(tb))
		fail("no memory for another block");
	for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint32_t mark = mark_of(insn);

		if (mark)
			qemu_plugin_register_vcpu_insn_exec_cb(
				insn, mark_runs, QEMU_PLUGIN_CB_NO_REGS, (void *)(uintptr_t)mark);
	}
}

/* The value of "name=value", or null. */
static const char *value_of(const char *arg, const char *name)
{
	size_t len = strlen(name);

	return strncmp(arg, name, len) || arg[len] != '=' ? NULL : arg + len + 1;
}

struct args {
	const char *listen, *connect, *marks, *quantum_ns;
};

static const char *read_args(struct args *a, int argc, char **argv)
{
	const struct {
		const char *name;
		const char **value;
	} known[] = {
		{ "listen", &a->listen },      { "connect", &a->connect },
		{ "marks", &a->marks },	       { "quantum_ns", &a->quantum_ns },
		{ "blocks", &machine.blocks },
	};

	for (int i = 0; i < argc; i++) {
		const char *value = NULL;

		for (size_t k = 0; k < sizeof(known) / sizeof(known[0]) && !value; k++) {
			value = value_of(argv[i], known[k].name);
			if (value)
				*known[k].value = value;
		}
		if (!value)
			return argv[i];
	}
	return NULL;
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info, int argc, char **argv)
{
	struct args a = { 0 };
	const char *bad = read_args(&a, argc, argv);
	const char *missing = qemu_host_find(&machine.qemu);

	(void)info;
	if (bad)
		fail("unknown argument %s", bad);
	if (!a.marks || !a.listen == !a.connect)
		fail("want marks=FILE and one of listen=SOCKET, connect=SOCKET");
	if (missing)
		fail("this QEMU has no %s: want 7.2 or 10.0 as Debian packages it", missing);
	machine.quantum_ns = a.quantum_ns ? strtoll(a.quantum_ns, NULL, 10) : QUANTUM_NS;
	if (machine.quantum_ns <= 0)
		fail("quantum_ns=%s is no time", a.quantum_ns);
	count_by_block = machine.blocks;
	machine.marks = fopen(a.marks, "we");
	if (!machine.marks)
		fail("%s cannot be written", a.marks);
	machine.link = link_open(a.listen ? a.listen : a.connect, a.listen != NULL);
	if (machine.link < 0)
		fail("%s: no link to the other machine", a.listen ? a.listen : a.connect);
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	return 0;
}

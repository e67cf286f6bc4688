// SPDX-License-Identifier: GPL-2.0-only
/*
 * A plugin of QEMU that counts the instructions which a guest executes from power-on until it
 * executes the mark of bench/guest/cputime.c, and writes that number to a file:
 *
 *	qemu-system-x86_64 -plugin boot-insn.so,out=FILE
 *
 * The guest's own clock cannot tell it: there a wait for the disk lasts until the next timer, and
 * a kernel with a periodic tick cannot say how much of that it was idle. Once the mark is reached
 * the plugin removes itself, and the guest runs at full speed.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qemu-plugin.h"

int qemu_plugin_version = QEMU_PLUGIN_API;

/* nopl 0x7a110001(%rax): does nothing on any machine. */
static const uint8_t mark[] = { 0x0f, 0x1f, 0x80, 0x01, 0x00, 0x11, 0x7a };

/* The interface has no room for a context: inline operations want an address. */
static uint64_t insn;
static qemu_plugin_id_t plugin;
static char path[4096];

static void removed(qemu_plugin_id_t id)
{
	(void)id;
}

static void mark_reached(unsigned int vcpu, void *data)
{
	FILE *f = path[0] ? fopen(path, "wxe") : NULL;

	(void)vcpu;
	(void)data;
	if (!f)
		return; /* a second mark before the plugin has gone */
	fprintf(f, "%llu\n", (unsigned long long)insn);
	if (fclose(f))
		qemu_plugin_outs("boot-insn: the file cannot be written\n");
	path[0] = '\0';
	qemu_plugin_uninstall(plugin, removed);
}

static bool is_mark(const struct qemu_plugin_insn *i)
{
	return qemu_plugin_insn_size(i) == sizeof(mark) &&
	       !memcmp(qemu_plugin_insn_data(i), mark, sizeof(mark));
}

static void count_block(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	(void)id;
	for (size_t n = 0; n < qemu_plugin_tb_n_insns(tb); n++) {
		struct qemu_plugin_insn *i = qemu_plugin_tb_get_insn(tb, n);

		qemu_plugin_register_vcpu_insn_exec_inline(i, QEMU_PLUGIN_INLINE_ADD_U64, &insn, 1);
		if (is_mark(i))
			qemu_plugin_register_vcpu_insn_exec_cb(i, mark_reached,
							       QEMU_PLUGIN_CB_NO_REGS, NULL);
	}
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info_t *info, int argc, char **argv)
{
	(void)info;
	if (argc != 1 || strncmp(argv[0], "out=", 4) || strlen(argv[0] + 4) >= sizeof(path)) {
		fprintf(stderr, "boot-insn: want out=FILE\n");
		return -1;
	}
	strcpy(path, argv[0] + 4);
	plugin = id;
	qemu_plugin_register_vcpu_tb_trans_cb(id, count_block);
	return 0;
}

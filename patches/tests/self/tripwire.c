// SPDX-License-Identifier: GPL-2.0-only
/* TAILOR_TRIPWIRE: what is missing is told in the kernel log, once; errors are what they were. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "self.h"

/* What a check of this table ends with. */
#define TOLD 0
#define NOT_TOLD ENOMSG

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

/* More than there are lines for. */
#define FLOOD 100

static int setup(void)
{
	if (mknod("tun", S_IFCHR | 0600, makedev(10, 200)) ||
	    mknod("nobody", S_IFCHR | 0600, makedev(250, 7)) ||
	    mknod("loop0", S_IFBLK | 0600, makedev(7, 0)) ||
	    mknod("null", S_IFCHR | 0600, makedev(1, 3)))
		return -1;
	return mkdir("mnt", 0755);
}

/* How many lines of the kernel log hold the words, or -1. */
static int times_logged(const char *words)
{
	static char log[1 << 18];
	int n = klogctl(3 /* read all */, log, sizeof(log) - 1);
	int nr = 0;

	if (n < 0)
		return -1;
	log[n] = '\0';
	for (const char *p = log; (p = strstr(p, words)); p++)
		nr++;
	return nr;
}

/* TOLD when the operation ended with that error and one line of the log holds the words that did
 * not before. */
static int told(int (*op)(void), int want, const char *words)
{
	int before = times_logged(words);
	int all = times_logged("tailor: tripwire: ");
	int got = op();

	if (before < 0)
		return EPERM;
	if (got != want)
		return got ? got : EINVAL;
	if (times_logged("tailor: tripwire: ") - all != times_logged(words) - before)
		return EBADMSG;
	switch (times_logged(words) - before) {
	case 0:
		return NOT_TOLD;
	case 1:
		return TOLD;
	default:
		return E2BIG;
	}
}

static int kcmp(void)
{
	return self_errno(syscall(SYS_kcmp, getpid(), getpid(), 0, 0, 0));
}

static int ask_kcmp(void)
{
	return told(kcmp, ENOSYS, "] asked for system call kcmp (CONFIG_KCMP)\n");
}

static int ioperm_0(void)
{
	return self_errno(syscall(SYS_ioperm, 0, 1, 1));
}

static int ask_ioperm(void)
{
	return told(ioperm_0, ENOSYS, "] asked for system call ioperm (CONFIG_X86_IOPL_IOPERM)\n");
}

/* a name that would end the line, and begin another one */
static int signalfd_by_a_name(void)
{
	prctl(PR_SET_NAME, "we]ird\n<0>x");
	return self_errno(syscall(SYS_signalfd4, -1, NULL, 8, 0));
}

static int ask_with_a_name(void)
{
	return told(signalfd_by_a_name, ENOSYS, ": we]ird\\n<0>x[");
}

static int newer_call(void)
{
	return self_errno(syscall(600));
}

static int ask_newer_call(void)
{
	return told(newer_call, ENOSYS, "tailor: tripwire: ");
}

static int packet_socket(void)
{
	return self_errno(socket(AF_PACKET, SOCK_RAW, 0));
}

static int ask_packet_socket(void)
{
	return told(packet_socket, EAFNOSUPPORT,
		    "] asked for address family AF_PACKET (CONFIG_PACKET)\n");
}

static int bluetooth_socket(void)
{
	return self_errno(socket(AF_BLUETOOTH, SOCK_RAW, 0));
}

static int ask_bluetooth_socket(void)
{
	return told(bluetooth_socket, EAFNOSUPPORT,
		    "] asked for address family 31 (no symbol known)\n");
}

static int mptcp_socket(void)
{
	return self_errno(socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP));
}

static int ask_mptcp_socket(void)
{
	return told(mptcp_socket, EPROTONOSUPPORT,
		    "] asked for protocol of address family 2 IPPROTO_MPTCP (CONFIG_MPTCP)\n");
}

static int mount_xfs(void)
{
	return self_errno(mount("none", "mnt", "xfs", 0, NULL));
}

static int ask_xfs(void)
{
	return told(mount_xfs, ENODEV, "] asked for file system xfs (CONFIG_XFS_FS)\n");
}

static int mount_odd(void)
{
	return self_errno(mount("none", "mnt", "o\ndd.sub", 0, NULL));
}

static int ask_odd(void)
{
	return told(mount_odd, ENODEV, "] asked for file system o\\ndd (no symbol known)\n");
}

static int open_tun(void)
{
	return try_open("tun", O_RDWR);
}

static int ask_tun(void)
{
	return told(open_tun, ENODEV, "] asked for character device 10:200 (CONFIG_TUN)\n");
}

static int open_nobody(void)
{
	return try_open("nobody", O_RDWR);
}

static int ask_nobody(void)
{
	return told(open_nobody, ENXIO, "] asked for character device 250:7 (no symbol known)\n");
}

static int open_loop(void)
{
	return try_open("loop0", O_RDONLY);
}

static int ask_loop(void)
{
	return told(open_loop, ENXIO, "] asked for block device 7:0 (CONFIG_BLK_DEV_LOOP)\n");
}

static int what_is_there(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	int err = self_errno(fd);

	if (fd >= 0)
		close(fd);
	if (!err)
		err = try_open("null", O_RDONLY);
	if (!err)
		err = self_errno(mount("self", "mnt", "tmpfs", 0, NULL));
	return err ? err : self_errno(umount("mnt"));
}

static int ask_what_is_there(void)
{
	return told(what_is_there, 0, "tailor: tripwire: ");
}

/* The log is not a way to fill a disk. */
static int ask_flood(void)
{
	int before = times_logged("tailor: tripwire: ");
	int lines;

	for (int i = 0; i < FLOOD; i++) {
		char name[32];

		snprintf(name, sizeof(name), "flood%d", i);
		if (!mount("none", "mnt", name, 0, NULL) || errno != ENODEV)
			return EINVAL;
	}
	lines = times_logged("tailor: tripwire: ") - before;
	if (!lines)
		return NOT_TOLD;
	return lines <= 64 ? TOLD : E2BIG;
}

static const struct self_check checks[] = {
	{ "a system call that is missing is told", ask_kcmp, 0, NOT_TOLD, TOLD },
	{ "it is told once", ask_kcmp, 0, NOT_TOLD, NOT_TOLD },
	{ "a system call with a stub of its own", ask_ioperm, 0, NOT_TOLD, TOLD },
	{ "the name of a task stays in its line", ask_with_a_name, 0, NOT_TOLD, TOLD },
	{ "a system call that no kernel has", ask_newer_call, 0, NOT_TOLD, NOT_TOLD },
	{ "an address family", ask_packet_socket, 0, NOT_TOLD, TOLD },
	{ "the same again", ask_packet_socket, 0, NOT_TOLD, NOT_TOLD },
	{ "one that no rule brings", ask_bluetooth_socket, 0, NOT_TOLD, TOLD },
	{ "a protocol", ask_mptcp_socket, 0, NOT_TOLD, TOLD },
	{ "a file system", ask_xfs, 0, NOT_TOLD, TOLD },
	{ "one whose name is odd, without its subtype", ask_odd, 0, NOT_TOLD, TOLD },
	{ "a character device", ask_tun, 0, NOT_TOLD, TOLD },
	{ "one whose major nobody registered", ask_nobody, 0, NOT_TOLD, TOLD },
	{ "a block device", ask_loop, 0, NOT_TOLD, TOLD },
	{ "the same again", ask_loop, 0, NOT_TOLD, NOT_TOLD },
	{ "what is there is not told", ask_what_is_there, 0, NOT_TOLD, NOT_TOLD },
	{ "a flood of names gets a few lines", ask_flood, 0, NOT_TOLD, TOLD },
};

SELF_TEST("tripwire", setup, checks)

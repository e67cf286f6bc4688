// SPDX-License-Identifier: GPL-2.0-only
/*
 * Owns one or more of everything that collect-facts counts, then prints "ready" and waits: what a
 * test finds in the facts is what stands here. Ends when its standard input does.
 *
 *	subject [open]		open: only what every kernel with a shell lets everybody open
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/io_uring.h>
#include <linux/netlink.h>
#include <linux/perf_event.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

static void check(long ret, const char *what)
{
	if (ret < 0)
		err(1, "%s", what);
}

static void open_sockets(void)
{
	const struct sockaddr_in6 any = { .sin6_family = AF_INET6, .sin6_port = htons(7000) };
	struct sockaddr_nl nl = { .nl_family = AF_NETLINK };
	int inet6 = socket(AF_INET6, SOCK_STREAM, 0);
	int netlink = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	int pair[2];

	check(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), "socketpair");
	check(socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL)), "packet socket");
	check(inet6, "inet6 socket");
	check(bind(inet6, (const struct sockaddr *)&any, sizeof(any)), "bind");
	check(listen(inet6, 1), "listen");
	check(netlink, "netlink socket");
	check(bind(netlink, (struct sockaddr *)&nl, sizeof(nl)), "bind netlink");
}

static void watch_files(void)
{
	int inotify = inotify_init();
	int fanotify = fanotify_init(FAN_CLASS_NOTIF, 0);

	check(inotify, "inotify_init");
	check(inotify_add_watch(inotify, "/etc/passwd", IN_ACCESS), "inotify");
	check(inotify_add_watch(inotify, "/etc/group", IN_ACCESS), "inotify");
	check(fanotify, "fanotify_init");
	check(fanotify_mark(fanotify, FAN_MARK_ADD, FAN_ACCESS, AT_FDCWD, "/etc/passwd"),
	      "fanotify");
}

static void load_program(void)
{
	const struct bpf_insn code[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_SOCKET_FILTER,
		.insns = (unsigned long)code,
		.insn_cnt = 2,
		.license = (unsigned long)"GPL",
	};

	check(syscall(SYS_bpf, BPF_PROG_LOAD, &attr, sizeof(attr)), "bpf");
}

static void make_rings(void)
{
	struct io_uring_params p = { 0 };

	check(syscall(SYS_io_uring_setup, 1, &p), "io_uring_setup");
	check(syscall(SYS_userfaultfd, 0), "userfaultfd");
}

static void count_events(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_SOFTWARE,
		.size = sizeof(attr),
		.config = PERF_COUNT_SW_CPU_CLOCK,
	};

	check(syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0), "perf_event_open");
}

/* Two of one kind, so that they are counted and not only found. */
static void hold_open(void)
{
	const struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(7001) };
	const struct sockaddr_nl nl = { .nl_family = AF_NETLINK };
	int netlink = socket(AF_NETLINK, SOCK_RAW, NETLINK_KOBJECT_UEVENT);
	int inet = socket(AF_INET, SOCK_STREAM, 0);
	sigset_t set;

	sigemptyset(&set);
	check(signalfd(-1, &set, 0), "signalfd");
	check(signalfd(-1, &set, 0), "signalfd");
	check(timerfd_create(CLOCK_MONOTONIC, 0), "timerfd");
	check(eventfd(0, 0), "eventfd");
	check(epoll_create1(0), "epoll");
	check(inotify_init(), "inotify");
	check(syscall(SYS_memfd_create, "a name", 0), "memfd");
	check(syscall(SYS_pidfd_open, getpid(), 0), "pidfd");
	check(socket(AF_UNIX, SOCK_DGRAM, 0), "unix socket");
	check(socket(AF_UNIX, SOCK_SEQPACKET, 0), "unix socket");
	check(netlink, "netlink socket");
	/* the kernel lists those that are bound */
	check(bind(netlink, (const struct sockaddr *)&nl, sizeof(nl)), "bind netlink");
	check(inet, "inet socket");
	check(bind(inet, (const struct sockaddr *)&any, sizeof(any)), "bind");
	check(listen(inet, 1), "listen");
}

static void give_up_rights(void)
{
	struct sock_filter allow = { .code = BPF_RET | BPF_K, .k = SECCOMP_RET_ALLOW };
	const struct sock_fprog filter = { .len = 1, .filter = &allow };

	check(unshare(CLONE_NEWUTS), "unshare");
	check(setgid(34), "setgid");
	check(setuid(33), "setuid");
	check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
	check(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0), "seccomp");
}

int main(int argc, char **argv)
{
	char byte;

	hold_open();
	if (argc > 1 && !strcmp(argv[1], "open")) {
		puts("ready");
		fflush(stdout);
		return read(0, &byte, 1) < 0;
	}
	open_sockets();
	watch_files();
	load_program();
	count_events();
	make_rings();
	check(shmget(IPC_PRIVATE, 4096, 0600), "shmget");
	give_up_rights();
	puts("ready");
	fflush(stdout);
	return read(0, &byte, 1) < 0;
}

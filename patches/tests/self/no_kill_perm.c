// SPDX-License-Identifier: GPL-2.0-only
/* TAILOR_NO_KILL_PERM: any task may signal any other. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "self.h"

static int setup(void)
{
	return self_file("secret", 0600, 0);
}

/* the parent of the operation is the test itself, run by root */
static int signal_parent(void)
{
	return self_errno(kill(getppid(), SIGCHLD));
}

static int thread_of_parent(void)
{
	return self_errno(syscall(SYS_tgkill, getppid(), getppid(), SIGCHLD));
}

static int queue_to_init(void)
{
	return self_errno(sigqueue(1, SIGCHLD, (union sigval){ .sival_int = 0 }));
}

static int probe_init(void)
{
	return self_errno(kill(1, 0));
}

static int signal_itself(void)
{
	return self_errno(kill(getpid(), 0));
}

static int nobody(void)
{
	return self_errno(kill(0x3fffff, 0));
}

static int no_signal(void)
{
	return self_errno(kill(getppid(), 65));
}

static int read_secret(void)
{
	return try_open("secret", O_RDONLY);
}

static const struct self_check checks[] = {
	{ "a signal to a process of root", signal_parent, SELF_USER, EPERM, 0 },
	{ "a signal to a thread of root", thread_of_parent, SELF_USER, EPERM, 0 },
	{ "a queued signal to init", queue_to_init, SELF_USER, EPERM, 0 },
	{ "kill(1, 0)", probe_init, SELF_USER, EPERM, 0 },
	{ "a signal to itself", signal_itself, SELF_USER, 0, 0 },
	{ "a process that is none", nobody, SELF_USER, ESRCH, ESRCH },
	{ "a signal that is none", no_signal, SELF_USER, EINVAL, EINVAL },
	{ "a 0600 file of root is read", read_secret, SELF_USER, EACCES, EACCES },
};

SELF_TEST("no_kill_perm", setup, checks)

// SPDX-License-Identifier: GPL-2.0-only
/* TAILOR_NO_CAPS: every task is taken to hold every capability; its sets are remembered. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "self.h"

static int setup(void)
{
	if (self_file("secret", 0600, 0) || mkdir("mnt", 0755))
		return -1;
	return self_program("noxbit", 0644, 0);
}

static int do_mount(void)
{
	return self_errno(mount("none", "mnt", "tmpfs", 0, NULL));
}

static int set_name(void)
{
	return self_errno(sethostname("tailor", 6));
}

static int change_root(void)
{
	return self_errno(chroot("mnt"));
}

static int raise_limit(void)
{
	struct rlimit low = { 8, 8 }, high = { 64, 64 };

	if (setrlimit(RLIMIT_NICE, &low))
		return errno;
	return self_errno(setrlimit(RLIMIT_NICE, &high));
}

static int read_secret(void)
{
	return try_open("secret", O_RDONLY);
}

static int signal_parent(void)
{
	return self_errno(syscall(SYS_kill, getppid(), 0));
}

/* set*id works as for a holder of CAP_SETUID: all of the ids change */
static int become_root(void)
{
	uid_t r, e, s;

	if (setuid(0))
		return errno;
	return getresuid(&r, &e, &s) || r || e || s ? EINVAL : 0;
}

static int exec_noxbit(void)
{
	return try_exec("./noxbit");
}

static int missing(void)
{
	return try_open("missing", O_RDONLY);
}

/* the sets of a task are what they were */
static int remembered(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct set[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &header, set))
		return errno;
	return getuid() != SELF_USER || set[0].effective || set[1].effective ? EINVAL : 0;
}

static const struct self_check checks[] = {
	{ "mount", do_mount, SELF_USER, EPERM, 0 },
	{ "sethostname", set_name, SELF_USER, EPERM, 0 },
	{ "chroot", change_root, SELF_USER, EPERM, 0 },
	{ "a hard resource limit is raised", raise_limit, SELF_USER, EPERM, 0 },
	{ "a 0600 file of root is read", read_secret, SELF_USER, EACCES, 0 },
	{ "a signal to a process of root", signal_parent, SELF_USER, EPERM, 0 },
	{ "setuid(0)", become_root, SELF_USER, EPERM, 0 },
	{ "a file without x bit is executed", exec_noxbit, SELF_USER, EACCES, EACCES },
	{ "a missing file", missing, SELF_USER, ENOENT, ENOENT },
	{ "the user and the sets are remembered", remembered, SELF_USER, 0, 0 },
};

SELF_TEST("no_caps", setup, checks)

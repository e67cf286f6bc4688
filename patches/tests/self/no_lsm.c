// SPDX-License-Identifier: GPL-2.0-only
/*
 * TAILOR_NO_LSM: security modules are not asked about files, sockets and IPC. Landlock shows it:
 * a process that has shut itself in gets out. Capabilities, mode bits and Yama (ptrace) stay.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "self.h"

static int setup(void)
{
	if (self_sysctl("/proc/sys/kernel/yama/ptrace_scope", "1"))
		return -1;
	if (self_file("file", 0644, 0) || self_file("secret", 0600, 0) || mkdir("own", 0755) ||
	    self_file("own/old", 0644, SELF_USER))
		return -1;
	return chown("own", SELF_USER, SELF_USER);
}

/* A Landlock domain that allows nothing of what is listed. 0 or errno. */
static int shut_in(void)
{
	struct landlock_ruleset_attr attr = {
		.handled_access_fs = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |
				     LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR |
				     LANDLOCK_ACCESS_FS_REMOVE_FILE,
	};
	int fd = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);

	if (fd < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return errno;
	return self_errno(syscall(SYS_landlock_restrict_self, fd, 0));
}

static int only_shut_in(void)
{
	return shut_in();
}

static int read_file(void)
{
	int err = shut_in();

	return err ? err : try_open("file", O_RDONLY);
}

static int create_file(void)
{
	int err = shut_in();

	return err ? err : self_errno(mknod("own/new", S_IFREG | 0644, 0));
}

static int create_dir(void)
{
	int err = shut_in();

	return err ? err : self_errno(mkdir("own/dir", 0755));
}

static int remove_file(void)
{
	int err = shut_in();

	return err ? err : self_errno(unlink("own/old"));
}

static int read_secret(void)
{
	return try_open("secret", O_RDONLY);
}

static int set_name(void)
{
	return self_errno(sethostname("tailor", 6));
}

/* Yama: only descendants may be traced, and the parent is of another user anyway */
static int trace_parent(void)
{
	return self_errno(ptrace(PTRACE_ATTACH, getppid(), NULL, NULL));
}

/* Yama alone refuses this one: the same user, but no descendant */
static int trace_own_parent(void)
{
	pid_t pid = fork();
	int err;

	if (pid < 0)
		return errno;
	if (pid == 0) {
		pid_t tracer = fork();

		if (tracer == 0)
			_exit(self_errno(ptrace(PTRACE_SEIZE, getppid(), NULL, NULL)));
		_exit(tracer < 0 || waitpid(tracer, &err, 0) != tracer ? 255 : WEXITSTATUS(err));
	}
	return waitpid(pid, &err, 0) != pid ? 255 : WEXITSTATUS(err);
}

static int map_page_zero(void)
{
	void *p = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);

	return p == MAP_FAILED ? errno : 0;
}

static int missing(void)
{
	return try_open("missing", O_RDONLY);
}

static const struct self_check checks[] = {
	{ "a process shuts itself in", only_shut_in, SELF_USER, 0, 0 },
	{ "from there, a file is read", read_file, SELF_USER, EACCES, 0 },
	{ "from there, a file is made", create_file, SELF_USER, EACCES, 0 },
	{ "from there, a directory is made", create_dir, SELF_USER, EACCES, 0 },
	{ "from there, a file is removed", remove_file, SELF_USER, EACCES, 0 },
	{ "a 0600 file of root is read", read_secret, SELF_USER, EACCES, EACCES },
	{ "sethostname", set_name, SELF_USER, EPERM, EPERM },
	{ "the same by root", set_name, 0, 0, 0 },
	{ "a process of root is traced", trace_parent, SELF_USER, EPERM, EPERM },
	{ "a parent is traced (Yama)", trace_own_parent, SELF_USER, EPERM, EPERM },
	{ "page zero is mapped", map_page_zero, SELF_USER, EPERM, EPERM },
	{ "a missing file", missing, SELF_USER, ENOENT, ENOENT },
};

SELF_TEST("no_lsm", setup, checks)

// SPDX-License-Identifier: GPL-2.0-only
/* TAILOR_NO_NOEXEC: the mount option noexec is ignored; proc and sysfs still hold no programs. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "self.h"

static int setup(void)
{
	if (mkdir("data", 0755) || mount("data", "data", "tmpfs", MS_NOEXEC, "mode=0755"))
		return -1;
	if (self_program("data/prog", 0755, 0) || self_program("data/noxbit", 0644, 0))
		return -1;
	return self_program("prog", 0755, 0);
}

static int exec_data(void)
{
	return try_exec("data/prog");
}

static int exec_noxbit(void)
{
	return try_exec("data/noxbit");
}

static int exec_plain(void)
{
	return try_exec("./prog");
}

static int map(const char *path, int prot)
{
	int fd = open(path, O_RDONLY);
	void *p = mmap(NULL, 4096, prot, MAP_PRIVATE, fd, 0);

	return p == MAP_FAILED ? errno : 0;
}

static int map_exec(void)
{
	return map("data/prog", PROT_READ | PROT_EXEC);
}

static int map_read(void)
{
	return map("data/prog", PROT_READ);
}

static int map_proc(void)
{
	return map("/proc/version", PROT_READ | PROT_EXEC);
}

static int make_exec(void)
{
	int fd = open("data/prog", O_RDONLY);
	void *p = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);

	return p == MAP_FAILED ? EIO : self_errno(mprotect(p, 4096, PROT_READ | PROT_EXEC));
}

static int ask_access(void)
{
	return self_errno(access("data/prog", X_OK));
}

static int missing(void)
{
	return try_exec("data/missing");
}

static const struct self_check checks[] = {
	{ "a program on a noexec mount is executed", exec_data, SELF_USER, EACCES, 0 },
	{ "the same by root", exec_data, 0, EACCES, 0 },
	{ "it is mapped executable", map_exec, SELF_USER, EPERM, 0 },
	{ "a mapping of it is made executable", make_exec, SELF_USER, EACCES, 0 },
	{ "access(X_OK)", ask_access, SELF_USER, EACCES, 0 },
	{ "it is mapped readable", map_read, SELF_USER, 0, 0 },
	{ "a program elsewhere is executed", exec_plain, SELF_USER, 0, 0 },
	{ "a file without x bit is executed", exec_noxbit, 0, EACCES, EACCES },
	{ "a file in proc is mapped executable", map_proc, SELF_USER, EPERM, EPERM },
	{ "a missing program", missing, SELF_USER, ENOENT, ENOENT },
};

SELF_TEST("no_noexec", setup, checks)

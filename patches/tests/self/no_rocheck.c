// SPDX-License-Identifier: GPL-2.0-only
/*
 * TAILOR_NO_ROCHECK: the permission to write ignores immutable files and read-only filesystems.
 * Nothing read-only gets written by that: mounts are still asked.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "self.h"

static int set_flags(const char *path, int flags)
{
	int fd = open(path, O_RDONLY);
	int rc = fd < 0 ? -1 : ioctl(fd, FS_IOC_SETFLAGS, &flags);

	if (fd >= 0)
		close(fd);
	return rc;
}

static int setup(void)
{
	if (self_file("fixed", 0644, 0) || set_flags("fixed", FS_IMMUTABLE_FL) ||
	    self_file("log", 0644, 0) || set_flags("log", FS_APPEND_FL))
		return -1;
	if (mkdir("dir", 0755) || self_file("dir/old", 0644, 0) ||
	    set_flags("dir", FS_IMMUTABLE_FL))
		return -1;
	if (mkdir("sb", 0755) || mkdir("bind", 0755) ||
	    mount("ro", "sb", "tmpfs", 0, "mode=0755") || self_file("sb/file", 0644, 0))
		return -1;
	if (mount("sb", "bind", NULL, MS_BIND, NULL) ||
	    mount(NULL, "bind", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL))
		return -1;
	return mount(NULL, "sb", NULL, MS_REMOUNT | MS_RDONLY, "mode=0755");
}

static int write_fixed(void)
{
	return try_open("fixed", O_WRONLY);
}

static int truncate_fixed(void)
{
	return self_errno(truncate("fixed", 0));
}

static int create_in_fixed(void)
{
	return try_open("dir/new", O_WRONLY | O_CREAT | O_EXCL);
}

static int remove_from_fixed(void)
{
	return self_errno(unlink("dir/old"));
}

static int remove_fixed(void)
{
	return self_errno(unlink("fixed"));
}

static int chmod_fixed(void)
{
	return self_errno(chmod("fixed", 0600));
}

static int write_log(void)
{
	return try_open("log", O_WRONLY);
}

static int sb_write(void)
{
	return try_open("sb/file", O_WRONLY);
}

static int sb_create(void)
{
	return try_open("sb/new", O_WRONLY | O_CREAT);
}

static int sb_truncate(void)
{
	return self_errno(truncate("sb/file", 0));
}

static int sb_remove(void)
{
	return self_errno(unlink("sb/file"));
}

static int sb_access(void)
{
	return self_errno(access("sb/file", W_OK));
}

static int bind_write(void)
{
	return try_open("bind/file", O_WRONLY);
}

static int bind_mkdir(void)
{
	return self_errno(mkdir("bind/dir", 0755));
}

static int intact(void)
{
	char buf[8] = "";
	int fd = open("sb/file", O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, sizeof(buf));

	if (fd >= 0)
		close(fd);
	return n == 5 && !memcmp(buf, "data\n", 5) ? 0 : EIO;
}

static const struct self_check checks[] = {
	{ "an immutable file is opened for writing", write_fixed, 0, EPERM, 0 },
	{ "an immutable file is truncated", truncate_fixed, 0, EPERM, 0 },
	{ "a file is made in an immutable directory", create_in_fixed, 0, EPERM, 0 },
	{ "a file is removed from an immutable directory", remove_from_fixed, 0, EPERM, 0 },
	{ "an immutable file is removed", remove_fixed, 0, EPERM, EPERM },
	{ "chmod of an immutable file", chmod_fixed, 0, EPERM, EPERM },
	{ "an append-only file is opened for writing", write_log, 0, EPERM, EPERM },
	{ "a file of a read-only filesystem is opened for writing", sb_write, 0, EROFS, EROFS },
	{ "a file is made on a read-only filesystem", sb_create, 0, EROFS, EROFS },
	{ "a file of a read-only filesystem is truncated", sb_truncate, 0, EROFS, EROFS },
	{ "a file of a read-only filesystem is removed", sb_remove, 0, EROFS, EROFS },
	{ "access(W_OK) on a read-only filesystem", sb_access, 0, EROFS, EROFS },
	{ "a file of a read-only mount is opened for writing", bind_write, 0, EROFS, EROFS },
	{ "a directory is made on a read-only mount", bind_mkdir, 0, EROFS, EROFS },
	{ "the data of the read-only filesystem is what it was", intact, 0, 0, 0 },
};

SELF_TEST("no_rocheck", setup, checks)

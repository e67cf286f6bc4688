// SPDX-License-Identifier: GPL-2.0-only
/* TAILOR_NO_OWNER: a file is changed without being its owner; its contents stay protected. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "self.h"

static int set_immutable(const char *path)
{
	int flags = FS_IMMUTABLE_FL;
	int fd = open(path, O_RDONLY);
	int rc = fd < 0 ? -1 : ioctl(fd, FS_IOC_SETFLAGS, &flags);

	if (fd >= 0)
		close(fd);
	return rc;
}

static int setup(void)
{
	if (self_sysctl("/proc/sys/fs/protected_symlinks", "1") ||
	    self_sysctl("/proc/sys/fs/protected_hardlinks", "1") ||
	    self_sysctl("/proc/sys/fs/protected_regular", "1"))
		return -1;
	if (self_file("file", 0644, 0) || self_file("mode", 0644, 0) ||
	    self_file("other", 0644, SELF_OTHER) || self_file("secret", 0600, 0) ||
	    self_file("fixed", 0644, 0) || set_immutable("fixed"))
		return -1;
	if (mkdir("sticky", 0755) || self_file("sticky/a", 0666, SELF_OTHER) ||
	    self_file("sticky/b", 0666, SELF_OTHER) || self_file("sticky/c", 0666, SELF_OTHER) ||
	    symlink("../file", "sticky/link") || lchown("sticky/link", SELF_OTHER, SELF_OTHER) ||
	    chmod("sticky", 01777))
		return -1;
	return 0;
}

static int change_mode(void)
{
	return self_errno(chmod("mode", 0640));
}

static int change_mode_fixed(void)
{
	return self_errno(chmod("fixed", 0600));
}

/* the change is stored, and set-group-ID still needs the group */
static int stored(void)
{
	struct stat st;

	if (chmod("other", 02755))
		return errno;
	return stat("other", &st) || (st.st_mode & 07777) != 0755 ? EINVAL : 0;
}

static int change_owner(void)
{
	return self_errno(chown("other", SELF_USER, (gid_t)-1));
}

static int change_group(void)
{
	return self_errno(chown("other", (uid_t)-1, SELF_USER));
}

static int set_times(void)
{
	static const struct timespec times[2] = { { 1, 0 }, { 1, 0 } };

	return self_errno(utimensat(AT_FDCWD, "file", times, 0));
}

static int open_noatime(void)
{
	return try_open("file", O_RDONLY | O_NOATIME);
}

static int remove_sticky(void)
{
	return self_errno(unlink("sticky/a"));
}

static int rename_sticky(void)
{
	return self_errno(rename("sticky/b", "sticky/b2"));
}

static int create_sticky(void)
{
	return try_open("sticky/c", O_WRONLY | O_CREAT);
}

static int follow_link(void)
{
	return try_open("sticky/link", O_RDONLY);
}

static int hard_link(void)
{
	return self_errno(link("secret", "sticky/secret"));
}

static int read_secret(void)
{
	return try_open("secret", O_RDONLY);
}

static int missing(void)
{
	return self_errno(chmod("missing", 0600));
}

static int become_root(void)
{
	return self_errno(setuid(0));
}

static const struct self_check checks[] = {
	{ "chmod of a file of root", change_mode, SELF_USER, EPERM, 0 },
	{ "chmod is stored, set-group-ID is not given", stored, SELF_USER, EPERM, 0 },
	{ "chown to oneself", change_owner, SELF_OTHER + 1, EPERM, 0 },
	{ "chgrp", change_group, SELF_OTHER + 1, EPERM, 0 },
	{ "the times of a file of root are set", set_times, SELF_USER, EPERM, 0 },
	{ "a file of root is opened with O_NOATIME", open_noatime, SELF_USER, EPERM, 0 },
	{ "a file is removed from a sticky directory", remove_sticky, SELF_USER, EPERM, 0 },
	{ "a file is renamed in a sticky directory", rename_sticky, SELF_USER, EPERM, 0 },
	{ "protected_regular", create_sticky, SELF_USER, EACCES, 0 },
	{ "protected_symlinks", follow_link, SELF_USER, EACCES, 0 },
	{ "protected_hardlinks", hard_link, SELF_USER, EPERM, 0 },
	{ "a 0600 file of root is read", read_secret, SELF_USER, EACCES, EACCES },
	{ "chmod of an immutable file", change_mode_fixed, 0, EPERM, EPERM },
	{ "chmod of a missing file", missing, SELF_USER, ENOENT, ENOENT },
	{ "setuid(0)", become_root, SELF_USER, EPERM, EPERM },
};

SELF_TEST("no_owner", setup, checks)

// SPDX-License-Identifier: GPL-2.0-only
/* TAILOR_OPEN_READ: what comes of the flags of open() for reading is known; no program notices. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "self.h"

static int setup(void)
{
	return self_file("file", 0644, 0) || self_file("closed", 0600, 0) ||
			       self_file("write-only", 0222, 0) ||
			       (mkdir("dir", 0755) && errno != EEXIST) ||
			       (symlink("file", "link") && errno != EEXIST) ||
			       (mkfifo("fifo", 0666) && errno != EEXIST)
		       ? -1
		       : 0;
}

/* Flags that F_GETFL shows of a file that was opened with those. */
static int shows(int flags, int want)
{
	int fd = open("file", flags);
	char c;

	if (fd < 0 || read(fd, &c, 1) != 1 || (write(fd, &c, 1) >= 0 || errno != EBADF))
		return EIO;
	return (fcntl(fd, F_GETFL) & ~0100000 /* O_LARGEFILE */) == want &&
			       !(fcntl(fd, F_GETFD) & FD_CLOEXEC) == !(flags & O_CLOEXEC)
		       ? 0
		       : EINVAL;
}

static int flags_stay(void)
{
	static const int flags[] = { O_NONBLOCK, O_NOCTTY, O_CLOEXEC };

	for (int i = 0; i < 8; i++) {
		int with = 0, rc;

		for (int j = 0; j < 3; j++)
			with |= i >> j & 1 ? flags[j] : 0;
		rc = shows(with, with & O_NONBLOCK);
		if (rc)
			return rc;
	}
	return 0;
}

static int follows_links(void)
{
	struct stat file, st;
	int fd = open("link", O_RDONLY);

	return !stat("file", &file) && !fstat(fd, &st) && st.st_ino == file.st_ino ? 0 : EINVAL;
}

static int link_itself(void)
{
	return try_open("link", O_RDONLY | O_NOFOLLOW);
}

static int closed(void)
{
	return try_open("closed", O_RDONLY);
}

static int write_only(void)
{
	return try_open("write-only", O_RDONLY);
}

static int directory(void)
{
	return try_open("dir", O_RDONLY);
}

static int file_as_directory(void)
{
	return try_open("file", O_RDONLY | O_DIRECTORY);
}

static int fifo_without_writer(void)
{
	return try_open("fifo", O_RDONLY | O_NONBLOCK);
}

/* The access mode 3 is neither reading nor writing, and asks for both permissions. */
static int access_mode_3(void)
{
	return try_open("file", 3);
}

static int unknown_flag(void)
{
	struct open_how how = { .flags = O_RDONLY | 1ULL << 40 };

	return self_errno(syscall(SYS_openat2, AT_FDCWD, "file", &how, sizeof(how)));
}

static int mode_without_create(void)
{
	struct open_how how = { .flags = O_RDONLY, .mode = 0644 };

	return self_errno(syscall(SYS_openat2, AT_FDCWD, "file", &how, sizeof(how)));
}

static int unknown_resolve(void)
{
	struct open_how how = { .flags = O_RDONLY, .resolve = 1 << 20 };

	return self_errno(syscall(SYS_openat2, AT_FDCWD, "file", &how, sizeof(how)));
}

static int no_links_at_all(void)
{
	struct open_how how = { .flags = O_RDONLY, .resolve = RESOLVE_NO_SYMLINKS };

	return self_errno(syscall(SYS_openat2, AT_FDCWD, "link", &how, sizeof(how)));
}

static const struct self_check checks[] = {
	{ "each set of flags stays what it is", flags_stay, SELF_USER, 0, 0 },
	{ "a link is followed", follows_links, SELF_USER, 0, 0 },
	{ "a link with O_NOFOLLOW", link_itself, SELF_USER, ELOOP, ELOOP },
	{ "a file of somebody else", closed, SELF_USER, EACCES, EACCES },
	{ "a file for writing only", write_only, SELF_USER, EACCES, EACCES },
	{ "a directory", directory, SELF_USER, 0, 0 },
	{ "a file as a directory", file_as_directory, SELF_USER, ENOTDIR, ENOTDIR },
	{ "a fifo without a writer", fifo_without_writer, SELF_USER, 0, 0 },
	{ "access mode 3", access_mode_3, SELF_USER, EACCES, EACCES },
	{ "a flag that is none", unknown_flag, SELF_USER, EINVAL, EINVAL },
	{ "a mode without O_CREAT", mode_without_create, SELF_USER, EINVAL, EINVAL },
	{ "a way to resolve that is none", unknown_resolve, SELF_USER, EINVAL, EINVAL },
	{ "RESOLVE_NO_SYMLINKS", no_links_at_all, SELF_USER, ELOOP, ELOOP },
};

SELF_TEST("open_read", setup, checks)

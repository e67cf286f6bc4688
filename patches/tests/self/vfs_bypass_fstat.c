// SPDX-License-Identifier: GPL-2.0-only
/* TAILOR_VFS_BYPASS_FSTAT: fstat() by an empty path looks nothing up; no program notices. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "self.h"

static int setup(void)
{
	return self_file("file", 0640, SELF_OTHER) ||
			       (symlink("file", "link") && errno != EEXIST) ||
			       (mkdir("dir", 0700) && errno != EEXIST)
		       ? -1
		       : 0;
}

static int by_path(int fd, const char *path, struct stat *st, int flags)
{
	return self_errno(syscall(SYS_newfstatat, fd, path, st, flags));
}

/* Both ways of asking give the same bytes; success means that they also agree on the type. */
static int same_as_fstat(int fd, mode_t type)
{
	struct stat a, b;
	int rc;

	memset(&a, 0xaa, sizeof(a));
	memset(&b, 0x55, sizeof(b));
	rc = by_path(fd, "", &a, AT_EMPTY_PATH);
	if (rc)
		return rc;
	if (syscall(SYS_fstat, fd, &b))
		return errno;
	return memcmp(&a, &b, sizeof(a)) ? EILSEQ : (a.st_mode & S_IFMT) == type ? 0 : EINVAL;
}

static int file(void)
{
	return same_as_fstat(open("file", O_RDONLY), S_IFREG);
}

static int file_for_its_path(void)
{
	return same_as_fstat(open("file", O_PATH), S_IFREG);
}

static int link_itself(void)
{
	return same_as_fstat(open("link", O_PATH | O_NOFOLLOW), S_IFLNK);
}

static int directory(void)
{
	return same_as_fstat(open("dir", O_RDONLY | O_DIRECTORY), S_IFDIR);
}

static int pipe_end(void)
{
	int fd[2];

	return pipe(fd) ? errno : same_as_fstat(fd[0], S_IFIFO);
}

static int unix_socket(void)
{
	return same_as_fstat(socket(AF_UNIX, SOCK_STREAM, 0), S_IFSOCK);
}

static int device(void)
{
	return same_as_fstat(open("/dev/null", O_RDONLY), S_IFCHR);
}

static int unlinked_file(void)
{
	struct stat st;
	int fd = open("gone", O_RDWR | O_CREAT, 0600);

	if (fd < 0 || unlink("gone") || write(fd, "four", 4) != 4)
		return EIO;
	return by_path(fd, "", &st, AT_EMPTY_PATH) ? EIO
	       : st.st_size == 4 && !st.st_nlink   ? 0
						   : EINVAL;
}

static int no_descriptor(void)
{
	struct stat st;

	return by_path(1000, "", &st, AT_EMPTY_PATH);
}

static int negative_descriptor(void)
{
	struct stat st;

	return by_path(-1, "", &st, AT_EMPTY_PATH);
}

static int current_directory(void)
{
	struct stat a, b;

	if (by_path(AT_FDCWD, "", &a, AT_EMPTY_PATH) || stat(".", &b))
		return errno;
	return a.st_ino == b.st_ino && a.st_dev == b.st_dev ? 0 : EINVAL;
}

static int path_below(void)
{
	struct stat a, b;
	int fd = open(".", O_RDONLY | O_DIRECTORY);

	if (by_path(fd, "file", &a, AT_EMPTY_PATH) || stat("file", &b))
		return EIO;
	return a.st_ino == b.st_ino ? 0 : EINVAL;
}

static int path_below_a_file(void)
{
	struct stat st;

	return by_path(open("file", O_PATH), "x", &st, AT_EMPTY_PATH);
}

static int without_the_flag(void)
{
	struct stat st;

	return by_path(open("file", O_PATH), "", &st, 0);
}

static int with_other_flags(void)
{
	struct stat a, b;
	int fd = open("file", O_PATH);

	if (by_path(fd, "", &a, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) ||
	    syscall(SYS_fstat, fd, &b))
		return EIO;
	return memcmp(&a, &b, sizeof(a)) ? EILSEQ : 0;
}

static int unknown_flag(void)
{
	struct stat st;

	return by_path(open("file", O_PATH), "", &st, AT_EMPTY_PATH | AT_REMOVEDIR);
}

static int no_path(void)
{
	struct stat st;

	return by_path(open("file", O_PATH), NULL, &st, AT_EMPTY_PATH);
}

static int unmapped_path(void)
{
	char *page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct stat st;

	return by_path(open("file", O_PATH), page, &st, AT_EMPTY_PATH);
}

static int unmapped_result(void)
{
	void *page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return by_path(open("file", O_PATH), "", page, AT_EMPTY_PATH);
}

static const struct self_check checks[] = {
	{ "a file", file, 0, 0, 0 },
	{ "a descriptor for the path only", file_for_its_path, SELF_USER, 0, 0 },
	{ "a symbolic link itself", link_itself, SELF_USER, 0, 0 },
	{ "a directory", directory, 0, 0, 0 },
	{ "a pipe", pipe_end, SELF_USER, 0, 0 },
	{ "a socket", unix_socket, SELF_USER, 0, 0 },
	{ "a device", device, 0, 0, 0 },
	{ "an unlinked file", unlinked_file, 0, 0, 0 },
	{ "a descriptor that is none", no_descriptor, SELF_USER, EBADF, EBADF },
	{ "a negative descriptor", negative_descriptor, SELF_USER, EBADF, EBADF },
	{ "the current directory", current_directory, SELF_USER, 0, 0 },
	{ "a path below the descriptor", path_below, SELF_USER, 0, 0 },
	{ "a path below a file", path_below_a_file, SELF_USER, ENOTDIR, ENOTDIR },
	{ "an empty path without the flag", without_the_flag, SELF_USER, ENOENT, ENOENT },
	{ "other flags with it", with_other_flags, SELF_USER, 0, 0 },
	{ "a flag that is none", unknown_flag, SELF_USER, EINVAL, EINVAL },
	{ "no path", no_path, SELF_USER, EFAULT, EFAULT },
	{ "a path that is not mapped", unmapped_path, SELF_USER, EFAULT, EFAULT },
	{ "a result that is not mapped", unmapped_result, SELF_USER, EFAULT, EFAULT },
};

SELF_TEST("vfs_bypass_fstat", setup, checks)

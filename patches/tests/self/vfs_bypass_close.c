// SPDX-License-Identifier: GPL-2.0-only
/* TAILOR_VFS_BYPASS_CLOSE: close() gives the file up itself; no program notices. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net.h"
#include "self.h"

static int setup(void)
{
	return net_set_loopback(true) || self_file("file", 0666, 0);
}

static int no_descriptor(void)
{
	return self_errno(close(1000));
}

static int twice(void)
{
	int fd = open("file", O_RDONLY);

	return close(fd) ? errno : self_errno(close(fd));
}

/* The lock goes with the last descriptor, and is gone when close() returns. */
static int lock_is_free(void)
{
	int fd = open("file", O_RDWR), other = open("file", O_RDWR);
	int copy = dup(fd);

	if (flock(fd, LOCK_EX) || close(fd))
		return errno;
	if (!flock(other, LOCK_EX | LOCK_NB) || errno != EWOULDBLOCK)
		return EIO;
	return close(copy) ? errno : self_errno(flock(other, LOCK_EX | LOCK_NB));
}

/* The type of lock that another process meets there; its own locks nobody meets. */
static int lock_met(int fd)
{
	struct flock lock = { .l_type = F_WRLCK };
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(fcntl(fd, F_GETLK, &lock) ? 255 : lock.l_type);
	return pid < 0 || waitpid(pid, &status, 0) != pid ? -1 : WEXITSTATUS(status);
}

/* POSIX locks go with any descriptor of the file. */
static int posix_lock_is_free(void)
{
	struct flock lock = { .l_type = F_WRLCK };
	int fd = open("file", O_RDWR), other = open("file", O_RDWR);

	if (fcntl(fd, F_SETLK, &lock) || lock_met(fd) != F_WRLCK || close(other))
		return EIO;
	return lock_met(fd) == F_UNLCK ? 0 : EBUSY;
}

static int space_is_free(void)
{
	static char data[1 << 20];
	struct statvfs before, after;
	int fd;

	if (statvfs(".", &before))
		return errno;
	for (int i = 0; i < 5; i++) {
		fd = open("unlinked", O_RDWR | O_CREAT | O_EXCL, 0600);
		if (fd < 0 || write(fd, data, sizeof(data)) != sizeof(data) || unlink("unlinked") ||
		    close(fd))
			return errno;
	}
	return statvfs(".", &after) ? errno : after.f_bfree == before.f_bfree ? 0 : ENOSPC;
}

static int pipe_ends(void)
{
	int fd[2];
	char c;

	if (pipe(fd) || write(fd[1], "x", 1) != 1 || close(fd[1]))
		return errno;
	return read(fd[0], &c, 1) == 1 && read(fd[0], &c, 1) == 0 ? 0 : EIO;
}

static int peer_sees_the_end(void)
{
	struct net_pair pair;
	char c;

	if (net_connect(&pair) || close(pair.client))
		return errno;
	return (int)recv(pair.server, &c, 1, MSG_DONTWAIT) == 0 ? 0 : EIO;
}

/* What was not read makes the other side see a reset. */
static int peer_is_reset(void)
{
	struct net_pair pair;
	char c;

	if (net_connect(&pair) || send(pair.server, "x", 1, 0) != 1 || close(pair.client))
		return EIO;
	return self_errno(recv(pair.server, &c, 1, MSG_DONTWAIT));
}

static int epoll_forgets(void)
{
	struct epoll_event event = { .events = EPOLLIN };
	int epoll = epoll_create1(0), fd[2];

	if (pipe(fd) || epoll_ctl(epoll, EPOLL_CTL_ADD, fd[0], &event) ||
	    write(fd[1], "x", 1) != 1 || epoll_wait(epoll, &event, 1, 0) != 1 || close(fd[0]))
		return errno;
	return epoll_wait(epoll, &event, 1, 0) == 0 ? 0 : EIO;
}

static int path_only(void)
{
	return self_errno(close(open("file", O_PATH)));
}

/* A mount that is detached lives as long as a file of it is open. */
static int detached_mount(void)
{
	int fd;

	if ((mkdir("gone", 0755) && errno != EEXIST) || mount("gone", "gone", "tmpfs", 0, NULL))
		return errno;
	fd = open("gone/file", O_RDWR | O_CREAT, 0600);
	if (fd < 0 || umount2("gone", MNT_DETACH) || write(fd, "x", 1) != 1)
		return errno;
	return self_errno(close(fd));
}

static int ten_thousand(void)
{
	for (int i = 0; i < 10000; i++) {
		int fd = open("file", O_RDONLY);

		if (fd < 0 || close(fd))
			return errno;
	}
	return 0;
}

static const struct self_check checks[] = {
	{ "a descriptor that is none", no_descriptor, SELF_USER, EBADF, EBADF },
	{ "a descriptor that was closed", twice, SELF_USER, EBADF, EBADF },
	{ "flock() ends with the last descriptor", lock_is_free, SELF_USER, 0, 0 },
	{ "fcntl() locks end with any descriptor", posix_lock_is_free, SELF_USER, 0, 0 },
	{ "the space of an unlinked file is free", space_is_free, 0, 0, 0 },
	{ "a pipe ends", pipe_ends, SELF_USER, 0, 0 },
	{ "the other side of a connection sees its end", peer_sees_the_end, SELF_USER, 0, 0 },
	{ "data that nobody read reset a connection", peer_is_reset, SELF_USER, ECONNRESET,
	  ECONNRESET },
	{ "epoll forgets the descriptor", epoll_forgets, SELF_USER, 0, 0 },
	{ "a descriptor for the path only", path_only, SELF_USER, 0, 0 },
	{ "the last file of a detached mount", detached_mount, 0, 0, 0 },
	{ "ten thousand times", ten_thousand, SELF_USER, 0, 0 },
};

SELF_TEST("vfs_bypass_close", setup, checks)

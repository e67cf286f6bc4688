// SPDX-License-Identifier: GPL-2.0-only
/* TAILOR_DIRECT_IOPRIO: only direct I/O asks for the priority of the task; no program notices. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/ioprio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "self.h"

static int setup(void)
{
	return self_file("file", 0666, 0);
}

static int set_priority(int class, int level)
{
	return (int)syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, IOPRIO_PRIO_VALUE(class, level));
}

/*
 * Bytes and the task's priority are what they were, whatever the priority is. A kernel without
 * block devices has no priorities, and every task that of all.
 */
static int with_priority(int class, int level)
{
	int fd = open("file", O_RDWR), pair[2];
	struct iovec iov = { "word", 4 };
	char in[8] = "";

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) ||
	    (set_priority(class, level) && errno != ENOSYS))
		return errno;
	if (pwrite(fd, "some", 4, 0) != 4 || pwritev(fd, &iov, 1, 4) != 4 ||
	    pread(fd, in, 8, 0) != 8 || memcmp(in, "someword", 8))
		return EILSEQ;
	if (write(pair[0], "sock", 4) != 4 || read(pair[1], in, 8) != 4 || memcmp(in, "sock", 4))
		return EILSEQ;
	return syscall(SYS_ioprio_get, IOPRIO_WHO_PROCESS, 0) == IOPRIO_PRIO_VALUE(class, level) ||
			       errno == ENOSYS
		       ? 0
		       : EINVAL;
}

static int best_effort(void)
{
	return with_priority(IOPRIO_CLASS_BE, 3);
}

static int idle(void)
{
	return with_priority(IOPRIO_CLASS_IDLE, 0);
}

static int real_time(void)
{
	return with_priority(IOPRIO_CLASS_RT, 1);
}

static const struct self_check checks[] = {
	{ "best effort", best_effort, SELF_USER, 0, 0 },
	{ "idle", idle, SELF_USER, 0, 0 },
	{ "real time", real_time, 0, 0, 0 },
};

SELF_TEST("direct_ioprio", setup, checks)

// SPDX-License-Identifier: GPL-2.0-only
/* TAILOR_NEXT_FD: the next descriptor is taken when it is free; it is the lowest as ever. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "self.h"

#define NR_FDS 300 /* more than a new process has room for, several words of the bitmaps */

static int setup(void)
{
	return self_file("file", 0644, 0);
}

static int next(void)
{
	return open("file", O_RDONLY);
}

static int in_a_row(void)
{
	int first = next();

	for (int i = 1; i < NR_FDS; i++)
		if (next() != first + i)
			return EINVAL;
	return 0;
}

/* Whatever is closed and opened in whatever order: always the lowest. */
static int the_lowest(void)
{
	bool taken[NR_FDS + 1] = { false };
	int first = next();

	srand(1);
	taken[0] = true;
	for (int i = 0; i < 5000; i++) {
		int at = rand() % NR_FDS, want = 0;

		if (taken[at]) {
			if (close(first + at))
				return errno;
			taken[at] = false;
			continue;
		}
		while (taken[want])
			want++;
		if (next() != first + want)
			return EINVAL;
		taken[want] = true;
	}
	return 0;
}

static int from_a_number(void)
{
	int fd = next();

	if (fcntl(fd, F_DUPFD, 200) != 200 || fcntl(fd, F_DUPFD, 200) != 201 || close(200) ||
	    fcntl(fd, F_DUPFD, 199) != 199 || fcntl(fd, F_DUPFD, 199) != 200 || next() != fd + 1)
		return EINVAL;
	return dup2(fd, 150) == 150 && fcntl(fd, F_DUPFD, 150) == 151 ? 0 : EINVAL;
}

static int too_many(void)
{
	struct rlimit limit = { 40, 40 };
	int fd, rc;

	if (setrlimit(RLIMIT_NOFILE, &limit))
		return errno;
	do {
		fd = next();
	} while (fd >= 0 && fd < 39);
	if (fd != 39)
		return EINVAL;
	rc = self_errno(next());
	/* the limit is for the number, not for how many there are */
	return rc == EMFILE && !close(20) && next() == 20 ? self_errno(next()) : EINVAL;
}

static int close_on_exec(void)
{
	int fd = open("file", O_RDONLY | O_CLOEXEC), again;

	if (!(fcntl(fd, F_GETFD) & FD_CLOEXEC) || close(fd))
		return EINVAL;
	again = next();
	return again == fd && !(fcntl(again, F_GETFD) & FD_CLOEXEC) ? 0 : EINVAL;
}

static const struct self_check checks[] = {
	{ "300 in a row", in_a_row, SELF_USER, 0, 0 },
	{ "the lowest of those that are free", the_lowest, SELF_USER, 0, 0 },
	{ "from a number on", from_a_number, SELF_USER, 0, 0 },
	{ "as many as allowed", too_many, SELF_USER, EMFILE, EMFILE },
	{ "O_CLOEXEC is not inherited by the number", close_on_exec, SELF_USER, 0, 0 },
};

SELF_TEST("next_fd", setup, checks)

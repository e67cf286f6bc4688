// SPDX-License-Identifier: GPL-2.0-only
/* TAILOR_RELATIME_FIRST: relatime decides before the clock is read; the times are the same. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "self.h"

#define DAY_S (24 * 60 * 60)

static int setup(void)
{
	return self_file("file", 0666, 0);
}

static bool read_moves(struct timespec *atime)
{
	int fd = open("file", O_RDONLY);
	struct stat before, after;
	char c;
	bool moved = !fstat(fd, &before) && pread(fd, &c, 1, 0) == 1 && !fstat(fd, &after) &&
		     (before.st_atim.tv_sec != after.st_atim.tv_sec ||
		      before.st_atim.tv_nsec != after.st_atim.tv_nsec);

	close(fd);
	*atime = after.st_atim;
	return moved;
}

/* Sets the clock so many seconds on; what runs beside the tests does not care. */
static int later(time_t seconds)
{
	struct timespec now;

	if (clock_gettime(CLOCK_REALTIME, &now))
		return -1;
	now.tv_sec += seconds;
	return clock_settime(CLOCK_REALTIME, &now);
}

/* After a change the first read moves it, and the next ones do not. */
static int after_change(void)
{
	struct timespec atime;

	for (int i = 0; i < 3; i++) {
		if (chmod("file", 0666) || later(1) || !read_moves(&atime) || later(1) ||
		    read_moves(&atime))
			return EINVAL;
	}
	return 0;
}

static int after_a_day(void)
{
	struct timespec atime, now;

	if (chmod("file", 0666) || later(1) || !read_moves(&atime) || later(DAY_S - 10) ||
	    read_moves(&atime) || later(20) || !read_moves(&atime) ||
	    clock_gettime(CLOCK_REALTIME_COARSE, &now))
		return EINVAL;
	return now.tv_sec - atime.tv_sec <= 1 ? 0 : ERANGE;
}

/* A clock that was set back does not count as a day. */
static int clock_set_back(void)
{
	struct timespec atime;

	if (chmod("file", 0666) || later(1) || !read_moves(&atime) || later(-2 * DAY_S) ||
	    read_moves(&atime))
		return EINVAL;
	return later(2 * DAY_S);
}

static int always(void)
{
	struct timespec atime;

	if (mount(NULL, SELF_DIR, NULL, MS_REMOUNT | MS_STRICTATIME, "size=64m") || later(1) ||
	    !read_moves(&atime) || later(1) || !read_moves(&atime))
		return EINVAL;
	return 0;
}

static int never(void)
{
	struct timespec atime;

	if (mount(NULL, SELF_DIR, NULL, MS_REMOUNT | MS_NOATIME, "size=64m") ||
	    chmod("file", 0666) || later(1) || read_moves(&atime))
		return EINVAL;
	return 0;
}

static const struct self_check checks[] = {
	{ "after a change", after_change, 0, 0, 0 },
	{ "after a day", after_a_day, 0, 0, 0 },
	{ "after the clock was set back", clock_set_back, 0, 0, 0 },
	{ "always with strictatime", always, 0, 0, 0 },
	{ "never with noatime", never, 0, 0, 0 },
};

SELF_TEST("relatime_first", setup, checks)

// SPDX-License-Identifier: GPL-2.0-only
/* TAILOR_SPARE_NAME: the buffer of a path name is kept for the next; no program notices. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "self.h"

static int setup(void)
{
	return self_file("file", 0644, 0) || (mkdir("dir", 0755) && errno != EEXIST) ? -1 : 0;
}

/* A short path after a long one has nothing of it. */
static int short_after_long(void)
{
	char path[1000];

	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	for (int i = 0; i < 100; i++)
		if (!access(path, F_OK) || errno != ENAMETOOLONG || access("file", F_OK) ||
		    !access("f", F_OK) || errno != ENOENT)
			return EILSEQ;
	return 0;
}

/* Calls that take two names at a time. */
static int two_names(void)
{
	struct stat st;

	for (int i = 0; i < 100; i++)
		if (link("file", "dir/second") || rename("dir/second", "dir/third") ||
		    symlink("dir/third", "way") || stat("way", &st) || st.st_nlink != 2 ||
		    unlink("way") || unlink("dir/third") || !stat("dir/third", &st))
			return errno ? errno : EEXIST;
	return stat("file", &st) || st.st_nlink != 1 ? EIO : 0;
}

/* Slashes before a name, so that the path has that many characters. */
static int path_of(size_t len)
{
	static char path[2 * PATH_MAX];

	memset(path, '/', len);
	strcpy(path + len - strlen("proc"), "proc");
	return self_errno(access(path, F_OK));
}

/* A struct filename and its name share a buffer up to some length, then they have two. */
static int every_length(void)
{
	int rc = 0;

	for (size_t len = PATH_MAX - 100; len < PATH_MAX && !rc; len++)
		rc = path_of(len) ? EIO : access("/proc", F_OK) ? errno : 0;
	return rc;
}

static int too_long(void)
{
	for (int i = 0; i < 3; i++)
		if (path_of(PATH_MAX) != ENAMETOOLONG)
			return EIO;
	return access("file", F_OK) ? EIO : path_of(PATH_MAX + 100);
}

static int unmapped(void)
{
	char *page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	for (int i = 0; i < 100; i++)
		if (!access(page, F_OK) || errno != EFAULT || access("file", F_OK))
			return EIO;
	return self_errno(access(page, F_OK));
}

static int empty(void)
{
	for (int i = 0; i < 100; i++)
		if (!access("", F_OK) || errno != ENOENT || access("file", F_OK))
			return EIO;
	return self_errno(access("", F_OK));
}

/* One task sleeps in open() and holds its name while another uses many. */
static int held_while_asleep(void)
{
	char c = 0;
	int rc = 0, status, fd;
	pid_t pid;

	unlink("fifo");
	if (mkfifo("fifo", 0666))
		return errno;
	pid = fork();
	if (!pid) {
		fd = open("fifo", O_WRONLY);
		_exit(fd < 0 || write(fd, "x", 1) != 1);
	}
	for (int i = 0; i < 1000 && !rc; i++)
		rc = access("file", F_OK) || !access("fif", F_OK) ? EILSEQ : 0;
	fd = open("fifo", O_RDONLY);
	if (fd < 0 || read(fd, &c, 1) != 1 || c != 'x' || waitpid(pid, &status, 0) != pid || status)
		rc = EIO;
	close(fd);
	return rc;
}

/* Many tasks at once, each with a name of its own. */
static int many_tasks(void)
{
	int rc = 0, status;

	for (int t = 0; t < 8; t++)
		if (!fork()) {
			char mine[32], other[32];

			snprintf(mine, sizeof(mine), "dir/%d", t);
			snprintf(other, sizeof(other), "dir/%d.new", t);
			for (int i = 0; i < 200; i++) {
				int fd = open(mine, O_WRONLY | O_CREAT | O_EXCL, 0600);

				if (fd < 0 || close(fd) || rename(mine, other) || unlink(other))
					_exit(1);
			}
			_exit(0);
		}
	for (int t = 0; t < 8; t++)
		if (wait(&status) < 0 || status)
			rc = EIO;
	return rc;
}

static const struct self_check checks[] = {
	{ "a short path after a long one", short_after_long, SELF_USER, 0, 0 },
	{ "calls with two names", two_names, 0, 0, 0 },
	{ "paths of any length", every_length, SELF_USER, 0, 0 },
	{ "a path that is too long", too_long, SELF_USER, ENAMETOOLONG, ENAMETOOLONG },
	{ "a path that is not mapped", unmapped, SELF_USER, EFAULT, EFAULT },
	{ "an empty path", empty, SELF_USER, ENOENT, ENOENT },
	{ "a name that is held while others are used", held_while_asleep, 0, 0, 0 },
	{ "many tasks", many_tasks, 0, 0, 0 },
};

SELF_TEST("spare_name", setup, checks)

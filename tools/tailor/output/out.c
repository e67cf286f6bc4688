// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/out.h"

#define LINKS_MAX 40

/* The number in "/dev/fd/3"; what the program was given open is written to as it is. -1: none. */
static int open_fd_of(const char *path)
{
	static const char *const dirs[] = { "/dev/fd/", "/proc/self/fd/" };

	for (size_t i = 0; i < ARRAY_SIZE(dirs); i++) {
		const char *s = path + strlen(dirs[i]);
		char *end;
		long fd;

		if (strncmp(path, dirs[i], strlen(dirs[i])) != 0 || *s < '0' || *s > '9')
			continue;
		fd = strtol(s, &end, 10);
		if (!*end && fd <= INT_MAX)
			return (int)fd;
	}
	return -1;
}

/* What a symbolic link names; NULL with errno set. */
static char *read_link(const char *path)
{
	const char *slash = strrchr(path, '/');
	int dir_len = slash ? (int)(slash + 1 - path) : 0;
	char to[PATH_MAX];
	ssize_t len = readlink(path, to, sizeof(to));
	char *named = NULL;

	if (len < 0)
		return NULL;
	if (len == sizeof(to))
		errno = ENAMETOOLONG;
	else if (asprintf(&named, "%.*s%.*s", *to == '/' ? 0 : dir_len, path, (int)len, to) < 0)
		named = NULL;
	return named;
}

char *out_behind_links(const char *path)
{
	char *at = strdup(path);
	struct stat st;

	for (int i = 0; at && open_fd_of(at) < 0; i++) {
		char *next;

		if (lstat(at, &st) || !S_ISLNK(st.st_mode))
			return at;
		next = i < LINKS_MAX ? read_link(at) : NULL;
		if (i == LINKS_MAX)
			errno = ELOOP;
		free(at);
		at = next;
	}
	return at;
}

/*
 * The new file gets owner and mode of the old one. Where they cannot be kept, or the old one has
 * other names, it is filled with the answer when that is whole; then it must be readable, so that
 * it can be put back.
 */
static void keep_attributes(struct out *out, int fd, const struct stat *old)
{
	struct stat new;

	out->in_place = old->st_nlink > 1 || fstat(fd, &new) ||
			((new.st_uid != old->st_uid || new.st_gid != old->st_gid) &&
			 fchown(fd, old->st_uid, old->st_gid)) ||
			fchmod(fd, old->st_mode & 07777);
}

static int open_tmp(struct out *out, const struct stat *old)
{
	mode_t mask = umask(0);
	int fd;

	umask(mask);
	if (old && access(out->target, W_OK))
		return -1;
	if (asprintf(&out->tmp, "%s.tmp.XXXXXX", out->target) < 0) {
		out->tmp = NULL;
		return -1;
	}
	fd = mkstemp(out->tmp);
	if (fd < 0) {
		int error = errno;

		free(out->tmp);
		out->tmp = NULL;
		errno = error;
		return -1;
	}
	if (old)
		keep_attributes(out, fd, old);
	else
		fchmod(fd, 0666 & ~mask);
	out->f = fdopen(fd, "w");
	if (!out->f)
		close(fd);
	return !out->f || (out->in_place && access(out->target, R_OK)) ? -1 : 0;
}

static int open_target(struct out *out)
{
	int fd = open_fd_of(out->target);
	struct stat st;
	bool there;

	if (fd >= 0) {
		fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
		out->f = fd < 0 ? NULL : fdopen(fd, "w");
		return out->f ? 0 : -1;
	}
	there = !stat(out->target, &st);
	/* A device or pipe is written to as it is: renaming would replace it. */
	if (there && !S_ISREG(st.st_mode)) {
		out->f = fopen(out->target, "we");
		return out->f ? 0 : -1;
	}
	return open_tmp(out, there ? &st : NULL);
}

int out_open(struct out *out, const char *path, struct terr *err)
{
	*out = (struct out){ 0 };
	if (!path || !strcmp(path, "-")) {
		out->f = stdout;
		return 0;
	}
	out->path = path;
	out->target = out_behind_links(path);
	if (out->target && !open_target(out))
		return 0;
	terr_set(err, "%s: cannot open for writing: %s", path, strerror(errno));
	out_abort(out);
	return -1;
}

static int copy_bytes(int from, int to)
{
	char buf[65536];
	ssize_t nr;

	while ((nr = read(from, buf, sizeof(buf))) > 0)
		for (ssize_t done = 0, n; done < nr; done += n) {
			n = write(to, buf + done, (size_t)(nr - done));
			if (n < 0)
				return -1;
		}
	return nr < 0 ? -1 : 0;
}

/* All of from into to, and nothing else. Not 0 with errno set. */
static int fill(int to, int from)
{
	off_t len;

	if (lseek(from, 0, SEEK_SET) || lseek(to, 0, SEEK_SET) || copy_bytes(from, to))
		return -1;
	len = lseek(to, 0, SEEK_CUR);
	/* some disks say only then that they are full */
	return len < 0 || ftruncate(to, len) || fsync(to) ? -1 : 0;
}

/* A copy of the old file beside it, open for reading. -1 with errno set. */
static int keep_old(struct out *out, int old)
{
	int error;
	int fd;

	if (asprintf(&out->kept, "%s.old.XXXXXX", out->target) < 0) {
		out->kept = NULL;
		return -1;
	}
	fd = mkstemp(out->kept);
	if (fd >= 0 && !fill(fd, old))
		return fd;
	error = errno;
	if (fd >= 0) {
		close(fd);
		unlink(out->kept);
	}
	free(out->kept);
	out->kept = NULL;
	errno = error;
	return -1;
}

static void drop_kept(struct out *out)
{
	unlink(out->kept);
	free(out->kept);
	out->kept = NULL;
}

/*
 * The answer over what is in the old file, which is not emptied before: so its room is there when
 * the disk is full, and what was in it is put back. Where even that fails, out->kept stays. Not 0
 * with errno set.
 */
static int fill_kept(struct out *out, int to, int from)
{
	int old = keep_old(out, to);
	int rc = -1;
	int error;

	if (old < 0)
		return -1;
	rc = fill(to, from);
	error = errno;
	if (!rc || !fill(to, old))
		drop_kept(out);
	close(old);
	errno = error;
	return rc;
}

/* The answer into the old file itself. Not 0 with errno set. */
static int fill_old(struct out *out)
{
	int from = open(out->tmp, O_RDONLY | O_CLOEXEC);
	int to = open(out->target, O_RDWR | O_CLOEXEC);
	int rc = from < 0 || to < 0 ? -1 : fill_kept(out, to, from);
	int error = errno;

	if (from >= 0)
		close(from);
	if (to >= 0)
		close(to);
	if (!rc)
		unlink(out->tmp);
	errno = error;
	return rc;
}

static int put_in_place(struct out *out)
{
	if (!out->tmp)
		return 0;
	return out->in_place ? fill_old(out) : rename(out->tmp, out->target);
}

static void forget(struct out *out)
{
	free(out->tmp);
	free(out->target);
	free(out->kept);
	out->tmp = NULL;
	out->target = NULL;
	out->kept = NULL;
}

int out_close(struct out *out, struct terr *err)
{
	FILE *f = out->f;
	int failed = fflush(f) || ferror(f);
	int error = errno;

	if (f != stdout && fclose(f) && !failed) {
		failed = 1;
		error = errno;
	}
	out->f = NULL;
	if (!failed && put_in_place(out)) {
		failed = 1;
		error = errno;
	}
	if (failed) {
		terr_set(err, "cannot write to %s: %s%s%s",
			 out->path ? out->path : "standard output", strerror(error),
			 out->kept ? "; what was there before is in " : "",
			 out->kept ? out->kept : "");
		out_abort(out);
		return -1;
	}
	forget(out);
	return 0;
}

void out_abort(struct out *out)
{
	if (out->f && out->f != stdout)
		fclose(out->f);
	out->f = NULL;
	if (out->tmp)
		unlink(out->tmp);
	forget(out);
}

// SPDX-License-Identifier: GPL-2.0-only
/* TAILOR_VFS_BYPASS_FILEMAP: cached pages are read one by one; no program notices. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "self.h"

#define PAGE_BYTES 4096
#define FILE_BYTES (20 * PAGE_BYTES + 1234) /* more than a batch of 15, and a piece */
#define PATH "mnt/file"

static unsigned char pattern(off_t at)
{
	return (unsigned char)(at % 251 ^ at / 65521);
}

/* ramfs: its files are in the page cache and read by filemap_read(), as those of ext4. */
static int setup(void)
{
	static unsigned char data[FILE_BYTES];
	int fd;

	for (off_t i = 0; i < FILE_BYTES; i++)
		data[i] = pattern(i);
	umount2("mnt", MNT_DETACH);
	if ((mkdir("mnt", 0755) && errno != EEXIST) || mount("mnt", "mnt", "ramfs", 0, "mode=0755"))
		return -1;
	fd = open(PATH, O_WRONLY | O_CREAT, 0644);
	return fd < 0 || write(fd, data, FILE_BYTES) != FILE_BYTES ? -1 : close(fd);
}

/* A read of len bytes at a place has all that the file has there, and not a byte more is touched.
 */
static int read_at(int fd, off_t at, size_t len)
{
	static unsigned char buf[FILE_BYTES + 2 * PAGE_BYTES];
	ssize_t want = at >= FILE_BYTES		      ? 0
		       : (off_t)len > FILE_BYTES - at ? FILE_BYTES - at
						      : (ssize_t)len;

	memset(buf, 0xee, sizeof(buf));
	if (pread(fd, buf, len, at) != want)
		return ENODATA;
	for (ssize_t i = 0; i < want; i++)
		if (buf[i] != pattern(at + i))
			return EILSEQ;
	for (size_t i = (size_t)want; i < sizeof(buf); i++)
		if (buf[i] != 0xee)
			return EOVERFLOW;
	return 0;
}

static int every_edge(void)
{
	static const off_t edges[] = { 0,	  1, PAGE_BYTES, 15 * PAGE_BYTES, 16 * PAGE_BYTES,
				       FILE_BYTES };
	int fd = open(PATH, O_RDONLY);

	for (size_t i = 0; i < 6; i++)
		for (size_t j = 0; j < 6; j++)
			for (int by = -2; by <= 2; by++) {
				off_t at = edges[i] + by;
				off_t len = edges[j] - by;
				int rc = at < 0 || len < 0 ? 0 : read_at(fd, at, (size_t)len);

				if (rc)
					return rc;
			}
	return 0;
}

static int in_a_row(void)
{
	unsigned char buf[1000];
	int fd = open(PATH, O_RDONLY);
	off_t at = 0;
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0)
		for (ssize_t i = 0; i < n; i++)
			if (buf[i] != pattern(at++))
				return EILSEQ;
	return n || at != FILE_BYTES || lseek(fd, 0, SEEK_CUR) != FILE_BYTES ? EIO : 0;
}

static int nothing(void)
{
	int fd = open(PATH, O_RDONLY);
	char c;

	return pread(fd, &c, 0, 0) || pread(fd, &c, 1, FILE_BYTES) || pread(fd, &c, 1, 1LL << 40)
		       ? EIO
		       : 0;
}

static int vector(void)
{
	unsigned char a[10], b[PAGE_BYTES], c[3];
	struct iovec iov[3] = { { a, sizeof(a) }, { b, sizeof(b) }, { c, sizeof(c) } };
	int fd = open(PATH, O_RDONLY);

	if (preadv(fd, iov, 3, 100) != sizeof(a) + sizeof(b) + sizeof(c))
		return EIO;
	return a[9] == pattern(109) && b[0] == pattern(110) && c[2] == pattern(110 + sizeof(b) + 2)
		       ? 0
		       : EILSEQ;
}

/* The second page of the buffer is not there: what fits is read, then nothing but EFAULT. */
static int faults(void)
{
	unsigned char *buf = mmap(NULL, 2 * PAGE_BYTES, PROT_READ | PROT_WRITE,
				  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int fd = open(PATH, O_RDONLY);

	if (buf == MAP_FAILED || munmap(buf + PAGE_BYTES, PAGE_BYTES))
		return EIO;
	if (pread(fd, buf + PAGE_BYTES - 100, 300, 50) != 100 ||
	    buf[PAGE_BYTES - 1] != pattern(149))
		return EILSEQ;
	return self_errno(pread(fd, buf + PAGE_BYTES, 300, 50));
}

static int hole(void)
{
	unsigned char buf[3 * PAGE_BYTES];
	int fd = open("mnt/hole", O_RDWR | O_CREAT | O_TRUNC, 0644);

	if (pwrite(fd, "end", 3, 2 * PAGE_BYTES) != 3 ||
	    pread(fd, buf, sizeof(buf), 0) != 2 * PAGE_BYTES + 3)
		return EIO;
	for (int i = 0; i < 2 * PAGE_BYTES; i++)
		if (buf[i])
			return EILSEQ;
	return memcmp(buf + 2 * PAGE_BYTES, "end", 3) ? EILSEQ : 0;
}

static int shrinks_and_grows(void)
{
	unsigned char buf[2 * PAGE_BYTES];
	int fd = open("mnt/size", O_RDWR | O_CREAT | O_TRUNC, 0644);

	memset(buf, 'x', sizeof(buf));
	if (pwrite(fd, buf, sizeof(buf), 0) != sizeof(buf) || ftruncate(fd, 10) ||
	    pread(fd, buf, sizeof(buf), 0) != 10 || ftruncate(fd, 20) ||
	    pread(fd, buf, sizeof(buf), 0) != 20)
		return EIO;
	return buf[9] == 'x' && buf[10] == 0 && buf[19] == 0 ? 0 : EILSEQ;
}

static int just_written(void)
{
	int fd = open("mnt/new", O_RDWR | O_CREAT | O_TRUNC, 0644);
	char c;

	for (int i = 0; i < 3 * PAGE_BYTES; i += 7) {
		char want = (char)i;

		if (pwrite(fd, &want, 1, i) != 1 || pread(fd, &c, 1, i) != 1 || c != want)
			return EILSEQ;
	}
	return 0;
}

static int not_for_reading(void)
{
	char c;

	return self_errno(pread(open(PATH, O_WRONLY), &c, 1, 0));
}

static int before_the_start(void)
{
	char c;

	return self_errno(pread(open(PATH, O_RDONLY), &c, 1, -1));
}

static int too_far(void)
{
	char c[2];

	return self_errno(pread(open(PATH, O_RDONLY), c, sizeof(c), 0x7fffffffffffffffLL));
}

static bool accessed_after(const char *path, bool no_atime)
{
	struct timespec old[2] = { { .tv_sec = 1000 }, { .tv_sec = 2000 } };
	int fd = open(path, O_RDONLY | (no_atime ? O_NOATIME : 0));
	struct stat st;
	char c;

	return !futimens(fd, old) && pread(fd, &c, 1, 0) == 1 && !fstat(fd, &st) &&
	       st.st_atime != 1000;
}

static int access_time(void)
{
	return accessed_after(PATH, false) && !accessed_after(PATH, true) ? 0 : EINVAL;
}

static const struct self_check checks[] = {
	{ "lengths and places around pages, batches and the end", every_edge, SELF_USER, 0, 0 },
	{ "the whole file in a row", in_a_row, SELF_USER, 0, 0 },
	{ "nothing, and behind the end", nothing, SELF_USER, 0, 0 },
	{ "a vector", vector, SELF_USER, 0, 0 },
	{ "a buffer that ends", faults, SELF_USER, EFAULT, EFAULT },
	{ "a hole", hole, 0, 0, 0 },
	{ "a file that shrinks and grows", shrinks_and_grows, 0, 0, 0 },
	{ "what was just written", just_written, 0, 0, 0 },
	{ "a descriptor for writing", not_for_reading, 0, EBADF, EBADF },
	{ "a place before the start", before_the_start, SELF_USER, EINVAL, EINVAL },
	{ "a place at the end of all places", too_far, SELF_USER, EINVAL, EINVAL },
	{ "the time of access, and O_NOATIME", access_time, 0, 0, 0 },
};

SELF_TEST("vfs_bypass_filemap", setup, checks)

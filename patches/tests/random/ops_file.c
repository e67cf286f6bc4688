// SPDX-License-Identifier: GPL-2.0-only
/* Operations on descriptors, mostly of files. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "random.h"

/* Where more than this could go on for ever: a file may be large and empty. */
#define MAX_TRANSFER 65536

static enum kind some_data_kind(struct world *w)
{
	static const enum kind kinds[] = { KIND_FILE, KIND_FILE, KIND_FILE, KIND_FILE, KIND_PIPE,
					   KIND_TCP,  KIND_UNIX, KIND_UDP,  KIND_OTHER };

	return ONE_OF(w, kinds);
}

static bool is_tcp(struct world *w, int fd)
{
	const struct handle *h = find_handle(w, fd);

	return h && h->kind == KIND_TCP;
}

static void op_read(struct world *w)
{
	int fd = some_fd(w, some_data_kind(w));
	size_t len;
	void *buf = some_buf(w, &len);
	ssize_t n = read(fd, buf, len);

	record(w, n, "read(%d, %zu)", fd, len);
	more_buf(w, buf, len);
}

static void op_pread(struct world *w)
{
	int fd = some_fd(w, chance(w, 90) ? KIND_FILE : KIND_ANY);
	off_t at = some_offset(w);
	size_t len;
	void *buf = some_buf(w, &len);
	ssize_t n = pread(fd, buf, len, at);

	record(w, n, "pread(%d, %zu, %ld)", fd, len, (long)at);
	more_buf(w, buf, len);
}

/* Pieces of the buffer, some of them empty, seldom one that is bad; the number of them. */
static int some_iov(struct world *w, struct iovec *iov, unsigned char *base)
{
	int nr = (int)below(w, 6);
	size_t at = 0;

	for (int i = 0; i < nr; i++) {
		iov[i].iov_len = some_len(w) % (BUF_BYTES / 6);
		iov[i].iov_base = base + at;
		at += iov[i].iov_len;
	}
	if (nr && chance(w, 3))
		iov[below(w, (unsigned int)nr)].iov_base = NULL;
	if (nr && chance(w, 2))
		iov[below(w, (unsigned int)nr)].iov_len = SIZE_MAX;
	return nr;
}

static int some_iov_count(struct world *w, int nr)
{
	static const int bad[] = { -1, 1025, 1 << 30 };

	return chance(w, 2) ? ONE_OF(w, bad) : nr;
}

static void op_readv(struct world *w)
{
	static const int flags[] = { 0, 0, 0, 1 /* RWF_HIPRI */, 0x100 };
	struct iovec iov[6] = { 0 };
	int fd = some_fd(w, some_data_kind(w)), how = ONE_OF(w, flags);
	off_t at = some_offset(w);
	int nr = some_iov_count(w, some_iov(w, iov, w->buf));
	ssize_t n;

	memset(w->buf, 0xee, BUF_BYTES);
	if (chance(w, 50)) {
		n = readv(fd, iov, nr);
		record(w, n, "readv(%d, %d)", fd, nr);
	} else {
		n = preadv2(fd, iov, nr, at, how);
		record(w, n, "preadv2(%d, %d, %ld, %#x)", fd, nr, (long)at, how);
	}
	if (n > 0)
		more_buf(w, w->buf, (size_t)n);
}

/* Whether it comes at once is not asked, only that it is the same as when it may wait. */
static void op_read_nowait(struct world *w)
{
	int fd = some_fd(w, KIND_FILE);
	off_t at = some_offset(w);
	struct iovec iov = { w->buf, below(w, 20000) };
	ssize_t n;

	memset(w->buf, 0xee, BUF_BYTES);
	n = preadv2(fd, &iov, 1, at, RWF_NOWAIT);
	if (n == -1 || (size_t)n < iov.iov_len)
		n = preadv2(fd, &iov, 1, at, 0);
	record(w, n, "preadv2(%d, %zu, %ld, NOWAIT)", fd, iov.iov_len, (long)at);
	more_buf(w, w->buf, iov.iov_len);
}

static void op_write(struct world *w)
{
	int fd = some_fd(w, some_data_kind(w));
	size_t len;
	const void *data = some_data(w, &len);
	ssize_t n;

	if (!may_send(w, fd, len))
		return;
	n = write(fd, data, len);
	record(w, n, "write(%d, %zu)", fd, len);
	if (is_tcp(w, fd))
		settle(fd);
}

static void op_pwrite(struct world *w)
{
	int fd = some_fd(w, chance(w, 90) ? KIND_FILE : KIND_ANY);
	off_t at = some_offset(w);
	size_t len;
	const void *data = some_data(w, &len);
	ssize_t n = pwrite(fd, data, len, at);

	record(w, n, "pwrite(%d, %zu, %ld)", fd, len, (long)at);
}

static void op_writev(struct world *w)
{
	static const int flags[] = { 0, 0, RWF_DSYNC, RWF_APPEND, 0x100 };
	struct iovec iov[6] = { 0 };
	int fd = some_fd(w, some_data_kind(w)), how = ONE_OF(w, flags);
	off_t at = some_offset(w);
	int nr = some_iov_count(w, some_iov(w, iov, (unsigned char *)w->data));
	size_t len = 0;

	for (int i = 0; i < nr && i < 6; i++)
		len += iov[i].iov_len;
	if (!may_send(w, fd, len))
		return;
	if (chance(w, 50))
		record(w, writev(fd, iov, nr), "writev(%d, %d)", fd, nr);
	else
		record(w, pwritev2(fd, iov, nr, at, how), "pwritev2(%d, %d, %ld, %#x)", fd, nr,
		       (long)at, how);
	if (is_tcp(w, fd))
		settle(fd);
}

/* What was just written is there, from the page before to the page after it. */
static void op_write_read(struct world *w)
{
	int fd = some_fd(w, KIND_FILE);
	off_t at = (off_t)below(w, 100000);
	size_t len = 1 + below(w, 9000), before = at > 4096 ? 4096 : 0;
	ssize_t n = pwrite(fd, w->data + below(w, 1000), len, at);

	record(w, n, "pwrite(%d, %zu, %ld)", fd, len, (long)at);
	memset(w->buf, 0xee, BUF_BYTES);
	n = pread(fd, w->buf, before + len + 4096, at - (off_t)before);
	record(w, n, "pread");
	more_buf(w, w->buf, before + len + 4096);
}

static void op_read_in_a_row(struct world *w)
{
	int fd = some_fd(w, KIND_FILE);
	size_t len = 1 + below(w, 5000);

	for (int i = 0; i < 8; i++) {
		ssize_t n;

		memset(w->buf, 0xee, len);
		n = read(fd, w->buf, len);
		record(w, n, "read(%d, %zu)", fd, len);
		more_buf(w, w->buf, len);
		if (n <= 0)
			break;
	}
}

static void op_lseek(struct world *w)
{
	static const int whence[] = { SEEK_SET,	 SEEK_SET,  SEEK_CUR, SEEK_END,
				      SEEK_DATA, SEEK_HOLE, 7 };
	int fd = some_fd(w, chance(w, 90) ? KIND_FILE : KIND_ANY), how = ONE_OF(w, whence);
	off_t at = some_offset(w);

	record(w, lseek(fd, at, how), "lseek(%d, %ld, %d)", fd, (long)at, how);
}

static void op_ftruncate(struct world *w)
{
	int fd = some_fd(w, KIND_FILE);
	off_t len = some_offset(w);

	record(w, ftruncate(fd, len), "ftruncate(%d, %ld)", fd, (long)len);
}

static void op_fallocate(struct world *w)
{
	static const int modes[] = { 0,
				     FALLOC_FL_KEEP_SIZE,
				     FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
				     FALLOC_FL_PUNCH_HOLE,
				     FALLOC_FL_ZERO_RANGE,
				     FALLOC_FL_COLLAPSE_RANGE };
	int fd = some_fd(w, KIND_FILE), mode = ONE_OF(w, modes);
	off_t at = (off_t)below(w, 100000), len = (off_t)below(w, 50000);

	if (chance(w, 50)) {
		at &= ~4095L;
		len &= ~4095L;
	}
	record(w, fallocate(fd, mode, at, len), "fallocate(%d, %#x, %ld, %ld)", fd, mode, (long)at,
	       (long)len);
}

/* Afterwards its pages come from the disk again. */
static void op_drop(struct world *w)
{
	int fd = some_fd(w, KIND_FILE);

	record(w, chance(w, 50) ? fsync(fd) : fdatasync(fd), "fsync(%d)", fd);
	errno = posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	record(w, errno ? -1 : 0, "fadvise(%d)", fd);
	if (chance(w, 50))
		record(w, readahead(fd, (off_t)below(w, 60000), below(w, 60000)), "readahead(%d)",
		       fd);
}

static void op_sendfile(struct world *w)
{
	static const enum kind targets[] = { KIND_TCP,	KIND_TCP,  KIND_FILE,
					     KIND_PIPE, KIND_UNIX, KIND_UDP };
	int out = some_fd(w, ONE_OF(w, targets));
	int in = some_fd(w, chance(w, 90) ? KIND_FILE : KIND_ANY);
	off_t at = some_offset(w), *where = chance(w, 60) ? &at : NULL;
	size_t len = some_len(w) % MAX_TRANSFER;
	ssize_t n;

	if (chance(w, 2))
		where = (off_t *)w->readonly;
	if (!may_send(w, out, len))
		return;
	n = sendfile(out, in, where, len);
	record(w, n, "sendfile(%d, %d, %d, %zu)", out, in, where != NULL, len);
	if (where == &at)
		more(w, " at %ld", (long)at);
	if (is_tcp(w, out))
		settle(out);
}

static void op_copy_file_range(struct world *w)
{
	int in = some_fd(w, KIND_FILE), out = some_fd(w, KIND_FILE);
	off_t from = some_offset(w), to = some_offset(w);
	size_t len = some_len(w) % MAX_TRANSFER;
	ssize_t n = copy_file_range(in, &from, out, &to, len, chance(w, 95) ? 0 : 1);

	record(w, n, "copy_file_range(%d, %d, %zu)", in, out, len);
	more(w, " at %ld %ld", (long)from, (long)to);
}

static void op_close(struct world *w)
{
	int fd = some_fd(w, KIND_ANY);

	if (fd == TOP_FD)
		return;
	record(w, close(fd), "close(%d)", fd);
	drop_fd(w, fd);
	if (chance(w, 10))
		record(w, close(fd), "close(%d)", fd);
}

static void op_dup(struct world *w)
{
	int fd = some_fd(w, KIND_ANY), to = (int)below(w, chance(w, 95) ? 100 : 300), new;

	if (to == TOP_FD)
		return;
	switch (below(w, 4)) {
	case 0:
		new = dup(fd);
		break;
	case 1:
		new = dup2(fd, to);
		break;
	case 2:
		new = dup3(fd, to, chance(w, 90) ? O_CLOEXEC : O_NONBLOCK);
		break;
	default:
		new = fcntl(fd, F_DUPFD, to);
	}
	record(w, new, "dup(%d, %d)", fd, to);
	add_fd(w, new);
}

/* The table grows, is full, and is emptied. */
static void op_burst(struct world *w)
{
	static const char *const files[] = { "t/f0", "e/f0", "/dev/null", "t" };
	int nr = (int)below(w, 300), fds[300], got = 0, err = 0;
	const char *path = ONE_OF(w, files);

	for (; got < nr; got++) {
		fds[got] = chance(w, 50) ? open(path, O_RDONLY | O_NONBLOCK) : dup(TOP_FD);
		if (fds[got] < 0) {
			err = errno;
			break;
		}
	}
	errno = err;
	record(w, err ? -1 : got, "burst(%s, %d)", path, nr);
	more(w, " first %d last %d", got ? fds[0] : -1, got ? fds[got - 1] : -1);
	for (int i = 0; i < got; i++)
		if (close(fds[i]))
			record(w, -1, "close(%d)", fds[i]);
}

static void op_close_range(struct world *w)
{
	unsigned int first = below(w, 60), last = first + below(w, 6),
		     flags = chance(w, 10) ? 1 : 0;
	long rc = syscall(SYS_close_range, first, last, flags);

	record(w, rc, "close_range(%u, %u, %u)", first, last, flags);
	for (unsigned int fd = first; !rc && fd <= last; fd++)
		drop_fd(w, (int)fd);
}

static void op_fcntl(struct world *w)
{
	static const int cmds[] = { F_GETFL,	  F_GETFD,	F_SETFD,     F_SETFL,
				    F_GETPIPE_SZ, F_SETPIPE_SZ, F_GET_SEALS, 9999 };
	int fd = some_fd(w, KIND_ANY), cmd = ONE_OF(w, cmds);
	long arg = 0;

	if (cmd == F_SETFL)
		arg = O_NONBLOCK | (chance(w, 30) ? O_APPEND : 0) | (chance(w, 10) ? O_NOATIME : 0);
	if (cmd == F_SETPIPE_SZ)
		arg = 4096L << below(w, 6);
	if (cmd == F_SETFD)
		arg = below(w, 2);
	record(w, fcntl(fd, cmd, arg), "fcntl(%d, %d, %#lx)", fd, cmd, arg);
}

static void op_ioctl(struct world *w)
{
	static const unsigned int cmds[] = {
		FIONREAD, FIONREAD, TCGETS, FIOCLEX, FIONCLEX, 0x1234
	};
	int fd = some_fd(w, KIND_ANY), value = -1;
	unsigned int cmd = ONE_OF(w, cmds);
	int *to = chance(w, 97) ? &value : NULL;

	record(w, ioctl(fd, cmd, to), "ioctl(%d, %#x)", fd, cmd);
	more(w, " %d", value);
}

static void op_flock(struct world *w)
{
	static const int how[] = { LOCK_SH, LOCK_EX, LOCK_UN, LOCK_MAND };
	int fd = some_fd(w, KIND_FILE), op = ONE_OF(w, how) | LOCK_NB;

	record(w, flock(fd, op), "flock(%d, %d)", fd, op);
}

/* Through a mapping; what lies behind the end of the file is not touched. */
static void op_mmap(struct world *w)
{
	int fd = some_fd(w, KIND_FILE);
	off_t at = (off_t)below(w, 8) * 4096;
	size_t use = 4096;
	struct stat st;
	unsigned char *p = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
				chance(w, 80) ? MAP_SHARED : MAP_PRIVATE, fd, at);

	record(w, p == MAP_FAILED ? -1 : 0, "mmap(%d, %ld)", fd, (long)at);
	if (p == MAP_FAILED)
		return;
	if (!fstat(fd, &st) && st.st_size > at) {
		if (st.st_size - at < 4096)
			use = (size_t)(st.st_size - at);
		more_data(w, p, use);
		memcpy(p + use / 2, w->data + below(w, 5000), use - use / 2);
		record(w, msync(p, 4096, chance(w, 50) ? MS_SYNC : MS_ASYNC), "msync");
	}
	munmap(p, 8192);
	record(w, pread(fd, w->buf, 4096, at), "pread");
}

/* The kernel itself copies from and to a mapped file: it may have to read it, or find its end. */
static void op_mapped_buffer(struct world *w)
{
	int fd = some_fd(w, KIND_FILE), other = some_fd(w, KIND_FILE);
	size_t len = 1 + below(w, 8192);
	unsigned char *p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	off_t at = (off_t)below(w, 20000);

	record(w, p == MAP_FAILED ? -1 : 0, "mmap(%d)", fd);
	if (p == MAP_FAILED)
		return;
	if (chance(w, 50))
		record(w, pread(other, p, len, at), "pread(%d, %zu, %ld)", other, len, (long)at);
	else
		record(w, pwrite(other, p, len, at), "pwrite(%d, %zu, %ld)", other, len, (long)at);
	munmap(p, 8192);
}

const struct op file_ops[] = {
	{ "read", op_read, 45, OP_BLOCKS },
	{ "pread", op_pread, 40, OP_ELSEWHERE },
	{ "readv", op_readv, 20, OP_BLOCKS },
	{ "read_nowait", op_read_nowait, 6, 0 },
	{ "write", op_write, 40, OP_BLOCKS },
	{ "pwrite", op_pwrite, 25, OP_ELSEWHERE },
	{ "writev", op_writev, 15, OP_BLOCKS },
	{ "write_read", op_write_read, 15, OP_ELSEWHERE },
	{ "read_in_a_row", op_read_in_a_row, 12, OP_BLOCKS | OP_ELSEWHERE },
	{ "lseek", op_lseek, 20, OP_ELSEWHERE },
	{ "ftruncate", op_ftruncate, 8, OP_ELSEWHERE },
	{ "fallocate", op_fallocate, 6, 0 },
	{ "drop", op_drop, 6, 0 },
	{ "sendfile", op_sendfile, 25, OP_BLOCKS },
	{ "copy_file_range", op_copy_file_range, 6, 0 },
	{ "close", op_close, 55, OP_ELSEWHERE },
	{ "dup", op_dup, 12, OP_ELSEWHERE },
	{ "burst", op_burst, 2, 0 },
	{ "close_range", op_close_range, 2, OP_ELSEWHERE },
	{ "fcntl", op_fcntl, 12, OP_ELSEWHERE },
	{ "ioctl", op_ioctl, 12, OP_ELSEWHERE },
	{ "flock", op_flock, 5, 0 },
	{ "mmap", op_mmap, 8, 0 },
	{ "mapped_buffer", op_mapped_buffer, 6, 0 },
	{ 0 },
};

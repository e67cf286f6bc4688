// SPDX-License-Identifier: GPL-2.0-only
/* TAILOR_VFS_BYPASS_FILEMAP: cached pages are read and sent one by one; no program notices. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net.h"
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
	signal(SIGPIPE, SIG_IGN);
	if (net_set_loopback(true))
		return -1;
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

static int read_tmpfs(void)
{
	unsigned char buf[3 * PAGE_BYTES];
	int fd = open("tmpfs-file", O_RDWR | O_CREAT | O_TRUNC, 0644);

	for (int i = 0; i < 2 * PAGE_BYTES + 5; i++)
		buf[i] = pattern(i);
	if (pwrite(fd, buf, 2 * PAGE_BYTES + 5, 0) != 2 * PAGE_BYTES + 5 ||
	    ftruncate(fd, 4 * PAGE_BYTES))
		return EIO;
	memset(buf, 0xee, sizeof(buf));
	if (pread(fd, buf, sizeof(buf), PAGE_BYTES) != sizeof(buf))
		return EIO;
	for (int i = 0; i < (int)sizeof(buf); i++)
		if (buf[i] != (i < PAGE_BYTES + 5 ? pattern(PAGE_BYTES + i) : 0))
			return EILSEQ;
	return pread(fd, buf, sizeof(buf), 4 * PAGE_BYTES) ? EIO : 0;
}

/* Sends as much as goes, then takes it, until all went: 0, or what is wrong with it. */
static int send_to(int from, int to, int at_other_end, off_t at, size_t len)
{
	static unsigned char buf[FILE_BYTES];
	off_t end = at >= FILE_BYTES ? at : at + (off_t)len, got = at, pos = at;

	if (at < FILE_BYTES && end > FILE_BYTES)
		end = FILE_BYTES;
	do {
		ssize_t n = sendfile(to, from, &pos, len - (size_t)(pos - at));

		if (n < 0 && errno != EAGAIN)
			return errno;
		n = recv(at_other_end, buf, sizeof(buf), MSG_DONTWAIT);
		if (n < 0 && errno != EAGAIN)
			return errno;
		for (ssize_t i = 0; i < n; i++, got++)
			if (got >= end || buf[i] != pattern(got))
				return EILSEQ;
	} while (got < end);
	return pos == end && sendfile(to, from, &pos, 0) == 0 ? 0 : EOVERFLOW;
}

static int send_all_edges(int to, int at_other_end)
{
	static const off_t edges[] = { 0,	  1, PAGE_BYTES, 15 * PAGE_BYTES, 16 * PAGE_BYTES,
				       FILE_BYTES };
	int fd = open(PATH, O_RDONLY), rc = 0;

	if (fcntl(to, F_SETFL, O_NONBLOCK))
		return errno;
	for (size_t i = 0; i < 6; i++)
		for (size_t j = 0; j < 6; j++)
			for (int by = -2; by <= 2 && !rc; by++)
				if (edges[i] + by >= 0 && edges[j] - by > 0)
					rc = send_to(fd, to, at_other_end, edges[i] + by,
						     (size_t)(edges[j] - by));
	return rc;
}

static int sends_tcp(void)
{
	struct net_pair pair;

	return net_connect(&pair) ? errno : send_all_edges(pair.client, pair.server);
}

static int sends_unix(void)
{
	int fd[2];

	return socketpair(AF_UNIX, SOCK_STREAM, 0, fd) ? errno : send_all_edges(fd[0], fd[1]);
}

/* What was sent is where the file was when it was sent, and its position moves by that. */
static int send_position(void)
{
	char buf[200];
	int fd[2], in = open(PATH, O_RDONLY);

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fd) || lseek(in, 100, SEEK_SET) != 100 ||
	    sendfile(fd[0], in, NULL, 50) != 50 || lseek(in, 0, SEEK_CUR) != 150 ||
	    sendfile(fd[0], in, NULL, 50) != 50 || recv(fd[1], buf, sizeof(buf), 0) != 100)
		return EIO;
	for (int i = 0; i < 100; i++)
		if ((unsigned char)buf[i] != pattern(100 + i))
			return EILSEQ;
	return lseek(in, FILE_BYTES - 10, SEEK_SET) < 0 || sendfile(fd[0], in, NULL, 50) != 10 ||
			       sendfile(fd[0], in, NULL, 50) != 0 ||
			       lseek(in, 0, SEEK_CUR) != FILE_BYTES
		       ? EIO
		       : 0;
}

static int send_holes(void)
{
	char buf[2 * PAGE_BYTES];
	int fd[2], in = open("mnt/hole", O_RDWR | O_CREAT | O_TRUNC, 0644);

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fd) || pwrite(in, "end", 3, PAGE_BYTES) != 3 ||
	    sendfile(fd[0], in, NULL, PAGE_BYTES + 3) != PAGE_BYTES + 3 ||
	    recv(fd[1], buf, sizeof(buf), MSG_WAITALL | MSG_DONTWAIT) != PAGE_BYTES + 3)
		return EIO;
	for (int i = 0; i < PAGE_BYTES; i++)
		if (buf[i])
			return EILSEQ;
	return memcmp(buf + PAGE_BYTES, "end", 3) ? EILSEQ : 0;
}

/* A full socket takes what it can, then nothing, and the file stays where that ended. */
static int send_full(void)
{
	off_t at = 0, before;
	int fd[2], in = open(PATH, O_RDONLY), small = 4096;
	ssize_t n;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fd) || fcntl(fd[0], F_SETFL, O_NONBLOCK) ||
	    setsockopt(fd[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof(small)))
		return EIO;
	do {
		before = at;
		n = sendfile(fd[0], in, &at, 3 * PAGE_BYTES);
		if (at - before != (n < 0 ? 0 : n))
			return EINVAL;
		if (at > FILE_BYTES / 2)
			at = 0;
	} while (n > 0);
	return self_errno(n);
}

static int send_broken(void)
{
	int fd[2], in = open(PATH, O_RDONLY);

	return socketpair(AF_UNIX, SOCK_STREAM, 0, fd) || close(fd[1])
		       ? EIO
		       : self_errno(sendfile(fd[0], in, NULL, 100));
}

static int send_appending(void)
{
	int fd[2], in = open(PATH, O_RDONLY);

	return socketpair(AF_UNIX, SOCK_STREAM, 0, fd) || fcntl(fd[0], F_SETFL, O_APPEND)
		       ? EIO
		       : self_errno(sendfile(fd[0], in, NULL, 100));
}

static int send_from_writer(void)
{
	int fd[2], in = open(PATH, O_WRONLY);

	return socketpair(AF_UNIX, SOCK_STREAM, 0, fd) ? EIO
						       : self_errno(sendfile(fd[0], in, NULL, 100));
}

static void nothing_to_do(int sig)
{
	(void)sig;
}

/* Is traced, and stops before and after each system call. */
static int send_traced(void)
{
	static const struct sigaction act = { .sa_handler = nothing_to_do };
	int fd[2], in = open(PATH, O_RDONLY);

	if (sigaction(SIGUSR1, &act, NULL) || socketpair(AF_UNIX, SOCK_STREAM, 0, fd) ||
	    ptrace(PTRACE_TRACEME, 0, NULL, NULL) || raise(SIGSTOP))
		return EIO;
	return self_errno(sendfile(fd[0], in, NULL, 3 * PAGE_BYTES));
}

/* The signal comes when sendfile() has been called and nothing is done yet. */
static int send_with_signal(void)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(send_traced());
	if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status) ||
	    ptrace(PTRACE_SYSCALL, pid, NULL, NULL) || waitpid(pid, &status, 0) != pid ||
	    !WIFSTOPPED(status) || WSTOPSIG(status) != SIGTRAP || kill(pid, SIGUSR1) ||
	    ptrace(PTRACE_CONT, pid, NULL, NULL))
		return EIO;
	while (waitpid(pid, &status, 0) == pid && WIFSTOPPED(status))
		if (ptrace(PTRACE_CONT, pid, NULL, (long)WSTOPSIG(status)))
			return EIO;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EIO;
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
	{ "a file on tmpfs", read_tmpfs, 0, 0, 0 },
	{ "sendfile to TCP, around pages and the end", sends_tcp, 0, 0, 0 },
	{ "sendfile to a UNIX socket, around pages and the end", sends_unix, 0, 0, 0 },
	{ "sendfile moves the position", send_position, SELF_USER, 0, 0 },
	{ "sendfile of a hole", send_holes, 0, 0, 0 },
	{ "sendfile to a full socket", send_full, SELF_USER, EAGAIN, EAGAIN },
	{ "sendfile to nobody", send_broken, SELF_USER, EPIPE, EPIPE },
	{ "sendfile to a socket that appends", send_appending, SELF_USER, EINVAL, EINVAL },
	{ "sendfile from a file for writing", send_from_writer, 0, EBADF, EBADF },
	{ "sendfile while a signal waits", send_with_signal, SELF_USER, EINTR, EINTR },
	{ "a descriptor for writing", not_for_reading, 0, EBADF, EBADF },
	{ "a place before the start", before_the_start, SELF_USER, EINVAL, EINVAL },
	{ "a place at the end of all places", too_far, SELF_USER, EINVAL, EINVAL },
	{ "the time of access, and O_NOATIME", access_time, 0, 0, 0 },
};

SELF_TEST("vfs_bypass_filemap", setup, checks)

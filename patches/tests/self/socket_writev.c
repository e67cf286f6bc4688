// SPDX-License-Identifier: GPL-2.0-only
/* TAILOR_SOCKET_WRITEV: a socket is written to without asynchronous I/O; no program notices. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include <x86intrin.h>

#include "net.h"
#include "self.h"

#define PAGE_BYTES 4096
#define BUF_BYTES 50000
#define NR_IOV 1025
#define KERNEL_ADDRESS ((void *)0xffff888000000000) /* of the direct map */
#define MAX_RW_BYTES (INT_MAX & ~(PAGE_BYTES - 1))  /* no call writes more */

static unsigned char out[BUF_BYTES], in[BUF_BYTES];

static int setup(void)
{
	for (size_t i = 0; i < sizeof(out); i++)
		out[i] = (unsigned char)(i % 251 ^ i / 65521);
	return net_set_loopback(true);
}

/* Cuts len bytes of out into nr buffers, every third of them empty, the last with the rest. */
static void cut(struct iovec *iov, int nr, size_t len)
{
	size_t at = 0;

	for (int i = 0; i < nr; i++) {
		size_t part = i == nr - 1 ? len - at : i % 3 == 1 ? 0 : len / (size_t)nr;

		iov[i] = (struct iovec){ out + at, part };
		at += part;
	}
}

static int read_back(int fd, size_t len)
{
	size_t got = 0;

	memset(in, 0, sizeof(in));
	while (got < len) {
		ssize_t n = recv(fd, in + got, len - got, 0);

		if (n <= 0)
			return n ? errno : EPIPE;
		got += (size_t)n;
	}
	return memcmp(in, out, len) ? EILSEQ : 0;
}

/* The same bytes, from however many buffers. */
static int writes_from(const struct net_pair *pair)
{
	static const int counts[] = { 1, 2, 3, 7, 8, 9, 100, IOV_MAX };
	static const size_t lengths[] = { 1, 2, 1000, 4096, 30000 };
	static struct iovec iov[NR_IOV];

	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++)
		for (size_t j = 0; j < sizeof(lengths) / sizeof(*lengths); j++) {
			int rc;

			cut(iov, counts[i], lengths[j]);
			if (writev(pair->client, iov, counts[i]) != (ssize_t)lengths[j])
				return EIO;
			rc = read_back(pair->server, lengths[j]);
			if (rc)
				return rc;
		}
	return 0;
}

static int unix_pair(int type, struct net_pair *pair)
{
	int fd[2];

	if (socketpair(AF_UNIX, type, 0, fd))
		return -1;
	*pair = (struct net_pair){ fd[0], fd[1] };
	return 0;
}

static int tcp_bytes(void)
{
	struct net_pair pair;

	return net_connect(&pair) ? errno : writes_from(&pair);
}

static int udp_bytes(void)
{
	struct net_pair pair;

	return net_udp_pair(&pair) ? errno : writes_from(&pair);
}

static int unix_bytes(void)
{
	static const int types[] = { SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET };
	struct net_pair pair;
	int rc = 0;

	for (int i = 0; i < 3 && !rc; i++)
		rc = unix_pair(types[i], &pair) ? errno : writes_from(&pair);
	return rc;
}

/* A message stays one message, and ends where it ended. */
static int messages(void)
{
	static const int types[] = { SOCK_DGRAM, SOCK_SEQPACKET };
	struct net_pair pair;
	struct iovec iov[3];

	for (int i = 0; i < 2; i++) {
		if (unix_pair(types[i], &pair))
			return errno;
		for (size_t len = 1; len <= 3000; len += 299) {
			cut(iov, 3, len);
			if (writev(pair.client, iov, 3) != (ssize_t)len)
				return errno;
		}
		for (ssize_t len = 1; len <= 3000; len += 299)
			if (recv(pair.server, in, sizeof(in), MSG_DONTWAIT) != len ||
			    memcmp(in, out, (size_t)len))
				return EILSEQ;
	}
	return 0;
}

/* A writer that may wait does so until all is written. */
static int waits(void)
{
	struct net_pair pair;
	struct iovec iov[8];
	size_t len = 20 * sizeof(out);
	pid_t pid;
	int status;

	if (net_connect(&pair))
		return errno;
	pid = fork();
	if (!pid) {
		for (int i = 0; i < 8; i++)
			iov[i] = (struct iovec){ out, sizeof(out) };
		for (; len; len -= iov[0].iov_len * 4)
			if (writev(pair.client, iov, 4) != (ssize_t)iov[0].iov_len * 4)
				_exit(1);
		_exit(0);
	}
	for (size_t got = 0; got < len; got += sizeof(out))
		if (read_back(pair.server, sizeof(out)))
			return EILSEQ;
	return pid < 0 || waitpid(pid, &status, 0) != pid || status ? EIO : 0;
}

/* One that may not wait writes what fits, then nothing. */
static int fills(void)
{
	struct net_pair pair;
	struct iovec iov[2] = { { out, 20000 }, { out + 20000, sizeof(out) - 20000 } };
	size_t sent = 0, got = 0;
	bool partial = false;
	ssize_t n;

	if (net_connect(&pair) || fcntl(pair.client, F_SETFL, O_NONBLOCK))
		return errno;
	/* From where the last one ended, so that what was written is a period of out. */
	while ((n = writev(pair.client, iov, 2)) > 0) {
		size_t at = (sent + (size_t)n) % sizeof(out);

		partial = partial || (size_t)n < iov[0].iov_len + iov[1].iov_len;
		iov[0] = (struct iovec){ out + at, sizeof(out) - at };
		iov[1] = (struct iovec){ out, sizeof(out) };
		sent += (size_t)n;
	}
	if (errno != EAGAIN || !partial)
		return n ? errno : EIO;
	for (; got < sent; got += (size_t)n) {
		n = recv(pair.server, in, sizeof(in) - got % sizeof(out), 0);
		if (n <= 0 || memcmp(in, out + got % sizeof(out), (size_t)n))
			return EILSEQ;
	}
	return self_errno(recv(pair.server, in, 1, MSG_DONTWAIT));
}

static volatile sig_atomic_t nr_signals;

static void count_signal(int sig)
{
	(void)sig;
	nr_signals++;
}

static int broken_pipe(void)
{
	struct iovec iov[2] = { { out, 10 }, { out, 10 } };
	struct net_pair pair;
	int err;

	signal(SIGPIPE, count_signal);
	if (net_connect(&pair) || shutdown(pair.client, SHUT_WR))
		return EIO;
	err = self_errno(writev(pair.client, iov, 2));
	return nr_signals == 1 ? err : EIO;
}

static int unconnected_udp(void)
{
	struct iovec iov = { out, 10 };

	return self_errno(writev(socket(AF_INET, SOCK_DGRAM, 0), &iov, 1));
}

static int unconnected_tcp(void)
{
	struct iovec iov = { out, 10 };

	signal(SIGPIPE, SIG_IGN);
	return self_errno(writev(socket(AF_INET, SOCK_STREAM, 0), &iov, 1));
}

static int not_open(void)
{
	struct iovec iov = { out, 10 };

	return self_errno(writev(-1, &iov, 1));
}

/* How writev() of those elements to a socket ends; whatever it is, nothing was written. */
static int refused(const struct iovec *iov, int nr)
{
	struct net_pair pair;
	int err;

	if (unix_pair(SOCK_DGRAM, &pair))
		return EIO;
	err = self_errno(writev(pair.client, iov, nr));
	return recv(pair.server, in, 1, MSG_DONTWAIT) < 0 && errno == EAGAIN ? err : EIO;
}

static int kernel_address(void)
{
	const struct iovec iov[2] = { { out, 10 }, { KERNEL_ADDRESS, 10 } };

	return refused(iov, 2);
}

static int unmapped(void)
{
	const struct iovec iov[3] = { { out, 10 }, { (void *)PAGE_BYTES, 10 }, { out, 10 } };

	return refused(iov, 3);
}

static int too_long(void)
{
	const struct iovec iov[2] = { { out, 10 }, { out, (size_t)SSIZE_MAX + 1 } };

	return refused(iov, 2);
}

static int kernel_address_and_too_long(void)
{
	const struct iovec iov[2] = { { KERNEL_ADDRESS, 10 }, { out, (size_t)-1 } };

	return refused(iov, 2);
}

/* Both halves are lengths that one may write, together they are ten as a 32-bit number. */
static int four_gib_and_ten(void)
{
	const struct iovec iov[3] = { { out, 1UL << 31 }, { out, 1UL << 31 }, { out, 10 } };

	return refused(iov, 3);
}

static int vector_that_ends(void)
{
	char *page = mmap(NULL, 2 * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			  -1, 0);
	struct iovec *last = (struct iovec *)(page + PAGE_BYTES) - 1;

	if (page == MAP_FAILED || munmap(page + PAGE_BYTES, PAGE_BYTES))
		return EIO;
	*last = (struct iovec){ out, (size_t)-1 };
	return refused(last, 2);
}

static int kernel_vector(void)
{
	return refused(KERNEL_ADDRESS, 2);
}

static int too_many(void)
{
	static struct iovec iov[NR_IOV];

	cut(iov, NR_IOV, 2000);
	return refused(iov, NR_IOV);
}

static int too_few(void)
{
	return refused(NULL, -1);
}

/* No buffers, or empty ones, are no message. */
static int nothing(void)
{
	const struct iovec iov[8] = { { out, 0 }, { (void *)PAGE_BYTES, 0 } };

	return refused(NULL, 0) || refused(iov, 1) || refused(iov, 8) ? EINVAL : 0;
}

/* What is there of a buffer that ends is written, when it is a stream. */
static int buffer_that_ends(void)
{
	unsigned char *page = mmap(NULL, 2 * PAGE_BYTES, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct iovec iov[2] = { { out, 40000 }, { page, MAX_RW_BYTES } };
	struct net_pair pair;
	ssize_t n;

	if (page == MAP_FAILED || munmap(page + PAGE_BYTES, PAGE_BYTES) || net_connect(&pair) ||
	    fcntl(pair.client, F_SETFL, O_NONBLOCK))
		return EIO;
	memcpy(page, out + 40000, PAGE_BYTES);
	n = writev(pair.client, iov, 2);
	if (n <= 0 || n > 40000 + PAGE_BYTES)
		return n < 0 ? errno : EIO;
	return read_back(pair.server, (size_t)n);
}

/* A file that is no socket: its position moves on. */
static int ordinary_file(void)
{
	int fd = open("file", O_RDWR | O_CREAT | O_TRUNC, 0644);
	struct iovec iov[3];

	cut(iov, 3, 1000);
	if (writev(fd, iov, 3) != 1000 || lseek(fd, 0, SEEK_CUR) != 1000 ||
	    writev(fd, iov, 3) != 1000 || lseek(fd, 0, SEEK_CUR) != 2000 ||
	    pread(fd, in, 1000, 1000) != 1000 || memcmp(in, out, 1000))
		return EIO;
	return 0;
}

static int ordinary_pipe(void)
{
	struct iovec iov[3];
	int fd[2];

	cut(iov, 3, 1000);
	if (pipe(fd) || writev(fd[1], iov, 3) != 1000 || read(fd[0], in, 2000) != 1000 ||
	    memcmp(in, out, 1000))
		return EIO;
	return self_errno(writev(fd[0], iov, 3));
}

/* pwritev2() with flags, and with the place that means the current one. */
static int with_flags(void)
{
	struct net_pair pair;
	struct iovec iov[2];

	cut(iov, 2, 1000);
	if (net_connect(&pair) || pwritev2(pair.client, iov, 2, -1, 0) != 1000 ||
	    pwritev2(pair.client, iov, 2, -1, RWF_HIPRI) != 1000 || read_back(pair.server, 1000) ||
	    read_back(pair.server, 1000))
		return EIO;
	return self_errno(pwritev2(pair.client, iov, 2, 0, 0));
}

/* Cycles of a call that ends in the protocol, the fewest of many. */
static unsigned long long cycles(int fd, int flags)
{
	const struct iovec iov = { out, 10 };
	unsigned long long least = ULLONG_MAX;

	for (int i = 0; i < 1000; i++) {
		unsigned long long start = __rdtsc(), took;

		if ((flags ? pwritev2(fd, &iov, 1, -1, flags) : writev(fd, &iov, 1)) != -1)
			return 0;
		took = __rdtsc() - start;
		least = took < least ? took : least;
	}
	return least;
}

/* success: it takes about as long with a flag, which nothing makes shorter, as without one */
static int as_long_with_flags(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	unsigned long long with = cycles(fd, RWF_HIPRI), without = cycles(fd, 0);

	return without * 8 >= with * 7 ? 0 : ERANGE;
}

static const struct self_check checks[] = {
	{ "as long with flags as without", as_long_with_flags, SELF_USER, 0, ERANGE },
	{ "TCP, from 1 to 1024 buffers", tcp_bytes, SELF_USER, 0, 0 },
	{ "UDP, from 1 to 1024 buffers", udp_bytes, SELF_USER, 0, 0 },
	{ "UNIX, from 1 to 1024 buffers", unix_bytes, SELF_USER, 0, 0 },
	{ "messages", messages, SELF_USER, 0, 0 },
	{ "a writer that waits", waits, SELF_USER, 0, 0 },
	{ "a writer that does not wait", fills, SELF_USER, EAGAIN, EAGAIN },
	{ "no reader", broken_pipe, SELF_USER, EPIPE, EPIPE },
	{ "a UDP socket without a destination", unconnected_udp, SELF_USER, EDESTADDRREQ,
	  EDESTADDRREQ },
	{ "a TCP socket without a connection", unconnected_tcp, SELF_USER, EPIPE, EPIPE },
	{ "no descriptor", not_open, SELF_USER, EBADF, EBADF },
	{ "an address of the kernel", kernel_address, SELF_USER, EFAULT, EFAULT },
	{ "an address without memory", unmapped, SELF_USER, EFAULT, EFAULT },
	{ "a negative length", too_long, SELF_USER, EINVAL, EINVAL },
	{ "a negative length after an address of the kernel", kernel_address_and_too_long,
	  SELF_USER, EINVAL, EINVAL },
	{ "4 GiB and ten bytes", four_gib_and_ten, SELF_USER, EMSGSIZE, EMSGSIZE },
	{ "a vector that ends after a negative length", vector_that_ends, SELF_USER, EFAULT,
	  EFAULT },
	{ "a vector of the kernel", kernel_vector, SELF_USER, EFAULT, EFAULT },
	{ "1025 buffers", too_many, SELF_USER, EINVAL, EINVAL },
	{ "-1 buffers", too_few, SELF_USER, EINVAL, EINVAL },
	{ "no buffers and empty ones", nothing, SELF_USER, 0, 0 },
	{ "a buffer that ends", buffer_that_ends, SELF_USER, 0, 0 },
	{ "a file", ordinary_file, 0, 0, 0 },
	{ "a pipe", ordinary_pipe, SELF_USER, EBADF, EBADF },
	{ "pwritev2()", with_flags, SELF_USER, ESPIPE, ESPIPE },
	{ "a header and a body in two writes", net_write_write_read, SELF_USER, 0, 0 },
};

SELF_TEST("socket_writev", setup, checks)

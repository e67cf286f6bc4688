// SPDX-License-Identifier: GPL-2.0-only
/* TAILOR_VFS_BYPASS_TCP: TCP sockets are read and written at once; no program notices. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include "net.h"
#include "self.h"

#define TOTAL_BYTES (4 << 20)

static int setup(void)
{
	return net_set_loopback(true) || self_file("file", 0666, 0);
}

static unsigned char pattern(size_t at)
{
	return (unsigned char)(at % 251 ^ at / 65521);
}

static int set_nonblocking(int fd)
{
	return fcntl(fd, F_SETFL, O_NONBLOCK);
}

/* As much as goes at a time, with vectors of odd lengths when asked for. */
static int transfer(int from, int to, int vectors)
{
	static unsigned char out[50000], in[50000];
	struct iovec ov[3], iv[3];
	size_t sent = 0, got = 0;

	if (set_nonblocking(from) || set_nonblocking(to))
		return errno;
	while (got < TOTAL_BYTES) {
		size_t n = TOTAL_BYTES - sent < sizeof(out) ? TOTAL_BYTES - sent : sizeof(out);
		ssize_t rc = 0;

		for (size_t i = 0; i < n; i++)
			out[i] = pattern(sent + i);
		ov[0] = (struct iovec){ out, n / 3 };
		ov[1] = (struct iovec){ out + n / 3, 0 };
		ov[2] = (struct iovec){ out + n / 3, n - n / 3 };
		if (n)
			rc = vectors ? writev(from, ov, 3) : write(from, out, n);
		if (rc < 0 && errno != EAGAIN)
			return errno;
		sent += rc > 0 ? (size_t)rc : 0;
		iv[0] = (struct iovec){ in, 1 };
		iv[1] = (struct iovec){ in + 1, 999 };
		iv[2] = (struct iovec){ in + 1000, sizeof(in) - 1000 };
		rc = vectors ? readv(to, iv, 3) : read(to, in, sizeof(in));
		if (rc == 0 || (rc < 0 && errno != EAGAIN))
			return rc ? errno : EPIPE;
		for (ssize_t i = 0; i < rc; i++)
			if (in[i] != pattern(got + (size_t)i))
				return EILSEQ;
		got += rc > 0 ? (size_t)rc : 0;
	}
	return 0;
}

static int bytes(void)
{
	struct net_pair pair;
	int rc = net_connect(&pair) ? errno : transfer(pair.client, pair.server, 0);

	return rc ? rc : transfer(pair.server, pair.client, 0);
}

static int vectors(void)
{
	struct net_pair pair;
	int rc = net_connect(&pair) ? errno : transfer(pair.client, pair.server, 1);

	return rc ? rc : transfer(pair.server, pair.client, 1);
}

static int nothing_there(void)
{
	struct net_pair pair;
	char c;

	if (net_connect(&pair) || set_nonblocking(pair.server))
		return EIO;
	return self_errno(read(pair.server, &c, 1));
}

static int nothing_asked(void)
{
	struct net_pair pair;
	char c;

	if (net_connect(&pair))
		return EIO;
	return read(pair.server, &c, 0) || write(pair.server, &c, 0) || writev(pair.server, NULL, 0)
		       ? EINVAL
		       : 0;
}

/* What was sent before the end is read, then the end, as often as one asks. */
static int end_of_stream(void)
{
	struct net_pair pair;
	char in[8];

	if (net_connect(&pair) || write(pair.client, "last", 4) != 4 ||
	    shutdown(pair.client, SHUT_WR))
		return EIO;
	return read(pair.server, in, 2) == 2 && read(pair.server, in, 8) == 2 &&
			       !read(pair.server, in, 8) && !read(pair.server, in, 8)
		       ? 0
		       : EINVAL;
}

static int broken_pipe(void)
{
	struct net_pair pair;

	signal(SIGPIPE, SIG_IGN);
	if (net_connect(&pair) || shutdown(pair.client, SHUT_WR))
		return EIO;
	return self_errno(write(pair.client, "x", 1));
}

static volatile sig_atomic_t nr_signals;

static void count_signal(int sig)
{
	(void)sig;
	nr_signals++;
}

static int broken_pipe_signal(void)
{
	struct iovec iov = { "x", 1 };
	struct net_pair pair;

	signal(SIGPIPE, count_signal);
	if (net_connect(&pair) || shutdown(pair.client, SHUT_WR) ||
	    write(pair.client, "x", 1) >= 0 || writev(pair.client, &iov, 1) >= 0)
		return EIO;
	return nr_signals == 2 ? 0 : EINVAL;
}

static int reset(void)
{
	struct linger linger = { 1, 0 };
	struct net_pair pair;
	char c;

	if (net_connect(&pair) ||
	    setsockopt(pair.client, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)) ||
	    close(pair.client))
		return EIO;
	return self_errno(read(pair.server, &c, 1));
}

static int bad_buffer(void)
{
	void *page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct net_pair pair;

	if (page == MAP_FAILED || net_connect(&pair) || write(pair.client, "data", 4) != 4)
		return EIO;
	if (read(pair.server, page, 4) >= 0 || errno != EFAULT)
		return EINVAL;
	return self_errno(write(pair.client, page, 4));
}

/* What does not fit into the buffer is not lost. */
static int buffer_that_ends(void)
{
	char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct net_pair pair;

	if (page == MAP_FAILED || munmap(page + 4096, 4096) || net_connect(&pair) ||
	    write(pair.client, "12345678", 8) != 8)
		return EIO;
	/* TCP gives back whole pieces: some of it, or the error, but not twice the same byte. */
	if (read(pair.server, page + 4092, 8) > 4)
		return EINVAL;
	return 0;
}

static int not_connected(void)
{
	char c;

	return self_errno(read(socket(AF_INET, SOCK_STREAM, 0), &c, 1));
}

static int write_not_connected(void)
{
	signal(SIGPIPE, SIG_IGN);
	return self_errno(write(socket(AF_INET, SOCK_STREAM, 0), "x", 1));
}

static int listening(void)
{
	uint16_t port;
	int fd = net_bound(SOCK_STREAM, &port);
	char c;

	return listen(fd, 1) ? EIO : self_errno(read(fd, &c, 1));
}

static int at_a_place(void)
{
	struct net_pair pair;
	char c;

	return net_connect(&pair) ? EIO : self_errno(pread(pair.server, &c, 1, 0));
}

static int not_waiting(void)
{
	struct net_pair pair;
	char c;
	struct iovec iov = { &c, 1 };

	return net_connect(&pair) ? EIO : self_errno(preadv2(pair.server, &iov, 1, -1, RWF_NOWAIT));
}

static int time_limit(void)
{
	struct timeval limit = { .tv_usec = 20000 }, before, after;
	struct net_pair pair;
	char c;

	if (net_connect(&pair) ||
	    setsockopt(pair.server, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)))
		return EIO;
	gettimeofday(&before, NULL);
	if (read(pair.server, &c, 1) >= 0 || errno != EAGAIN)
		return EINVAL;
	gettimeofday(&after, NULL);
	timersub(&after, &before, &after);
	return after.tv_sec || after.tv_usec >= limit.tv_usec ? EAGAIN : ETIME;
}

static int interrupted(void)
{
	struct sigaction action = { .sa_handler = count_signal };
	struct itimerval alarm = { .it_value = { .tv_usec = 10000 },
				   .it_interval = { .tv_usec = 10000 } };
	struct net_pair pair;
	char c;

	sigaction(SIGALRM, &action, NULL);
	if (net_connect(&pair) || setitimer(ITIMER_REAL, &alarm, NULL))
		return EIO;
	return self_errno(read(pair.server, &c, 1));
}

static int file_to_socket(void)
{
	struct net_pair pair;
	char in[16] = "";
	int pipe_fd[2], fd = open("file", O_RDONLY);

	if (net_connect(&pair) || pipe(pipe_fd) || sendfile(pair.client, fd, NULL, 5) != 5 ||
	    read(pair.server, in, sizeof(in)) != 5 || memcmp(in, "data\n", 5))
		return EIO;
	if (write(pair.client, "more", 4) != 4 ||
	    splice(pair.server, NULL, pipe_fd[1], NULL, 16, 0) != 4 ||
	    splice(pipe_fd[0], NULL, pair.client, NULL, 16, 0) != 4 ||
	    read(pair.server, in, 16) != 4 || memcmp(in, "more", 4))
		return EIO;
	return 0;
}

static int others(void)
{
	int pair[2], pipe_fd[2], server, client = socket(AF_INET, SOCK_DGRAM, 0);
	struct net_pair udp;
	uint16_t port;
	char in[8];

	server = net_bound(SOCK_DGRAM, &port);
	udp = (struct net_pair){ client, server };
	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) || pipe(pipe_fd) || net_to(client, port))
		return errno;
	if (write(pair[0], "unix", 4) != 4 || read(pair[1], in, 2) != 2 ||
	    write(pair[0], "x", 1) != 1 || read(pair[1], in, 8) != 1)
		return EINVAL;
	if (write(pipe_fd[1], "pipe", 4) != 4 || read(pipe_fd[0], in, 8) != 4)
		return EINVAL;
	return write(udp.client, "datagram", 8) == 8 && read(udp.server, in, 3) == 3 &&
			       write(udp.client, "", 0) == 0 && read(udp.server, in, 8) == 0
		       ? 0
		       : EINVAL;
}

/* A socket that has no port yet gets one, with TCP_FASTOPEN_CONNECT at the first write. */
static int fast_open(void)
{
	struct sockaddr_in addr = { .sin_family = AF_INET,
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int listener, fd = socket(AF_INET, SOCK_STREAM, 0), one = 1, accepted;
	uint16_t port;
	char in[8];

	listener = net_bound(SOCK_STREAM, &port);
	addr.sin_port = htons(port);
	if (listen(listener, 1) ||
	    setsockopt(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, &one, sizeof(one)) ||
	    connect(fd, (struct sockaddr *)&addr, sizeof(addr)) || write(fd, "early", 5) != 5)
		return errno;
	accepted = accept(listener, NULL, NULL);
	return accepted >= 0 && read(accepted, in, 8) == 5 ? 0 : EIO;
}

static const struct self_check checks[] = {
	{ "4 MiB each way", bytes, SELF_USER, 0, 0 },
	{ "4 MiB each way in vectors", vectors, SELF_USER, 0, 0 },
	{ "nothing there", nothing_there, SELF_USER, EAGAIN, EAGAIN },
	{ "nothing asked for", nothing_asked, SELF_USER, 0, 0 },
	{ "the end of the stream", end_of_stream, SELF_USER, 0, 0 },
	{ "a write after the end", broken_pipe, SELF_USER, EPIPE, EPIPE },
	{ "SIGPIPE for each of them", broken_pipe_signal, SELF_USER, 0, 0 },
	{ "a reset connection", reset, SELF_USER, ECONNRESET, ECONNRESET },
	{ "a bad buffer", bad_buffer, SELF_USER, EFAULT, EFAULT },
	{ "a buffer that ends", buffer_that_ends, SELF_USER, 0, 0 },
	{ "a socket that is not connected", not_connected, SELF_USER, ENOTCONN, ENOTCONN },
	{ "a write to it", write_not_connected, SELF_USER, EPIPE, EPIPE },
	{ "a socket that listens", listening, SELF_USER, ENOTCONN, ENOTCONN },
	{ "pread()", at_a_place, SELF_USER, ESPIPE, ESPIPE },
	{ "RWF_NOWAIT", not_waiting, SELF_USER, EOPNOTSUPP, EOPNOTSUPP },
	{ "a limit of time", time_limit, SELF_USER, EAGAIN, EAGAIN },
	{ "a signal", interrupted, SELF_USER, EINTR, EINTR },
	{ "sendfile() and splice()", file_to_socket, SELF_USER, 0, 0 },
	{ "pipes, UNIX and UDP sockets", others, SELF_USER, 0, 0 },
	{ "the first write of a fast open", fast_open, SELF_USER, 0, 0 },
};

SELF_TEST("vfs_bypass_tcp", setup, checks)

// SPDX-License-Identifier: GPL-2.0-only
/* TAILOR_ACCEPT_EMPTY: accept of a TCP socket without connections makes no socket first. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "net.h"
#include "self.h"

static int setup(void)
{
	return net_set_loopback(true);
}

static int listening(int flags, uint16_t *port)
{
	int fd = net_bound(SOCK_STREAM | flags, port);

	return fd < 0 || listen(fd, 4) ? -1 : fd;
}

/* The sockets that the machine has now. */
static long sockets_used(void)
{
	FILE *f = fopen("/proc/net/sockstat", "r");
	long nr = -1;

	if (f && fscanf(f, "sockets: used %ld", &nr) != 1)
		nr = -1;
	if (f)
		fclose(f);
	return nr;
}

static int nothing_waits(void)
{
	uint16_t port;

	return self_errno(accept(listening(SOCK_NONBLOCK, &port), NULL, NULL));
}

static int nothing_waits_for_accept4(void)
{
	uint16_t port;

	return self_errno(accept4(listening(SOCK_NONBLOCK, &port), NULL, NULL, SOCK_CLOEXEC));
}

static int one_waits(void)
{
	struct net_pair pair = { .client = socket(AF_INET, SOCK_STREAM, 0) };
	uint16_t port;
	int listener = listening(SOCK_NONBLOCK, &port);

	if (net_to(pair.client, port))
		return errno;
	pair.server = accept4(listener, NULL, NULL, 0);
	if (pair.server < 0)
		return errno;
	if (net_transfer(pair.client, pair.server, 1000))
		return EIO;
	return self_errno(accept4(listener, NULL, NULL, 0));
}

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The error is the same as that of O_NONBLOCK, but it comes when the time is over. */
static int waits_for(void)
{
	struct timeval limit = { .tv_usec = 50000 };
	uint16_t port;
	int err, fd = listening(0, &port);
	double start = now_s();

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	err = self_errno(accept(fd, NULL, NULL));
	return now_s() - start < 0.04 ? ETIME : err;
}

static int does_not_listen(void)
{
	uint16_t port;

	return self_errno(accept(net_bound(SOCK_STREAM | SOCK_NONBLOCK, &port), NULL, NULL));
}

static int is_connected(void)
{
	struct net_pair pair;

	if (net_connect(&pair) || fcntl(pair.client, F_SETFL, O_NONBLOCK))
		return EIO;
	return self_errno(accept(pair.client, NULL, NULL));
}

static int is_udp(void)
{
	uint16_t port;

	return self_errno(accept(net_bound(SOCK_DGRAM | SOCK_NONBLOCK, &port), NULL, NULL));
}

static int is_unix(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX, .sun_path = "socket" };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	unlink(addr.sun_path);
	if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)) || listen(fd, 1))
		return EIO;
	return self_errno(accept(fd, NULL, NULL));
}

static int is_file(void)
{
	return self_errno(accept(open("/proc/self/status", O_RDONLY), NULL, NULL));
}

static int bad_flags(void)
{
	uint16_t port;

	return self_errno(accept4(listening(SOCK_NONBLOCK, &port), NULL, NULL, 1));
}

/* No descriptor is left: that is said before anything else. */
static int no_descriptors(void)
{
	uint16_t port;
	int fd = listening(SOCK_NONBLOCK, &port);
	struct rlimit limit = { (rlim_t)fd + 1, (rlim_t)fd + 1 };

	if (setrlimit(RLIMIT_NOFILE, &limit))
		return EIO;
	return self_errno(accept(fd, NULL, NULL));
}

static int leaves_no_socket(void)
{
	uint16_t port;
	int fd = listening(SOCK_NONBLOCK, &port);
	long before = sockets_used();

	for (int i = 0; i < 100; i++)
		if (accept(fd, NULL, NULL) != -1)
			return EIO;
	return before > 0 && sockets_used() == before ? 0 : EINVAL;
}

static const struct self_check checks[] = {
	{ "no connection waits", nothing_waits, SELF_USER, EAGAIN, EAGAIN },
	{ "none waits for accept4", nothing_waits_for_accept4, SELF_USER, EAGAIN, EAGAIN },
	{ "the one that waits is accepted", one_waits, SELF_USER, EAGAIN, EAGAIN },
	{ "a time limit, not O_NONBLOCK", waits_for, SELF_USER, EAGAIN, EAGAIN },
	{ "a socket that does not listen", does_not_listen, SELF_USER, EINVAL, EINVAL },
	{ "a socket that is connected", is_connected, SELF_USER, EINVAL, EINVAL },
	{ "a UDP socket", is_udp, SELF_USER, EOPNOTSUPP, EOPNOTSUPP },
	{ "a UNIX socket", is_unix, 0, EAGAIN, EAGAIN },
	{ "a file", is_file, SELF_USER, ENOTSOCK, ENOTSOCK },
	{ "a flag that is none", bad_flags, SELF_USER, EINVAL, EINVAL },
	{ "no descriptor is left", no_descriptors, SELF_USER, EMFILE, EMFILE },
	{ "no socket is left over", leaves_no_socket, 0, 0, 0 },
	{ "a header and a body in two writes", net_write_write_read, SELF_USER, 0, 0 },
};

SELF_TEST("accept_empty", setup, checks)

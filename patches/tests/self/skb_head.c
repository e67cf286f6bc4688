// SPDX-License-Identifier: GPL-2.0-only
/* TAILOR_SKB_HEAD: the cache for the head of a packet is known; what a head weighs is the same. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/sock_diag.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net.h"
#include "self.h"

#define MAX_BYTES 6000

/* What the kernel puts next to the data: struct sk_buff, and behind it struct skb_shared_info. */
#define SKB_BYTES 256
#define SHARED_BYTES 320
#define LINE_BYTES 64
#define SMALLEST_BYTES 512

static int setup(void)
{
	return net_set_loopback(true);
}

/* What a UNIX socket is charged for what it sent and nobody read, or -1. */
static long charged(int fd)
{
	uint32_t info[SK_MEMINFO_VARS];
	socklen_t len = sizeof(info);

	if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &len))
		return -1;
	return info[SK_MEMINFO_WMEM_ALLOC];
}

/* The data and what is behind them, in the smallest power of two that holds both. */
static long weight(size_t len)
{
	size_t head = (len + LINE_BYTES - 1) / LINE_BYTES * LINE_BYTES + SHARED_BYTES;
	size_t size = SMALLEST_BYTES;

	while (size < head)
		size *= 2;
	return (long)size + SKB_BYTES;
}

/* Datagrams of every length around the sizes of heads, and as many bytes as their heads have. */
static int weighs(void)
{
	static unsigned char out[MAX_BYTES], in[MAX_BYTES];
	int fd[2];

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, fd))
		return errno;
	for (size_t i = 0; i < MAX_BYTES; i++)
		out[i] = (unsigned char)(i % 251);
	for (size_t len = 1; len < MAX_BYTES; len++) {
		if (send(fd[0], out, len, 0) != (ssize_t)len)
			return errno;
		if (charged(fd[0]) != weight(len))
			return ERANGE;
		if (recv(fd[1], in, sizeof(in), 0) != (ssize_t)len || memcmp(in, out, len))
			return EILSEQ;
		if (charged(fd[0]) != 0)
			return EBUSY;
	}
	return 0;
}

/* Many at a time, so that none lies in another. */
static int apart(void)
{
	enum { NR = 100 };
	unsigned char out[900], in[900];
	int fd[2], size = 1 << 20;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fd) ||
	    setsockopt(fd[0], SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)))
		return errno;
	for (int i = 0; i < NR; i++) {
		memset(out, i, sizeof(out));
		if (send(fd[0], out, (size_t)i * 9 + 1, 0) != i * 9 + 1)
			return errno;
	}
	for (int i = 0; i < NR; i++) {
		memset(out, i, sizeof(out));
		if (recv(fd[1], in, sizeof(in), 0) != i * 9 + 1 ||
		    memcmp(in, out, (size_t)i * 9 + 1))
			return EILSEQ;
	}
	return 0;
}

static const struct self_check checks[] = {
	{ "4 MiB each way over TCP", net_both_ways, SELF_USER, 0, 0 },
	{ "what datagrams of all lengths weigh", weighs, SELF_USER, 0, 0 },
	{ "a hundred messages that wait", apart, 0, 0, 0 },
	{ "a header and a body in two writes", net_write_write_read, SELF_USER, 0, 0 },
};

SELF_TEST("skb_head", setup, checks)

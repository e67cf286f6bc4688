// SPDX-License-Identifier: GPL-2.0-only
/* TAILOR_NO_LOCAL_PROBE: TCP arms no loss probes on the way to the machine itself. */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net.h"
#include "self.h"

static int setup(void)
{
	return net_set_loopback(true);
}

static int tcp_bytes(void)
{
	struct net_pair pair;
	int rc = net_connect(&pair) ? errno : net_transfer(pair.client, pair.server, 4 << 20);

	return rc ? rc : net_transfer(pair.server, pair.client, 4 << 20);
}

/* A value of /proc/net/netstat. */
static long counter(const char *name)
{
	char head[8192], values[8192], *h, *v, *hs, *vs;
	FILE *f = fopen("/proc/net/netstat", "r");
	long value = -1;

	while (f && fgets(head, sizeof(head), f) && fgets(values, sizeof(values), f)) {
		if (strncmp(head, "TcpExt:", 7))
			continue;
		h = strtok_r(head, " \n", &hs);
		v = strtok_r(values, " \n", &vs);
		for (; h && v; h = strtok_r(NULL, " \n", &hs), v = strtok_r(NULL, " \n", &vs))
			if (!strcmp(h, name))
				sscanf(v, "%ld", &value);
	}
	if (f)
		fclose(f);
	return value;
}

/*
 * A receiver that answers late is taken for one that lost something. Success: its sender probed
 * before the answer came.
 */
static int probes(void)
{
	int off = 0, on = 1;
	struct net_pair pair;
	long before;

	/* once back and forth, for an estimate of the round trip */
	if (net_connect(&pair) || net_transfer(pair.client, pair.server, 1000) ||
	    net_transfer(pair.server, pair.client, 1000) ||
	    setsockopt(pair.server, IPPROTO_TCP, TCP_QUICKACK, &off, sizeof(off)) ||
	    setsockopt(pair.client, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)))
		return EIO;
	before = counter("TCPLossProbes");
	for (int i = 0; i < 3; i++)
		if (send(pair.client, "x", 1, 0) != 1)
			return EIO;
	while (net_unacked(pair.client))
		sched_yield();
	return counter("TCPLossProbes") > before ? 0 : ENOENT;
}

static const struct self_check checks[] = {
	{ "4 MiB each way over TCP", tcp_bytes, SELF_USER, 0, 0 },
	{ "a late answer is probed for", probes, 0, 0, ENOENT },
};

SELF_TEST("no_local_probe", setup, checks)

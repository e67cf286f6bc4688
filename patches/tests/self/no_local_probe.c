// SPDX-License-Identifier: GPL-2.0-only
/* TAILOR_NO_LOCAL_PROBE: TCP arms no loss probes on the way to the machine itself. */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>

#include "net.h"
#include "self.h"

static int setup(void)
{
	return net_set_loopback(true);
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
	before = net_counter("/proc/net/netstat", "TcpExt:", "TCPLossProbes");
	for (int i = 0; i < 3; i++)
		if (send(pair.client, "x", 1, 0) != 1)
			return EIO;
	while (net_unacked(pair.client))
		sched_yield();
	return net_counter("/proc/net/netstat", "TcpExt:", "TCPLossProbes") > before ? 0 : ENOENT;
}

static const struct self_check checks[] = {
	{ "4 MiB each way over TCP", net_both_ways, SELF_USER, 0, 0 },
	{ "a late answer is probed for", probes, 0, 0, ENOENT },
	{ "a header and a body in two writes", net_write_write_read, SELF_USER, 0, 0 },
};

SELF_TEST("no_local_probe", setup, checks)

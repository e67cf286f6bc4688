// SPDX-License-Identifier: GPL-2.0-only
/* TAILOR_TCP_REPLY_ACK: an accepted connection acknowledges its first data with the reply. */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/socket.h>
#include <time.h>

#include "net.h"
#include "self.h"

static int setup(void)
{
	return net_set_loopback(true);
}

/* One request of 16 bytes, received. */
static int request(struct net_pair *pair)
{
	return net_connect(pair) ? errno : net_transfer(pair->client, pair->server, 16);
}

/* success: a segment went back before anybody replied */
static int acknowledged_at_once(void)
{
	struct net_pair pair;
	uint32_t before;

	if (net_connect(&pair))
		return errno;
	before = net_segs_out(pair.server);
	if (net_transfer(pair.client, pair.server, 16))
		return EIO;
	return net_segs_out(pair.server) == before ? ENOMSG : 0;
}

static int acknowledged_by_reply(void)
{
	struct net_pair pair;
	int rc = request(&pair);

	if (!rc)
		rc = net_transfer(pair.server, pair.client, 100);
	return rc ? rc : net_unacked(pair.client) ? EBUSY : 0;
}

/* The reply never comes: the acknowledgment does, by the timer of the kernel. */
static int acknowledged_without_reply(void)
{
	struct timespec start, now;
	struct net_pair pair;
	int rc = request(&pair);

	clock_gettime(CLOCK_MONOTONIC, &start);
	while (!rc && net_unacked(pair.client)) {
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec - start.tv_sec > 20)
			rc = ETIMEDOUT;
	}
	return rc;
}

static int upload(void)
{
	struct net_pair pair;

	return net_connect(&pair) ? errno : net_transfer(pair.client, pair.server, 4 << 20);
}

static int server_speaks_first(void)
{
	struct net_pair pair;
	int rc = net_connect(&pair) ? errno : net_transfer(pair.server, pair.client, 100);

	return rc ? rc : net_transfer(pair.client, pair.server, 100);
}

static int end_of_file(void)
{
	struct net_pair pair;
	char c;
	int rc = request(&pair);

	if (rc || shutdown(pair.client, SHUT_WR))
		return rc ? rc : errno;
	rc = (int)recv(pair.server, &c, 1, 0);
	return rc ? EIO : net_transfer(pair.server, pair.client, 100);
}

static const struct self_check checks[] = {
	{ "a request is acknowledged before its reply", acknowledged_at_once, 0, 0, ENOMSG },
	{ "a reply acknowledges the request", acknowledged_by_reply, 0, 0, 0 },
	{ "without a reply it is acknowledged too", acknowledged_without_reply, 0, 0, 0 },
	{ "4 MiB arrive that nobody replies to", upload, 0, 0, 0 },
	{ "a server may speak first", server_speaks_first, 0, 0, 0 },
	{ "a half closed connection still replies", end_of_file, SELF_USER, 0, 0 },
};

SELF_TEST("tcp_reply_ack", setup, checks)

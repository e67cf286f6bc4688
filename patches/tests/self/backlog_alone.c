// SPDX-License-Identifier: GPL-2.0-only
/* TAILOR_BACKLOG_ALONE: the backlog is polled at once; every packet arrives, and is counted. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net.h"
#include "self.h"

/* An echo in so many packets that one poll, of 64, does not do for its reply. */
#define MTU_BYTES 576
#define PIECE_BYTES 552 /* what of a datagram is in each: a multiple of 8 */
#define ECHO_BYTES 60000
#define NR_PIECES ((ECHO_BYTES + PIECE_BYTES - 1) / PIECE_BYTES)

static int setup(void)
{
	return net_set_loopback(true) || net_set_loopback_mtu(MTU_BYTES);
}

/* The reply is made while the request is polled, and fills the backlog. */
static int ping(void)
{
	static struct {
		struct icmphdr icmp;
		unsigned char data[ECHO_BYTES - sizeof(struct icmphdr)];
	} echo = { .icmp = { .type = ICMP_ECHO, .un.echo.id = 7 } };
	static unsigned char in[65536];
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	const struct icmphdr *icmp = (const void *)(in + sizeof(struct iphdr));
	int fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP), big = 1 << 20;

	for (size_t i = 0; i < sizeof(echo.data); i++)
		echo.data[i] = (unsigned char)(i % 251);
	echo.icmp.checksum = 0;
	echo.icmp.checksum = net_checksum(&echo, sizeof(echo));
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &big, sizeof(big)) ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &big, sizeof(big)) ||
	    sendto(fd, &echo, sizeof(echo), 0, (struct sockaddr *)&to, sizeof(to)) < 0)
		return errno;
	for (;;) {
		ssize_t n = recv(fd, in, sizeof(in), 0);

		if (n < 0)
			return errno;
		if (icmp->type != ICMP_ECHOREPLY)
			continue;
		close(fd);
		return n == (ssize_t)(sizeof(struct iphdr) + sizeof(echo)) &&
				       !memcmp(icmp + 1, echo.data, sizeof(echo.data))
			       ? 0
			       : EILSEQ;
	}
}

static int pings(void)
{
	int rc = 0;

	for (int i = 0; i < 20 && !rc; i++)
		rc = ping();
	return rc;
}

static int counts_packets(void)
{
	unsigned long processed = net_softnet(0), dropped = net_softnet(1);
	int rc = ping();

	if (rc)
		return rc;
	return net_softnet(0) == processed + 2 * NR_PIECES && net_softnet(1) == dropped ? 0
											: EINVAL;
}

static int udp_to_itself(void)
{
	struct net_pair pair;

	if (net_udp_pair(&pair))
		return errno;
	for (size_t len = 1; len < ECHO_BYTES; len += 997) {
		int rc = net_transfer(pair.client, pair.server, len);

		if (rc)
			return rc;
	}
	return 0;
}

static const struct self_check checks[] = {
	{ "4 MiB each way over TCP", net_both_ways, SELF_USER, 0, 0 },
	{ "UDP, in one packet and in many", udp_to_itself, SELF_USER, 0, 0 },
	{ "pings that fill the backlog", pings, 0, 0, 0 },
	{ "softnet_stat counts the packets", counts_packets, 0, 0, 0 },
	{ "a header and a body in two writes", net_write_write_read, SELF_USER, 0, 0 },
};

SELF_TEST("backlog_alone", setup, checks)

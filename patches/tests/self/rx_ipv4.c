// SPDX-License-Identifier: GPL-2.0-only
/* TAILOR_RX_IPV4: received IPv4 packets are offered to IPv4 alone; nothing that a program sees
 * changes. */
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

/* An Ethernet's, so that large datagrams come in fragments. */
#define MTU_BYTES 1500
#define DATAGRAM_BYTES 60000
#define NR_FRAGMENTS 41 /* of 1480 bytes, for the datagram and its UDP header of 8 */

static int setup(void)
{
	return net_set_loopback(true) || net_set_loopback_mtu(MTU_BYTES);
}

/* Every raw socket of the protocol gets its copy. */
static int raw_ping(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct {
		struct icmphdr icmp;
		char data[56];
	} echo = { .icmp = { .type = ICMP_ECHO, .un.echo.id = 7 }, .data = "ping" };
	unsigned char in[256];
	int fd = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
	int other = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);
	int replies = 0;

	echo.icmp.checksum = net_checksum(&echo, sizeof(echo));
	if (fd < 0 || other < 0 ||
	    sendto(fd, &echo, sizeof(echo), 0, (struct sockaddr *)&to, sizeof(to)) < 0)
		return errno;
	for (int i = 0; i < 4; i++) {
		ssize_t n = recv(i < 2 ? fd : other, in, sizeof(in), MSG_DONTWAIT);
		const struct icmphdr *icmp = (const void *)(in + sizeof(struct iphdr));

		if (n == (ssize_t)(sizeof(struct iphdr) + sizeof(echo)) &&
		    icmp->type == ICMP_ECHOREPLY && !memcmp(icmp + 1, echo.data, sizeof(echo.data)))
			replies++;
	}
	return replies == 2 ? 0 : EBADMSG;
}

/* Whoever does not listen is told by ICMP. */
static int closed_port(void)
{
	uint16_t port;
	int fd = net_bound(SOCK_DGRAM, &port);
	int to = socket(AF_INET, SOCK_DGRAM, 0);

	if (fd < 0 || close(fd) || net_to(to, port) || send(to, "x", 1, 0) != 1)
		return EIO;
	return self_errno(send(to, "x", 1, 0));
}

static int fragments(void)
{
	uint16_t port;
	int to = net_bound(SOCK_DGRAM, &port);
	int from = socket(AF_INET, SOCK_DGRAM, 0);
	int mtu_discover = IP_PMTUDISC_DONT;

	if (to < 0 || net_to(from, port) ||
	    setsockopt(from, IPPROTO_IP, IP_MTU_DISCOVER, &mtu_discover, sizeof(mtu_discover)))
		return errno;
	return net_transfer(from, to, DATAGRAM_BYTES);
}

/* A protocol that the kernel does not speak goes to the raw sockets of its number: here, itself. */
static int unknown_protocol(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_RAW, 200);
	char in[64];

	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) || send(fd, "x", 1, 0) != 1)
		return EIO;
	return recv(fd, in, sizeof(in), MSG_DONTWAIT) == sizeof(struct iphdr) + 1 &&
			       in[sizeof(struct iphdr)] == 'x'
		       ? 0
		       : EBADMSG;
}

/* Zero-copy pages that come back by loopback are copied before the receiver has them. */
static int zerocopy(void)
{
	static char page[65536];
	struct net_pair pair;
	char in[4096];
	int one = 1;

	if (net_connect(&pair) ||
	    setsockopt(pair.client, SOL_SOCKET, SO_ZEROCOPY, &one, sizeof(one)))
		return errno;
	memset(page, 'a', sizeof(page));
	if (send(pair.client, page, sizeof(page), MSG_ZEROCOPY) < 0)
		return errno;
	memset(page, 'b', sizeof(page));
	if (recv(pair.server, in, sizeof(in), 0) != sizeof(in))
		return EIO;
	for (size_t i = 0; i < sizeof(in); i++)
		if (in[i] != 'a')
			return EILSEQ;
	return 0;
}

static int counts_processed(void)
{
	unsigned long before = net_softnet(0);

	if (fragments())
		return EIO;
	return net_softnet(0) == before + NR_FRAGMENTS ? 0 : EINVAL;
}

static const struct self_check checks[] = {
	{ "4 MiB each way over TCP", net_both_ways, SELF_USER, 0, 0 },
	{ "raw sockets get their copies of a ping", raw_ping, 0, 0, 0 },
	{ "a closed UDP port", closed_port, SELF_USER, ECONNREFUSED, ECONNREFUSED },
	{ "41 fragments are one datagram", fragments, SELF_USER, 0, 0 },
	{ "a protocol that nobody knows", unknown_protocol, 0, 0, 0 },
	{ "MSG_ZEROCOPY pages are copied", zerocopy, SELF_USER, 0, 0 },
	{ "softnet_stat counts the packets", counts_processed, 0, 0, 0 },
	{ "a header and a body in two writes", net_write_write_read, SELF_USER, 0, 0 },
};

SELF_TEST("rx_ipv4", setup, checks)

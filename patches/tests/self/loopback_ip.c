// SPDX-License-Identifier: GPL-2.0-only
/* TAILOR_LOOPBACK_IP: packets to the machine itself are not checked on receipt; no program notices.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net.h"
#include "self.h"

#define MTU_BYTES 65536

static int setup(void)
{
	return net_set_loopback(true) || net_set_loopback_mtu(MTU_BYTES);
}

/* Segments of an Ethernet's size, cut by the device. */
static int short_packets(void)
{
	return net_set_loopback_mtu(1500) ? errno : net_both_ways();
}

/* A connection that was made when packets could be longer. */
static int packets_become_short(void)
{
	struct net_pair pair;

	if (net_connect(&pair) || net_transfer(pair.client, pair.server, 100000) ||
	    net_set_loopback_mtu(1500))
		return EIO;
	return net_transfer(pair.client, pair.server, 1 << 20);
}

/* Headers as a raw socket sees them: whole, of the right length, each with its own number. */
static int headers(void)
{
	unsigned char in[2048];
	const struct iphdr *ip = (const void *)in;
	int raw = socket(AF_INET, SOCK_RAW, IPPROTO_TCP), nr = 0;
	struct net_pair pair;
	ssize_t n;

	if (raw < 0 || net_connect(&pair) || send(pair.client, "abc", 3, 0) != 3)
		return errno;
	for (; (n = recv(raw, in, sizeof(in), MSG_DONTWAIT)) > 0; nr++) {
		const struct tcphdr *tcp = (const void *)(in + sizeof(*ip));
		bool data = n == (ssize_t)(sizeof(*ip) + 4u * tcp->doff + 3);

		if (ip->ihl != 5 || ip->version != 4 || ip->ttl != 64 ||
		    ip->protocol != IPPROTO_TCP || ntohs(ip->tot_len) != n ||
		    net_checksum(ip, sizeof(*ip)) || ip->frag_off != htons(IP_DF) ||
		    ip->saddr != htonl(INADDR_LOOPBACK) || ip->daddr != ip->saddr)
			return EBADMSG;
		if (data && memcmp(in + n - 3, "abc", 3))
			return EILSEQ;
	}
	/* SYN, its answer, the acknowledgment and the data; the last one's may be late */
	return nr == 4 || nr == 5 ? 0 : ERANGE;
}

static int with_options(void)
{
	static const unsigned char options[4] = { IPOPT_NOP, IPOPT_NOP, IPOPT_NOP, IPOPT_EOL };
	struct net_pair pair;

	if (net_connect(&pair) ||
	    setsockopt(pair.client, IPPROTO_IP, IP_OPTIONS, options, sizeof(options)))
		return errno;
	return net_transfer(pair.client, pair.server, 100000);
}

static int service_and_ttl(void)
{
	int tos = IPTOS_LOWDELAY, ttl = 3, raw = socket(AF_INET, SOCK_RAW, IPPROTO_TCP);
	unsigned char in[2048];
	const struct iphdr *ip = (const void *)in;
	struct net_pair pair;

	if (net_connect(&pair) || setsockopt(pair.client, IPPROTO_IP, IP_TOS, &tos, sizeof(tos)) ||
	    setsockopt(pair.client, IPPROTO_IP, IP_TTL, &ttl, sizeof(ttl)))
		return errno;
	while (recv(raw, in, sizeof(in), MSG_DONTWAIT) > 0)
		;
	if (send(pair.client, "x", 1, 0) != 1 || recv(raw, in, sizeof(in), MSG_DONTWAIT) < 20)
		return EIO;
	return ip->tos == tos && ip->ttl == ttl ? 0 : EINVAL;
}

/* Each packet of the machine to itself counts as sent, received, delivered, and its bytes too. */
static int statistics(void)
{
	static const char *const ip[] = { "OutRequests", "InReceives", "InDelivers" };
	static const char *const ext[] = { "OutOctets", "InOctets" };
	long before[5], delta[5],
		no_ect = net_counter("/proc/net/netstat", "IpExt:", "InNoECTPkts");

	for (int i = 0; i < 5; i++)
		before[i] = i < 3 ? net_counter("/proc/net/snmp", "Ip:", ip[i])
				  : net_counter("/proc/net/netstat", "IpExt:", ext[i - 3]);
	if (net_both_ways())
		return EIO;
	for (int i = 0; i < 5; i++)
		delta[i] = (i < 3 ? net_counter("/proc/net/snmp", "Ip:", ip[i])
				  : net_counter("/proc/net/netstat", "IpExt:", ext[i - 3])) -
			   before[i];
	no_ect = net_counter("/proc/net/netstat", "IpExt:", "InNoECTPkts") - no_ect;
	/* 8 MiB and headers, in packets of at most 64 KiB */
	if (delta[0] < 128 || delta[3] < (8 << 20))
		return ERANGE;
	/* a packet that its device would cut counts there as those that it would become */
	return delta[0] == delta[1] && delta[1] == delta[2] && delta[3] == delta[4] &&
			       no_ect >= delta[1]
		       ? 0
		       : EINVAL;
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
	return self_errno(recv(pair.server, &c, 1, 0));
}

static int closed_port(void)
{
	uint16_t port;
	int listener = net_bound(SOCK_STREAM, &port);

	return close(listener) ? EIO : self_errno(net_to(socket(AF_INET, SOCK_STREAM, 0), port));
}

/* The receiver can ask by which device its connection came. */
static int packet_info(void)
{
	char control[256];
	struct msghdr msg = { .msg_control = control };
	socklen_t len = sizeof(control);
	struct net_pair pair;
	struct cmsghdr *cmsg;
	struct in_pktinfo info;
	int one = 1;

	if (net_connect(&pair) ||
	    setsockopt(pair.server, IPPROTO_IP, IP_PKTINFO, &one, sizeof(one)) ||
	    net_transfer(pair.client, pair.server, 100) ||
	    getsockopt(pair.server, IPPROTO_IP, IP_PKTOPTIONS, control, &len))
		return errno;
	msg.msg_controllen = len;
	for (cmsg = CMSG_FIRSTHDR(&msg); cmsg; cmsg = CMSG_NXTHDR(&msg, cmsg))
		if (cmsg->cmsg_level == IPPROTO_IP && cmsg->cmsg_type == IP_PKTINFO) {
			memcpy(&info, CMSG_DATA(cmsg), sizeof(info));
			return info.ipi_ifindex == 1 ? 0 : EINVAL;
		}
	return ENOMSG;
}

static int transmit_timestamp(void)
{
	struct net_pair pair;

	return net_connect(&pair) ? errno : net_transmit_timestamp(pair.client);
}

static const struct self_check checks[] = {
	{ "4 MiB each way", net_both_ways, SELF_USER, 0, 0 },
	{ "in packets of 1500 bytes", short_packets, 0, 0, 0 },
	{ "packets that become short", packets_become_short, 0, 0, 0 },
	{ "headers on the wire", headers, 0, 0, 0 },
	{ "IP options", with_options, SELF_USER, 0, 0 },
	{ "type of service and time to live", service_and_ttl, 0, 0, 0 },
	{ "the statistics of IP", statistics, SELF_USER, 0, 0 },
	{ "a reset connection", reset, SELF_USER, ECONNRESET, ECONNRESET },
	{ "a closed port", closed_port, SELF_USER, ECONNREFUSED, ECONNREFUSED },
	{ "IP_PKTINFO of a connection", packet_info, SELF_USER, 0, 0 },
	{ "a time stamp of the transmission", transmit_timestamp, SELF_USER, 0, 0 },
	{ "a header and a body in two writes", net_write_write_read, SELF_USER, 0, 0 },
};

SELF_TEST("loopback_ip", setup, checks)

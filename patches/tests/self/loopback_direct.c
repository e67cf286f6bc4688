// SPDX-License-Identifier: GPL-2.0-only
/* TAILOR_LOOPBACK_DIRECT: a packet to the machine itself needs no neighbour and no device. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <netinet/in.h>
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

/* How many neighbours were ever made: the second column, a row for each CPU, in hexadecimal. */
static unsigned long neighbours_allocated(void)
{
	FILE *f = fopen("/proc/net/stat/arp_cache", "r");
	unsigned long sum = 0, allocs;
	char names[512];

	if (f && fgets(names, sizeof(names), f))
		while (fscanf(f, "%*x %lx%*[^\n]", &allocs) == 1)
			sum += allocs;
	if (f)
		fclose(f);
	return sum;
}

/* A port that nobody listens on. */
static int tcp_port(uint16_t *port)
{
	int fd = net_bound(SOCK_STREAM, port);

	return fd < 0 ? -1 : close(fd);
}

/* success: the first packet after the device came up has made a neighbour */
static int makes_neighbour(void)
{
	struct net_pair pair;
	unsigned long before;

	if (net_set_loopback(false) || net_set_loopback(true))
		return errno;
	before = neighbours_allocated();
	if (net_udp_pair(&pair) || net_transfer(pair.client, pair.server, 10))
		return errno;
	return neighbours_allocated() > before ? 0 : ESRCH;
}

static int udp_bytes(void)
{
	struct net_pair pair;

	return net_udp_pair(&pair) ? errno : net_transfer(pair.client, pair.server, 60000);
}

static int closed_tcp_port(void)
{
	uint16_t port;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return tcp_port(&port) ? EIO : self_errno(net_to(fd, port));
}

/* The ICMP error comes back while the datagram is sent. */
static int closed_udp_port(void)
{
	struct net_pair pair;

	if (net_udp_pair(&pair) || close(pair.server) || send(pair.client, "x", 1, 0) != 1)
		return EIO;
	return self_errno(send(pair.client, "x", 1, 0));
}

static int other_local_address(void)
{
	struct sockaddr_in addr = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f010203) };
	socklen_t len = sizeof(addr);
	struct net_pair pair = { socket(AF_INET, SOCK_DGRAM, 0), socket(AF_INET, SOCK_DGRAM, 0) };

	if (bind(pair.server, (struct sockaddr *)&addr, len) ||
	    getsockname(pair.server, (struct sockaddr *)&addr, &len) ||
	    connect(pair.client, (struct sockaddr *)&addr, len))
		return errno;
	return net_transfer(pair.client, pair.server, 1000);
}

/* The receiver is told that it came by the loopback device, to its own address. */
static int packet_info(void)
{
	char data[8], control[CMSG_SPACE(sizeof(struct in_pktinfo))];
	struct iovec iov = { data, sizeof(data) };
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = control,
			      .msg_controllen = sizeof(control) };
	struct net_pair pair;
	struct in_pktinfo info;
	int one = 1;

	if (net_udp_pair(&pair) ||
	    setsockopt(pair.server, IPPROTO_IP, IP_PKTINFO, &one, sizeof(one)) ||
	    send(pair.client, "x", 1, 0) != 1 || recvmsg(pair.server, &msg, 0) != 1)
		return errno;
	memcpy(&info, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(info));
	return info.ipi_ifindex == 1 && info.ipi_addr.s_addr == htonl(INADDR_LOOPBACK) ? 0 : EINVAL;
}

/* A sender that asks when its packet left gets its answer. */
static int transmit_timestamp(void)
{
	struct net_pair pair;

	return net_udp_pair(&pair) ? errno : net_transmit_timestamp(pair.client);
}

/* A classic filter may read the link-layer header: nobody's address, and IPv4. */
static int filter_of_a_socket(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)SKF_LL_OFF),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 3),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, (uint32_t)SKF_LL_OFF + 12),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ETH_P_IP, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0xffff),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	const struct sock_fprog prog = { sizeof(code) / sizeof(code[0]), code };
	struct net_pair pair;
	char c;

	if (net_udp_pair(&pair) ||
	    setsockopt(pair.server, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog)) ||
	    send(pair.client, "x", 1, 0) != 1)
		return errno;
	return self_errno(recv(pair.server, &c, 1, MSG_DONTWAIT));
}

static unsigned long packets_of_loopback(void)
{
	unsigned long bytes, packets = 0;
	char line[512];
	FILE *f = fopen("/proc/net/dev", "r");

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, " lo: %lu %lu", &bytes, &packets) == 2)
			break;
	if (f)
		fclose(f);
	return packets;
}

static int counts_packets(void)
{
	struct net_pair pair;
	unsigned long before = packets_of_loopback();

	if (net_udp_pair(&pair))
		return errno;
	for (int i = 0; i < 10; i++)
		if (net_transfer(pair.client, pair.server, 100))
			return EIO;
	return packets_of_loopback() == before + 10 ? 0 : EINVAL;
}

/* What is sent while the device is down is lost. */
static int device_is_down(void)
{
	struct net_pair pair;
	char c;

	if (net_udp_pair(&pair) || net_set_loopback(false) || send(pair.client, "x", 1, 0) != 1 ||
	    net_set_loopback(true))
		return EIO;
	return self_errno(recv(pair.server, &c, 1, MSG_DONTWAIT));
}

static int full_queue(void)
{
	struct net_pair pair;
	char c;
	int nr = 0;

	if (net_udp_pair(&pair))
		return errno;
	for (int i = 0; i < 5000; i++)
		if (send(pair.client, "x", 1, 0) != 1)
			return errno;
	while (recv(pair.server, &c, 1, MSG_DONTWAIT) == 1)
		nr++;
	return nr > 0 && nr < 5000 ? 0 : EINVAL;
}

static const struct self_check checks[] = {
	{ "a packet makes a neighbour", makes_neighbour, 0, 0, ESRCH },
	{ "4 MiB each way over TCP", net_both_ways, SELF_USER, 0, 0 },
	{ "a datagram of 60000 bytes", udp_bytes, SELF_USER, 0, 0 },
	{ "a closed TCP port", closed_tcp_port, SELF_USER, ECONNREFUSED, ECONNREFUSED },
	{ "a closed UDP port", closed_udp_port, SELF_USER, ECONNREFUSED, ECONNREFUSED },
	{ "127.1.2.3", other_local_address, SELF_USER, 0, 0 },
	{ "IP_PKTINFO names the device", packet_info, SELF_USER, 0, 0 },
	{ "a time stamp of the transmission", transmit_timestamp, SELF_USER, 0, 0 },
	{ "a filter of a socket reads the link-layer header", filter_of_a_socket, SELF_USER, 0, 0 },
	{ "the device counts its packets", counts_packets, 0, 0, 0 },
	{ "the device is down", device_is_down, 0, EAGAIN, EAGAIN },
	{ "a receiver that does not read", full_queue, SELF_USER, 0, 0 },
	{ "a header and a body in two writes", net_write_write_read, SELF_USER, 0, 0 },
};

SELF_TEST("loopback_direct", setup, checks)

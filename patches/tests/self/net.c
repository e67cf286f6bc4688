// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <linux/net_tstamp.h>
#include <linux/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "net.h"

/* Far below a segment, so that the second waits for the first; half of what delays the shortest
 * acknowledgment (TCP_DELACK_MIN, 40 ms). */
#define NAGLE_BYTES 100
#define NAGLE_MAX_US 20000

int net_set_loopback(bool up)
{
	struct ifreq ifr = { .ifr_name = "lo" };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	int rc = fd < 0 ? -1 : ioctl(fd, SIOCGIFFLAGS, &ifr);

	if (!rc) {
		if (up)
			ifr.ifr_flags |= IFF_UP;
		else
			ifr.ifr_flags &= (short)~IFF_UP;
		rc = ioctl(fd, SIOCSIFFLAGS, &ifr);
	}
	if (fd >= 0)
		close(fd);
	return rc;
}

int net_set_loopback_mtu(int bytes)
{
	struct ifreq ifr = { .ifr_name = "lo", .ifr_mtu = bytes };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	int rc = fd < 0 ? -1 : ioctl(fd, SIOCSIFMTU, &ifr);

	if (fd >= 0)
		close(fd);
	return rc;
}

static struct sockaddr_in local(uint16_t port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
				     .sin_port = htons(port),
				     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

int net_bound(int type, uint16_t *port)
{
	struct sockaddr_in addr = local(0);
	socklen_t len = sizeof(addr);
	int fd = socket(AF_INET, type, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&addr, len) ||
	    getsockname(fd, (struct sockaddr *)&addr, &len))
		return -1;
	*port = ntohs(addr.sin_port);
	return fd;
}

int net_to(int fd, uint16_t port)
{
	struct sockaddr_in addr = local(port);

	return connect(fd, (struct sockaddr *)&addr, sizeof(addr));
}

int net_connect(struct net_pair *pair)
{
	uint16_t port;
	int listener = net_bound(SOCK_STREAM, &port);

	if (listener < 0 || listen(listener, 1))
		return -1;
	pair->client = socket(AF_INET, SOCK_STREAM, 0);
	if (pair->client < 0 || net_to(pair->client, port))
		return -1;
	pair->server = accept(listener, NULL, NULL);
	close(listener);
	return pair->server < 0 ? -1 : 0;
}

int net_close(struct net_pair *pair)
{
	return close(pair->client) | close(pair->server);
}

/* Not periodic in any power of two, so that a lost or doubled page shows. */
static unsigned char pattern(size_t at)
{
	return (unsigned char)(at % 251 ^ at / 65521);
}

int net_transfer(int from, int to, size_t len)
{
	static unsigned char out[60000], in[60000];
	size_t sent = 0, got = 0;

	while (got < len) {
		size_t n = len - sent < sizeof(out) ? len - sent : sizeof(out);
		ssize_t rc;

		for (size_t i = 0; i < n; i++)
			out[i] = pattern(sent + i);
		rc = n ? send(from, out, n, MSG_DONTWAIT) : 0;
		if (rc < 0 && errno != EAGAIN)
			return errno;
		sent += rc > 0 ? (size_t)rc : 0;
		rc = recv(to, in, sizeof(in), rc > 0 ? 0 : MSG_DONTWAIT);
		if (rc < 0 && errno != EAGAIN)
			return errno;
		for (ssize_t i = 0; i < rc; i++)
			if (in[i] != pattern(got + (size_t)i))
				return EILSEQ;
		got += rc > 0 ? (size_t)rc : 0;
	}
	return 0;
}

int net_udp_pair(struct net_pair *pair)
{
	uint16_t port;

	pair->server = net_bound(SOCK_DGRAM, &port);
	pair->client = socket(AF_INET, SOCK_DGRAM, 0);
	return pair->server < 0 || pair->client < 0 ? -1 : net_to(pair->client, port);
}

int net_both_ways(void)
{
	struct net_pair pair;
	int rc = net_connect(&pair) ? errno : net_transfer(pair.client, pair.server, 4 << 20);

	return rc ? rc : net_transfer(pair.server, pair.client, 4 << 20);
}

/* Receives and forgets so many bytes. */
static int receive(int fd, size_t len)
{
	char buf[256];
	size_t got = 0;

	while (got < len) {
		ssize_t rc = recv(fd, buf, len - got, 0);

		if (rc <= 0)
			return rc ? errno : EPIPE;
		got += (size_t)rc;
	}
	return 0;
}

int net_write_write_read(void)
{
	struct timespec start, end;
	struct net_pair pair;
	char data[2 * NAGLE_BYTES] = { 0 };
	long us;
	int rc;

	if (net_connect(&pair))
		return errno;
	clock_gettime(CLOCK_MONOTONIC, &start);
	if (send(pair.client, data, NAGLE_BYTES, 0) != NAGLE_BYTES ||
	    send(pair.client, data, NAGLE_BYTES, 0) != NAGLE_BYTES)
		return errno;
	rc = receive(pair.server, sizeof(data));
	if (rc || send(pair.server, data, sizeof(data), 0) != (ssize_t)sizeof(data))
		return rc ? rc : errno;
	rc = receive(pair.client, sizeof(data));
	clock_gettime(CLOCK_MONOTONIC, &end);
	us = (end.tv_sec - start.tv_sec) * 1000000 + (end.tv_nsec - start.tv_nsec) / 1000;
	return rc ? rc : us < NAGLE_MAX_US ? 0 : ETIME;
}

int net_transmit_timestamp(int fd)
{
	char control[512];
	struct msghdr msg = { .msg_control = control, .msg_controllen = sizeof(control) };
	unsigned int flags = SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE |
			     SOF_TIMESTAMPING_OPT_TSONLY;

	if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &flags, sizeof(flags)) ||
	    send(fd, "x", 1, 0) != 1 || recvmsg(fd, &msg, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
		return errno;
	return 0;
}

uint16_t net_checksum(const void *data, size_t len)
{
	const uint16_t *p = data;
	uint32_t sum = 0;

	for (; len > 1; len -= 2)
		sum += *p++;
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t) ~(sum + (sum >> 16));
}

long net_counter(const char *path, const char *row, const char *name)
{
	char head[8192], values[8192], *h, *v, *hs, *vs;
	FILE *f = fopen(path, "r");
	long value = -1;

	while (f && fgets(head, sizeof(head), f) && fgets(values, sizeof(values), f)) {
		if (strncmp(head, row, strlen(row)))
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

unsigned long net_softnet(int column)
{
	FILE *f = fopen("/proc/net/softnet_stat", "r");
	unsigned long sum = 0, nr = 0;
	char row[512], *at;

	while (f && fgets(row, sizeof(row), f)) {
		at = row;
		for (int i = 0; i <= column; i++)
			nr = strtoul(at, &at, 16);
		sum += nr;
	}
	if (f)
		fclose(f);
	return sum;
}

static struct tcp_info info(int fd)
{
	struct tcp_info ti = { 0 };
	socklen_t len = sizeof(ti);

	getsockopt(fd, IPPROTO_TCP, TCP_INFO, &ti, &len);
	return ti;
}

uint32_t net_segs_out(int fd)
{
	return info(fd).tcpi_segs_out;
}

uint32_t net_unacked(int fd)
{
	return info(fd).tcpi_unacked;
}

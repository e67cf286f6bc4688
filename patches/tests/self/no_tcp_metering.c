// SPDX-License-Identifier: GPL-2.0-only
/* TAILOR_NO_TCP_METERING: TCP does not measure what only TCP_INFO shows. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdint.h>
#include <sys/socket.h>
#include <time.h>

#include "net.h"
#include "self.h"

static int setup(void)
{
	return net_set_loopback(true);
}

static int info_after_transfer(struct tcp_info *info)
{
	socklen_t len = sizeof(*info);
	struct net_pair pair;
	int rc;

	if (net_connect(&pair))
		return -1;
	rc = net_transfer(pair.client, pair.server, 1 << 20) ||
	     getsockopt(pair.client, IPPROTO_TCP, TCP_INFO, info, &len);
	return net_close(&pair) || rc ? -1 : 0;
}

/* Success: there is a rate. A sample shorter than the shortest round trip does not count. */
static int rate(void)
{
	struct tcp_info info = { 0 };

	for (int i = 0; i < 100 && !info.tcpi_delivery_rate; i++)
		if (info_after_transfer(&info))
			return EIO;
	return info.tcpi_delivery_rate ? 0 : ENODATA;
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* As long as the receiver does not read, the sender is busy. Success: that is counted. */
static int busy_time(void)
{
	static const char data[65536];
	const int64_t limit_ns = now_ns() + 200000000;
	struct tcp_info info = { 0 };
	socklen_t len = sizeof(info);
	struct net_pair pair;

	if (net_connect(&pair))
		return EIO;
	while (send(pair.client, data, sizeof(data), MSG_DONTWAIT) > 0)
		;
	while (!info.tcpi_busy_time && now_ns() < limit_ns)
		if (getsockopt(pair.client, IPPROTO_TCP, TCP_INFO, &info, &len))
			return EIO;
	return info.tcpi_busy_time ? 0 : ENODATA;
}

/* What else TCP_INFO says is as ever. */
static int other_fields(void)
{
	struct tcp_info info = { 0 };

	if (info_after_transfer(&info))
		return EIO;
	return info.tcpi_bytes_acked >= 1 << 20 && info.tcpi_delivered && info.tcpi_segs_out > 16 &&
			       info.tcpi_snd_cwnd >= 10
		       ? 0
		       : EINVAL;
}

static const struct self_check checks[] = {
	{ "4 MiB each way over TCP", net_both_ways, SELF_USER, 0, 0 },
	{ "TCP_INFO has a delivery rate", rate, SELF_USER, 0, ENODATA },
	{ "TCP_INFO has a time in which it was busy", busy_time, SELF_USER, 0, ENODATA },
	{ "TCP_INFO has its other fields", other_fields, SELF_USER, 0, 0 },
	{ "a header and a body in two writes", net_write_write_read, SELF_USER, 0, 0 },
};

SELF_TEST("no_tcp_metering", setup, checks)

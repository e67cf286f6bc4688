// SPDX-License-Identifier: GPL-2.0-only
/* TAILOR_ROUTE_ONCE: connect() looks up its route once; the route is the same. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net.h"
#include "self.h"

static int setup(void)
{
	return net_set_loopback(true);
}

static struct sockaddr_in address(const char *ip, uint16_t port)
{
	struct sockaddr_in addr = { .sin_family = AF_INET, .sin_port = htons(port) };

	inet_pton(AF_INET, ip, &addr.sin_addr);
	return addr;
}

/* Connects a socket of that type; 0 when its own address is want and its port is set. */
static int connects(int type, const char *from, const char *to, const char *want)
{
	struct sockaddr_in addr = address(to, 0), own;
	int fd = socket(AF_INET, type, 0), other = socket(AF_INET, type, 0);
	socklen_t len = sizeof(own);

	own = address("0.0.0.0", 0);
	if (bind(other, (struct sockaddr *)&own, len) ||
	    (type == SOCK_STREAM && listen(other, 1)) ||
	    getsockname(other, (struct sockaddr *)&own, &len))
		return errno;
	addr.sin_port = own.sin_port;
	own = address(from, 0);
	if (bind(fd, (struct sockaddr *)&own, len) ||
	    connect(fd, (struct sockaddr *)&addr, sizeof(addr)) ||
	    getsockname(fd, (struct sockaddr *)&own, &len))
		return errno;
	if (own.sin_addr.s_addr != address(want, 0).sin_addr.s_addr || !own.sin_port)
		return EADDRNOTAVAIL;
	return net_transfer(fd, type == SOCK_STREAM ? accept(other, NULL, NULL) : other, 10000);
}

static int tcp(void)
{
	return connects(SOCK_STREAM, "0.0.0.0", "127.0.0.1", "127.0.0.1");
}

static int tcp_other_address(void)
{
	return connects(SOCK_STREAM, "0.0.0.0", "127.1.2.3", "127.0.0.1");
}

static int tcp_to_any(void)
{
	return connects(SOCK_STREAM, "0.0.0.0", "0.0.0.0", "127.0.0.1");
}

static int tcp_from(void)
{
	return connects(SOCK_STREAM, "127.9.9.9", "127.1.2.3", "127.9.9.9");
}

static int udp(void)
{
	return connects(SOCK_DGRAM, "0.0.0.0", "127.0.0.1", "127.0.0.1");
}

static int udp_from(void)
{
	return connects(SOCK_DGRAM, "127.9.9.9", "127.0.0.1", "127.9.9.9");
}

static int from_nowhere(void)
{
	return connects(SOCK_STREAM, "10.9.9.9", "127.0.0.1", "10.9.9.9");
}

static int no_route(void)
{
	struct sockaddr_in addr = address("10.1.2.3", 80);

	return self_errno(
		connect(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&addr, sizeof(addr)));
}

static int broadcast(void)
{
	struct sockaddr_in addr = address("127.255.255.255", 80);

	return self_errno(
		connect(socket(AF_INET, SOCK_DGRAM, 0), (struct sockaddr *)&addr, sizeof(addr)));
}

static int multicast(void)
{
	struct sockaddr_in addr = address("224.0.0.1", 80);

	return self_errno(
		connect(socket(AF_INET, SOCK_STREAM, 0), (struct sockaddr *)&addr, sizeof(addr)));
}

/* A datagram socket may change its mind, and then has another route. */
static int connects_again(void)
{
	struct sockaddr_in addr = address("127.0.0.1", 9), nobody = { .sin_family = AF_UNSPEC };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	for (int i = 0; i < 3; i++) {
		addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK + (unsigned int)i);
		if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) ||
		    connect(fd, (struct sockaddr *)&nobody, sizeof(nobody)))
			return errno;
	}
	addr = address("10.1.2.3", 9);
	return self_errno(connect(fd, (struct sockaddr *)&addr, sizeof(addr)));
}

/* An address that the device no longer has is nobody's. */
static int address_goes(void)
{
	struct ifreq ifr = { .ifr_name = "lo:1" };
	struct sockaddr_in addr = address("10.77.0.1", 0);
	int fd = socket(AF_INET, SOCK_DGRAM, 0), rc;

	memcpy(&ifr.ifr_addr, &addr, sizeof(addr));
	if (ioctl(fd, SIOCSIFADDR, &ifr))
		return errno;
	rc = connects(SOCK_STREAM, "0.0.0.0", "10.77.0.1", "10.77.0.1");
	if (!rc)
		rc = connects(SOCK_STREAM, "10.77.0.1", "127.0.0.1", "10.77.0.1");
	ifr.ifr_flags = 0;
	if (rc || ioctl(fd, SIOCSIFFLAGS, &ifr))
		return rc ? rc : EIO;
	return connects(SOCK_STREAM, "0.0.0.0", "10.77.0.1", "10.77.0.1");
}

static const struct self_check checks[] = {
	{ "TCP to 127.0.0.1", tcp, SELF_USER, 0, 0 },
	{ "TCP to 127.1.2.3", tcp_other_address, SELF_USER, 0, 0 },
	{ "TCP to 0.0.0.0", tcp_to_any, SELF_USER, 0, 0 },
	{ "TCP from 127.9.9.9", tcp_from, SELF_USER, 0, 0 },
	{ "UDP", udp, SELF_USER, 0, 0 },
	{ "UDP from 127.9.9.9", udp_from, SELF_USER, 0, 0 },
	{ "from an address that is not here", from_nowhere, SELF_USER, EADDRNOTAVAIL,
	  EADDRNOTAVAIL },
	{ "without a route", no_route, SELF_USER, ENETUNREACH, ENETUNREACH },
	{ "a broadcast", broadcast, SELF_USER, EACCES, EACCES },
	{ "TCP to a group", multicast, SELF_USER, ENETUNREACH, ENETUNREACH },
	{ "one destination after the other", connects_again, SELF_USER, ENETUNREACH, ENETUNREACH },
	{ "an address that goes", address_goes, 0, ENETUNREACH, ENETUNREACH },
	{ "a header and a body in two writes", net_write_write_read, SELF_USER, 0, 0 },
};

SELF_TEST("route_once", setup, checks)

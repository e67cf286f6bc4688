// SPDX-License-Identifier: GPL-2.0-only
/* TAILOR_NO_LOCAL_METRICS: TCP keeps no metrics of connections to the machine itself. */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/tcp_metrics.h>
#include <stdbool.h>
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

	for (int i = 0; i < 3; i++) {
		int rc = net_connect(&pair) ? errno
					    : net_transfer(pair.client, pair.server, 1 << 20);

		if (rc || net_close(&pair))
			return rc ? rc : errno;
	}
	return 0;
}

/* A generic netlink request with at most one attribute. */
struct request {
	struct nlmsghdr nlh;
	struct genlmsghdr genl;
	struct nlattr attr;
	char value[16];
};

static ssize_t ask(int fd, struct request *req, void *answer, size_t size)
{
	return send(fd, req, req->nlh.nlmsg_len, 0) < 0 ? -1 : recv(fd, answer, size, 0);
}

/* The number of that family, or -1. */
static int family(int fd)
{
	struct request req = {
		.nlh = { .nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN) + NLA_HDRLEN +
				      NLA_ALIGN(sizeof(TCP_METRICS_GENL_NAME)),
			 .nlmsg_type = GENL_ID_CTRL,
			 .nlmsg_flags = NLM_F_REQUEST },
		.genl = { .cmd = CTRL_CMD_GETFAMILY, .version = 1 },
		.attr = { .nla_len = NLA_HDRLEN + sizeof(TCP_METRICS_GENL_NAME),
			  .nla_type = CTRL_ATTR_FAMILY_NAME },
		.value = TCP_METRICS_GENL_NAME,
	};
	char in[8192];
	ssize_t n = ask(fd, &req, in, sizeof(in));
	const struct nlmsghdr *nlh = (const void *)in;

	if (n < (ssize_t)NLMSG_LENGTH(GENL_HDRLEN) || nlh->nlmsg_type == NLMSG_ERROR)
		return -1;
	for (size_t at = NLMSG_LENGTH(GENL_HDRLEN); at < nlh->nlmsg_len;) {
		const struct nlattr *attr = (const void *)(in + at);

		if (attr->nla_type == CTRL_ATTR_FAMILY_ID)
			return *(const uint16_t *)(in + at + NLA_HDRLEN);
		at += NLA_ALIGN(attr->nla_len);
	}
	return -1;
}

/* How many peers TCP remembers, or -1. */
static int metrics(unsigned char cmd)
{
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_GENERIC), nr = 0;
	struct request req = {
		.nlh = { .nlmsg_len = NLMSG_LENGTH(GENL_HDRLEN),
			 .nlmsg_flags = NLM_F_REQUEST |
					(cmd == TCP_METRICS_CMD_GET ? NLM_F_DUMP : NLM_F_ACK) },
		.genl = { .cmd = cmd, .version = TCP_METRICS_GENL_VERSION },
	};
	int id = fd < 0 ? -1 : family(fd);
	char in[16384];

	req.nlh.nlmsg_type = (unsigned short)id;
	if (id < 0 || send(fd, &req, req.nlh.nlmsg_len, 0) < 0)
		return -1;
	for (;;) {
		ssize_t n = recv(fd, in, sizeof(in), 0);
		struct nlmsghdr *nlh = (void *)in;

		if (n <= 0)
			return -1;
		for (; NLMSG_OK(nlh, n); nlh = NLMSG_NEXT(nlh, n)) {
			if (nlh->nlmsg_type == NLMSG_DONE || nlh->nlmsg_type == NLMSG_ERROR) {
				close(fd);
				return nr;
			}
			nr++;
		}
	}
}

/* success: a peer is remembered after its connections ended */
static int remembers(void)
{
	if (metrics(TCP_METRICS_CMD_DEL) < 0 || metrics(TCP_METRICS_CMD_GET) != 0 || tcp_bytes())
		return EIO;
	return metrics(TCP_METRICS_CMD_GET) > 0 ? 0 : ENOENT;
}

static const struct self_check checks[] = {
	{ "1 MiB over each of three connections", tcp_bytes, SELF_USER, 0, 0 },
	{ "the peer is remembered", remembers, 0, 0, ENOENT },
	{ "a header and a body in two writes", net_write_write_read, SELF_USER, 0, 0 },
};

SELF_TEST("no_local_metrics", setup, checks)

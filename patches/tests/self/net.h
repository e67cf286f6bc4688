/* SPDX-License-Identifier: GPL-2.0-only */
/* What the self-tests of the network patches share: IPv4 over the guest's loopback. */
#ifndef SELF_NET_H
#define SELF_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A TCP connection: the side that asked for it and the side that accepted it. */
struct net_pair {
	int client;
	int server;
};

/* 0 or -1 with errno, as the others. */
int net_set_loopback(bool up);
int net_set_loopback_mtu(int bytes);
int net_connect(struct net_pair *pair);
int net_close(struct net_pair *pair);

/* Socket of this type (SOCK_DGRAM, SOCK_STREAM) on a free port of 127.0.0.1, the port in *port. */
int net_bound(int type, uint16_t *port);

/* Connects to 127.0.0.1:port. */
int net_to(int fd, uint16_t port);

/*
 * Sends len bytes of a pattern from one socket to another of the same process, as much at a time as
 * goes, and compares what arrives: 0, or the errno that the operation of a test ends with.
 */
int net_transfer(int from, int to, size_t len);

/*
 * What a client without TCP_NODELAY does on a new connection: it writes a header, then a body, and
 * waits for a reply to both. The body leaves when the header is acknowledged (RFC 896): 0, or ETIME
 * when that took as long as a timer, by the counting clock of the guest.
 */
int net_write_write_read(void);

/* A UDP socket and one that sends to it: 0 or -1 with errno. */
int net_udp_pair(struct net_pair *pair);

/* 4 MiB in each direction over a new TCP connection: as net_transfer(). */
int net_both_ways(void);

/*
 * Sends a byte over a connected socket that asks when it left: 0 when it is told at once, or the
 * errno.
 */
int net_transmit_timestamp(int fd);

/* The checksum of an IP or ICMP header (RFC 1071), of an even number of bytes; 0 over one that has
 * it. */
uint16_t net_checksum(const void *data, size_t len);

/* A value of /proc/net/snmp or netstat: the column of that name in the rows of that protocol, or
 * -1. */
long net_counter(const char *path, const char *row, const char *name);

/* A column of /proc/net/softnet_stat, summed over all CPUs: 0 packets processed, 1 dropped. */
unsigned long net_softnet(int column);

/* Segments that a TCP socket sent, acknowledgments included; those that were not acknowledged yet.
 */
uint32_t net_segs_out(int fd);
uint32_t net_unacked(int fd);

#endif /* SELF_NET_H */

// SPDX-License-Identifier: GPL-2.0-only
/* Sockets: TCP and UDP over loopback, and those of a host. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "random.h"

#define MAX_WAITING 8 /* connections that wait to be accepted, fewer than any backlog here */
#define NO_WAIT (MSG_DONTWAIT | MSG_NOSIGNAL)

static struct sockaddr_in loopback(uint16_t port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
				     .sin_port = htons(port),
				     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static void opened(struct world *w, int fd, const char *what)
{
	record(w, fd, "%s", what);
	add_fd(w, fd);
}

static void op_socket(struct world *w)
{
	static const int domains[] = {
		AF_INET, AF_INET, AF_UNIX, AF_UNIX, AF_UNSPEC, AF_INET6, 99
	};
	static const int types[] = { SOCK_STREAM,    SOCK_STREAM, SOCK_DGRAM,
				     SOCK_SEQPACKET, SOCK_RDM,	  77 };
	int domain = ONE_OF(w, domains), type = ONE_OF(w, types), protocol = chance(w, 95) ? 0 : 6;
	int fd =
		socket(domain, type | SOCK_NONBLOCK | (chance(w, 20) ? SOCK_CLOEXEC : 0), protocol);

	record(w, fd, "socket(%d, %d, %d)", domain, type, protocol);
	add_fd(w, fd);
}

static void op_listen(struct world *w)
{
	static const int backlogs[] = { 16, 128, -1 };
	struct sockaddr_in addr = loopback(0);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;

	opened(w, fd, "socket");
	if (chance(w, 30))
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	record(w, bind(fd, (struct sockaddr *)&addr, sizeof(addr)), "bind");
	record(w, listen(fd, ONE_OF(w, backlogs)), "listen");
	add_fd(w, fd);
}

static int waiting(int listener)
{
	struct tcp_info info = { 0 };
	socklen_t len = sizeof(info);

	/* Of a socket that listens this is the length of the queue. */
	return getsockopt(listener, IPPROTO_TCP, TCP_INFO, &info, &len) ? 0
									: (int)info.tcpi_unacked;
}

static int connected(struct world *w, int listener)
{
	struct sockaddr_in addr = loopback(local_port(listener));
	int fd, on = 1;

	if (waiting(listener) >= MAX_WAITING)
		return -1;
	fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -1;
	if (chance(w, 70))
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	record(w, connect(fd, (struct sockaddr *)&addr, sizeof(addr)), "connect(%d)", fd);
	settle(fd);
	add_fd(w, fd);
	return fd;
}

static void op_connect(struct world *w)
{
	struct handle *listener = some_handle(w, KIND_LISTEN);
	int fd;

	if (!listener)
		return;
	fd = connected(w, listener->fd);
	if (fd >= 0 && chance(w, 10))
		record(w, connect(fd, (struct sockaddr *)&(struct sockaddr_in){ 0 }, 16),
		       "connect");
}

/* The address of a connection is loopback; its port is any. */
static void op_accept(struct world *w)
{
	int listener = some_fd(w, chance(w, 92) ? KIND_LISTEN : KIND_ANY);
	static const int flags[] = { SOCK_NONBLOCK, SOCK_NONBLOCK | SOCK_CLOEXEC,
				     SOCK_NONBLOCK | 1 };
	struct sockaddr_in addr = { 0 };
	socklen_t len = chance(w, 90) ? sizeof(addr) : below(w, 40);
	struct sockaddr *to = (struct sockaddr *)&addr;
	socklen_t *len_to = &len;
	int how = ONE_OF(w, flags), fd;

	if (chance(w, 40))
		to = NULL;
	if (chance(w, 4))
		to = (struct sockaddr *)w->readonly;
	if (chance(w, 4))
		len_to = chance(w, 50) ? NULL : (socklen_t *)w->readonly;
	if (chance(w, 3))
		len = (socklen_t)-1;
	fd = accept4(listener, to, len_to, how);
	record(w, fd, "accept4(%d, %d, %d, %#x)", listener, to == (void *)&addr, len_to == &len,
	       how);
	more(w, " len %u family %u", len, addr.sin_family);
	add_fd(w, fd);
}

/* A server's way: all that wait, until there is none. */
static void op_accept_all(struct world *w)
{
	struct handle *listener = some_handle(w, KIND_LISTEN);
	int server = listener ? listener->fd : -1, fd;

	for (int nr = (int)below(w, 3); nr-- && server >= 0;)
		connected(w, server);
	while ((fd = accept4(server, NULL, NULL, SOCK_NONBLOCK)) >= 0)
		opened(w, fd, "accept4");
	record(w, fd, "accept4(%d)", server);
}

static int some_socket(struct world *w)
{
	static const enum kind kinds[] = { KIND_TCP,  KIND_TCP, KIND_TCP, KIND_UNIX,
					   KIND_UNIX, KIND_UDP, KIND_ANY };

	return some_fd(w, ONE_OF(w, kinds));
}

static bool is_tcp(struct world *w, int fd)
{
	const struct handle *h = find_handle(w, fd);

	return h && h->kind == KIND_TCP;
}

static void op_send(struct world *w)
{
	static const unsigned int all[] = { MSG_OOB, MSG_EOR, MSG_DONTROUTE, MSG_CONFIRM,
					    0x10000000 };
	unsigned int flags = NO_WAIT | (chance(w, 80) ? 0 : SOME_OF(w, all, 25));
	int fd = some_socket(w);
	size_t len;
	const void *data = some_data(w, &len);

	if (!may_send(w, fd, len))
		return;
	record(w, send(fd, data, len, (int)flags), "send(%d, %zu, %#x)", fd, len, flags);
	if (is_tcp(w, fd))
		settle(fd);
}

static void op_recv(struct world *w)
{
	static const unsigned int all[] = { MSG_PEEK,	  MSG_TRUNC,	    MSG_WAITALL, MSG_OOB,
					    MSG_ERRQUEUE, MSG_CMSG_CLOEXEC, 0x08000000 };
	unsigned int flags = MSG_DONTWAIT | (chance(w, 60) ? 0 : SOME_OF(w, all, 20));
	struct sockaddr_storage from;
	socklen_t from_len = chance(w, 90) ? sizeof(from) : below(w, 200);
	bool wants_from = chance(w, 30);
	int fd = some_socket(w);
	size_t len;
	void *buf = some_buf(w, &len);
	ssize_t n;

	/* With MSG_TRUNC, TCP throws away as much as it is told. */
	n = recvfrom(fd, buf, len, (int)flags, wants_from ? (struct sockaddr *)&from : NULL,
		     wants_from ? &from_len : NULL);
	record(w, n, "recv(%d, %zu, %#x)", fd, len, flags);
	if (wants_from)
		more(w, " from %u", from_len);
	more_buf(w, buf, len);
}

/* Two pieces each way, with whatever else a message can carry. */
static void op_sendmsg(struct world *w)
{
	char control[CMSG_SPACE(2 * sizeof(int))] = "";
	struct iovec iov[2] = { { (void *)w->data, below(w, 5000) },
				{ (void *)(w->data + 6000), below(w, 5000) } };
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = below(w, 3) };
	int fd = some_socket(w), pass[2] = { some_fd(w, KIND_FILE), some_fd(w, KIND_ANY) };
	bool rights = chance(w, 30);

	if (rights) {
		struct cmsghdr *c = (struct cmsghdr *)control;

		msg.msg_control = control;
		msg.msg_controllen = sizeof(control);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(pass)) - (chance(w, 5) ? 5 : 0);
		memcpy(CMSG_DATA(c), pass, sizeof(pass));
	}
	if (chance(w, 2))
		msg.msg_iov = NULL;
	if (chance(w, 2))
		msg.msg_iovlen = 5000;
	if (!may_send(w, fd, iov[0].iov_len + iov[1].iov_len))
		return;
	record(w, sendmsg(fd, &msg, NO_WAIT), "sendmsg(%d, %zu, %d)", fd, msg.msg_iovlen, rights);
	if (is_tcp(w, fd))
		settle(fd);
}

/* Who sent it is this process; of that only the length is the same each time. */
static void take_control(struct world *w, struct msghdr *msg)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		int nr = (int)((c->cmsg_len - CMSG_LEN(0)) / sizeof(int)), fd;

		more(w, " cmsg %d %d %zu", c->cmsg_level, c->cmsg_type, (size_t)c->cmsg_len);
		if (c->cmsg_level == IPPROTO_IP)
			more_data(w, CMSG_DATA(c), c->cmsg_len - CMSG_LEN(0));
		for (int i = 0; c->cmsg_type == SCM_RIGHTS && i < nr; i++) {
			memcpy(&fd, CMSG_DATA(c) + (size_t)i * sizeof(int), sizeof(int));
			opened(w, fd, "got");
		}
	}
}

static void op_recvmsg(struct world *w)
{
	char control[256] = "";
	struct iovec iov[2] = { { w->buf, below(w, 5000) }, { w->buf + 5000, below(w, 5000) } };
	struct msghdr msg = { .msg_iov = iov, .msg_iovlen = below(w, 3) };
	int fd = some_socket(w), flags = MSG_DONTWAIT | (chance(w, 20) ? MSG_PEEK : 0);
	ssize_t n;

	if (chance(w, 70)) {
		msg.msg_control = control;
		msg.msg_controllen = chance(w, 80) ? sizeof(control) : below(w, 40);
	}
	memset(w->buf, 0xee, 10000);
	n = recvmsg(fd, &msg, flags);
	record(w, n, "recvmsg(%d, %zu, %#x)", fd, msg.msg_iovlen, flags);
	more_data(w, w->buf, 10000);
	if (n < 0)
		return;
	more(w, " flags %#x control %zu", msg.msg_flags, (size_t)msg.msg_controllen);
	take_control(w, &msg);
}

static void op_recvmmsg(struct world *w)
{
	struct iovec iov[3];
	struct mmsghdr msg[3] = { 0 };
	int fd = some_socket(w), n;

	memset(w->buf, 0xee, 3000);
	for (int i = 0; i < 3; i++) {
		iov[i] = (struct iovec){ w->buf + i * 1000, 1000 };
		msg[i].msg_hdr.msg_iov = &iov[i];
		msg[i].msg_hdr.msg_iovlen = 1;
	}
	n = recvmmsg(fd, msg, 3, MSG_DONTWAIT, NULL);
	record(w, n, "recvmmsg(%d)", fd);
	for (int i = 0; i < n; i++)
		more(w, " %u", msg[i].msg_len);
	more_data(w, w->buf, 3000);
}

static void op_shutdown(struct world *w)
{
	int fd = some_socket(w), how = (int)below(w, chance(w, 95) ? 3 : 5);

	record(w, shutdown(fd, how), "shutdown(%d, %d)", fd, how);
	if (is_tcp(w, fd))
		settle(fd);
}

static void op_setsockopt(struct world *w)
{
	static const struct {
		int level, name;
	} options[] = {
		{ SOL_SOCKET, SO_REUSEADDR },  { SOL_SOCKET, SO_KEEPALIVE },
		{ SOL_SOCKET, SO_OOBINLINE },  { SOL_SOCKET, SO_PASSCRED },
		{ SOL_SOCKET, SO_BROADCAST },  { SOL_SOCKET, SO_PEEK_OFF },
		{ SOL_SOCKET, SO_PRIORITY },   { IPPROTO_TCP, TCP_NODELAY },
		{ IPPROTO_TCP, TCP_QUICKACK }, { IPPROTO_IP, IP_TTL },
		{ IPPROTO_IP, IP_PKTINFO },    { 9999, 1 },
		{ SOL_SOCKET, 9999 },	       { IPPROTO_IP, IP_RECVTTL },
		{ SOL_SOCKET, SO_RCVLOWAT },
	};
	int fd = some_socket(w), i = (int)below(w, sizeof(options) / sizeof(options[0]));
	int value = (int)below(w, 3);
	socklen_t len = chance(w, 95) ? sizeof(value) : below(w, 8);
	const void *from = chance(w, 97) ? &value : NULL;

	record(w, setsockopt(fd, options[i].level, options[i].name, from, len),
	       "setsockopt(%d, %d, %d, %d, %u)", fd, options[i].level, options[i].name, value, len);
}

static void op_getsockopt(struct world *w)
{
	static const int names[] = { SO_ERROR,	  SO_TYPE,     SO_ACCEPTCONN, SO_DOMAIN,
				     SO_PROTOCOL, SO_LINGER,   SO_RCVBUF,     SO_SNDBUF,
				     SO_RCVLOWAT, SO_RCVTIMEO, SO_PEERCRED,   9999 };
	int fd = some_socket(w), name = ONE_OF(w, names);
	char value[32] = "";
	socklen_t len = chance(w, 90) ? sizeof(value) : below(w, 20);
	int rc = getsockopt(fd, SOL_SOCKET, name, chance(w, 97) ? value : NULL, &len);

	record(w, rc, "getsockopt(%d, %d) %u", fd, name, len);
	/* Buffers of TCP grow as they are used, and credentials hold a process. */
	if (name != SO_PEERCRED && !((name == SO_SNDBUF || name == SO_RCVBUF) && is_tcp(w, fd)))
		more_data(w, value, sizeof(value));
}

static void op_socket_ioctl(struct world *w)
{
	static const unsigned int cmds[] = { FIONREAD, SIOCATMARK, SIOCOUTQ, SIOCGSTAMP };
	int fd = some_socket(w), value = -1;
	unsigned int cmd = ONE_OF(w, cmds);

	if (cmd == SIOCGSTAMP)
		record(w, ioctl(fd, cmd, NULL), "ioctl(%d, SIOCGSTAMP)", fd);
	else
		record(w, ioctl(fd, cmd, &value), "ioctl(%d, %#x) %d", fd, cmd, value);
	if (value != -1)
		more(w, " %d", value);
}

static void op_names(struct world *w)
{
	struct sockaddr_storage addr = { 0 };
	int fd = some_socket(w);
	socklen_t len = chance(w, 90) ? sizeof(addr) : below(w, 20);
	bool peer = chance(w, 50);
	int rc = peer ? getpeername(fd, (struct sockaddr *)&addr, &len)
		      : getsockname(fd, (struct sockaddr *)&addr, &len);

	record(w, rc, "%s(%d)", peer ? "getpeername" : "getsockname", fd);
	if (!rc)
		more(w, " len %u family %u", len, addr.ss_family);
}

static void op_bad_connect(struct world *w)
{
	struct sockaddr_in addr = loopback(chance(w, 80) ? 1 : 0);
	socklen_t len = chance(w, 80) ? sizeof(addr) : below(w, 20);
	int fd = some_socket(w);

	/* TCP of a socket that is connected says so; one that is not is refused. */
	if (chance(w, 15))
		addr.sin_family = (sa_family_t)below(w, 12);
	record(w, connect(fd, (struct sockaddr *)&addr, len), "connect(%d, %u, %u)", fd,
	       addr.sin_family, len);
	if (is_tcp(w, fd))
		settle(fd);
}

static void op_bad_bind(struct world *w)
{
	struct sockaddr_in addr = loopback(0);
	socklen_t len = chance(w, 80) ? sizeof(addr) : below(w, 20);
	int fd = some_socket(w);

	if (chance(w, 30))
		addr.sin_addr.s_addr = htonl(0x08080808);
	record(w, bind(fd, chance(w, 95) ? (struct sockaddr *)&addr : NULL, len), "bind(%d, %u)",
	       fd, len);
	if (chance(w, 20))
		record(w, listen(fd, 16), "listen(%d)", fd);
	if (find_handle(w, fd))
		add_fd(w, fd);
}

static void op_socketpair(struct world *w)
{
	static const int types[] = { SOCK_STREAM, SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET,
				     SOCK_RAW };
	int fds[2] = { -1, -1 }, type = ONE_OF(w, types),
	    domain = chance(w, 96) ? AF_UNIX : AF_INET;

	record(w, socketpair(domain, type | SOCK_NONBLOCK, 0, fds), "socketpair(%d, %d)", domain,
	       type);
	more(w, " %d %d", fds[0], fds[1]);
	add_fd(w, fds[0]);
	add_fd(w, fds[1]);
}

/* By a name in the file system, or by one without. */
static void op_unix_names(struct world *w)
{
	static const int types[] = { SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET };
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int type = ONE_OF(w, types), server, client, fd;
	const char *path = ONE_OF(
		w, ((const char *const[]){ "t/sock", "e/sock", "@name", "t/f0", "t/none/s" }));
	socklen_t len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path) + 1);

	strcpy(addr.sun_path, path);
	if (path[0] == '@')
		addr.sun_path[0] = '\0';
	server = socket(AF_UNIX, type | SOCK_NONBLOCK, 0);
	client = socket(AF_UNIX, type | SOCK_NONBLOCK, 0);
	record(w, bind(server, (struct sockaddr *)&addr, len), "bind(%s, %d)", path, type);
	record(w, listen(server, 4), "listen");
	record(w, connect(client, (struct sockaddr *)&addr, len), "connect");
	fd = accept4(server, NULL, NULL, SOCK_NONBLOCK);
	opened(w, fd, "accept4");
	record(w, accept4(server, NULL, NULL, SOCK_NONBLOCK), "accept4");
	close(server);
	opened(w, client, "client");
	if (path[0] != '@' && chance(w, 60))
		unlink(path);
}

static void op_udp_pair(struct world *w)
{
	struct sockaddr_in addr = loopback(0);
	int a = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	int b = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	record(w, bind(a, (struct sockaddr *)&addr, sizeof(addr)), "bind");
	addr.sin_port = htons(local_port(a));
	record(w, connect(b, (struct sockaddr *)&addr, sizeof(addr)), "connect");
	if (chance(w, 50)) {
		addr.sin_port = htons(local_port(b));
		record(w, connect(a, (struct sockaddr *)&addr, sizeof(addr)), "connect");
	}
	opened(w, a, "socket");
	opened(w, b, "socket");
}

static void op_udp_send(struct world *w)
{
	static const size_t lengths[] = { 0, 1, 100, 1472, 1473, 9000, 65507, 65508 };
	size_t len = chance(w, 70) ? ONE_OF(w, lengths) : below(w, 4000);
	struct sockaddr_in addr = loopback(1);
	int fd = some_fd(w, KIND_UDP);
	struct handle *to = some_handle(w, KIND_UDP);

	if (to && chance(w, 90))
		addr.sin_port = htons(local_port(to->fd));
	if (chance(w, 50))
		record(w, send(fd, w->data, len, NO_WAIT), "send(%d, %zu)", fd, len);
	else
		record(w, sendto(fd, w->data, len, NO_WAIT, (struct sockaddr *)&addr, sizeof(addr)),
		       "sendto(%d, %zu)", fd, len);
}

/* What is sent as one: nothing goes out before the cork is pulled. */
static void op_cork(struct world *w)
{
	struct handle *h = some_connection(w);
	int on = 1, off = 0, queued = -1, fd;
	bool by_flag = chance(w, 50);

	if (!h || !may_send(w, h->fd, 6000))
		return;
	fd = h->fd;
	if (!by_flag)
		record(w, setsockopt(fd, IPPROTO_TCP, TCP_CORK, &on, sizeof(on)), "cork(%d)", fd);
	for (int i = 0; i < 4; i++)
		record(w, send(fd, w->data, 1 + below(w, 1400), NO_WAIT | (by_flag ? MSG_MORE : 0)),
		       "send");
	ioctl(h->peer, FIONREAD, &queued);
	if (!by_flag)
		record(w, setsockopt(fd, IPPROTO_TCP, TCP_CORK, &off, sizeof(off)), "uncork(%d)",
		       fd);
	else
		record(w, send(fd, "end", 3, NO_WAIT), "send(%d)", fd);
	settle(fd);
	ioctl(h->peer, FIONREAD, &queued);
	more(w, " queued %d", queued);
}

/* A close that is not waited for, or that throws away what was not read. */
static void op_reset(struct world *w)
{
	struct linger linger = { .l_onoff = chance(w, 80), .l_linger = 0 };
	struct handle *h = some_handle(w, KIND_TCP);
	int peer, fd, err = -1;
	socklen_t len = sizeof(err);

	if (!h)
		return;
	fd = h->fd;
	peer = h->peer;
	record(w, setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)), "linger(%d)", fd);
	record(w, close(fd), "close(%d)", fd);
	drop_fd(w, fd);
	let_others_run();
	if (peer < 0)
		return;
	if (chance(w, 50)) {
		record(w, getsockopt(peer, SOL_SOCKET, SO_ERROR, &err, &len), "error(%d)", peer);
		more(w, " %d", err);
	}
	record(w, recv(peer, w->buf, 100, MSG_DONTWAIT), "recv(%d)", peer);
	record(w, send(peer, w->data, 10, NO_WAIT), "send");
	record(w, send(peer, w->data, 10, NO_WAIT), "send");
	record(w, recv(peer, w->buf, 100, MSG_DONTWAIT), "recv");
}

/* The life of a request: connect, ask, answer, half close, close. */
static void op_request(struct world *w)
{
	struct handle *listener = some_handle(w, KIND_LISTEN);
	size_t ask = 1 + below(w, 500), answer = 1 + below(w, 20000);
	int client, server;
	ssize_t n;

	if (!listener || waiting(listener->fd))
		return;
	server = listener->fd;
	client = connected(w, server);
	record(w, send(client, w->data, ask, NO_WAIT), "send(%zu)", ask);
	server = accept4(server, NULL, NULL, SOCK_NONBLOCK);
	record(w, server, "accept4");
	settle(client);
	n = recv(server, w->buf, 1000, 0);
	record(w, n, "recv");
	record(w, send(server, w->data, answer, NO_WAIT), "send(%zu)", answer);
	if (chance(w, 50))
		record(w, shutdown(server, SHUT_WR), "shutdown");
	else
		record(w, close(server), "close");
	settle(server);
	memset(w->buf, 0xee, BUF_BYTES);
	n = recv(client, w->buf, 30000, chance(w, 50) ? MSG_WAITALL : 0);
	record(w, n, "recv");
	more_data(w, w->buf, 30000);
	record(w, recv(client, w->buf, 10, MSG_DONTWAIT), "recv");
	close(server);
	record(w, close(client), "close");
	drop_fd(w, client);
}

/* Nothing comes: after its time a call gives up. */
static void op_timeout(struct world *w)
{
	const struct timeval tv = { .tv_usec = 5000 }, never = { 0 };
	struct handle *h = some_handle(w, chance(w, 50) ? KIND_TCP : KIND_UNIX);
	int fd, flags;

	if (!h)
		return;
	fd = h->fd;
	flags = fcntl(fd, F_GETFL);
	record(w, setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)), "timeout(%d)", fd);
	fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
	memset(w->buf, 0xee, 500);
	record(w, recv(fd, w->buf, 500, chance(w, 50) ? MSG_WAITALL : 0), "recv(%d)", fd);
	more_data(w, w->buf, 500);
	fcntl(fd, F_SETFL, flags);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &never, sizeof(never));
}

const struct op socket_ops[] = {
	{ "socket", op_socket, 6, OP_ELSEWHERE },
	{ "listen", op_listen, 6, 0 },
	{ "connect", op_connect, 14, OP_BLOCKS },
	{ "accept", op_accept, 18, OP_ELSEWHERE },
	{ "accept_all", op_accept_all, 8, OP_BLOCKS },
	{ "send", op_send, 30, OP_BLOCKS },
	{ "recv", op_recv, 35, OP_BLOCKS },
	{ "sendmsg", op_sendmsg, 12, OP_BLOCKS },
	{ "recvmsg", op_recvmsg, 14, OP_BLOCKS },
	{ "recvmmsg", op_recvmmsg, 5, OP_BLOCKS },
	{ "shutdown", op_shutdown, 5, OP_BLOCKS },
	{ "setsockopt", op_setsockopt, 10, OP_ELSEWHERE },
	{ "getsockopt", op_getsockopt, 10, OP_ELSEWHERE },
	{ "socket_ioctl", op_socket_ioctl, 8, OP_ELSEWHERE },
	{ "names", op_names, 6, OP_ELSEWHERE },
	{ "bad_connect", op_bad_connect, 3, OP_BLOCKS },
	{ "bad_bind", op_bad_bind, 3, 0 },
	{ "socketpair", op_socketpair, 10, OP_ELSEWHERE },
	{ "unix_names", op_unix_names, 5, OP_BLOCKS },
	{ "udp_pair", op_udp_pair, 5, 0 },
	{ "udp_send", op_udp_send, 12, OP_BLOCKS },
	{ "cork", op_cork, 4, OP_BLOCKS },
	{ "reset", op_reset, 3, OP_BLOCKS },
	{ "request", op_request, 8, OP_BLOCKS },
	{ "timeout", op_timeout, 3, OP_BLOCKS },
	{ 0 },
};

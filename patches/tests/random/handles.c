// SPDX-License-Identifier: GPL-2.0-only
/* Which descriptors are open, of what kind they are, and when a TCP connection has come to rest. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <time.h>

#include "random.h"

#define TCP_UNREAD_BYTES 40000 /* less than the first window of a connection */
#define SETTLE_NS 10000000
#define SETTLE_ROUNDS 40 /* longer than any delay of an acknowledgment */

static int option(int fd, int name)
{
	int value = -1;
	socklen_t len = sizeof(value);

	return getsockopt(fd, SOL_SOCKET, name, &value, &len) ? -1 : value;
}

static enum kind socket_kind(int fd)
{
	if (option(fd, SO_DOMAIN) == AF_UNIX)
		return KIND_UNIX;
	if (option(fd, SO_TYPE) == SOCK_DGRAM)
		return KIND_UDP;
	return option(fd, SO_ACCEPTCONN) > 0 ? KIND_LISTEN : KIND_TCP;
}

static enum kind kind_of(struct world *w, int fd)
{
	struct handle *known = find_handle(w, fd);
	struct statfs fs;
	struct stat st;

	if (fcntl(fd, F_GETFL) & O_PATH)
		return KIND_PATH;
	if (known && known->kind == KIND_EPOLL)
		return KIND_EPOLL;
	if (fstat(fd, &st))
		return KIND_OTHER;
	switch (st.st_mode & S_IFMT) {
	case S_IFREG:
		return fstatfs(fd, &fs) || fs.f_type == PROC_SUPER_MAGIC || fs.f_type == SYSFS_MAGIC
			       ? KIND_OTHER
			       : KIND_FILE;
	case S_IFDIR:
		return KIND_DIR;
	case S_IFIFO:
		return KIND_PIPE;
	case S_IFSOCK:
		return socket_kind(fd);
	}
	return KIND_OTHER;
}

static uint16_t port_of(int fd, int (*get)(int, struct sockaddr *restrict, socklen_t *restrict))
{
	struct sockaddr_in addr = { 0 };
	socklen_t len = sizeof(addr);

	return get(fd, (struct sockaddr *)&addr, &len) ? 0 : ntohs(addr.sin_port);
}

uint16_t local_port(int fd)
{
	return port_of(fd, getsockname);
}

static uint16_t remote_port(int fd)
{
	return port_of(fd, getpeername);
}

/* By both ports: a socket whose connection is gone still names its own, which others may have. */
static void find_peer(struct world *w, struct handle *h)
{
	uint16_t local = local_port(h->fd), remote = remote_port(h->fd);

	for (int i = 0; remote && i < w->nr_handles; i++) {
		struct handle *other = &w->handles[i];

		if (other->kind == KIND_TCP && other != h && local_port(other->fd) == remote &&
		    remote_port(other->fd) == local) {
			h->peer = other->fd;
			other->peer = h->fd;
		}
	}
}

struct handle *find_handle(struct world *w, int fd)
{
	for (int i = 0; i < w->nr_handles; i++)
		if (w->handles[i].fd == fd)
			return &w->handles[i];
	return NULL;
}

void drop_fd(struct world *w, int fd)
{
	struct handle *h = find_handle(w, fd);

	if (!h)
		return;
	*h = w->handles[--w->nr_handles];
	for (int i = 0; i < w->nr_handles; i++)
		if (w->handles[i].peer == fd)
			w->handles[i].peer = -1;
}

void add_fd(struct world *w, int fd)
{
	struct handle *h;

	if (fd < 0 || fd >= TOP_FD)
		return;
	drop_fd(w, fd);
	if (w->nr_handles == MAX_HANDLES)
		return;
	h = &w->handles[w->nr_handles];
	*h = (struct handle){ .fd = fd, .kind = kind_of(w, fd), .peer = -1 };
	w->nr_handles++;
	if (h->kind == KIND_TCP)
		find_peer(w, h);
}

/* Until what was sent has arrived: afterwards it no longer matters when segments went out. */
void settle(int fd)
{
	const struct timespec pause = { .tv_nsec = SETTLE_NS };
	struct tcp_info info;
	socklen_t len = sizeof(info);
	int queued;

	let_others_run();
	for (int i = 0; i < SETTLE_ROUNDS; i++) {
		if (ioctl(fd, SIOCOUTQ, &queued) ||
		    getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) ||
		    info.tcpi_state == TCP_CLOSE || (!queued && info.tcpi_state != TCP_SYN_SENT))
			return;
		nanosleep(&pause, NULL);
	}
}

/* The kernel's threads, that is: one of them may be about to receive a segment. */
void let_others_run(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 1 }, NULL);
}

/* Would it fit into the window of the other side? Else acknowledgments decide what happens. */
bool may_send(struct world *w, int fd, size_t len)
{
	struct handle *h = find_handle(w, fd);
	int unread;

	if (!h || h->kind != KIND_TCP)
		return true;
	if (h->peer < 0 || ioctl(h->peer, FIONREAD, &unread)) {
		h->sent += len < TCP_UNREAD_BYTES ? (unsigned int)len : TCP_UNREAD_BYTES;
		return h->sent < TCP_UNREAD_BYTES;
	}
	return (size_t)unread + len < TCP_UNREAD_BYTES;
}

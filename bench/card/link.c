// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "link.h"

#define RETRY_MS 20
#define MAX_BYTES (64u << 20)

static int accept_one(int s)
{
	int fd = listen(s, 1) ? -1 : accept4(s, NULL, NULL, SOCK_CLOEXEC);

	close(s);
	return fd;
}

int link_open(const char *path, int listens)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int s;

	if (strlen(path) >= sizeof(at.sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(at.sun_path, path);
	s = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (s < 0)
		return -1;
	if (listens)
		return bind(s, (struct sockaddr *)&at, sizeof(at)) ? (close(s), -1) : accept_one(s);
	while (connect(s, (struct sockaddr *)&at, sizeof(at))) {
		if (errno != ENOENT && errno != ECONNREFUSED) {
			close(s);
			return -1;
		}
		poll(NULL, 0, RETRY_MS);
	}
	return s;
}

struct part {
	unsigned char *data;
	size_t left;
};

/* 0: some went through, or none can yet; 1: the peer has gone. */
static int advance(ssize_t n, struct part *p)
{
	if (n < 0)
		return errno != EAGAIN && errno != EINTR;
	p->data += n;
	p->left -= (size_t)n;
	return 0;
}

/* Both at once: two machines that each wait for the other to read would wait for ever. */
static int transfer(int fd, struct part out, struct part in)
{
	while (out.left || in.left) {
		struct pollfd p = { .fd = fd };
		ssize_t n;

		p.events = (short)((out.left ? POLLOUT : 0) | (in.left ? POLLIN : 0));
		if (poll(&p, 1, -1) < 0 && errno != EINTR)
			return 1;
		if (out.left && p.revents & POLLOUT &&
		    advance(send(fd, out.data, out.left, MSG_DONTWAIT | MSG_NOSIGNAL), &out))
			return 1;
		if (p.revents & (POLLIN | POLLHUP | POLLERR)) {
			n = in.left ? recv(fd, in.data, in.left, MSG_DONTWAIT) : 0;
			if (n == 0 || advance(n, &in))
				return 1;
		}
	}
	return 0;
}

int link_exchange(int fd, const struct link_message *mine, const struct frames *sent,
		  struct link_message *its, struct frames *received)
{
	unsigned char *room;

	frames_clear(received);
	if (transfer(fd, (struct part){ (unsigned char *)mine, sizeof(*mine) },
		     (struct part){ (unsigned char *)its, sizeof(*its) }))
		return 1;
	if (its->bytes > MAX_BYTES)
		return -1;
	room = frames_reserve(received, its->bytes);
	if (!room)
		return -1;
	if (transfer(fd, (struct part){ sent->data, sent->bytes },
		     (struct part){ room, its->bytes }))
		return 1;
	received->bytes = its->bytes;
	received->nr = its->nr_frames;
	return 0;
}

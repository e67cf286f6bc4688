// SPDX-License-Identifier: GPL-2.0-only
/* Who is ready: poll, select, epoll, and the descriptors that exist for them. */
#define _GNU_SOURCE
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "random.h"

#define MAX_POLLED 40

static short some_events(struct world *w)
{
	static const unsigned int all[] = { POLLIN,	POLLOUT,    POLLPRI, POLLRDHUP,
					    POLLRDNORM, POLLWRBAND, 0x4000 };

	return (short)(chance(w, 40) ? POLLIN : SOME_OF(w, all, 40));
}

static void op_poll(struct world *w)
{
	struct pollfd fds[MAX_POLLED];
	unsigned int nr = below(w, chance(w, 60) ? 4 : MAX_POLLED);
	struct timespec now = { 0 };
	bool precise = chance(w, 40);
	int rc;

	for (unsigned int i = 0; i < nr; i++)
		fds[i] = (struct pollfd){ some_fd(w, KIND_ANY), some_events(w), 0x5555 };
	if (chance(w, 2))
		rc = poll(NULL, nr, 0);
	else if (chance(w, 2))
		rc = (int)syscall(SYS_poll, fds, 100000, 0);
	else
		rc = precise ? ppoll(fds, nr, &now, NULL) : poll(fds, nr, 0);
	record(w, rc, "%s(%u)", precise ? "ppoll" : "poll", nr);
	for (unsigned int i = 0; i < nr; i++)
		if (fds[i].revents)
			more(w, " %d:%x/%x", fds[i].fd, fds[i].revents, fds[i].events);
}

/* Twice the same, and again after the events were served: as an event loop does it. */
static void op_poll_again(struct world *w)
{
	struct pollfd fds[8];
	nfds_t nr = 0;

	while (nr < 8) {
		struct handle *h = some_handle(w, chance(w, 50) ? KIND_TCP : KIND_ANY);

		if (!h)
			return;
		fds[nr++] = (struct pollfd){ h->fd, POLLIN | POLLOUT | POLLRDHUP, 0 };
	}
	for (int round = 0; round < 3; round++) {
		record(w, poll(fds, nr, round == 1 ? 1 : 0), "poll");
		for (nfds_t i = 0; i < nr; i++)
			more(w, " %x", fds[i].revents);
		if (fds[round].revents & POLLIN)
			record(w, read(fds[round].fd, w->buf, 700), "read(%d)", fds[round].fd);
	}
}

static void op_select(struct world *w)
{
	fd_set in, out, except;
	fd_set *sets[3] = { &in, &out, &except };
	struct timeval now = { 0 };
	int nr = (int)below(w, chance(w, 90) ? 100 : 1024), rc;

	FD_ZERO(&in);
	FD_ZERO(&out);
	FD_ZERO(&except);
	for (int i = 0; i < w->nr_handles; i++)
		for (int set = 0; set < 3; set++)
			if (chance(w, 30))
				FD_SET(w->handles[i].fd, sets[set]);
	if (chance(w, 5))
		FD_SET((int)below(w, 200), &in);
	for (int set = 0; set < 3; set++)
		if (chance(w, 10))
			sets[set] = NULL;
	rc = select(chance(w, 98) ? nr : -1, sets[0], sets[1], sets[2], &now);
	record(w, rc, "select(%d)", nr);
	for (int set = 0; set < 3 && rc >= 0; set++)
		for (int fd = 0; fd < nr && sets[set]; fd++)
			if (FD_ISSET(fd, sets[set]))
				more(w, " %d:%d", fd, set);
}

static void op_epoll_create(struct world *w)
{
	int fd = epoll_create1(chance(w, 95) ? 0 : 5);

	record(w, fd, "epoll_create1");
	add_fd(w, fd);
	if (fd >= 0 && find_handle(w, fd))
		find_handle(w, fd)->kind = KIND_EPOLL;
}

static void op_epoll_ctl(struct world *w)
{
	static const unsigned int all[] = { EPOLLIN,	  EPOLLOUT, EPOLLRDHUP,	   EPOLLPRI,
					    EPOLLONESHOT, EPOLLET,  EPOLLEXCLUSIVE };
	static const int ops[] = { EPOLL_CTL_ADD, EPOLL_CTL_ADD, EPOLL_CTL_ADD,
				   EPOLL_CTL_MOD, EPOLL_CTL_DEL, 9 };
	int fd = some_fd(w, KIND_EPOLL), op = ONE_OF(w, ops);
	enum kind kind = chance(w, 40) ? KIND_TCP : chance(w, 50) ? KIND_PIPE : KIND_ANY;
	int target = some_fd(w, kind);
	struct epoll_event ev = { .events = chance(w, 40) ? (uint32_t)EPOLLIN : SOME_OF(w, all, 30),
				  .data.u64 = (uint64_t)target };

	record(w, epoll_ctl(fd, op, target, chance(w, 97) ? &ev : NULL),
	       "epoll_ctl(%d, %d, %d, %#x)", fd, op, target, ev.events);
}

static void op_epoll_wait(struct world *w)
{
	struct epoll_event ev[16];
	int fd = some_fd(w, KIND_EPOLL), max = (int)below(w, 17), n;
	struct timespec now = { 0 };

	memset(ev, 0xee, sizeof(ev));
	if (chance(w, 4))
		max = -1;
	if (chance(w, 50))
		n = epoll_wait(fd, chance(w, 97) ? ev : (void *)w->readonly, max, 0);
	else
		n = (int)syscall(SYS_epoll_pwait2, fd, ev, max, &now, NULL, 0L);
	record(w, n, "epoll_wait(%d, %d)", fd, max);
	for (int i = 0; i < n; i++)
		more(w, " %d:%x", (int)ev[i].data.u64, ev[i].events);
}

static void op_eventfd(struct world *w)
{
	int fd = eventfd(below(w, 3), EFD_NONBLOCK | (chance(w, 30) ? EFD_SEMAPHORE : 0));

	record(w, fd, "eventfd");
	add_fd(w, fd);
}

/* It went off long before it is read, once. */
static void op_timerfd(struct world *w)
{
	const struct itimerspec soon = { .it_value.tv_nsec = 1 };
	const struct timespec pause = { .tv_nsec = 5000000 };
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);

	record(w, fd, "timerfd_create");
	if (chance(w, 60)) {
		record(w, timerfd_settime(fd, 0, &soon, NULL), "timerfd_settime");
		nanosleep(&pause, NULL);
	}
	add_fd(w, fd);
}

static void op_signalfd(struct world *w)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	fd = signalfd(-1, &set, SFD_NONBLOCK);
	record(w, fd, "signalfd");
	add_fd(w, fd);
}

const struct op poll_ops[] = {
	{ "poll", op_poll, 25, OP_ELSEWHERE },
	{ "poll_again", op_poll_again, 8, OP_BLOCKS },
	{ "select", op_select, 12, OP_ELSEWHERE },
	{ "epoll_create", op_epoll_create, 5, 0 },
	{ "epoll_ctl", op_epoll_ctl, 30, OP_ELSEWHERE },
	{ "epoll_wait", op_epoll_wait, 25, OP_ELSEWHERE },
	{ "eventfd", op_eventfd, 4, OP_ELSEWHERE },
	{ "timerfd", op_timerfd, 2, 0 },
	{ "signalfd", op_signalfd, 2, 0 },
	{ 0 },
};

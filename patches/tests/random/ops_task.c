// SPDX-License-Identifier: GPL-2.0-only
/* Operations in which a second process takes part: it locks, closes, exits, or wakes this one. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "random.h"

#define WAKE_NS 3000000 /* by then the other one sleeps */

static int exit_status(pid_t pid)
{
	int status;

	return waitpid(pid, &status, 0) == pid && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static struct flock some_lock(struct world *w)
{
	static const short types[] = { F_RDLCK, F_WRLCK, F_UNLCK };

	return (struct flock){ .l_type = ONE_OF(w, types),
			       .l_start = (off_t)below(w, 100),
			       .l_len = (off_t)below(w, 100) };
}

static void op_lock(struct world *w)
{
	struct flock lock = some_lock(w);
	int fd = some_fd(w, KIND_FILE);
	bool ofd = chance(w, 30);

	record(w, fcntl(fd, ofd ? F_OFD_SETLK : F_SETLK, &lock), "lock(%d, %d, %d, %ld, %ld)", fd,
	       ofd, lock.l_type, (long)lock.l_start, (long)lock.l_len);
}

/* Another process asks for a lock: what this one holds, also after a close of any of its
 * descriptors. */
static void op_child_lock(struct world *w)
{
	struct flock lock = some_lock(w);
	int fd = some_fd(w, KIND_FILE);
	bool closes = chance(w, 30);
	int other = closes ? dup(fd) : -1;
	pid_t pid;

	if (closes)
		close(other);
	pid = fork();
	if (pid == 0)
		_exit(fcntl(fd, F_SETLK, &lock) ? errno : 0);
	record(w, exit_status(pid), "child lock(%d, %d, %ld, %ld) %d", fd, lock.l_type,
	       (long)lock.l_start, (long)lock.l_len, closes);
}

/* Of its own copy of the table a child may close anything; the files stay. */
static void op_child_closes(struct world *w)
{
	int fd = some_fd(w, KIND_ANY), to = (int)below(w, 60);
	pid_t pid = fork();

	if (pid == 0) {
		int rc = close(fd) ? errno : 0;

		if (!rc && dup2(0, to) < 0)
			rc = 100 + errno % 100;
		_exit(rc);
	}
	record(w, exit_status(pid), "child close(%d)", fd);
	record(w, fcntl(fd, F_GETFD), "getfd");
}

/* The last to hold the end of a pipe or a socket is a child, which exits without closing it. */
static void op_child_holds(struct world *w)
{
	int fds[2], go[2];
	bool is_pipe = chance(w, 50);
	pid_t pid;
	char c;

	if ((is_pipe ? pipe(fds) : socketpair(AF_UNIX, SOCK_STREAM, 0, fds))) {
		record(w, -1, "pair");
		return;
	}
	if (pipe(go)) {
		record(w, -1, "pipe");
		close(fds[0]);
		close(fds[1]);
		return;
	}
	pid = fork();
	if (pid == 0) {
		close(go[1]);
		_exit(read(go[0], &c, 1) == 1 && write(fds[1], "last", 4) == 4 ? 7 : 8);
	}
	record(w, close(fds[1]), "close");
	record(w, write(go[1], "x", 1), "write");
	record(w, read(fds[0], w->buf, 4), "read");
	record(w, exit_status(pid), "exit");
	record(w, read(fds[0], w->buf, 4), "read");
	record(w, close(fds[0]), "close");
	close(go[0]);
	close(go[1]);
}

enum sleeper { IN_READ, IN_POLL, IN_SELECT, IN_EPOLL, NR_SLEEPERS };

static long sleep_in(struct world *w, enum sleeper how, int fd)
{
	struct pollfd p = { fd, POLLIN, 0 };
	struct epoll_event ev = { .events = EPOLLIN };
	fd_set in;
	long rc = 0;
	int ep;

	switch (how) {
	case IN_POLL:
		rc = poll(&p, 1, 1000);
		more(w, " %x", p.revents);
		break;
	case IN_SELECT:
		FD_ZERO(&in);
		FD_SET(fd, &in);
		rc = select(fd + 1, &in, NULL, NULL, NULL);
		break;
	case IN_EPOLL:
		ep = epoll_create1(0);
		epoll_ctl(ep, EPOLL_CTL_ADD, fd, &ev);
		rc = epoll_wait(ep, &ev, 1, 1000);
		more(w, " %x", ev.events);
		close(ep);
		break;
	default:
		break;
	}
	return rc;
}

static int tcp_pair(int fds[2])
{
	struct sockaddr_in addr = { .sin_family = AF_INET,
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(addr);
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	int rc = -1;

	fds[0] = -1;
	fds[1] = socket(AF_INET, SOCK_STREAM, 0);
	if (listener >= 0 && !bind(listener, (struct sockaddr *)&addr, len) &&
	    !listen(listener, 1) && !getsockname(listener, (struct sockaddr *)&addr, &len) &&
	    !connect(fds[1], (struct sockaddr *)&addr, len)) {
		fds[0] = accept(listener, NULL, NULL);
		rc = fds[0] < 0 ? -1 : 0;
	}
	close(listener);
	if (rc)
		close(fds[1]);
	return rc;
}

/*
 * This process sleeps in a call, and a child writes, shuts down, or closes by its exit. After the
 * others it stays until that was seen, or its exit might be seen together with it.
 */
static void op_wakeup(struct world *w)
{
	const struct timespec pause = { .tv_nsec = WAKE_NS };
	unsigned int what = below(w, 4), deed = below(w, 3);
	enum sleeper how = (enum sleeper)below(w, NR_SLEEPERS);
	static const int types[] = { 0, SOCK_STREAM, SOCK_DGRAM };
	int fds[2], seen[2], rc;
	pid_t pid;
	char c;

	if (what == 3)
		rc = tcp_pair(fds);
	else
		rc = what ? socketpair(AF_UNIX, types[what], 0, fds) : pipe(fds);
	record(w, rc, "pair %u", what);
	if (rc)
		return;
	if (pipe(seen)) {
		record(w, -1, "pipe");
		close(fds[0]);
		close(fds[1]);
		return;
	}
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		close(seen[1]);
		nanosleep(&pause, NULL);
		if (deed == 0)
			rc = write(fds[1], w->data, 3000) == 3000 ? 0 : 1;
		else if (deed == 1 && what)
			rc = shutdown(fds[1], SHUT_WR) ? errno : 0;
		else
			_exit(0);
		_exit(read(seen[0], &c, 1) ? 100 : rc);
	}
	close(seen[0]);
	if (what != 2 || deed == 0)
		close(fds[1]);
	/* A datagram socket does not notice that its peer is gone. */
	if (what != 2 || deed == 0) {
		record(w, sleep_in(w, how, fds[0]), "sleep %d", how);
		memset(w->buf, 0xee, 4000);
		record(w, read(fds[0], w->buf, 3000), "read");
		more_data(w, w->buf, 4000);
	} else {
		close(fds[1]);
	}
	close(seen[1]);
	record(w, exit_status(pid), "child %u", deed);
	close(fds[0]);
}

/* accept() sleeps until a child connects. */
static void op_accept_wakeup(struct world *w)
{
	const struct timespec pause = { .tv_nsec = WAKE_NS };
	struct sockaddr_in addr = { .sin_family = AF_INET,
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(addr);
	int listener = socket(AF_INET, SOCK_STREAM, 0), fd;
	pid_t pid;

	if (bind(listener, (struct sockaddr *)&addr, len) || listen(listener, 4) ||
	    getsockname(listener, (struct sockaddr *)&addr, &len)) {
		record(w, -1, "listen");
		close(listener);
		return;
	}
	pid = fork();
	if (pid == 0) {
		int client = socket(AF_INET, SOCK_STREAM, 0);

		nanosleep(&pause, NULL);
		_exit(connect(client, (struct sockaddr *)&addr, len) ||
		      write(client, "hello", 5) != 5);
	}
	if (chance(w, 50))
		record(w, sleep_in(w, IN_POLL, listener), "sleep");
	fd = accept(listener, NULL, NULL);
	record(w, fd, "accept");
	record(w, recv(fd, w->buf, 5, MSG_WAITALL), "recv");
	record(w, exit_status(pid), "exit");
	record(w, recv(fd, w->buf, 5, 0), "recv");
	close(fd);
	close(listener);
}

/* A signal ends the sleep. */
static void op_interrupted(struct world *w)
{
	const struct timespec pause = { .tv_nsec = WAKE_NS };
	enum sleeper how = (enum sleeper)below(w, NR_SLEEPERS);
	pid_t pid, parent = getpid();
	int fds[2];

	if (tcp_pair(fds)) {
		record(w, -1, "pair");
		return;
	}
	pid = fork();
	if (pid == 0) {
		nanosleep(&pause, NULL);
		_exit(kill(parent, SIGALRM));
	}
	if (how == IN_READ)
		record(w, read(fds[0], w->buf, 10), "read");
	else
		record(w, sleep_in(w, how, fds[0]), "sleep %d", how);
	record(w, exit_status(pid), "exit");
	close(fds[0]);
	close(fds[1]);
}

const struct op task_ops[] = {
	{ "lock", op_lock, 10, 0 },
	{ "child_lock", op_child_lock, 6, 0 },
	{ "child_closes", op_child_closes, 6, 0 },
	{ "child_holds", op_child_holds, 5, OP_BLOCKS },
	{ "wakeup", op_wakeup, 12, OP_BLOCKS },
	{ "accept_wakeup", op_accept_wakeup, 5, OP_BLOCKS },
	{ "interrupted", op_interrupted, 4, OP_BLOCKS },
	{ 0 },
};

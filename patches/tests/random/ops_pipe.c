// SPDX-License-Identifier: GPL-2.0-only
/* Pipes, and what moves pages between them and other descriptors. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include "random.h"

/* A pipe that fills up depends on how the data of a socket lie in memory. */
#define MAX_SPLICE 20000

static void op_pipe(struct world *w)
{
	static const int flags[] = { O_NONBLOCK, O_NONBLOCK, O_NONBLOCK | O_CLOEXEC,
				     O_NONBLOCK | O_DIRECT, O_NONBLOCK | O_APPEND };
	int fds[2] = { -1, -1 }, how = ONE_OF(w, flags);
	int *to = chance(w, 97) ? fds : NULL;
	int rc = pipe2(to, how);

	record(w, rc, "pipe2(%d, %#x)", to != NULL, how);
	more(w, " %d %d", fds[0], fds[1]);
	add_fd(w, fds[0]);
	add_fd(w, fds[1]);
}

static void op_pipe_through(struct world *w)
{
	int fds[2];
	size_t len = 1 + some_len(w) % 16384, at = 0;
	ssize_t n;

	if (pipe2(fds, O_NONBLOCK)) {
		record(w, -1, "pipe2");
		return;
	}
	for (int i = 0; i < 3; i++)
		record(w, write(fds[1], w->data + i * 100, len), "write(%zu)", len);
	while ((n = read(fds[0], w->buf + at, 1 + below(w, 7000))) > 0)
		at += (size_t)n;
	record(w, n, "read");
	more_data(w, w->buf, at);
	close(fds[1]);
	record(w, read(fds[0], w->buf, 1), "read");
	close(fds[0]);
}

static enum kind some_end(struct world *w)
{
	static const enum kind kinds[] = { KIND_FILE, KIND_FILE, KIND_UNIX, KIND_PIPE, KIND_UDP };

	return ONE_OF(w, kinds);
}

static void op_splice_in(struct world *w)
{
	int in = some_fd(w, some_end(w)), out = some_fd(w, KIND_PIPE);
	off_t at = some_offset(w), *where = chance(w, 50) ? &at : NULL;
	size_t len = some_len(w) % MAX_SPLICE;
	ssize_t n = splice(in, where, out, NULL, len, SPLICE_F_NONBLOCK);

	record(w, n, "splice(%d, %d, %d, %zu)", in, where != NULL, out, len);
}

static void op_splice_out(struct world *w)
{
	int in = some_fd(w, KIND_PIPE), out = some_fd(w, some_end(w));
	off_t at = some_offset(w), *where = chance(w, 50) ? &at : NULL;
	size_t len = some_len(w) % MAX_SPLICE;
	ssize_t n = splice(in, NULL, out, where, len, SPLICE_F_NONBLOCK);

	record(w, n, "splice(%d, %d, %d, %zu)", in, out, where != NULL, len);
}

/* A file through a pipe into a socket, as sendfile() does it, and the data again. */
static void op_splice_tcp(struct world *w)
{
	int file = some_fd(w, KIND_FILE), tcp, fds[2];
	off_t at = (off_t)below(w, 20000);
	size_t len = 1 + below(w, 16384);
	struct handle *h = some_connection(w);
	ssize_t n;

	if (!h || !may_send(w, h->fd, len))
		return;
	tcp = h->fd;
	if (pipe2(fds, O_NONBLOCK)) {
		record(w, -1, "pipe2");
		return;
	}
	record(w, splice(file, &at, fds[1], NULL, len, 0), "splice(%d, %zu)", file, len);
	record(w, splice(fds[0], NULL, tcp, NULL, len, 0), "splice(%d, %zu)", tcp, len);
	settle(tcp);
	n = splice(h->peer, NULL, fds[1], NULL, 4096, SPLICE_F_NONBLOCK);
	record(w, n > 0, "splice(%d)", h->peer);
	/* How much of it comes at once depends on the pages; all of it is the same. */
	for (size_t got = n > 0 ? (size_t)n : 0; got < 4096; got += (size_t)n) {
		n = splice(h->peer, NULL, fds[1], NULL, 4096 - got, SPLICE_F_NONBLOCK);
		if (n <= 0)
			break;
	}
	n = read(fds[0], w->buf, 4096);
	record(w, n, "read");
	if (n > 0)
		more_data(w, w->buf, (size_t)n);
	close(fds[0]);
	close(fds[1]);
}

static void op_tee(struct world *w)
{
	int in = some_fd(w, KIND_PIPE), out = some_fd(w, KIND_PIPE);
	size_t len = some_len(w) % MAX_SPLICE;

	record(w, tee(in, out, len, SPLICE_F_NONBLOCK), "tee(%d, %d, %zu)", in, out, len);
}

static void op_vmsplice(struct world *w)
{
	int fd = some_fd(w, KIND_PIPE);
	struct iovec iov = { (void *)(w->data + below(w, 4096)), below(w, 9000) };

	record(w, vmsplice(fd, &iov, 1, SPLICE_F_NONBLOCK), "vmsplice(%d, %zu)", fd, iov.iov_len);
}

static void op_fionread(struct world *w)
{
	int fd = some_fd(w, KIND_PIPE), value = -1;

	record(w, ioctl(fd, FIONREAD, &value), "ioctl(%d, FIONREAD)", fd);
	more(w, " %d", value);
}

const struct op pipe_ops[] = {
	{ "pipe", op_pipe, 10, OP_ELSEWHERE },
	{ "pipe_through", op_pipe_through, 10, OP_ELSEWHERE },
	{ "splice_in", op_splice_in, 15, OP_BLOCKS },
	{ "splice_out", op_splice_out, 15, OP_BLOCKS },
	{ "splice_tcp", op_splice_tcp, 6, OP_BLOCKS },
	{ "tee", op_tee, 6, OP_BLOCKS },
	{ "vmsplice", op_vmsplice, 6, OP_BLOCKS },
	{ "fionread", op_fionread, 6, OP_ELSEWHERE },
	{ 0 },
};

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A random but repeatable sequence of operations on files and sockets. Each leaves one line: its
 * number, what was asked, what came back, and a digest of the data. Nothing in a line depends on
 * time, on inode numbers or on ports, so the same seed gives the same lines on every kernel that
 * behaves the same.
 */
#ifndef RANDOM_H
#define RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define BUF_BYTES 65536
#define MAX_HANDLES 96
#define MAX_FD 255	/* the limit of open files; harness descriptors lie at its end */
#define TOP_FD 254	/* the directory in which all happens */
#define PATH_BYTES 8192 /* room for a path that is too long */

enum kind {
	KIND_FILE,
	KIND_DIR,
	KIND_PATH, /* O_PATH */
	KIND_PIPE,
	KIND_TCP,
	KIND_LISTEN,
	KIND_UDP,
	KIND_UNIX,
	KIND_EPOLL,
	KIND_OTHER,
	KIND_ANY,
};

/* A descriptor that is open, as far as the sequence knows. */
struct handle {
	int fd;
	enum kind kind;
	int peer;	   /* of a TCP connection: the other side, or -1 */
	unsigned int sent; /* to a peer that is not known, bytes */
};

/* Lines in memory that processes share. */
struct log {
	size_t size;
	size_t used;
	char text[];
};

/* Shared with the process that waits for the sequence. */
struct guarded {
	volatile pid_t pid; /* who does an operation that could wait, or 0 */
	volatile unsigned int turn;
};

struct world {
	uint64_t rng;
	uint64_t seed;
	unsigned int op;
	struct guarded *guarded;
	struct log *log;
	struct handle handles[MAX_HANDLES];
	int nr_handles;
	const unsigned char *data; /* BUF_BYTES of a pattern to write, then no page */
	unsigned char *buf;	   /* BUF_BYTES to read into, then no page */
	unsigned char *readonly;   /* a page that cannot be written to */
	unsigned char *map;	   /* two shared pages of a file */
	char *short_path;	   /* a page of a name without an end, then no page */
	char path[2][PATH_BYTES];
};

#define OP_BLOCKS (1u << 0) /* could wait: is interrupted after a while */
#define OP_ELSEWHERE                                                                 \
	(1u << 1) /* may as well be done by a process that shares the table of files \
		   */

struct op {
	const char *name;
	void (*run)(struct world *w);
	unsigned int weight;
	unsigned int flags;
};

extern const struct op path_ops[], file_ops[], pipe_ops[], socket_ops[], poll_ops[], task_ops[];

/* choice.c: what the next operation is made of */
uint64_t next(struct world *w);
unsigned int below(struct world *w, unsigned int n);
bool chance(struct world *w, unsigned int percent);
unsigned int some_flags(struct world *w, const unsigned int *flags, size_t nr,
			unsigned int percent);
#define ONE_OF(w, array) ((array)[below(w, sizeof(array) / sizeof((array)[0]))])
#define SOME_OF(w, array, percent) some_flags(w, array, sizeof(array) / sizeof((array)[0]), percent)

int some_fd(struct world *w, enum kind kind);
struct handle *some_handle(struct world *w, enum kind kind);
struct handle *some_connection(struct world *w); /* of TCP, with a peer that is known; or NULL */
const char *some_path(struct world *w, int which);
const char *some_tree_path(struct world *w, int which);
int some_dirfd(struct world *w);
size_t some_len(struct world *w);
off_t some_offset(struct world *w);
void *some_buf(struct world *w, size_t *len);
const void *some_data(struct world *w, size_t *len);
const char *say_path(const char *path);

/* handles.c: which descriptors are open */
struct handle *find_handle(struct world *w, int fd);
void add_fd(struct world *w, int fd);
void drop_fd(struct world *w, int fd);
uint16_t local_port(int fd);
void settle(int fd);
void let_others_run(void);
bool may_send(struct world *w, int fd, size_t len);

/* log.c: lines and their comparison */
struct log *log_new(size_t size);
void record(struct world *w, long rc, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void more(struct world *w, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void more_data(struct world *w, const void *data, size_t len);
void more_buf(struct world *w, const void *buf, size_t len);
struct difference {
	unsigned int line; /* from 1; 0 when there is none */
	int a_len, b_len;
	const char *a, *b;
};
struct difference log_compare(const char *a, size_t a_len, const char *b, size_t b_len);

#endif /* RANDOM_H */

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stands before the C library in httperf (LD_PRELOAD), which tells response times in steps of a
 * millisecond and no p99: takes the time of each connection from its connect() to the last bytes
 * that were read from it. At its end it writes one line to the file that RESPONSE_TIMES names:
 *
 *	tried=N first_ns= last_ns= answered=N end_ns= median_ns= p99_ns= max_ns=
 *
 * tried are the calls of socket(), also those that failed, and when the first and the last came;
 * end_ns is when the last reply was complete. Percentiles are by nearest rank.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_FDS 65536
#define EXPORTED __attribute__((visibility("default")))

struct connection {
	uint64_t start_ns;
	uint64_t end_ns; /* 0: nothing came */
};

/* What stands before the C library gets no context. */
static struct {
	struct connection of_fd[MAX_FDS];
	uint64_t nr_tried, first_ns, last_ns;
	uint64_t *times_ns;
	size_t nr_times, capacity;
	uint64_t end_ns;
} seen;

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void add_time(uint64_t ns)
{
	if (seen.nr_times == seen.capacity) {
		seen.capacity = seen.capacity ? 2 * seen.capacity : 4096;
		seen.times_ns = realloc(seen.times_ns, seen.capacity * sizeof(*seen.times_ns));
		if (!seen.times_ns)
			abort();
	}
	seen.times_ns[seen.nr_times++] = ns;
}

static struct connection *connection_of(int fd)
{
	return fd >= 0 && fd < MAX_FDS ? &seen.of_fd[fd] : NULL;
}

EXPORTED int socket(int domain, int type, int protocol)
{
	int (*next)(int domain, int type, int protocol);

	*(void **)&next = dlsym(RTLD_NEXT, "socket");
	seen.last_ns = now_ns();
	if (!seen.nr_tried++)
		seen.first_ns = seen.last_ns;
	return next(domain, type, protocol);
}

EXPORTED int connect(int fd, const struct sockaddr *to, socklen_t len)
{
	int (*next)(int fd, const struct sockaddr *to, socklen_t len);
	struct connection *c = connection_of(fd);

	*(void **)&next = dlsym(RTLD_NEXT, "connect");
	if (c)
		*c = (struct connection){ .start_ns = now_ns() };
	return next(fd, to, len);
}

EXPORTED ssize_t read(int fd, void *data, size_t len)
{
	static ssize_t (*next)(int fd, void *data, size_t len);
	struct connection *c = connection_of(fd);
	ssize_t n;

	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "read");
	n = next(fd, data, len);
	if (n > 0 && c && c->start_ns)
		c->end_ns = now_ns();
	return n;
}

EXPORTED int close(int fd)
{
	static int (*next)(int fd);
	struct connection *c = connection_of(fd);

	if (!next)
		*(void **)&next = dlsym(RTLD_NEXT, "close");
	if (c && c->end_ns) {
		add_time(c->end_ns - c->start_ns);
		if (c->end_ns > seen.end_ns)
			seen.end_ns = c->end_ns;
	}
	if (c)
		*c = (struct connection){ 0 };
	return next(fd);
}

static int compare_times(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a;
	const uint64_t y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* The smallest time that percent of all do not exceed; 0: there are none. */
static uint64_t percentile_ns(unsigned int percent)
{
	size_t rank = (seen.nr_times * percent + 99) / 100;

	return rank ? seen.times_ns[rank - 1] : 0;
}

__attribute__((destructor)) static void print_times(void)
{
	const char *path = getenv("RESPONSE_TIMES");
	FILE *f = path ? fopen(path, "we") : NULL;

	if (!f)
		return;
	if (seen.nr_times)
		qsort(seen.times_ns, seen.nr_times, sizeof(*seen.times_ns), compare_times);
	fprintf(f,
		"tried=%" PRIu64 " first_ns=%" PRIu64 " last_ns=%" PRIu64
		" answered=%zu end_ns=%" PRIu64 " median_ns=%" PRIu64 " p99_ns=%" PRIu64
		" max_ns=%" PRIu64 "\n",
		seen.nr_tried, seen.first_ns, seen.last_ns, seen.nr_times, seen.end_ns,
		percentile_ns(50), percentile_ns(99), percentile_ns(100));
	fclose(f);
}

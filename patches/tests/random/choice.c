// SPDX-License-Identifier: GPL-2.0-only
/* What an operation is made of: mostly what works, now and then what should not. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "random.h"

/* splitmix64 */
uint64_t next(struct world *w)
{
	uint64_t z = w->rng += 0x9e3779b97f4a7c15ULL;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

unsigned int below(struct world *w, unsigned int n)
{
	return (unsigned int)((next(w) >> 32) % n);
}

bool chance(struct world *w, unsigned int percent)
{
	return below(w, 100) < percent;
}

unsigned int some_flags(struct world *w, const unsigned int *flags, size_t nr, unsigned int percent)
{
	unsigned int sum = 0;

	for (size_t i = 0; i < nr; i++)
		if (chance(w, percent))
			sum |= flags[i];
	return sum;
}

struct handle *some_handle(struct world *w, enum kind kind)
{
	int first, nr = w->nr_handles;

	if (!nr)
		return NULL;
	first = (int)below(w, (unsigned int)nr);
	for (int i = 0; i < nr; i++) {
		struct handle *h = &w->handles[(first + i) % nr];

		if (kind == KIND_ANY || h->kind == kind)
			return h;
	}
	return NULL;
}

struct handle *some_connection(struct world *w)
{
	unsigned int nr = (unsigned int)w->nr_handles, first = nr ? below(w, nr) : 0;

	for (unsigned int i = 0; i < nr; i++) {
		struct handle *h = &w->handles[(first + i) % nr];

		if (h->kind == KIND_TCP && h->peer >= 0)
			return h;
	}
	return NULL;
}

int some_fd(struct world *w, enum kind kind)
{
	static const int bad[] = { -1, MAX_FD - 10, MAX_FD, 1 << 20, INT_MAX, INT_MIN, AT_FDCWD };
	unsigned int luck = below(w, 100);
	struct handle *h;

	if (luck < 4)
		return ONE_OF(w, bad);
	if (luck < 7)
		return (int)below(w, 64);
	h = some_handle(w, luck < 17 ? KIND_ANY : kind);
	return h ? h->fd : (int)below(w, 16);
}

int some_dirfd(struct world *w)
{
	return chance(w, 70) ? AT_FDCWD : some_fd(w, KIND_DIR);
}

/* Below each file system: what is made there, and what may come of it. */
static const char *const names[] = {
	"f0",
	"f0",
	"f1",
	"f1",
	"f2",
	"f3",
	"d0",
	"d0/f0",
	"d0/f1",
	"d0/d1",
	"d0/d1/f0",
	"d0/d1/f1",
	"d2",
	"d2/f0",
	"s0",
	"s0",
	"s1",
	"s2/f0",
	"s2",
	"s3",
	"loop",
	"loop/x",
	"fifo",
	"sock",
	"big",
	"big",
	"",
	".",
	"..",
	"/",
	"./f0",
	".//f0",
	"d0/.",
	"d0/..",
	"f0/",
	"f0/x",
	"d0/",
	"d0//f0",
	"none",
	"none/x",
	"d0/none",
	"../t/f0",
	"d0/../../e/f1",
	"f0/.",
	"s0/",
	"d0/../d0/../d0/f0",
	"d2/../f1",
	"...",
	" ",
	"d0/d1/../f1",
	"s1/f0",
};

static const char *const elsewhere[] = {
	"",
	".",
	"..",
	"/",
	"//",
	"t",
	"/dev/null",
	"/dev/zero",
	"/dev/full",
	"/proc/self/comm",
	"/proc/self/cmdline",
	"/proc/self/fd",
	"/proc/self/fd/3",
	"/proc/self/fd/7/f0",
	"/proc/self/cwd/t/f0",
	"/proc/self/root/proc/../dev/null",
	"/proc/none",
	"/no/such/path",
};

/* The file system's name and a slash come first. */
static void long_path(struct world *w, char *path)
{
	static const unsigned int lengths[] = { 254, 255, 256, 4000, 4095, 4096, 5000 };
	unsigned int len = ONE_OF(w, lengths);
	bool one_name = len < 1000;

	for (unsigned int i = 2; i < len + 2; i++)
		path[i] = one_name || i % 2 ? 'n' : '/';
	if (!one_name)
		for (unsigned int i = 3; i < len + 2; i += 2)
			path[i] = '.';
	path[len + (one_name ? 2 : 0)] = '\0';
}

static const char *bad_path(struct world *w)
{
	static const char name[] = "t/f0";
	char *end = w->short_path + 4096;

	switch (below(w, 5)) {
	case 0:
		return NULL;
	case 1:
		return (const char *)16;
	case 2:
		return (const char *)-4096L;
	case 3: /* has no end before there is no page */
		memset(w->short_path, 'x', 4096);
		return end - 1 - below(w, 30);
	}
	memcpy(end - sizeof(name), name, sizeof(name));
	return end - sizeof(name);
}

/* In a file system of the sequence: what may be changed, moved and removed. */
const char *some_tree_path(struct world *w, int which)
{
	char *path = w->path[which];
	unsigned int luck = below(w, 100);

	if (luck < 3)
		return bad_path(w);
	/* The sequence has a root of its own, and starts there. */
	if (chance(w, 40))
		*path++ = '/';
	path[0] = "tre"[below(w, 3)];
	path[1] = '/';
	if (luck < 5)
		long_path(w, path);
	else
		snprintf(path + 2, PATH_BYTES - 3, "%s", ONE_OF(w, names));
	return w->path[which];
}

const char *some_path(struct world *w, int which)
{
	return chance(w, 12) ? strcpy(w->path[which], ONE_OF(w, elsewhere))
			     : some_tree_path(w, which);
}

/* For a line: short, and without what cannot be read. */
const char *say_path(const char *path)
{
	if ((uintptr_t)path < 4096 || (uintptr_t)path > (uintptr_t)LONG_MAX)
		return "<bad pointer>";
	if (path[0] == 'x')
		return "<no end>";
	return strnlen(path, 100) < 100 ? path : "<long>";
}

size_t some_len(struct world *w)
{
	static const size_t edges[] = { 0,    1,     2,	    7,	   8,	  63,	 64,   100,  511,
					512,  1000,  2048,  4095,  4096,  4097,	 5000, 8191, 8192,
					8193, 12288, 16383, 16384, 16385, 20000, 32768 };
	static const size_t huge[] = { BUF_BYTES, 0x7ffff000, 0x80000000, SSIZE_MAX, SIZE_MAX };

	if (chance(w, 2))
		return ONE_OF(w, huge);
	return chance(w, 60) ? ONE_OF(w, edges) : below(w, 9000);
}

off_t some_offset(struct world *w)
{
	static const off_t edges[] = { 0,	   1,	      4095,	 4096,		4097,
				       8192,	   16384,     61440,	 65536,		100000,
				       0x7fffffff, 1LL << 32, 1LL << 44, LLONG_MAX - 1, LLONG_MAX,
				       -1,	   -4096,     LLONG_MIN };
	unsigned int luck = below(w, 100);

	if (luck < 3)
		return ONE_OF(w, edges);
	return luck < 40 ? edges[below(w, 10)] : (off_t)below(w, 140000);
}

/* Where a bad buffer would be: nowhere, in the kernel, read-only, or ending too early. */
static void *bad_buf(struct world *w, size_t len)
{
	switch (below(w, 5)) {
	case 0:
		return NULL;
	case 1:
		return (void *)-8192L;
	case 2:
		return w->readonly;
	case 3:
		return (void *)(LONG_MAX - 100);
	}
	return w->buf + BUF_BYTES - (len > BUF_BYTES ? BUF_BYTES : len) / 2;
}

void *some_buf(struct world *w, size_t *len)
{
	size_t fits;
	void *buf;

	*len = some_len(w);
	if (chance(w, 3))
		return bad_buf(w, *len);
	fits = *len > BUF_BYTES ? BUF_BYTES : *len;
	/* Often it ends just where there is no page. */
	buf = chance(w, 30) ? w->buf + BUF_BYTES - fits
			    : w->buf + below(w, (unsigned int)(BUF_BYTES - fits) / 8 + 1) * 8;
	memset(buf, 0xee, fits);
	return buf;
}

const void *some_data(struct world *w, size_t *len)
{
	size_t fits;

	*len = some_len(w);
	if (chance(w, 3))
		return bad_buf(w, *len);
	fits = *len > BUF_BYTES ? BUF_BYTES : *len;
	return w->data + below(w, (unsigned int)(BUF_BYTES - fits) + 1);
}

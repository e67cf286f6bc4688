// SPDX-License-Identifier: GPL-2.0-only
/* The lines that operations leave, and the first that differs. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "random.h"

struct log *log_new(size_t size)
{
	struct log *log = mmap(NULL, sizeof(*log) + size, PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (log == MAP_FAILED)
		return NULL;
	log->size = size;
	return log;
}

static void append(struct log *log, const char *fmt, va_list ap)
{
	size_t left = log->size - log->used;
	int n = vsnprintf(log->text + log->used, left, fmt, ap);

	log->used += n < 0 ? 0 : (size_t)n < left ? (size_t)n : left - 1;
}

void more(struct world *w, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	append(w->log, fmt, ap);
	va_end(ap);
}

void record(struct world *w, long rc, const char *fmt, ...)
{
	int err = errno;
	va_list ap;

	more(w, " ");
	va_start(ap, fmt);
	append(w->log, fmt, ap);
	va_end(ap);
	if (rc == -1)
		more(w, " = %s;", strerrorname_np(err));
	else
		more(w, " = %ld;", rc);
}

static uint64_t digest(const unsigned char *p, size_t len)
{
	uint64_t hash = 0x9e3779b97f4a7c15ULL ^ len, word;

	for (; len >= sizeof(word); p += sizeof(word), len -= sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		hash = (hash ^ word) * 0xff51afd7ed558ccdULL;
		hash ^= hash >> 32;
	}
	for (; len; p++, len--)
		hash = (hash ^ *p) * 0x100000001b3ULL;
	return hash;
}

void more_data(struct world *w, const void *data, size_t len)
{
	more(w, " [%zu %016llx]", len, (unsigned long long)digest(data, len));
}

/* What a call left in a buffer of some_buf(), and a little behind what it was allowed to write. */
void more_buf(struct world *w, const void *buf, size_t len)
{
	const unsigned char *p = buf, *end = w->buf + BUF_BYTES;

	if (p < w->buf || p >= end)
		return;
	len = len > BUF_BYTES ? BUF_BYTES : len;
	more_data(w, p, len + 64 < (size_t)(end - p) ? len + 64 : (size_t)(end - p));
}

static int line_len(const char *p, size_t left)
{
	const char *end = memchr(p, '\n', left);

	return (int)(end ? (size_t)(end - p) : left);
}

struct difference log_compare(const char *a, size_t a_len, const char *b, size_t b_len)
{
	struct difference d = { 0 };

	for (unsigned int line = 1; a_len || b_len; line++) {
		d.a = a;
		d.b = b;
		d.a_len = line_len(a, a_len);
		d.b_len = line_len(b, b_len);
		if (d.a_len != d.b_len || memcmp(a, b, (size_t)d.a_len)) {
			d.line = line;
			break;
		}
		/* With the newline; both are that long or both are at their end. */
		if (!a_len || !b_len || (size_t)d.a_len == a_len || (size_t)d.b_len == b_len) {
			d.line = a_len == b_len ? 0 : line;
			break;
		}
		a += d.a_len + 1;
		b += d.b_len + 1;
		a_len -= (size_t)d.a_len + 1;
		b_len -= (size_t)d.b_len + 1;
	}
	return d;
}

// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/inflate.h"
#include "lib/stream.h"

struct stream {
	const char *path;
	int fd;
	bool seekable; /* plain: blocks are read at their offset; base and size are set */
	off_t base;
	off_t size;
	struct inflate *inflate; /* NULL: not compressed */
	uint32_t next;
	/* Of what is read in turn: bytes read but not yet handed out, from carry_pos on. */
	char *carry;
	size_t carry_len;
	bool eof;
	bool skip_line; /* inside a line that is longer than allowed */
};

static int read_error(const struct stream *src, struct terr *err)
{
	return terr_set(err, "%s: cannot read: %s", src->path, strerror(errno));
}

#define FROM_HERE ((off_t)-1) /* where the descriptor stands */

/* Up to len bytes from that place, fewer only at the end of the file. */
static ssize_t read_full(int fd, char *buf, size_t len, off_t at)
{
	size_t got = 0;

	while (got < len) {
		ssize_t n = at == FROM_HERE ? read(fd, buf + got, len - got)
					    : pread(fd, buf + got, len - got, at + (off_t)got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (!n)
			break;
		got += (size_t)n;
	}
	return (ssize_t)got;
}

static int open_file(struct stream *src, struct terr *err)
{
	struct stat st;

	src->fd = strcmp(src->path, "-") ? open(src->path, O_RDONLY | O_CLOEXEC) : dup(0);
	if (src->fd < 0)
		return terr_set(err, "%s: cannot open: %s", src->path, strerror(errno));
	if (fstat(src->fd, &st))
		return read_error(src, err);
	if (S_ISDIR(st.st_mode))
		return terr_set(err, "%s is a directory: name the log files in it", src->path);
	if (S_ISREG(st.st_mode)) {
		src->base = lseek(src->fd, 0, SEEK_CUR);
		src->size = st.st_size;
		src->seekable = src->base >= 0;
	}
	return 0;
}

/* Fills the carry buffer up to BLOCK_BYTES. */
static int fill_carry(struct stream *src, struct terr *err)
{
	size_t room = BLOCK_BYTES - src->carry_len;
	ssize_t n;

	if (src->eof || !room)
		return 0;
	if (src->inflate)
		n = inflate_read(src->inflate, src->carry + src->carry_len, room, err);
	else
		n = read_full(src->fd, src->carry + src->carry_len, room, FROM_HERE);
	if (n < 0)
		return src->inflate ? -1 : read_error(src, err);
	src->carry_len += (size_t)n;
	src->eof = (size_t)n < room;
	return 0;
}

/* Starts reading from the first byte: tells compressed from plain. */
static int start(struct stream *src, struct terr *err)
{
	char magic[INFLATE_MAGIC] = { 0 };
	ssize_t n;

	src->carry = malloc(BLOCK_BYTES);
	if (!src->carry)
		return terr_set(err, "out of memory");
	n = read_full(src->fd, magic, sizeof(magic), src->seekable ? src->base : FROM_HERE);
	if (n < 0)
		return read_error(src, err);
	if (inflate_refused(src->path, magic, (size_t)n, err))
		return -1;
	if (inflate_known(magic, (size_t)n)) {
		if (src->seekable && lseek(src->fd, src->base, SEEK_SET) < 0)
			return read_error(src, err);
		src->inflate =
			inflate_open(src->path, src->fd, magic, src->seekable ? 0 : (size_t)n, err);
		if (!src->inflate)
			return -1;
	} else if (src->seekable) {
		n = read_full(src->fd, src->carry, BLOCK_BYTES, src->base);
		if (n < 0)
			return read_error(src, err);
		src->carry_len = (size_t)n;
		return 0;
	} else {
		memcpy(src->carry, magic, (size_t)n);
		src->carry_len = (size_t)n;
	}
	return fill_carry(src, err);
}

struct stream *stream_open(const char *path, struct terr *err)
{
	struct stream *src = calloc(1, sizeof(*src));

	if (!src) {
		terr_set(err, "out of memory");
		return NULL;
	}
	src->path = path;
	src->fd = -1;
	if (open_file(src, err) || start(src, err)) {
		stream_close(src);
		return NULL;
	}
	return src;
}

static void release(struct stream *src)
{
	inflate_close(src->inflate);
	src->inflate = NULL;
	free(src->carry);
	src->carry = NULL;
	src->carry_len = 0;
	src->eof = false;
	if (src->fd >= 0)
		close(src->fd);
	src->fd = -1;
}

void stream_close(struct stream *src)
{
	if (!src)
		return;
	release(src);
	free(src);
}

int stream_peek(struct stream *src, const char **from, size_t *len, struct terr *err)
{
	if (src->fd < 0 && (open_file(src, err) || start(src, err)))
		return -1;
	*from = src->carry;
	*len = src->carry_len;
	return 0;
}

/* Standard input stays open: its position would be lost. */
bool stream_can_rewind(const struct stream *src)
{
	return src->seekable && strcmp(src->path, "-");
}

void stream_park(struct stream *src)
{
	if (stream_can_rewind(src))
		release(src);
}

void stream_rewind(struct stream *src)
{
	release(src);
	src->next = 0;
	src->skip_line = false;
}

static bool is_plain(const struct stream *src)
{
	return src->seekable && !src->inflate;
}

unsigned int stream_parallel(const struct stream *src)
{
	off_t bytes = src->size - src->base;

	if (!src->seekable || bytes / BLOCK_BYTES > 1024)
		return 1024;
	return (unsigned int)(bytes / BLOCK_BYTES) + 1;
}

/* Hands out what was read in turn: whole lines, the rest is kept. */
static int next_in_turn(struct stream *src, struct block *b, struct terr *err)
{
	const char *last;
	size_t len;

	for (;;) {
		if (fill_carry(src, err))
			return -1;
		if (!src->carry_len)
			return 0;
		if (!src->skip_line)
			break;
		last = memchr(src->carry, '\n', src->carry_len);
		len = last ? (size_t)(last - src->carry) + 1 : src->carry_len;
		src->carry_len -= len;
		memmove(src->carry, src->carry + len, src->carry_len);
		src->skip_line = !last;
	}
	last = memrchr(src->carry, '\n', src->carry_len);
	len = last ? (size_t)(last - src->carry) + 1 : 0;
	b->open_end = src->carry_len - len > BLOCK_LINE_MAX || (src->eof && len < src->carry_len);
	if (b->open_end) {
		len = src->carry_len;
		src->skip_line = true;
	}
	memcpy(b->buf, src->carry, len);
	src->carry_len -= len;
	memmove(src->carry, src->carry + len, src->carry_len);
	b->start = b->buf;
	b->end = b->buf + len;
	b->index = src->next++;
	return 1;
}

int stream_next(struct stream *src, struct block *b, struct terr *err)
{
	if (src->fd < 0 && (open_file(src, err) || start(src, err)))
		return -1;
	if (!is_plain(src))
		return next_in_turn(src, b, err);
	if ((off_t)src->next * BLOCK_BYTES >= src->size - src->base)
		return 0;
	b->index = src->next++;
	b->start = NULL;
	return 1;
}

/* Bytes from offset at of the file on, fewer only at its end; *n is how many. */
static int read_at(struct stream *src, char *buf, size_t len, off_t at, size_t *n, struct terr *err)
{
	off_t left = src->size - src->base - at;
	ssize_t got;

	if ((off_t)len > left)
		len = (size_t)left;
	got = read_full(src->fd, buf, len, src->base + at);
	if (got < 0)
		return read_error(src, err);
	if ((size_t)got < len)
		return terr_set(err, "%s: became shorter while it was read", src->path);
	*n = len;
	return 0;
}

/* The newline that ends the line which crosses limit; most lines are short, so little is read at
 * first. */
static int complete_last_line(struct stream *src, struct block *b, char *limit, off_t at,
			      struct terr *err)
{
	char *from = limit;
	const char *nl;
	size_t n;

	b->end = limit;
	b->open_end = limit[-1] != '\n';
	for (size_t step = 1024; b->open_end && step <= BLOCK_LINE_MAX; step *= 2) {
		if (read_at(src, from, step - (size_t)(from - limit), at + (from - limit), &n, err))
			return -1;
		if (!n)
			break;
		nl = memchr(from, '\n', n);
		from += n;
		b->end = nl ? nl + 1 : from;
		b->open_end = !nl;
	}
	return 0;
}

/* The lines that begin in the block: one byte before it tells whether its first byte begins one. */
int stream_fill(struct stream *src, struct block *b, struct terr *err)
{
	off_t at = (off_t)b->index * BLOCK_BYTES;
	size_t before = at > 0;
	char *limit;
	size_t n;

	if (b->start)
		return 1;
	if (read_at(src, b->buf, BLOCK_BYTES + before, at - (off_t)before, &n, err))
		return -1;
	limit = b->buf + n;
	b->start = b->buf;
	if (before) {
		const char *nl = memchr(b->buf, '\n', n - 1);

		if (!nl)
			return 0;
		b->start = nl + 1;
	}
	return complete_last_line(src, b, limit, at - (off_t)before + (off_t)n, err) ? -1 : 1;
}

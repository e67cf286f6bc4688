// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "lib/inflate.h"

struct inflate {
	const char *path;
	int fd;
	ZSTD_DStream *zstd; /* NULL: gzip */
	z_stream gz;
	bool eof;	/* of the compressed file */
	bool frame_end; /* the last compressed frame is complete */
	size_t in_pos;
	size_t in_len;
	char in[64 << 10];
};

#define GZIP_MAGIC "\x1f\x8b"
#define ZSTD_MAGIC "\x28\xb5\x2f\xfd"

static bool starts(const char *bytes, size_t len, const char *magic, size_t magic_len)
{
	return len >= magic_len && !memcmp(bytes, magic, magic_len);
}

bool inflate_known(const char *magic, size_t len)
{
	return starts(magic, len, GZIP_MAGIC, 2) || starts(magic, len, ZSTD_MAGIC, 4);
}

int inflate_refused(const char *path, const char *magic, size_t len, struct terr *err)
{
	if (starts(magic, len, "\3757zXZ", 5))
		return terr_set(err, "%s: is compressed with xz: use \"xzcat %s | tailor ... -\"",
				path, path);
	if (starts(magic, len, "BZh", 3))
		return terr_set(err,
				"%s: is compressed with bzip2: use \"bzcat %s | tailor ... -\"",
				path, path);
	return 0;
}

struct inflate *inflate_open(const char *path, int fd, const char *given, size_t nr_given,
			     struct terr *err)
{
	struct inflate *z = calloc(1, sizeof(*z));
	char magic[INFLATE_MAGIC] = { 0 };

	if (!z)
		goto no_memory;
	z->path = path;
	z->fd = fd;
	memcpy(z->in, given, nr_given);
	z->in_len = nr_given;
	memcpy(magic, given, sizeof(magic));
	if (starts(magic, sizeof(magic), ZSTD_MAGIC, 4)) {
		z->zstd = ZSTD_createDStream();
		if (!z->zstd)
			goto no_memory;
	} else if (inflateInit2(&z->gz, 15 + 16) != Z_OK) {
		goto no_memory;
	}
	return z;
no_memory:
	free(z);
	terr_set(err, "out of memory");
	return NULL;
}

void inflate_close(struct inflate *z)
{
	if (!z)
		return;
	if (z->zstd)
		ZSTD_freeDStream(z->zstd);
	else
		inflateEnd(&z->gz);
	free(z);
}

static int refill(struct inflate *z, struct terr *err)
{
	ssize_t n;

	if (z->in_pos < z->in_len || z->eof)
		return 0;
	do
		n = read(z->fd, z->in, sizeof(z->in));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return terr_set(err, "%s: cannot read: %s", z->path, strerror(errno));
	z->eof = !n;
	z->in_pos = 0;
	z->in_len = (size_t)n;
	return 0;
}

/* Both return the number of bytes written, or -1 when the data is damaged. */
static ssize_t step_zstd(struct inflate *z, char *buf, size_t len)
{
	ZSTD_inBuffer in = { z->in, z->in_len, z->in_pos };
	ZSTD_outBuffer out = { buf, len, 0 };
	size_t rc = ZSTD_decompressStream(z->zstd, &out, &in);

	if (ZSTD_isError(rc))
		return -1;
	z->frame_end = !rc;
	z->in_pos = in.pos;
	return (ssize_t)out.pos;
}

/* A gzip file may hold several members one after the other. */
static ssize_t step_gzip(struct inflate *z, char *buf, size_t len)
{
	int rc;

	if (z->frame_end) {
		inflateReset(&z->gz);
		z->frame_end = false;
	}
	z->gz.next_in = (unsigned char *)z->in + z->in_pos;
	z->gz.avail_in = (unsigned int)(z->in_len - z->in_pos);
	z->gz.next_out = (unsigned char *)buf;
	z->gz.avail_out = (unsigned int)len;
	rc = inflate(&z->gz, Z_NO_FLUSH);
	if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
		return -1;
	z->frame_end = rc == Z_STREAM_END;
	z->in_pos = z->in_len - z->gz.avail_in;
	return (ssize_t)(len - z->gz.avail_out);
}

ssize_t inflate_read(struct inflate *z, char *buf, size_t len, struct terr *err)
{
	size_t got = 0;

	while (got < len) {
		ssize_t n;

		if (refill(z, err))
			return -1;
		if (z->eof && z->frame_end)
			break;
		n = z->zstd ? step_zstd(z, buf + got, len - got)
			    : step_gzip(z, buf + got, len - got);
		if (n < 0)
			return terr_set(err, "%s: the compressed data is damaged", z->path);
		if (z->eof && !n && !z->frame_end)
			return terr_set(err, "%s: the compressed data ends too early", z->path);
		got += (size_t)n;
	}
	return (ssize_t)got;
}

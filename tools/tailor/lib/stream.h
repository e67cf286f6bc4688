/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bytes of a file in blocks of whole lines, for several threads at a time. A plain file is read at
 * any offset by any thread; a pipe or a compressed file is read in turn, one thread at a time.
 */
#ifndef TAILOR_LIB_STREAM_H
#define TAILOR_LIB_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/terr.h"

/* Small enough to stay in the second-level cache between copying it in and parsing it. */
#define BLOCK_BYTES (256u << 10)
/* A line that begins in a block may end this far behind it. */
#define BLOCK_LINE_MAX (64u << 10)
/* Readable bytes behind a block, so that it can be scanned in vectors. */
#define BLOCK_PAD 64

struct block {
	char *buf; /* BLOCK_ALLOC bytes, of the thread */
	const char *start;
	const char *end; /* behind the last byte of the last line */
	uint32_t index;	 /* of the block in its file */
	/* The last line has no newline: the file ends there, or the line is longer than allowed. */
	bool open_end;
};

#define BLOCK_ALLOC (BLOCK_BYTES + BLOCK_LINE_MAX + 1 + BLOCK_PAD)

struct stream;

/* "-" is standard input. NULL with *err set. */
struct stream *stream_open(const char *path, struct terr *err);
void stream_close(struct stream *src);

/*
 * The first bytes (up to BLOCK_BYTES), to tell what the file is; they are read again by
 * stream_next(). -1 with *err set.
 */
int stream_peek(struct stream *src, const char **start, size_t *len, struct terr *err);

/* Frees what stream_peek() needed where it can be read again, so that many files can be open. */
void stream_park(struct stream *src);

/*
 * Next block. 1: there is one; 0: all has been read; -1 with *err set. Two calls for the same
 * stream must not overlap, but stream_fill() may run beside them.
 */
int stream_next(struct stream *src, struct block *b, struct terr *err);
/* Reads what stream_next() promised. Same return values; 0: no line begins in this block. */
int stream_fill(struct stream *src, struct block *b, struct terr *err);

/* Back to the first byte, between two uses; only where stream_can_rewind(). */
bool stream_can_rewind(const struct stream *src);
void stream_rewind(struct stream *src);

/* How many threads can be kept busy. */
unsigned int stream_parallel(const struct stream *src);

#endif /* TAILOR_LIB_STREAM_H */

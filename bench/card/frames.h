/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BENCH_CARD_FRAMES_H
#define BENCH_CARD_FRAMES_H

#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

/* Ethernet frames in a row, each behind its length and with its virtio header. */
struct frames {
	unsigned char *data;
	size_t bytes;
	size_t capacity;
	uint64_t nr;
};

/* Room for bytes more, also for none; null: no memory. */
void *frames_reserve(struct frames *f, size_t bytes);
/* -1: no memory. */
int frames_add(struct frames *f, const struct iovec *iov, int nr_iov);
/*
 * The frame at *pos, its length in *len; moves *pos behind it. Null: there is none, or, when *pos
 * is not the end, the row is torn.
 */
const unsigned char *frames_next(const struct frames *f, size_t *pos, uint32_t *len);
void frames_clear(struct frames *f);

/*
 * What the card sends, of the file descriptor that QEMU takes for a TAP device (tap.c): the caller
 * takes the frames and clears them.
 */
extern struct frames tap_sent;

#endif /* BENCH_CARD_FRAMES_H */

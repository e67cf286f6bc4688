/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef BENCH_CARD_LINK_H
#define BENCH_CARD_LINK_H

#include <stdint.h>

#include "frames.h"

/* What a machine tells the other one when both stop; its frames follow. */
struct link_message {
	int64_t clock_ns;
	/* Before this nothing happens by itself here: where both halt, time may jump to it. */
	int64_t next_ns;
	/* The last mark that was executed since the stop before, 0: none. */
	uint32_t mark;
	uint32_t reserved;
	uint64_t nr_frames;
	uint64_t bytes;
};

/*
 * A UNIX stream socket: listens at path and waits for one peer, or connects and waits for the
 * listener. A descriptor, or -1 with errno.
 */
int link_open(const char *path, int listens);

/*
 * Sends *mine and the frames of sent, receives the other's into *its and received. 0; 1: the other
 * machine has gone; -1: what came is no message of ours, or memory is short.
 */
int link_exchange(int fd, const struct link_message *mine, const struct frames *sent,
		  struct link_message *its, struct frames *received);

#endif /* BENCH_CARD_LINK_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Reading gzip and zstd, told by their first bytes. */
#ifndef TAILOR_LIB_INFLATE_H
#define TAILOR_LIB_INFLATE_H

#include <stdbool.h>
#include <sys/types.h>

#include "lib/terr.h"

#define INFLATE_MAGIC 6

struct inflate;

bool inflate_known(const char *magic, size_t len);
/* -1 with *err set when these are the first bytes of a compression that is not read here. */
int inflate_refused(const char *path, const char *magic, size_t len, struct terr *err);

/* Reads from fd, after the nr_given bytes that were read from it already. Does not close fd. */
struct inflate *inflate_open(const char *path, int fd, const char *given, size_t nr_given,
			     struct terr *err);
/* Up to len bytes, fewer only at the end. -1 with *err set: damaged, or ends too early. */
ssize_t inflate_read(struct inflate *z, char *buf, size_t len, struct terr *err);
void inflate_close(struct inflate *z);

#endif /* TAILOR_LIB_INFLATE_H */

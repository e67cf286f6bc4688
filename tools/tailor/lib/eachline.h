/* SPDX-License-Identifier: GPL-2.0-only */
/* The lines of a source in turn, for readers that need no threads. */
#ifndef TAILOR_LIB_EACHLINE_H
#define TAILOR_LIB_EACHLINE_H

#include "lib/scan.h"
#include "lib/stream.h"

/*
 * Called for each line, which is terminated: *l->end is NUL, and 8 bytes behind it can be read.
 * whole is false for a last line without newline, and for what was cut off a line that is longer
 * than BLOCK_LINE_MAX. Not 0 ends the reading and is returned.
 */
typedef int (*each_line_fn)(void *arg, const struct line *l, bool whole, struct terr *err);

/* 0 when all lines were taken; -1 with *err set, or what take() returned. */
int each_line(struct stream *src, each_line_fn take, void *arg, struct terr *err);

#endif /* TAILOR_LIB_EACHLINE_H */

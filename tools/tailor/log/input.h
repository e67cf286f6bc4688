/* SPDX-License-Identifier: GPL-2.0-only */
/* What a recording is worth as evidence. */
#ifndef TAILOR_LOG_INPUT_H
#define TAILOR_LOG_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/terr.h"

/*
 * What was read, over all files; stands beside every answer as "input". An answer is evidence for
 * a removal only when complete is true: every file has its trailer, no event was lost, no line was
 * left unparsed, and the trailers' number of events is the number found.
 */
struct log_input {
	uint64_t lines;	 /* all, comments and empty ones too */
	uint64_t events; /* understood, before any filter */
	uint64_t unparsed;
	int64_t lost;	    /* -1: unknown, at least one file has no trailer */
	int64_t unfinished; /* calls that had not returned at the end; -1: unknown */
	/* Calls whose clock ran backwards: they took 0, or have no duration in an old log. */
	uint64_t backwards;
	bool complete;
	char incomplete[256];	   /* why not complete, with the file's name; "" when complete */
	const char *unparsed_path; /* the first line that was not understood; NULL: none */
	uint64_t unparsed_line;
};

struct log_file;

/* Adds up what was counted in the files of a log. -1 with *err set: one of them is none. */
int log_input_sum(struct log_input *in, const struct log_file *files, size_t nr, struct terr *err);

/*
 * Says on standard error what was not understood and why the log is not complete; false: nothing.
 * Clocks that ran backwards are told, but do not count.
 */
bool log_input_warn(const struct log_input *in);

#endif /* TAILOR_LOG_INPUT_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The lines of perf script and of folded stacks, each by itself. Slices point into the line, and
 * are empty where it does not tell.
 */
#ifndef TAILOR_PROFILE_PERFLINE_H
#define TAILOR_PROFILE_PERFLINE_H

#include <stdbool.h>
#include <stdint.h>

#include "lib/slice.h"

/* --- perf script --- */

struct perf_sample {
	struct slice command;
	struct slice event;
	uint64_t period; /* 1 when it is not printed */
	const char *rest;
};

struct perf_frame {
	struct slice symbol;
	struct slice object;
};

/* "command pid [cpu] time: period event: ..." */
bool perf_script_sample(const char *s, struct perf_sample *sample);
/* "command pid [cpu] period event:": what perf script -F without time makes of it. */
bool perf_script_timeless(const char *s);
/* "address symbol+offset (object)" behind blanks. */
bool perf_script_frame(const char *s, struct perf_frame *frame);

/* --- folded stacks --- */

/* "command;caller;function weight" */
bool perf_folded(const char *s, struct slice *command, struct perf_frame *leaf, uint64_t *weight);

#endif /* TAILOR_PROFILE_PERFLINE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether a profile was long enough: what the last tenth of its logs and of its coverage still
 * brought that was new.
 *
 * New is what neither an earlier part of the log nor any other log has: a system call, an error of
 * one, and a use: an event that a clause of a rule looks at. Only uses can change a decision, so
 * only they say that the profile is still growing.
 *
 * How a workload ends has calls of its own, which say nothing about its length. Several logs of an
 * appliance share them. A log may also mark where its workload ends, by a call that names the path
 * SATURATE_MARK (test -e is one): what comes after it is evidence, but no part of the tenth.
 *
 * Of coverage new is what neither boot nor an earlier part of the workload ran. A symbol that a
 * configuration can ask for and of which all that ran is new says that the profile is still
 * growing.
 */
#ifndef TAILOR_DECIDE_SATURATE_H
#define TAILOR_DECIDE_SATURATE_H

#include "cover/covered.h"
#include "log/agg.h"
#include "ruleset/rules.h"

#define SATURATE_MARK "/tailor/phase/stop"
/* A tenth of fewer lines, over all logs, says nothing. */
#define SATURATE_LINES_MIN 200

struct saturation_count {
	size_t seen; /* different ones, in the parts before the marks */
	size_t late; /* of these, new in the last tenth */
};

struct saturation {
	struct saturation_count syscalls;
	struct saturation_count errors; /* pairs of system call and errno */
	struct saturation_count uses;
	char late_use[128]; /* the first of uses.late; "": none */
	struct log_pos late_pos;
	bool covered; /* whether the last tenth of the coverage is known; else these are 0 */
	struct saturation_count addresses;
	struct saturation_count symbols;
	char growing[512]; /* why no removal may rest on the profile; "": it does not grow */
};

/*
 * Reads the log once for both: adds it up for decide(), and fills *out; rules must outlive the call
 * only. A log that can be read only once (a pipe) is added up in order, and whether it still grows
 * is not known. NULL with *err set.
 */
struct agg *saturate_read(struct saturation *out, struct log *log, const struct ruleset *rules,
			  struct terr *err);

/* What the coverage says besides, after saturate_read(). */
void saturate_coverage(struct saturation *out, const struct covered *c);

#endif /* TAILOR_DECIDE_SATURATE_H */

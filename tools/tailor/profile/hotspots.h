/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the CPU was, from what perf recorded: "perf report --stdio", with -t or without, "perf
 * script" or folded stacks, told apart by their first line of data. Each sample counts for the
 * function it was taken in; callers are left out.
 */
#ifndef TAILOR_PROFILE_HOTSPOTS_H
#define TAILOR_PROFILE_HOTSPOTS_H

#include "lib/intern.h"
#include "log/log.h"

enum hotspots_kind {
	HOTSPOTS_UNKNOWN, /* not yet told, or no line of data */
	HOTSPOTS_REPORT,
	HOTSPOTS_SCRIPT,
	HOTSPOTS_FOLDED,
};

/* Samples of one event that were taken in one function of one command. */
struct hotspot {
	uint32_t event;	     /* index of its name */
	const char *command; /* "-": the profile does not tell; as all three */
	const char *object;  /* program, library or kernel */
	const char *symbol;
	double weight; /* percent in a report, else periods or samples */
	uint64_t line; /* where it was first seen */
};

struct hotspots {
	char *path;
	enum hotspots_kind kind;
	struct hotspot *v; /* as they were first seen */
	size_t nr;
	struct intern keys;
	struct intern events; /* "": the profile does not tell */
	double *totals;	      /* weight of all samples of an event */
	size_t nr_totals;
	struct log_input input; /* events: rows of a report, samples or stacks; lost: -1 unknown */
	char cut[192]; /* why rows or samples are missing at its end; "": none is known to be */
};

/*
 * path "-" is standard input; kind forces what it is taken for. NULL with *err set, which names the
 * file, the line and what to do.
 */
struct hotspots *hotspots_read(const char *path, enum hotspots_kind kind, struct terr *err);
void hotspots_free(struct hotspots *h);

static inline const char *hotspots_event(const struct hotspots *h, uint32_t event)
{
	return h->events.names[event].s;
}

/* Percent of the event's samples. */
double hotspots_overhead(const struct hotspots *h, const struct hotspot *s);

/*
 * Percent of the first event's samples in the functions whose name matches the pattern. *line is
 * where the largest of them was first seen, 0: there is none.
 */
double hotspots_share(const struct hotspots *h, const char *pattern, uint64_t *line);

/* Says on standard error what was not understood, lost or cut off; false: nothing. */
bool hotspots_warn(const struct hotspots *h);

#endif /* TAILOR_PROFILE_HOTSPOTS_H */

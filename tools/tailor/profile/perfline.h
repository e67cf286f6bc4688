/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The lines of perf's output and of folded stacks, each by itself. Slices point into the line, and
 * are empty where it does not tell.
 */
#ifndef TAILOR_PROFILE_PERFLINE_H
#define TAILOR_PROFILE_PERFLINE_H

#include "base/slice.h"
#include "log/log.h"

/* --- perf report --stdio --- */

enum perf_column {
	PERF_OVERHEAD,
	PERF_COMMAND,
	PERF_OBJECT,
	PERF_SYMBOL,
	NR_PERF_COLUMNS,
};

/* Where the columns of a report stand, from the two comments above its rows. */
struct perf_layout {
	struct {
		size_t from;
		size_t to; /* SIZE_MAX: up to the end of the line */
		bool there;
	} column[NR_PERF_COLUMNS];
	bool known;
	bool children; /* shares with and without callees stand side by side */
};

/* Of "perf record -e '{a,b,...}'", whose report has a share of each event in one row. */
#define PERF_GROUP_MAX 16

struct perf_row {
	double percent[PERF_GROUP_MAX];
	size_t nr_percents; /* events of the group; 1: there is none */
	bool caller;	    /* on behalf of callees only: its own share is 0 */
	struct slice text[NR_PERF_COLUMNS];
};

enum perf_match {
	PERF_NONE,    /* something else: a call graph, an empty line */
	PERF_ROW,     /* what was looked for */
	PERF_DAMAGED, /* it begins like that, but is not whole */
};

/* "# ....  ...." below "# Overhead  Command": false when rule is no such line. */
bool perf_layout(struct perf_layout *l, const char *titles, const char *rule);
/* Without a known layout, columns are what two blanks separate: command, object and symbol. */
enum perf_match perf_report_row(const struct perf_layout *l, const char *s, struct perf_row *row);

/*
 * "# Samples: 12K of event 'a'", or "of events 'a, b'" of a group. *names is "a, b", which perf may
 * have cut short. False when s is something else.
 */
bool perf_report_events(const char *s, struct slice *names, bool *group);
/* The next name off *names; false: there is none. */
bool perf_next_event(struct slice *names, struct slice *name);

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

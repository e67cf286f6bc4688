/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The lines of perf report, each by itself: in columns, as "perf report --stdio" prints them, and
 * with a separator between them, as "perf report -t,". Slices point into the line, and are empty
 * where it does not tell. Where a line can be read in two ways, it is not read.
 */
#ifndef TAILOR_PROFILE_PERFREPORT_H
#define TAILOR_PROFILE_PERFREPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/slice.h"

enum perf_column {
	PERF_OVERHEAD,
	PERF_COMMAND,
	PERF_OBJECT,
	PERF_SYMBOL,
	NR_PERF_COLUMNS,
};

#define PERF_TITLES_MAX 32

/* Where the columns of a report stand, from the comments above its rows. */
struct perf_layout {
	struct {
		size_t nr; /* from the left */
		bool there;
	} column[NR_PERF_COLUMNS];
	struct {
		size_t from;
		size_t to;	 /* SIZE_MAX: up to the end of the line */
	} span[PERF_TITLES_MAX]; /* not with a separator */
	size_t nr;
	char separator; /* 0: none, columns have a width */
	bool known;
	bool children;	   /* shares with and without callees stand side by side */
	const char *doubt; /* why its rows cannot be read; NULL: they can */
};

/* Of "perf record -e '{a,b,...}'", whose report has a share of each event in one row. */
#define PERF_GROUP_MAX 16

struct perf_row {
	double percent[PERF_GROUP_MAX];
	size_t nr_percents; /* events of the group; 1: there is none */
	bool caller;	    /* on behalf of callees only: its own share is 0 */
	struct slice text[NR_PERF_COLUMNS];
	const char *doubt; /* of PERF_DOUBTFUL: what can be read in two ways */
};

enum perf_match {
	PERF_NONE,     /* something else: a call graph, an empty line */
	PERF_ROW,      /* what was looked for */
	PERF_DAMAGED,  /* it begins like that, but is not whole */
	PERF_DOUBTFUL, /* its columns are not where they should be, or may be others */
};

/* "# ....  ...." below "# Overhead  Command": false when rule is no such line. */
bool perf_layout(struct perf_layout *l, const char *titles, const char *rule);
/* "# Overhead,Command,...": false when the comment is no such line. */
bool perf_separated(struct perf_layout *l, const char *titles);
/* Without a known layout, columns are what two blanks separate: command, object and symbol. */
enum perf_match perf_report_row(const struct perf_layout *l, const char *s, struct perf_row *row);
/* A line that is not a row may be one of these. */
bool perf_report_call_graph(const char *s);

/*
 * "# Samples: 12K of event 'a'", or "of events 'a, b'" of a group, or "of events 'name { a, b }'".
 * *names is "a, b", which perf may have cut short. False when s is something else.
 */
bool perf_report_events(const char *s, struct slice *names, bool *group);
/* The next name off *names; false: there is none. */
bool perf_next_event(struct slice *names, struct slice *name);

#endif /* TAILOR_PROFILE_PERFREPORT_H */

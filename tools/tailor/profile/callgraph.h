/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Call-graph logs: "TIME TASK(PID): ->FUNCTION ARGS" when a function is entered, "<-FUNCTION
 * return=..." when it is left, with an optional header and trailer ("tailor-callgraph 1").
 * Blanks may stand before the time, as thread_indent() of SystemTap writes it. Indentation is not
 * relied on: entries and exits are matched per TASK(PID).
 */
#ifndef TAILOR_PROFILE_CALLGRAPH_H
#define TAILOR_PROFILE_CALLGRAPH_H

#include "lib/intern.h"
#include "lib/slice.h"
#include "log/event.h"
#include "log/filter.h"
#include "log/input.h"

/* A function called from a chain of callers. */
struct cg_node {
	uint32_t function; /* index of its name */
	uint32_t parent;   /* CG_ROOT: called by nobody that was traced */
	uint32_t depth;
	uint64_t calls;
	uint64_t missing; /* of these, without an exit: they have no time */
	uint64_t total;	  /* from entry to exit, callees included */
	uint64_t callees; /* of that, in functions that are in the log */
};

#define CG_ROOT UINT32_MAX

struct callgraph {
	struct cg_node *nodes; /* a parent stands before its children */
	uint32_t nr_nodes;
	struct intern functions;
	enum log_unit unit;
	char accelerator[64]; /* of the first header; "": it names none */
	struct log_input input;
	uint64_t missing_exits; /* entered, but the exit is not in the log */
	uint64_t stray_exits;	/* left, but the entry is not in the log */
};

/* Reads the paths (none: standard input); of the filters task and pid count. NULL with *err set. */
struct callgraph *callgraph_read(const struct log_filter *wanted, char *const *paths,
				 size_t nr_paths, struct terr *err);
void callgraph_free(struct callgraph *cg);

static inline const char *cg_name(const struct callgraph *cg, const struct cg_node *n)
{
	return cg->functions.names[n->function].s;
}

/* Time in the function itself. */
static inline uint64_t cg_self(const struct cg_node *n)
{
	return n->total > n->callees ? n->total - n->callees : 0;
}

/* One line; false when it is no entry or exit. For the tests too. */
struct cg_event {
	uint64_t time;
	struct slice task; /* without the process id */
	uint32_t pid;
	bool exit;
	struct slice function;
};

bool callgraph_parse(const char *s, const char *end, struct cg_event *ev);

#endif /* TAILOR_PROFILE_CALLGRAPH_H */

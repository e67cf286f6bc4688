/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reader of an exact profile, the folder that bench/profile writes: each instruction of some
 * requests in a row, by stack, function and source folder, in one boot of each arm.
 *
 * profile.facts: "key: value" lines; scenario, operation (what is counted: "request"), operations
 * (how many), accelerator and arms (names, blanks between) must be there. image_sha256 and
 * kernel_sha256.ARM say what was profiled; client, where it was: "behind a card" or (also without
 * this line) "in the guest", whose instructions then count. With "format: 2" the last is
 * "facts_end: N", "figures" is the number of them in profile.csv, and "stacks.ARM" that of
 * ARM.folded.
 *
 * profile.csv: the header "kind,name,arm,insn_per_request", then the figures of one operation: of
 * the kinds total and user one line an arm, without a name, and of folder and function one line a
 * name and arm that has any. Other kinds are sums of these, and are not read.
 *
 * ARM.folded: "frame;frame;... instructions" a stack, of all operations together; the first frame
 * is "user" or "kernel".
 */
#ifndef TAILOR_PROFILE_INSNPROF_H
#define TAILOR_PROFILE_INSNPROF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/intern.h"
#include "lib/lines.h"
#include "lib/terr.h"

/* A function called from a chain of callers; instructions are of one operation. */
struct insn_node {
	uint32_t name;
	uint32_t parent; /* INSN_ROOT: a first frame */
	uint32_t child;	 /* the first of its children, INSN_ROOT: none */
	uint32_t next;	 /* the next child of its parent, INSN_ROOT: none */
	double self;
	double total; /* with what it called */
	double other; /* total of its counterparts in the other arm; see insnprof_read() */
};

#define INSN_ROOT UINT32_MAX

struct insn_arm {
	char *name;
	double total;
	double user;
	struct insn_node *nodes; /* a parent stands before its children */
	uint32_t nr_nodes;
	uint32_t first; /* of the first frames */
};

/* A folder of the source, or a function; insn has a figure for each arm. */
struct insn_row {
	char *name;
	double *insn;
};

struct insn_rows {
	size_t nr;
	struct insn_row *v; /* those first that are largest in any arm */
};

struct insn_profile {
	char *dir;
	struct keyvals facts;
	size_t nr_arms;
	struct insn_arm *arms;
	struct insn_rows folders;
	struct insn_rows functions;
	struct intern names; /* of the nodes */
};

/*
 * Reads dir. Each node gets its counterpart in the other arm, which for the first arm is the last
 * and for the others the first: the nodes of the same function below the counterpart of its
 * caller, at any depth, since a compiler may have put functions in between, or have taken them
 * away. Of a function that is not there (it may be inlined) it is what its callees have.
 *
 * 0, or -1 with *err set; insnprof_free() is right in both cases.
 */
int insnprof_read(struct insn_profile *p, const char *dir, struct terr *err);

/* The same without the stacks: what a comparison needs. */
int insnprof_read_figures(struct insn_profile *p, const char *dir, struct terr *err);
void insnprof_free(struct insn_profile *p);

/* Value of a fact that must be there. */
const char *insnprof_fact(const struct insn_profile *p, const char *key);

/* Whether only the server machine counts. */
bool insnprof_is_behind_card(const struct insn_profile *p);

/* NULL: no such arm. */
const struct insn_arm *insnprof_arm(const struct insn_profile *p, const char *name);

static inline double insnprof_kernel(const struct insn_arm *arm)
{
	return arm->total - arm->user;
}

/* All instructions over those of programs; 0 when no program ran. */
static inline double insnprof_intrusion(const struct insn_arm *arm)
{
	return arm->user > 0 ? arm->total / arm->user : 0;
}

#endif /* TAILOR_PROFILE_INSNPROF_H */

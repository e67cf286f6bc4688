/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reader of a runs/<arm>/ folder, one side of a comparison. Both files are UTF-8 without control
 * characters.
 *
 * arm.facts: "key: value" lines, blank lines and # comments; a key stands once. "arm" (its name)
 * and "bed.accelerator" must be there. bed.* must be equal in the arms that are compared; kernel.*
 * and host.* describe the arm. With "format: 2" the last is "facts_end: N", and "samples" is the
 * number of samples.
 *
 * samples.csv: the header "scenario,metric,unit,better,boot,run,value", then one sample a line.
 * Fields hold no comma. better is lower, higher, same or none; value is a number, of a "same"
 * metric any text. A (scenario, metric, boot, run) stands once.
 */
#ifndef TAILOR_COMPARE_RUNS_H
#define TAILOR_COMPARE_RUNS_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/lines.h"
#include "lib/terr.h"

/* The metric that counts failed requests; where it is not 0, the scenario was not measured. */
#define RUNS_ERRORS "errors"

enum better {
	BETTER_LOWER,
	BETTER_HIGHER,
	BETTER_SAME,
	BETTER_NONE,
};

struct sample {
	unsigned int boot;
	unsigned int run;
	double value; /* 0 for a "same" metric */
	char *text;   /* as it stands in the file */
};

/* All samples of one metric of one scenario, in the order of the file. */
struct series {
	char *scenario;
	char *metric;
	char *unit;
	enum better better;
	unsigned int line; /* of the first sample; 0: of an exact profile */
	bool exact;	   /* counted once, without sampling: one value, and no spread is known */
	size_t nr;
	struct sample *samples;
};

struct run_arm {
	char *dir;
	char *name;
	struct keyvals facts;
	size_t nr_series;
	struct series *series; /* in order of first appearance */
};

/* Reads dir into *arm. 0, or -1 with *err set; runs_free() is right in both cases. */
int runs_read(struct run_arm *arm, const char *dir, struct terr *err);
void runs_free(struct run_arm *arm);

/*
 * Adds a metric that was counted once (boot 1, run 1), so that it can be compared like the others.
 * 0, or -1 with *err set.
 */
int runs_add_exact(struct run_arm *arm, const struct series *what, double value, struct terr *err);

/* Value of a fact, or NULL. */
const char *runs_fact(const struct run_arm *arm, const char *key);

const struct series *runs_find(const struct run_arm *arm, const char *scenario, const char *metric);

/* Whether requests of the scenario failed: its metric "errors" has a sample that is not 0. */
bool runs_failed(const struct run_arm *arm, const char *scenario);

/*
 * Whether the arms may be compared: every bed.* key has one value in all of them, and a metric that
 * several have is the same thing (unit, better) in each. 0, or -1 with *err naming what differs.
 */
int runs_comparable(const struct run_arm *arms, size_t nr, struct terr *err);

const char *better_name(enum better better);

#endif /* TAILOR_COMPARE_RUNS_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Comparison of arms: the first is the baseline, each other arm is compared with it metric by
 * metric. Used by "compare" and "report", which show the same figures.
 *
 * A sample is a boot, as the median of its runs: the runs of a boot share its layout of memory and
 * are not independent.
 *
 * Of many tests some look significant by chance, so p is corrected for their number (Holm) within
 * two families:
 * - the whole guest: the first metric busy_* of each scenario (the boot aside), and how often it
 *   leaves for its host (exits_per_*) where that was counted, of all arms. The
 *   verdict, whether to tailor, rests on these alone. All scenarios stand in it, not a primary one:
 * a kernel that gains in the second scenario only is a gain, and Holm asks for few boots more. A
 *   second busy_* is the same time in another unit.
 * - all other metrics with a direction, each arm for itself: they say where it comes from.
 */
#ifndef TAILOR_COMPARE_COMPARE_H
#define TAILOR_COMPARE_COMPARE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "compare/runs.h"
#include "compare/stats.h"

/* Of the interval of a median. */
#define CMP_LEVEL 0.95
#define CMP_ALPHA 0.05
/* A worsening must be significant and larger than this to be a regression. */
#define CMP_THRESHOLD_PERCENT 1.0

struct cmp_params {
	double alpha; /* in (0, 1) */
	double threshold_percent;
	bool by_run;		  /* a sample is a run, not the median of a boot's runs */
	const char *insn_profile; /* folder of bench/profile; NULL: none */
};

/* From the options of these names; a threshold below 0 is not given. 0, or -1 with *err set. */
int compare_params(struct cmp_params *params, double alpha, double threshold, bool by_run,
		   const char *insn_profile, struct terr *err);

enum cmp_verdict {
	CMP_BASELINE, /* the baseline's own figures */
	CMP_ABSENT,   /* the arm or the baseline has no samples */
	CMP_ERRORS,   /* requests of the scenario failed, here or in the baseline: no figure */
	CMP_TOO_FEW,  /* too few samples for any corrected p <= alpha */
	CMP_NONE,     /* no significant difference */
	CMP_BETTER,
	CMP_WORSE,
	CMP_CHANGED, /* significant, of a metric of which neither direction is better */
	CMP_EQUAL,   /* "same" metric: all values of both arms are equal */
	CMP_DIFFERS, /* "same" metric: they are not */
	CMP_EXACT,   /* of the exact profile: counted once, so there is nothing to test */
};

const char *cmp_verdict_name(enum cmp_verdict verdict);

/* One metric in one arm. */
struct cmp_cell {
	const struct series *series; /* NULL: no samples */
	size_t boots;		     /* different boots the samples are of */
	struct summary sum;	     /* not of a "same" metric */
	enum cmp_verdict verdict;
	bool compared; /* with the baseline: ratio and percent stand for something */
	bool tested;   /* mwu is valid */
	struct mwu mwu;
	size_t family;	    /* tests that p is corrected for; 0: it is not */
	double p_corrected; /* mwu.p when it is not */
	double p_least;	    /* mwu.p_min, corrected the same way: no outcome could be less */
	double ratio;	    /* median of the baseline / median here; NaN unless both are > 0 */
	double percent;	    /* change of the median; NaN when the baseline's is 0 */
	bool failed; /* regression beyond the threshold, a "same" that differs, errors, or absent */
};

struct cmp_row {
	const char *scenario;
	const char *metric;
	const char *unit;
	enum better better;
	bool exact;		/* of the exact profile */
	bool guest;		/* of the family that the verdict rests on */
	struct cmp_cell *cells; /* one an arm */
};

struct comparison {
	struct cmp_params params;
	size_t nr_arms;
	struct run_arm *arms;
	bool exact_behind_card; /* the exact profile is of the server machine alone */
	size_t nr_rows;
	struct cmp_row *rows; /* in the order of the baseline's file */
	size_t failures;      /* cells that failed */
};

/*
 * Reads the arms and compares them. 0, or -1 with *err set (unreadable, or not comparable);
 * compare_free() is right in both cases.
 */
int compare_read(struct comparison *c, char *const *dirs, size_t nr,
		 const struct cmp_params *params, struct terr *err);
void compare_free(struct comparison *c);

/* Whether figures are counts of an emulator, and what to say of that; NULL when nothing is. */
const char *compare_banner(const struct comparison *c);

/* Corrects p, gives each cell its verdict and counts the failures. 0, or -1 without memory. */
int compare_judge(struct comparison *c);

/* How the metric begins that says how often a guest leaves for its host, in all. */
#define CMP_EXITS "exits_per_"
bool compare_is_exits(const char *metric);

/* Room for a refusal. */
#define CMP_REFUSAL_MAX 256

/*
 * Why the comparison is no reason to tailor: there is no arm whose whole guest needs significantly
 * less in one scenario, not more by more than the threshold in another, and whose requests were all
 * answered. False when there is such an arm, or no metric of the whole guest.
 */
bool compare_refusal(const struct comparison *c, char *buf, size_t len);

/* "boot" or "run": what n counts. */
const char *compare_sample(const struct comparison *c);

/*
 * Geometric mean of an arm's ratios over all scenarios that have the metric; NaN when there are
 * fewer than two, or when neither direction is better.
 */
double compare_geomean(const struct comparison *c, const char *metric, size_t arm);

/* "1.83x fewer", "1.10x more"; "" when the ratio is unknown or rounds to 1. */
void compare_ratio_text(char *buf, size_t len, double ratio, const char *unit);

/* "p=0.031", "p<0.001". */
void compare_p_text(char *buf, size_t len, double p);

/*
 * All of it as JSON, a new reference; NULL without memory. The fields are described in
 * tailor-compare(1).
 */
json_t *compare_json(const struct comparison *c);

/* Remarks on the samples (too few, one boot, ...): an array of strings, a new reference. */
json_t *compare_notes(const struct comparison *c);

#endif /* TAILOR_COMPARE_COMPARE_H */

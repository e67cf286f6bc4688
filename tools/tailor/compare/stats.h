/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Statistics of a comparison: order statistics only, no assumption about the distribution of the
 * samples, and no sample is ever dropped as an outlier.
 */
#ifndef TAILOR_COMPARE_STATS_H
#define TAILOR_COMPARE_STATS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * struct summary - what is said about the samples of one metric in one arm
 * @n:            number of samples
 * @min, @max:    the extreme samples
 * @median:       middle sample, or the mean of the middle two
 * @has_ci:       false when n is too small for the confidence level asked for
 * @ci_low, @ci_high: bounds of the median; two of the samples
 * @ci_level:     what the interval really covers, at least the level asked for
 * @spread:       greatest distance of a bound (or, without an interval, of a sample) from the
 *                median, relative to the median: 0.01 = 1 %; negative when the median is 0 and
 *                the samples differ, that is when no relative figure exists
 */
struct summary {
	size_t n;
	double min;
	double max;
	double median;
	bool has_ci;
	double ci_low;
	double ci_high;
	double ci_level;
	double spread;
};

enum mwu_method {
	MWU_EXACT,
	MWU_NORMAL,
};

/*
 * struct mwu - outcome of a two-sided Mann-Whitney U test
 * @u:      U of the first sample: pairs in which it is the greater, ties counting one half
 * @p:      probability of a U at least as far out when both samples are of one population
 * @p_min:  the least p that samples of these sizes could have given, were there no ties
 */
struct mwu {
	double u;
	double p;
	double p_min;
	enum mwu_method method;
};

/* Up to this many samples in both arms together the test is exact; see stats_mwu_exact(). */
#define MWU_EXACT_MAX 100

/* Median of n > 0 sorted values. */
double stats_median(const double *sorted, size_t n);

/* Summarise n > 0 values at a confidence level in (0, 1). Returns 0, or -1 without memory. */
int stats_summary(const double *values, size_t n, double level, struct summary *out);

/* Mann-Whitney U of two samples (nx, ny > 0): exact up to MWU_EXACT_MAX, then normal. 0 or -1. */
int stats_mwu(const double *x, size_t nx, const double *y, size_t ny, struct mwu *out);
int stats_mwu_exact(const double *x, size_t nx, const double *y, size_t ny, struct mwu *out);
int stats_mwu_normal(const double *x, size_t nx, const double *y, size_t ny, struct mwu *out);

/* Least p a two-sided exact test of nx and ny samples can give. */
double stats_p_min(size_t nx, size_t ny);

/* Least n for which n samples in each arm can reach p <= alpha; alpha > 0. */
size_t stats_samples_needed(double alpha);

/*
 * Holm's correction of n > 0 values of p for their number: a finding at p[i] <= alpha is then wrong
 * in at most alpha of the cases for all n together, whatever their dependence. In place. 0, or -1
 * without memory.
 */
int stats_holm(double *p, size_t n);

/* Least n for which the median has a confidence interval of that level (6 for 0.95). */
size_t stats_samples_for_ci(double level);

/* Geometric mean of n > 0 positive values; NaN when one is not positive. */
double stats_geomean(const double *values, size_t n);

#endif

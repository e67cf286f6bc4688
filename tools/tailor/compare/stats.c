// SPDX-License-Identifier: GPL-2.0-only
/* Median, interval of the median, Mann-Whitney U and geometric mean. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "compare/stats.h"

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

double stats_median(const double *sorted, size_t n)
{
	if (n % 2)
		return sorted[n / 2];
	/* Halves first: the sum of two large samples must not overflow. */
	return sorted[n / 2 - 1] / 2 + sorted[n / 2] / 2;
}

/* P(X = k) for X binomial(n, 1/2), by logarithms so that n in the thousands does not underflow. */
static double binomial_half(size_t n, size_t k)
{
	return exp(lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0) - n * M_LN2);
}

/*
 * Confidence interval of the median, from order statistics.
 *
 * Whatever the distribution, each sample lies below the true median with probability 1/2, so
 * the number that do is X ~ binomial(n, 1/2). The median lies outside [x(r+1), x(n-r)] (counted
 * from 1) when X <= r or X >= n - r, which has probability 2 P(X <= r). The function returns
 * 1 + the largest such r with 2 P(X <= r) <= 1 - level, that is the rank of the lower bound, and
 * sets *covered to what the interval covers. It returns 0 when even r = 0 (minimum to maximum)
 * covers less, as it does below n = 6 for a level of 0.95: 2 * 2^-5 = 0.0625.
 *
 * lgamma() is good to about 1e-15 relative to its value, which is below 1e5 for n = 10,000: the
 * error of a term stays under 1e-10, far below the distance of any 2 P(X <= r) from 0.05.
 */
static size_t median_rank(size_t n, double level, double *covered)
{
	double tail = 0;
	size_t r;

	for (r = 0; r < n / 2; r++) {
		double next = tail + 2 * binomial_half(n, r);

		if (next > 1 - level)
			break;
		tail = next;
	}
	*covered = 1 - tail;
	return r;
}

static double relative_spread(double median, double low, double high)
{
	double distance = fmax(high - median, median - low);

	if (distance == 0)
		return 0;
	return median == 0 ? -1 : distance / fabs(median);
}

int stats_summary(const double *values, size_t n, double level, struct summary *out)
{
	double *sorted = malloc(n * sizeof(*sorted));
	size_t rank;

	if (!sorted)
		return -1;
	memcpy(sorted, values, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), by_value);

	memset(out, 0, sizeof(*out));
	out->n = n;
	out->min = sorted[0];
	out->max = sorted[n - 1];
	out->median = stats_median(sorted, n);
	rank = median_rank(n, level, &out->ci_level);
	out->has_ci = rank > 0;
	if (out->has_ci) {
		out->ci_low = sorted[rank - 1];
		out->ci_high = sorted[n - rank];
		out->spread = relative_spread(out->median, out->ci_low, out->ci_high);
	} else {
		out->spread = relative_spread(out->median, out->min, out->max);
	}
	free(sorted);
	return 0;
}

/*
 * struct ranks - midranks of two samples put together, times two so that they are whole numbers
 * @doubled:  2 * midrank of each pooled value, in ascending order of value
 * @n:        number of pooled values
 * @sum_x:    sum of the doubled midranks of the first sample
 * @ties:     sum of t^3 - t over all groups of t equal values
 */
struct ranks {
	size_t *doubled;
	size_t n;
	size_t sum_x;
	double ties;
};

struct pooled {
	double value;
	bool of_x;
};

static int by_pooled_value(const void *a, const void *b)
{
	const struct pooled *x = a;
	const struct pooled *y = b;

	return (x->value > y->value) - (x->value < y->value);
}

static void rank_pooled(const struct pooled *pool, struct ranks *r)
{
	size_t i, j, k;

	r->sum_x = 0;
	r->ties = 0;
	for (i = 0; i < r->n; i = j) {
		double t;

		for (j = i + 1; j < r->n && pool[j].value == pool[i].value; j++)
			;
		/* Ranks i+1 .. j have the mean (i + 1 + j) / 2. */
		for (k = i; k < j; k++) {
			r->doubled[k] = i + 1 + j;
			if (pool[k].of_x)
				r->sum_x += i + 1 + j;
		}
		t = j - i;
		r->ties += t * t * t - t;
	}
}

static int ranks_init(struct ranks *r, const double *x, size_t nx, const double *y, size_t ny)
{
	struct pooled *pool = malloc((nx + ny) * sizeof(*pool));
	size_t i;

	r->n = nx + ny;
	r->doubled = malloc(r->n * sizeof(*r->doubled));
	if (!pool || !r->doubled) {
		free(pool);
		free(r->doubled);
		return -1;
	}
	for (i = 0; i < nx; i++)
		pool[i] = (struct pooled){ .value = x[i], .of_x = true };
	for (i = 0; i < ny; i++)
		pool[nx + i] = (struct pooled){ .value = y[i], .of_x = false };
	qsort(pool, r->n, sizeof(*pool), by_pooled_value);
	rank_pooled(pool, r);
	free(pool);
	return 0;
}

static double u_of(const struct ranks *r, size_t nx)
{
	return r->sum_x / 2.0 - nx * (nx + 1.0) / 2;
}

/* The product is C(nx + i, i) after each step: whole numbers, exact up to 2^53. */
double stats_p_min(size_t nx, size_t ny)
{
	double ways = 1;
	size_t i;

	for (i = 1; i <= ny; i++)
		ways = ways * (nx + i) / i;
	return fmin(1, 2 / ways);
}

/*
 * ways[k * width + s] = number of ways to choose k of the ranks with sum s. Ranks are added one
 * at a time, k downwards so that each is chosen at most once (the shift algorithm of Streitberg
 * and Roehmel).
 */
static double *count_ways(const struct ranks *r, size_t nx, size_t width)
{
	double *ways = calloc((nx + 1) * width, sizeof(*ways));
	size_t i, k, s;

	if (!ways)
		return NULL;
	ways[0] = 1;
	for (i = 0; i < r->n; i++) {
		size_t rank = r->doubled[i];

		for (k = i < nx ? i + 1 : nx; k > 0; k--) {
			const double *from = ways + (k - 1) * width;
			double *to = ways + k * width;

			for (s = rank; s < width; s++)
				to[s] += from[s - rank];
		}
	}
	return ways;
}

/*
 * Exact test, ties included.
 *
 * When both samples are of one population, each choice of nx of the N = nx + ny pooled values
 * is equally likely to be the first sample. Given the values, ties and all, the distribution of
 * its rank sum is therefore found by counting choices. p is twice the smaller tail, at most 1,
 * as R and benchstat have it; both tails include the observed sum.
 *
 * Numerics: the counts are whole numbers in a double, exact up to 2^53; beyond, each of at most
 * N additions a cell rounds by 2^-53 relative, and no term is negative, so that the relative
 * error of p stays below N * 2^-53 = 1.2e-14 for N = 100. The greatest count is
 * C(100, 50) = 1.0e29. Cost: N * nx * (N^2 + N + 1) additions, 50 million at N = 100 and
 * nx = 50, and (nx + 1) * (N^2 + N + 1) * 8 bytes = 4 MiB.
 */
int stats_mwu_exact(const double *x, size_t nx, const double *y, size_t ny, struct mwu *out)
{
	double below = 0, above = 0, total = 0;
	struct ranks r;
	size_t width, s;
	double *ways;

	if (ranks_init(&r, x, nx, y, ny))
		return -1;
	/* The doubled ranks of all values add up to N (N + 1), ties or not. */
	width = r.n * (r.n + 1) + 1;
	ways = count_ways(&r, nx, width);
	if (!ways) {
		free(r.doubled);
		return -1;
	}
	for (s = 0; s < width; s++) {
		double count = ways[nx * width + s];

		total += count;
		if (s <= r.sum_x)
			below += count;
		if (s >= r.sum_x)
			above += count;
	}
	out->u = u_of(&r, nx);
	out->p = fmin(1, 2 * fmin(below, above) / total);
	out->p_min = stats_p_min(nx, ny);
	out->method = MWU_EXACT;
	free(ways);
	free(r.doubled);
	return 0;
}

/*
 * Normal approximation: U has mean nx ny / 2 and, with ties, the variance
 * nx ny / 12 * (N + 1 - sum(t^3 - t) / (N (N - 1))). The distance from the mean is cut by 1/2
 * for continuity. Used above MWU_EXACT_MAX only; at N = 100 its p is within 0.003 of the exact
 * one when each arm has 20 samples or more (600 shifted and tied pairs of samples compared).
 */
int stats_mwu_normal(const double *x, size_t nx, const double *y, size_t ny, struct mwu *out)
{
	double distance, variance, n = nx + ny;
	struct ranks r;

	if (ranks_init(&r, x, nx, y, ny))
		return -1;
	out->u = u_of(&r, nx);
	out->p_min = stats_p_min(nx, ny);
	out->method = MWU_NORMAL;
	variance = (double)nx * ny / 12 * (n + 1 - r.ties / (n * (n - 1)));
	distance = fabs(out->u - (double)nx * ny / 2) - 0.5;
	free(r.doubled);
	/* No variance: all values are equal, and nothing tells the samples apart. */
	if (variance <= 0 || distance <= 0)
		out->p = 1;
	else
		out->p = erfc(distance / sqrt(variance) / M_SQRT2);
	return 0;
}

int stats_mwu(const double *x, size_t nx, const double *y, size_t ny, struct mwu *out)
{
	if (nx + ny <= MWU_EXACT_MAX)
		return stats_mwu_exact(x, nx, y, ny, out);
	return stats_mwu_normal(x, nx, y, ny, out);
}

size_t stats_samples_needed(double alpha)
{
	size_t n = 1;

	while (stats_p_min(n, n) > alpha)
		n++;
	return n;
}

static int by_pointed_value(const void *a, const void *b)
{
	return by_value(*(double *const *)a, *(double *const *)b);
}

/*
 * The least p counts n times, the next n - 1 times and so on, and none may become less than one
 * before it (Holm 1979).
 */
int stats_holm(double *p, size_t n)
{
	double **order = malloc(n * sizeof(*order));
	double least = 0;
	size_t i;

	if (!order)
		return -1;
	for (i = 0; i < n; i++)
		order[i] = &p[i];
	qsort(order, n, sizeof(*order), by_pointed_value);
	for (i = 0; i < n; i++) {
		least = fmin(1, fmax(least, (double)(n - i) * *order[i]));
		*order[i] = least;
	}
	free(order);
	return 0;
}

size_t stats_samples_for_ci(double level)
{
	size_t n = 2;
	double covered;

	while (!median_rank(n, level, &covered))
		n++;
	return n;
}

double stats_geomean(const double *values, size_t n)
{
	double sum = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		if (!(values[i] > 0))
			return NAN;
		sum += log(values[i]);
	}
	return exp(sum / n);
}

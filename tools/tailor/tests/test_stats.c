// SPDX-License-Identifier: GPL-2.0-only
/*
 * compare/stats.c against values that were not computed by it: R's documented examples, printed
 * tables of critical values, and enumerations small enough to be done by hand.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "compare/stats.h"
#include "tailor.h"

static void assert_near(double got, double want, double tolerance)
{
	if (!(fabs(got - want) <= tolerance))
		fail_msg("%.17g is not within %g of %.17g", got, tolerance, want);
}

static void median_of_odd_and_even(void **state)
{
	const double odd[] = { 1, 2, 10 };
	const double even[] = { 1, 2, 4, 10 };
	const double huge[] = { 1.7e308, 1.7e308 };

	(void)state;
	assert_near(stats_median(odd, 3), 2, 0);
	assert_near(stats_median(even, 4), 3, 0);
	assert_near(stats_median(huge, 2), 1.7e308, 0);
}

/*
 * Ranks of the bounds of the 95 % interval of a median and what it covers, as in the tables of
 * order statistics (Conover, Practical Nonparametric Statistics; from the binomial distribution).
 */
static void interval_has_the_ranks_of_the_table(void **state)
{
	static const struct {
		size_t n, rank;
		double covered;
	} table[] = {
		{ 6, 1, 0.96875 },   { 7, 1, 0.984375 },  { 8, 1, 0.9921875 }, { 9, 2, 0.9609375 },
		{ 10, 2, 0.978516 }, { 15, 4, 0.964844 }, { 20, 6, 0.958611 }, { 25, 8, 0.956715 },
	};
	double values[25];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct summary s;

		/* Descending, so that sorting is tested too; the sample of rank r has the value r.
		 */
		for (size_t k = 0; k < table[i].n; k++)
			values[k] = (double)(table[i].n - k);
		assert_int_equal(stats_summary(values, table[i].n, 0.95, &s), 0);
		assert_true(s.has_ci);
		assert_near(s.ci_low, (double)table[i].rank, 0);
		assert_near(s.ci_high, (double)(table[i].n + 1 - table[i].rank), 0);
		assert_near(s.ci_level, table[i].covered, 1e-6);
	}
}

static void no_interval_below_six_samples(void **state)
{
	const double values[] = { 10, 11, 12, 13, 18 };
	struct summary s;

	(void)state;
	assert_int_equal(stats_summary(values, 5, 0.95, &s), 0);
	assert_false(s.has_ci);
	/* Then the spread is that of the farthest sample: (18 - 12) / 12. */
	assert_near(s.spread, 0.5, 1e-15);
	assert_int_equal(stats_samples_for_ci(0.95), 6);
	/* 2 * 2^-7 = 0.0156 > 0.01 >= 2 * 2^-8. */
	assert_int_equal(stats_samples_for_ci(0.99), 8);
}

static void spread_without_a_median_to_relate_to(void **state)
{
	const double around_zero[] = { -1, 0, 1 };
	const double equal[] = { 7, 7, 7 };
	const double zeros[] = { 0, 0, 0 };
	struct summary s;

	(void)state;
	assert_int_equal(stats_summary(around_zero, 3, 0.95, &s), 0);
	assert_true(s.spread < 0);
	assert_int_equal(stats_summary(equal, 3, 0.95, &s), 0);
	assert_near(s.spread, 0, 0);
	assert_int_equal(stats_summary(zeros, 3, 0.95, &s), 0);
	assert_near(s.spread, 0, 0);
}

/* R, ?wilcox.test: Hollander & Wolfe 1973, 69f. W = 35, one-sided p-value = 0.1272. */
static void exact_agrees_with_r_without_ties(void **state)
{
	const double x[] = { 0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46 };
	const double y[] = { 1.15, 0.88, 0.90, 0.74, 1.21 };
	struct mwu m;

	(void)state;
	assert_int_equal(stats_mwu_exact(x, ARRAY_SIZE(x), y, ARRAY_SIZE(y), &m), 0);
	assert_near(m.u, 35, 0);
	assert_near(m.p, 2 * 0.1272, 0.0001);
	/* 764 of the C(15, 5) = 3003 choices, both tails counted. */
	assert_near(m.p, 764.0 / 3003, 1e-15);
	assert_int_equal(m.method, MWU_EXACT);
}

/* R, ?wilcox.test: Ozone of airquality, May against August. W = 127.5, p-value = 0.0001208. */
static void normal_agrees_with_r_with_ties(void **state)
{
	const double may[] = { 41, 36, 12, 18, 28, 23, 19, 8, 7,  16, 11, 14,  18,
			       14, 34, 6,  30, 11, 1,  11, 4, 32, 23, 45, 115, 37 };
	const double august[] = { 39, 9,  16, 78, 35, 66, 122, 89,  110, 44, 28,  65, 22,
				  59, 23, 31, 44, 21, 9,  45,  168, 73,	 76, 118, 84, 85 };
	struct mwu m;

	(void)state;
	assert_int_equal(stats_mwu_normal(may, ARRAY_SIZE(may), august, ARRAY_SIZE(august), &m), 0);
	assert_near(m.u, 127.5, 0);
	assert_near(m.p, 0.0001208, 0.00000005);
	assert_int_equal(m.method, MWU_NORMAL);
	/* The tails are lighter than the normal ones; counted apart with integers of any size. */
	assert_int_equal(stats_mwu(may, ARRAY_SIZE(may), august, ARRAY_SIZE(august), &m), 0);
	assert_int_equal(m.method, MWU_EXACT);
	assert_near(m.p, 6.10873518880372e-05, 1e-18);
}

/* Two samples without ties whose U is u: each x is greater than as many y as still needed. */
static void samples_with_u(size_t u, size_t nx, double *x, size_t ny, double *y)
{
	for (size_t i = 0; i < ny; i++)
		y[i] = (double)(i + 1);
	for (size_t i = 0; i < nx; i++) {
		size_t below = u < ny ? u : ny;

		x[i] = (double)below + 0.5 + 0.001 * (double)i;
		u -= below;
	}
}

/* Critical values of U for a two-sided test at 0.05, as printed in textbooks. */
static void exact_agrees_with_the_table_of_critical_values(void **state)
{
	static const struct {
		size_t nx, ny, critical;
	} table[] = {
		{ 4, 4, 0 },  { 5, 5, 2 },    { 3, 8, 2 },    { 5, 10, 8 },
		{ 8, 8, 13 }, { 10, 10, 23 }, { 12, 20, 69 }, { 20, 20, 127 },
	};
	double x[20], y[20];
	struct mwu m;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		samples_with_u(table[i].critical, table[i].nx, x, table[i].ny, y);
		assert_int_equal(stats_mwu(x, table[i].nx, y, table[i].ny, &m), 0);
		assert_near(m.u, (double)table[i].critical, 0);
		assert_true(m.p <= 0.05);
		samples_with_u(table[i].critical + 1, table[i].nx, x, table[i].ny, y);
		assert_int_equal(stats_mwu(x, table[i].nx, y, table[i].ny, &m), 0);
		assert_true(m.p > 0.05);
	}
}

/*
 * {1, 2} and {2, 3}: midranks 1 2.5 2.5 4, rank sum of the first 3.5. The six choices of two ranks
 * have the sums 3.5 3.5 5 5 6.5 6.5, so 2/6 lie at or below, and p = 2/3.
 *
 * {1, 1, 2} and {2, 3, 3}: midranks 1.5 1.5 3.5 3.5 5.5 5.5, rank sum 6.5. Of the twenty choices
 * only the two with both 1.5 and one 3.5 are as low, so p = 2 * 2/20. Without ties p were 2/20.
 */
static void exact_with_ties_agrees_with_enumeration(void **state)
{
	const double a[] = { 1, 2 }, b[] = { 2, 3 };
	const double c[] = { 1, 1, 2 }, d[] = { 2, 3, 3 };
	struct mwu m;

	(void)state;
	assert_int_equal(stats_mwu_exact(a, 2, b, 2, &m), 0);
	assert_near(m.u, 0.5, 0);
	assert_near(m.p, 2.0 / 3, 1e-15);
	assert_int_equal(stats_mwu_exact(c, 3, d, 3, &m), 0);
	assert_near(m.u, 0.5, 0);
	assert_near(m.p, 0.2, 1e-15);
}

static void identical_samples_do_not_differ(void **state)
{
	const double x[] = { 5, 5, 5, 5 };
	struct mwu m;

	(void)state;
	assert_int_equal(stats_mwu_exact(x, 4, x, 4, &m), 0);
	assert_near(m.p, 1, 0);
	assert_int_equal(stats_mwu_normal(x, 4, x, 4, &m), 0);
	assert_near(m.p, 1, 0);
}

static void order_of_the_arms_does_not_matter(void **state)
{
	const double x[] = { 3, 1, 4, 1, 5, 9, 2 };
	const double y[] = { 6, 5, 3, 5, 8 };
	struct mwu m, n;

	(void)state;
	assert_int_equal(stats_mwu(x, 7, y, 5, &m), 0);
	assert_int_equal(stats_mwu(y, 5, x, 7, &n), 0);
	assert_near(m.p, n.p, 1e-15);
	assert_near(m.u + n.u, 35, 0);
}

/* Ten against ten, all of one arm below the other: 2 / C(20, 10) = 2 / 184756. */
static void separated_arms_reach_the_least_p(void **state)
{
	double x[60], y[60];
	struct mwu m;

	(void)state;
	for (size_t i = 0; i < 60; i++) {
		x[i] = (double)i;
		y[i] = 100 + (double)i;
	}
	assert_int_equal(stats_mwu(x, 10, y, 10, &m), 0);
	assert_near(m.p, 2.0 / 184756, 1e-18);
	assert_near(m.p_min, 2.0 / 184756, 1e-18);
	assert_int_equal(stats_mwu(x, 50, y, 50, &m), 0);
	assert_int_equal(m.method, MWU_EXACT);
	/* C(100, 50) = 100891344545564193334812497256. */
	assert_near(m.p * 1.00891344545564193e29, 2, 1e-12);
	assert_int_equal(stats_mwu(x, 51, y, 50, &m), 0);
	assert_int_equal(m.method, MWU_NORMAL);
	assert_true(m.p < 1e-15);
}

static void samples_needed_for_a_level(void **state)
{
	(void)state;
	/* 2 / C(6, 3) = 0.1, 2 / C(8, 4) = 0.0286, 2 / C(10, 5) = 0.0079, 2 / C(14, 7) = 0.00058.
	 */
	assert_int_equal(stats_samples_needed(0.1), 3);
	assert_int_equal(stats_samples_needed(0.05), 4);
	assert_int_equal(stats_samples_needed(0.01), 5);
	assert_int_equal(stats_samples_needed(0.001), 7);
	assert_near(stats_p_min(3, 3), 0.1, 0);
	assert_near(stats_p_min(1, 1), 1, 0);
	assert_near(stats_p_min(2, 8), stats_p_min(8, 2), 0);
}

static void geometric_mean(void **state)
{
	const double powers[] = { 1, 4, 16 };
	const double inverse[] = { 0.5, 2 };
	const double zero[] = { 3, 0 };
	const double negative[] = { -2, -8 };

	(void)state;
	assert_near(stats_geomean(powers, 3), 4, 1e-14);
	assert_near(stats_geomean(inverse, 2), 1, 1e-15);
	assert_true(isnan(stats_geomean(zero, 2)));
	assert_true(isnan(stats_geomean(negative, 2)));
}

/* Twice the U of the values whose bit is set over those whose bit is not, by pairs. */
static int doubled_u(const double *pool, size_t n, unsigned int chosen)
{
	int u = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			if ((chosen >> i & 1) && !(chosen >> j & 1))
				u += 2 * (pool[i] > pool[j]) + (pool[i] == pool[j]);
	return u;
}

/* Every way to part the pooled values, counted one by one; few different values, so many ties. */
static void exact_agrees_with_every_choice_enumerated(void **state)
{
	uint32_t random = 1;

	(void)state;
	for (unsigned int trial = 0; trial < 60; trial++) {
		size_t nx = 2 + trial % 5, ny = 2 + trial / 5 % 5, n = nx + ny;
		double pool[12];
		int observed, below = 0, above = 0, total = 0;
		struct mwu m;

		for (size_t i = 0; i < n; i++) {
			random = random * 1664525 + 1013904223;
			pool[i] = random >> 29;
		}
		observed = doubled_u(pool, n, (1U << nx) - 1);
		for (unsigned int chosen = 0; chosen < 1U << n; chosen++) {
			int u;

			if (__builtin_popcount(chosen) != (int)nx)
				continue;
			u = doubled_u(pool, n, chosen);
			total++;
			below += u <= observed;
			above += u >= observed;
		}
		assert_int_equal(stats_mwu_exact(pool, nx, pool + nx, ny, &m), 0);
		assert_near(m.p, fmin(1, 2.0 * (below < above ? below : above) / total), 1e-12);
		assert_near(2 * m.u, observed, 0);
	}
}

/* Holm, Scand. J. Statist. 6 (1979): four times the least, three times the next, never less again.
 */
static void holm_counts_the_tests(void **state)
{
	double p[] = { 0.01, 0.04, 0.03, 0.005 };
	const double corrected[] = { 0.03, 0.06, 0.06, 0.02 };
	double large[] = { 0.9, 0.5 };
	double one[] = { 0.04 };

	(void)state;
	assert_int_equal(stats_holm(p, 4), 0);
	for (size_t i = 0; i < 4; i++)
		assert_near(p[i], corrected[i], 1e-15);
	assert_int_equal(stats_holm(large, 2), 0);
	assert_near(large[0], 1, 0);
	assert_near(large[1], 1, 0);
	assert_int_equal(stats_holm(one, 1), 0);
	assert_near(one[0], 0.04, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(median_of_odd_and_even),
		cmocka_unit_test(interval_has_the_ranks_of_the_table),
		cmocka_unit_test(no_interval_below_six_samples),
		cmocka_unit_test(spread_without_a_median_to_relate_to),
		cmocka_unit_test(exact_agrees_with_r_without_ties),
		cmocka_unit_test(normal_agrees_with_r_with_ties),
		cmocka_unit_test(exact_agrees_with_the_table_of_critical_values),
		cmocka_unit_test(exact_with_ties_agrees_with_enumeration),
		cmocka_unit_test(identical_samples_do_not_differ),
		cmocka_unit_test(order_of_the_arms_does_not_matter),
		cmocka_unit_test(separated_arms_reach_the_least_p),
		cmocka_unit_test(samples_needed_for_a_level),
		cmocka_unit_test(geometric_mean),
		cmocka_unit_test(exact_agrees_with_every_choice_enumerated),
		cmocka_unit_test(holm_counts_the_tests),
	};

	return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
/* log/hist.c against sorting all values. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "log/hist.h"
#include "tailor.h"

#define N 20000

static uint64_t next(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a;
	uint64_t y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static void assert_close(const struct log_hist *h, const uint64_t *sorted, size_t n, double p)
{
	uint64_t want = sorted[(size_t)ceil(p * (double)n - 1e-9) - 1];
	double got = log_hist_percentile(h, n, p, sorted[0], sorted[n - 1]);

	if (fabs(got - (double)want) > (double)want / 128)
		fail_msg("p%g: %.3f, sorted says %llu", 100 * p, got, (unsigned long long)want);
}

/* Values of all magnitudes up to 2^bits. */
static void percentiles_up_to(unsigned int bits)
{
	static const double shares[] = { 0.001, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1 };
	static uint64_t v[N];
	uint64_t seed = 88172645463325252ull;
	struct log_hist h = { 0 };

	for (size_t i = 0; i < N; i++) {
		v[i] = next(&seed) >> (64 - bits + next(&seed) % bits);
		assert_int_equal(log_hist_add(&h, v[i]), 0);
	}
	qsort(v, N, sizeof(*v), compare);
	for (size_t i = 0; i < ARRAY_SIZE(shares); i++)
		assert_close(&h, v, N, shares[i]);
	log_hist_free(&h);
}

static void percentiles(void **state)
{
	(void)state;
	percentiles_up_to(10);
	percentiles_up_to(30);
	percentiles_up_to(63);
}

/* Every value on either side of each power of two, and the largest there is. */
static void error_bound(void **state)
{
	(void)state;
	for (unsigned int k = 0; k < 64; k++)
		for (int d = -2; d <= 2; d++) {
			uint64_t v = (1ull << k) + (uint64_t)d;
			struct log_hist h = { 0 };
			double got;

			assert_int_equal(log_hist_add(&h, v), 0);
			got = log_hist_percentile(&h, 1, 0.5, 0, UINT64_MAX);
			if (fabs(got - (double)v) > (double)v / 128)
				fail_msg("%llu became %f", (unsigned long long)v, got);
			if (v < 128)
				assert_true(got == (double)v);
			log_hist_free(&h);
		}
}

static void percentile_of_few(void **state)
{
	struct log_hist h = { 0 };

	(void)state;
	for (uint64_t v = 1; v <= 20; v++)
		log_hist_add(&h, v);
	/* Nearest rank: the 10th, 19th and 20th of 1..20. */
	assert_true(log_hist_percentile(&h, 20, 0.50, 1, 20) == 10);
	assert_true(log_hist_percentile(&h, 20, 0.95, 1, 20) == 19);
	assert_true(log_hist_percentile(&h, 20, 0.99, 1, 20) == 20);
	log_hist_free(&h);
}

static void powers_of_two(void **state)
{
	uint64_t want[64] = { 0 };
	uint64_t seed = 1234567;
	struct log_hist h = { 0 };

	(void)state;
	for (size_t i = 0; i < N; i++) {
		uint64_t v = next(&seed) >> (next(&seed) % 64);

		log_hist_add(&h, v);
		for (unsigned int k = 0; k < 64; k++)
			want[k] += (k ? v >> k != 0 : 1) && (k == 63 || v >> (k + 1) == 0);
	}
	for (unsigned int k = 0; k < 64; k++)
		assert_true(log_hist_log2(&h, k) == want[k]);
	log_hist_free(&h);
}

static void merging(void **state)
{
	uint64_t seed = 99;
	struct log_hist all = { 0 };
	struct log_hist parts[3] = { 0 };

	(void)state;
	for (size_t i = 0; i < N; i++) {
		uint64_t v = next(&seed) >> (next(&seed) % 64);

		log_hist_add(&all, v);
		log_hist_add(&parts[i % 3], v);
	}
	assert_int_equal(log_hist_merge(&parts[0], &parts[1]), 0);
	assert_int_equal(log_hist_merge(&parts[0], &parts[2]), 0);
	for (int p = 1; p <= 100; p++)
		assert_true(log_hist_percentile(&all, N, p / 100.0, 0, UINT64_MAX) ==
			    log_hist_percentile(&parts[0], N, p / 100.0, 0, UINT64_MAX));
	log_hist_free(&all);
	for (int i = 0; i < 3; i++)
		log_hist_free(&parts[i]);
}

/* For every number of values around 30, in three orders. */
static void fastest(void **state)
{
	(void)state;
	for (size_t n = 1; n < 200; n++)
		for (int order = 0; order < 3; order++) {
			struct log_fastest f = { 0 };
			struct log_fastest g = { 0 };
			uint64_t v[200];
			uint64_t seed = n;
			double want = 0;
			size_t used = n < 30 ? n : 30;

			for (size_t i = 0; i < n; i++) {
				v[i] = order == 0 ? i : order == 1 ? n - i : next(&seed) % 1000;
				log_fastest_add(i % 2 ? &f : &g, v[i]);
			}
			log_fastest_merge(&f, &g);
			qsort(v, n, sizeof(*v), compare);
			for (size_t i = 0; i < used; i++)
				want += (double)v[i];
			assert_true(fabs(log_fastest_mean(&f) - want / (double)used) < 1e-9);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(percentiles),	     cmocka_unit_test(error_bound),
		cmocka_unit_test(percentile_of_few), cmocka_unit_test(powers_of_two),
		cmocka_unit_test(merging),	     cmocka_unit_test(fastest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * How often "compare" is wrong: measurements are made up in which the boots of an arm scatter twice
 * as much as the runs of a boot, as guests do, and compared as scripts/measure's are. A kernel
 * against itself must be refused, a real difference found.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "compare/compare.h"
#include "tailor.h"

#define SEED 20100101
#define MEDIAN 100000.0
#define SIGMA_BOOT 1000.0
#define SIGMA_RUN 500.0
#define TRIALS 1000
#define TRIALS_OF_GAIN 200
#define ARMS_MAX 6

/* What is made up: the first arm is the baseline, the last one may differ. */
struct design {
	size_t arms;
	size_t scenarios;
	size_t changed; /* scenarios in which the last arm needs less by "shift" */
	unsigned int boots;
	unsigned int runs;
	double shift;
};

/* xorshift64*: the same numbers on every machine. */
static uint64_t random_state = SEED;

static double random_unit(void)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return (double)((random_state * UINT64_C(0x2545F4914F6CDD1D)) >> 11) / 9007199254740992.0;
}

static double random_normal(double sigma)
{
	double radius = sqrt(-2 * log(1 - random_unit()));

	return sigma * radius * cos(2 * M_PI * random_unit());
}

static FILE *open_in(const char *dir, const char *name)
{
	char *path = NULL;
	FILE *f;

	assert_true(asprintf(&path, "%s/%s", dir, name) > 0);
	f = fopen(path, "w");
	assert_non_null(f);
	free(path);
	return f;
}

/* One scenario of one boot. The guest and the server scatter together. */
static void write_boot(FILE *f, const struct design *d, size_t scenario, unsigned int boot,
		       double median)
{
	static const struct {
		const char *metric;
		double share;
	} parts[] = { { "busy", 1 }, { "server", 0.45 } };
	double offset = random_normal(SIGMA_BOOT);

	for (unsigned int run = 1; run <= d->runs; run++) {
		double value = median + offset + random_normal(SIGMA_RUN);

		for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
			fprintf(f, "s%zu,%s_insn_per_request,insn,lower,%u,%u,%.1f\n", scenario,
				parts[i].metric, boot, run, value * parts[i].share);
		fprintf(f, "s%zu,errors,count,same,%u,%u,0\n", scenario, boot, run);
	}
}

static void write_arm(const struct design *d, const char *dir, size_t arm)
{
	bool last = arm + 1 == d->arms;
	FILE *f = open_in(dir, "arm.facts");

	fprintf(f, "arm: arm%zu\nbed.accelerator: icount\n", arm);
	assert_int_equal(fclose(f), 0);
	f = open_in(dir, "samples.csv");
	fprintf(f, "scenario,metric,unit,better,boot,run,value\n");
	for (size_t s = 0; s < d->scenarios; s++)
		for (unsigned int boot = 1; boot <= d->boots; boot++)
			write_boot(f, d, s, boot, MEDIAN - (last && s < d->changed ? d->shift : 0));
	assert_int_equal(fclose(f), 0);
}

/* Makes up one measurement and compares it: whether "compare" refuses, and in which words. */
static bool is_refused(const struct design *d, char *const *dirs, char *refusal, size_t len)
{
	struct cmp_params params;
	struct comparison c;
	struct terr err = { 0 };
	bool refused;

	for (size_t arm = 0; arm < d->arms; arm++)
		write_arm(d, dirs[arm], arm);
	assert_int_equal(compare_params(&params, CMP_ALPHA, -1, false, NULL, &err), 0);
	assert_int_equal(compare_read(&c, dirs, d->arms, &params, &err), 0);
	refused = compare_refusal(&c, refusal, len);
	compare_free(&c);
	return refused;
}

static void make_dirs(char *dirs[ARMS_MAX])
{
	for (size_t i = 0; i < ARMS_MAX; i++) {
		dirs[i] = strdup("/tmp/tailor-noise.XXXXXX");
		assert_non_null(dirs[i]);
		assert_non_null(mkdtemp(dirs[i]));
	}
}

static void remove_dirs(char *dirs[ARMS_MAX])
{
	static const char *const names[] = { "arm.facts", "samples.csv" };
	char path[64];

	for (size_t i = 0; i < ARMS_MAX; i++) {
		for (size_t k = 0; k < ARRAY_SIZE(names); k++) {
			snprintf(path, sizeof(path), "%s/%s", dirs[i], names[k]);
			unlink(path);
		}
		assert_int_equal(rmdir(dirs[i]), 0);
		free(dirs[i]);
	}
}

/* In how many of so many measurements "compare" sees a gain. */
static unsigned int count_gains(const struct design *d, unsigned int trials)
{
	char *dirs[ARMS_MAX];
	char refusal[256];
	unsigned int gains = 0;

	make_dirs(dirs);
	for (unsigned int i = 0; i < trials; i++)
		gains += !is_refused(d, dirs, refusal, sizeof(refusal));
	remove_dirs(dirs);
	print_message("%zu arms, %zu scenarios, %u boots of %u runs, %zu of them %g less: "
		      "a gain in %u of %u (seed %d)\n",
		      d->arms, d->scenarios, d->boots, d->runs, d->changed, d->shift, gains, trials,
		      SEED);
	return gains;
}

/* P(X <= k), X binomial(n, p). */
static double binomial_below(unsigned int n, double p, unsigned int k)
{
	double sum = 0;

	for (unsigned int i = 0; i <= k; i++)
		sum += exp(lgamma(n + 1.0) - lgamma(i + 1.0) - lgamma(n - i + 1.0) + i * log(p) +
			   (n - i) * log1p(-p));
	return sum;
}

/* Were one comparison in 20 wrong, as few wrong ones as these would be seen once in 100 times. */
static void assert_rarely_wrong(const struct design *d)
{
	unsigned int gains = count_gains(d, TRIALS);

	if (!(binomial_below(TRIALS, 0.05, gains) < 0.01))
		fail_msg("%u of %d comparisons of a kernel with itself see a gain", gains, TRIALS);
}

static void a_kernel_is_no_better_than_itself(void **state)
{
	(void)state;
	assert_rarely_wrong(&(struct design){ .arms = 2, .scenarios = 4, .boots = 6, .runs = 3 });
	assert_rarely_wrong(&(struct design){ .arms = 2, .scenarios = 4, .boots = 4, .runs = 3 });
	assert_rarely_wrong(&(struct design){ .arms = 2, .scenarios = 1, .boots = 12, .runs = 1 });
}

static void five_arms_of_one_kernel_are_no_better(void **state)
{
	(void)state;
	assert_rarely_wrong(&(struct design){ .arms = 5, .scenarios = 5, .boots = 6, .runs = 3 });
	assert_rarely_wrong(&(struct design){ .arms = 5, .scenarios = 5, .boots = 10, .runs = 2 });
}

/* Of the medians of the boots: their own, and what the median of three runs still has of theirs. */
static double three_sigma(void)
{
	return 3 * sqrt(SIGMA_BOOT * SIGMA_BOOT + SIGMA_RUN * SIGMA_RUN * 0.449);
}

static void assert_found(const struct design *d)
{
	assert_true(count_gains(d, TRIALS_OF_GAIN) >= 0.95 * TRIALS_OF_GAIN);
}

static void a_real_difference_is_found(void **state)
{
	(void)state;
	assert_found(&(struct design){ .arms = 2,
				       .scenarios = 4,
				       .changed = 4,
				       .boots = 6,
				       .runs = 3,
				       .shift = three_sigma() });
	assert_found(&(struct design){ .arms = 5,
				       .scenarios = 5,
				       .changed = 5,
				       .boots = 6,
				       .runs = 3,
				       .shift = three_sigma() });
	/* In one scenario of four, too. */
	assert_found(&(struct design){ .arms = 2,
				       .scenarios = 4,
				       .changed = 1,
				       .boots = 8,
				       .runs = 3,
				       .shift = three_sigma() });
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_kernel_is_no_better_than_itself),
		cmocka_unit_test(five_arms_of_one_kernel_are_no_better),
		cmocka_unit_test(a_real_difference_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

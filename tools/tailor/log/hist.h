/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TAILOR_LOG_HIST_H
#define TAILOR_LOG_HIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Latency histogram: values below 2^(HIST_BITS + 1) have a bucket each; above, every power of two
 * is divided into 2^HIST_BITS equal buckets, told apart by the HIST_BITS bits after the leading
 * one.
 *
 * Error: a bucket [a, a + w) has w <= a / 2^HIST_BITS. A percentile is reported as the middle of
 * its bucket, at most w / 2 away from the true value, so off by less than 1 / 2^(HIST_BITS + 1) of
 * it: 0.78 % for 6 bits. Values below 128 are exact.
 *
 * Memory: 65 - HIST_BITS groups of 2^HIST_BITS counters cover all 64-bit values. A group (512
 * bytes) is allocated when its first value comes, so a system call costs a few KiB and never more
 * than 30.
 *
 * Adding is O(1); two histograms merge by adding counters, so threads need not share one.
 */
#define HIST_BITS 6
#define HIST_GROUP (1u << HIST_BITS)
#define HIST_GROUPS (64 - HIST_BITS + 1)

struct log_hist {
	uint64_t *group[HIST_GROUPS];
};

/* Not 0: out of memory. */
int log_hist_add(struct log_hist *h, uint64_t value);
int log_hist_merge(struct log_hist *h, const struct log_hist *from);
void log_hist_free(struct log_hist *h);

/*
 * The value that a share p (0 to 1) of the n values does not exceed (nearest rank), within the
 * error above and never outside [min, max].
 */
double log_hist_percentile(const struct log_hist *h, uint64_t n, double p, uint64_t min,
			   uint64_t max);

/* Number of values in [2^k, 2^(k+1)); k = 0 counts 0 and 1. */
uint64_t log_hist_log2(const struct log_hist *h, unsigned int k);

/*
 * The FASTEST_NR smallest values, exact. Their mean is the thesis' measure of the undisturbed
 * case. Kept as a heap with the largest on top.
 */
#define FASTEST_NR 30

struct log_fastest {
	uint64_t v[FASTEST_NR];
	unsigned int nr;
};

void log_fastest_add(struct log_fastest *f, uint64_t value);
void log_fastest_merge(struct log_fastest *f, const struct log_fastest *from);
/* Mean of what is kept: of all values when there are fewer than FASTEST_NR. */
double log_fastest_mean(const struct log_fastest *f);

#endif /* TAILOR_LOG_HIST_H */

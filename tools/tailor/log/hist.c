// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include "log/hist.h"

/* Group 0 holds the values below HIST_GROUP, group g >= 1 those with leading bit HIST_BITS + g - 1.
 */
static unsigned int group_of(uint64_t value)
{
	return value < HIST_GROUP ? 0 : 64 - (unsigned int)__builtin_clzll(value) - HIST_BITS;
}

static unsigned int slot_of(uint64_t value, unsigned int group)
{
	return (unsigned int)(group ? value >> (group - 1) : value) & (HIST_GROUP - 1);
}

static uint64_t bucket_start(unsigned int group, unsigned int slot)
{
	return group ? (uint64_t)(HIST_GROUP + slot) << (group - 1) : slot;
}

static uint64_t bucket_width(unsigned int group)
{
	return group ? 1ull << (group - 1) : 1;
}

static uint64_t *get_group(struct log_hist *h, unsigned int group)
{
	if (!h->group[group])
		h->group[group] = calloc(HIST_GROUP, sizeof(uint64_t));
	return h->group[group];
}

int log_hist_add(struct log_hist *h, uint64_t value)
{
	unsigned int g = group_of(value);
	uint64_t *count = get_group(h, g);

	if (!count)
		return -1;
	count[slot_of(value, g)]++;
	return 0;
}

int log_hist_merge(struct log_hist *h, const struct log_hist *from)
{
	for (unsigned int g = 0; g < HIST_GROUPS; g++) {
		uint64_t *count;

		if (!from->group[g])
			continue;
		count = get_group(h, g);
		if (!count)
			return -1;
		for (unsigned int s = 0; s < HIST_GROUP; s++)
			count[s] += from->group[g][s];
	}
	return 0;
}

void log_hist_free(struct log_hist *h)
{
	for (unsigned int g = 0; g < HIST_GROUPS; g++)
		free(h->group[g]);
}

static double clamp(double v, uint64_t min, uint64_t max)
{
	if (v < (double)min)
		return (double)min;
	return v > (double)max ? (double)max : v;
}

double log_hist_percentile(const struct log_hist *h, uint64_t n, double p, uint64_t min,
			   uint64_t max)
{
	double want = p * (double)n - 1e-6; /* 0.95 * 20 must not become 19.000001 */
	uint64_t seen = 0;

	for (unsigned int g = 0; g < HIST_GROUPS; g++) {
		if (!h->group[g])
			continue;
		for (unsigned int s = 0; s < HIST_GROUP; s++) {
			seen += h->group[g][s];
			if (!h->group[g][s] || (double)seen < want)
				continue;
			return clamp((double)bucket_start(g, s) + (double)(bucket_width(g) - 1) / 2,
				     min, max);
		}
	}
	return (double)max;
}

uint64_t log_hist_log2(const struct log_hist *h, unsigned int k)
{
	uint64_t from = k ? 1ull << k : 0;
	uint64_t last = k < 63 ? (2ull << k) - 1 : UINT64_MAX;
	unsigned int g = group_of(from);
	uint64_t n = 0;

	if (!h->group[g])
		return 0;
	for (unsigned int s = slot_of(from, g); s <= slot_of(last, group_of(last)); s++)
		n += h->group[g][s];
	return n;
}

static void sift_down(struct log_fastest *f)
{
	unsigned int i = 0;

	for (;;) {
		unsigned int child = 2 * i + 1;
		uint64_t v = f->v[i];

		if (child >= f->nr)
			return;
		if (child + 1 < f->nr && f->v[child + 1] > f->v[child])
			child++;
		if (f->v[child] <= v)
			return;
		f->v[i] = f->v[child];
		f->v[child] = v;
		i = child;
	}
}

void log_fastest_add(struct log_fastest *f, uint64_t value)
{
	unsigned int i = f->nr;

	if (i == FASTEST_NR) {
		if (value < f->v[0]) {
			f->v[0] = value;
			sift_down(f);
		}
		return;
	}
	for (f->nr++; i && f->v[(i - 1) / 2] < value; i = (i - 1) / 2)
		f->v[i] = f->v[(i - 1) / 2];
	f->v[i] = value;
}

void log_fastest_merge(struct log_fastest *f, const struct log_fastest *from)
{
	for (unsigned int i = 0; i < from->nr; i++)
		log_fastest_add(f, from->v[i]);
}

double log_fastest_mean(const struct log_fastest *f)
{
	unsigned __int128 sum = 0;

	/* whole numbers: the mean must not depend on the order in which they stand */
	for (unsigned int i = 0; i < f->nr; i++)
		sum += f->v[i];
	return f->nr ? (double)sum / f->nr : 0;
}

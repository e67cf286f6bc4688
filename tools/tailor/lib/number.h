/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Decimal numbers of a log, eight digits at a time; these run for every number of every line, so
 * they stand in the header. Up to 8 bytes behind a number are read.
 */
#ifndef TAILOR_LIB_NUMBER_H
#define TAILOR_LIB_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t load64(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* 8 digits at once: neighbours are joined to pairs, pairs to fours, fours to eight. */
static inline bool digits8(uint64_t v, uint64_t *out)
{
	if (((v & 0xf0f0f0f0f0f0f0f0ull) |
	     (((v + 0x0606060606060606ull) & 0xf0f0f0f0f0f0f0f0ull) >> 4)) != 0x3333333333333333ull)
		return false;
	v = (v & 0x0f0f0f0f0f0f0f0full) * 2561 >> 8;
	v = (v & 0x00ff00ff00ff00ffull) * 6553601 >> 16;
	*out = (v & 0x0000ffff0000ffffull) * 42949672960001ull >> 32;
	return true;
}

/* 1 to 8 digits: what is missing is filled with leading zeros. */
static inline bool parse_short(const char *s, long len, uint64_t *out)
{
	uint64_t zeros = (0x3030303030303030ull >> 4) >> (8 * len - 4);

	return digits8(load64(s) << (64 - 8 * len) | zeros, out);
}

/*
 * 9 to 20 digits. Not inlined, or short numbers take longer; not in a file of its own, or its
 * callers save registers that it leaves alone.
 */
static __attribute__((noinline, unused)) bool parse_long(const char *s, const char *end,
							 uint64_t *out)
{
	long len = end - s;
	long head = len & 7 ? len & 7 : 8;
	uint64_t value;
	uint64_t part;

	if (len <= 0 || len > 20 || !parse_short(s, head, &value))
		return false;
	for (s += head; s < end; s += 8)
		if (!digits8(load64(s), &part) ||
		    __builtin_mul_overflow(value, 100000000, &value) ||
		    __builtin_add_overflow(value, part, &value))
			return false;
	*out = value;
	return true;
}

/* Decimal digits from s to end and nothing else; false too when the value needs more than 64 bits.
 */
static inline bool parse_u64(const char *s, const char *end, uint64_t *out)
{
	size_t len = (size_t)(end - s);

	return len - 1 < 8 ? parse_short(s, (long)len, out) : parse_long(s, end, out);
}

#endif /* TAILOR_LIB_NUMBER_H */

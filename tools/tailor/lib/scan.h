/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The inner loop of reading: one pass over the bytes finds every control character (tabs, newlines
 * and what does not belong into a log), 64 bytes at a time, so no byte is looked at twice to split
 * lines and fields. Reads up to 63 bytes behind the last line: buffers are padded (BLOCK_PAD).
 */
#ifndef TAILOR_LIB_SCAN_H
#define TAILOR_LIB_SCAN_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define SCAN_TABS 8

struct scan {
	const char *base;
	uint64_t mask; /* bit i: base[i] is a control character not yet returned */
};

struct line {
	const char *start;
	const char *end; /* the newline, or the carriage return before it */
	const char *tab[SCAN_TABS];
	unsigned int nr_tabs; /* may be more than are kept */
	bool dirty;	      /* holds other control characters */
};

#ifdef __SSE2__
static inline uint64_t control_mask(const char *p)
{
	const __m128i limit = _mm_set1_epi8(0x1f);
	uint64_t mask = 0;

	for (int i = 0; i < 4; i++) {
		__m128i v = _mm_loadu_si128((const __m128i *)(p + i * 16));
		__m128i low = _mm_cmpeq_epi8(_mm_min_epu8(v, limit), v);

		mask |= (uint64_t)(unsigned int)_mm_movemask_epi8(low) << (i * 16);
	}
	return mask;
}
#else
static inline uint64_t control_mask(const char *p)
{
	uint64_t mask = 0;

	for (int i = 0; i < 64; i++)
		mask |= (uint64_t)((unsigned char)p[i] < 0x20) << i;
	return mask;
}
#endif

static inline void scan_start(struct scan *s, const char *p)
{
	s->base = p;
	s->mask = control_mask(p);
}

static inline const char *scan_next(struct scan *s)
{
	const char *c;

	while (!s->mask) {
		s->base += 64;
		s->mask = control_mask(s->base);
	}
	c = s->base + __builtin_ctzll(s->mask);
	s->mask &= s->mask - 1;
	return c;
}

/* The line that begins at start. A newline must follow somewhere. Returns where the next begins. */
static inline const char *scan_line(struct scan *s, const char *start, struct line *l)
{
	l->start = start;
	l->nr_tabs = 0;
	l->dirty = false;
	for (;;) {
		const char *c = scan_next(s);

		if (*c == '\t') {
			if (l->nr_tabs < SCAN_TABS)
				l->tab[l->nr_tabs] = c;
			l->nr_tabs++;
		} else if (*c == '\n') {
			l->end = c;
			return c + 1;
		} else if (*c == '\r' && c[1] == '\n') {
			scan_next(s);
			l->end = c;
			return c + 2;
		} else {
			l->dirty = true;
		}
	}
}

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

/* Decimal digits from s to end and nothing else; false too when the value needs more than 64 bits.
 */
static inline bool parse_u64(const char *s, const char *end, uint64_t *out)
{
	long len = end - s;
	long head = len & 7;
	uint64_t value = 0;
	uint64_t part;

	if (len <= 0 || len > 20)
		return false;
	if (head) {
		uint64_t v = load64(s) << (64 - 8 * head) | 0x3030303030303030ull >> (8 * head);

		if (!digits8(v, &value))
			return false;
		s += head;
	}
	for (; s < end; s += 8)
		if (!digits8(load64(s), &part) ||
		    __builtin_mul_overflow(value, 100000000, &value) ||
		    __builtin_add_overflow(value, part, &value))
			return false;
	*out = value;
	return true;
}

#endif /* TAILOR_LIB_SCAN_H */

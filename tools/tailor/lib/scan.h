/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The inner loop of reading: one pass over the bytes finds every control character (tabs, newlines
 * and what does not belong into a log), 64 bytes at a time, so no byte is looked at twice to split
 * lines and fields. It runs once a line, so all of it stands in the header. Reads up to 63 bytes
 * behind the last line: buffers are padded (BLOCK_PAD).
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
static inline uint64_t control_mask16(const char *p)
{
	__m128i v = _mm_loadu_si128((const __m128i *)p);

	return (unsigned int)_mm_movemask_epi8(
		_mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1f)), v));
}

static inline uint64_t control_mask(const char *p)
{
	return control_mask16(p) | control_mask16(p + 16) << 16 | control_mask16(p + 32) << 32 |
	       control_mask16(p + 48) << 48;
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

/* What is neither a tab nor a newline: a carriage return before the newline, or dirt. */
static inline const char *scan_odd(struct scan *s, const char *c, struct line *l)
{
	if (*c == '\r' && c[1] == '\n') {
		scan_next(s);
		l->end = c;
		return c + 2;
	}
	l->dirty = true;
	return NULL;
}

/* The line that begins at start. A newline must follow somewhere. Returns where the next begins. */
static inline const char *scan_line(struct scan *s, const char *start, struct line *l)
{
	unsigned int nr_tabs = 0;
	const char *next = NULL;

	l->start = start;
	l->dirty = false;
	while (!next) {
		const char *c = scan_next(s);

		if (__builtin_expect(*c == '\t', 1)) {
			l->tab[nr_tabs < SCAN_TABS ? nr_tabs : SCAN_TABS - 1] = c;
			nr_tabs++;
		} else if (*c == '\n') {
			l->end = c;
			next = c + 1;
		} else {
			next = scan_odd(s, c, l);
		}
	}
	l->nr_tabs = nr_tabs;
	return next;
}

#endif /* TAILOR_LIB_SCAN_H */

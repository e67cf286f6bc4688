/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What code that the thread sanitizer does not see tells it: accesses, and edges of
 * happens-before.
 */
#ifndef SEEN_H
#define SEEN_H

#ifdef HARNESS_TSAN
void __tsan_acquire(void *edge);
void __tsan_release(void *edge);
void __tsan_read_range(void *p, long n);
void __tsan_write_range(void *p, long n);
#define seen_acquire(edge) __tsan_acquire(edge)
#define seen_release(edge) __tsan_release(edge)
#define seen_read(p, n) __tsan_read_range((void *)(p), (long)(n))
#define seen_write(p, n) __tsan_write_range((void *)(p), (long)(n))
void AnnotateBenignRaceSized(const char *file, int line, const volatile void *p, unsigned long n,
			     const char *why);
#define seen_benign(p, n, why) AnnotateBenignRaceSized(__FILE__, __LINE__, p, n, why)
#else
#define seen_benign(p, n, why) ((void)(p), (void)(n))
#define seen_acquire(edge) ((void)(edge))
#define seen_release(edge) ((void)(edge))
#define seen_read(p, n) ((void)(p), (void)(n))
#define seen_write(p, n) ((void)(p), (void)(n))
#endif

#endif

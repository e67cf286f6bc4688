/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TAILOR_LIB_TERR_H
#define TAILOR_LIB_TERR_H

/*
 * An error on its way up. The caller owns it and starts with a zeroed one; the first message
 * wins, so a clean-up that fails on the way does not hide the cause.
 */
struct terr {
	char msg[512];
};

void terr_message(struct terr *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static inline int terr_failed(void)
{
	return -1;
}

/*
 * Always -1, so that a failing function can end in "return terr_set(...)". A macro, so that the
 * compiler and the static analyser see that it is.
 */
#define terr_set(err, ...) (terr_message(err, __VA_ARGS__), terr_failed())

#define terr_no_memory(err) terr_set(err, "out of memory")

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif /* TAILOR_LIB_TERR_H */

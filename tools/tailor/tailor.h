/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every part of tailor shares: exit codes, the error value and the shape of a command.
 */
#ifndef TAILOR_H
#define TAILOR_H

#include <stddef.h>

enum tailor_exit {
	EXIT_FINE = 0,
	EXIT_FOUND = 1, /* what was asked to be found: a regression, an incomplete log */
	EXIT_USAGE = 2, /* wrong usage, unreadable input, output that could not be written */
};

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

struct opts;

/*
 * run() returns an enum tailor_exit, or -1 with *err set. It writes its answer to out_open()'s
 * stream (lib/out.h), notes to standard error, and never exits.
 */
struct cmd {
	const char *name;
	const char *summary;
	const char *args;
	int (*run)(const struct opts *o, struct terr *err);
	unsigned int bit; /* its CMD_* in options.h */
};

/* All commands, ended by one without a name. */
extern const struct cmd tailor_cmds[];

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif /* TAILOR_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What main() and the commands share: exit codes and the shape of a command.
 */
#ifndef TAILOR_H
#define TAILOR_H

#include "lib/terr.h"

enum tailor_exit {
	EXIT_FINE = 0,
	EXIT_FOUND = 1, /* what was asked to be found: a regression, an incomplete log */
	EXIT_USAGE = 2, /* wrong usage, unreadable input, output that could not be written */
};

struct opts;

/*
 * run() returns an enum tailor_exit, or -1 with *err set. It writes its answer to out_open()'s
 * stream (output/out.h), notes to standard error, and never exits.
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

#endif /* TAILOR_H */

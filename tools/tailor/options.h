/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Command line: one table (options.c) says which options there are and which commands take them;
 * parsing, --help, and the tests of manual pages and completion all come from that table.
 */
#ifndef TAILOR_OPTIONS_H
#define TAILOR_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/strlist.h"
#include "log/filter.h"
#include "output/format.h"
#include "tailor.h"

enum {
	CMD_TASKS = 1u << 0,
	CMD_SYSCALLS = 1u << 1,
	CMD_LATENCY = 1u << 2,
	CMD_HOT = 1u << 3,
	CMD_GRAPH = 1u << 4,
	CMD_PARAMS = 1u << 5,
	CMD_PLAN = 1u << 6,
	CMD_EXPLAIN = 1u << 7,
	CMD_COMPARE = 1u << 8,
	CMD_REPORT = 1u << 9,
	CMD_LOCKS = 1u << 10,
	CMD_HOTSPOTS = 1u << 11,
	CMD_MODEL = 1u << 12,
	CMD_CHECK = 1u << 13,
	CMD_COVER = 1u << 14,
	CMD_AUDIT = 1u << 15,
	CMD_DIAGNOSE = 1u << 16,
	CMD_ALL = (1u << 17) - 1,
	/* Those that read a system call log and take its filters. */
	CMD_LOG = CMD_TASKS | CMD_SYSCALLS | CMD_LATENCY | CMD_HOT | CMD_PARAMS,
	/* Those whose answer is one table of what they read. */
	CMD_TABLE = CMD_LOG | CMD_LOCKS | CMD_HOTSPOTS | CMD_COVER,
};

/* Options not given are NULL, 0, false or empty, unless a default stands here. */
struct opts {
	const struct cmd *cmd;
	size_t nr_paths;
	char **paths; /* positional arguments; "-" is standard input */

	enum tailor_format format;
	const char *output; /* file to write instead of standard output */

	/* Which events of a log count. */
	struct log_filter events;

	/* How the answer is shown. */
	const char *sort;
	unsigned int top; /* 0: all rows */
	double min_share; /* default 0.9 */
	bool strict;
	unsigned int threads; /* 0: one per processor */

	/* locks */
	struct strlist lock;
	bool points;

	/* hotspots */
	struct strlist command;
	struct strlist object;
	struct strlist symbol; /* also of cover, of Kconfig */
	const char *event;     /* NULL: the first of the profile */
	const char *input;     /* "report", "script" or "folded"; NULL: told from the content */

	/* cover; it takes tree, config and modules too */
	const char *vmlinux; /* NULL: where Debian has the one of the kernel that was recorded */
	const char *by;
	const char *phase;
	struct strlist file;
	struct strlist function;

	/* plan */
	struct strlist facts;
	struct strlist rules; /* files or directories; empty: found beside the binary */
	struct strlist base;  /* fragments; empty: found beside the binary */
	struct strlist keep;
	const char *patches;
	const char *measured; /* gains; NULL: none */
	const char *repairs;  /* of scripts/repair; NULL: none */
	struct strlist locks; /* of /proc/lock_stat: one file, or before and after */
	const char *hotspots; /* of perf; NULL: none */
	const char *coverage; /* of tailor cover; NULL: none */
	const char *kconfig;  /* of scripts/kconfig-model; NULL: none; also of check and cover */
	const char *target;   /* NULL: what the facts say */
	const char *trust;    /* "shared" (default) or "single" */
	struct strlist dmesg; /* audit: logs of a tailored kernel */
	bool accept_incomplete;
	bool accept_growing;
	const char *out; /* directory of plan, file of report */
	const char *appliance;

	/* model, check, cover */
	const char *tree;    /* of the kernel's source; check: NULL is the link beside CONFIG */
	const char *config;  /* NULL: none */
	const char *modules; /* folder with modules.alias; NULL: none */
	bool all;

	/* compare */
	double threshold; /* percent; negative: not given */
	double alpha;	  /* default 0.05 */
	bool by_run;	  /* also of report */

	/* check */
	const char *stock;
	bool verbose;

	/* diagnose; it takes tree and plan too */
	struct strlist known;
	const char *symptoms; /* NULL: the installed ones */

	/* report; explain takes plan too */
	const char *plan;
	struct strlist runs;
	struct strlist log;
	const char *callgraph;
	const char *insn_profile; /* also of compare */
	const char *assets;
};

enum opts_result {
	OPTS_RUN,  /* run o->cmd */
	OPTS_DONE, /* --help or --version has been answered */
};

/*
 * Fills *o from the command line; strings point into argv, o->cmd into cmds
 * (ended by one without a name). Returns an enum opts_result, or -1 with
 * *err set. Call opts_free() in each case.
 */
int opts_parse(struct opts *o, const struct cmd *cmds, int argc, char **argv, struct terr *err);
void opts_free(struct opts *o);

/* The options of one command (a single CMD_* bit), as --help prints them. */
void opts_help(FILE *f, const struct cmd *cmd);

#endif /* TAILOR_OPTIONS_H */

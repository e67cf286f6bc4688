/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which Kconfig symbols' code ran, as `tailor cover --by=symbol --format=csv` wrote it: "# key:
 * value" lines, a line of column names, a line a symbol, and last "# end: rows=N". A symbol stands
 * there once. "# late: N of M" and the column "late" may be missing.
 */
#ifndef TAILOR_COVER_COVERED_H
#define TAILOR_COVER_COVERED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/strlist.h"
#include "lib/terr.h"

struct covered_symbol {
	const char *symbol;	    /* without CONFIG_ */
	uint64_t boot;		    /* addresses of its code that ran before the workload */
	uint64_t workload;	    /* and in it */
	uint64_t late;		    /* of these, what only its last tenth ran, and boot did not */
	const char *first_workload; /* "file:line" of the kernel tree; "" when none ran */
	bool prompt;		    /* a configuration can ask for it; others follow from these */
	struct namelist needs;	    /* symbols with a prompt that it depends on, all the way up */
	int line;
};

struct covered {
	struct covered_symbol *v; /* by symbol */
	size_t nr;
	const char *path;
	bool complete;		/* nothing else ran: no coverage was lost, and all rows are here */
	const char *incomplete; /* why not; NULL when complete */
	bool has_late;		/* whether the last tenth of the workload was told apart */
	uint64_t workload;	/* addresses, and how many of them are late; 0 when not has_late */
	uint64_t late;
	char *text;
};

/* *c is to be freed in each case; path has to live as long. */
int covered_load(struct covered *c, const char *path, struct terr *err);
void covered_free(struct covered *c);
/* NULL: none of its code ran. */
const struct covered_symbol *covered_find(const struct covered *c, const char *symbol);

#endif /* TAILOR_COVER_COVERED_H */

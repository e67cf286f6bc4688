/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A text about each of some symbols and patches of an appliance: what was gained when it was
 * measured (bench/patches, bench/ablate-requests), or why it was put back (scripts/repair).
 * "SYMBOL: text" lines, "#" comments. A symbol stands there once. Those scripts begin with
 * "# format: 2" and end with "# end: N", the number of symbols, so that a file that was cut off is
 * refused; without the first line a file is written by hand and need not have the last.
 */
#ifndef TAILOR_RULESET_REMARKS_H
#define TAILOR_RULESET_REMARKS_H

#include <stddef.h>

#include "lib/terr.h"

struct remark {
	const char *symbol; /* without CONFIG_ */
	const char *text;
	int line;
};

struct remarks {
	struct remark *v; /* in the order of the file */
	size_t nr;
	char *text;
};

/* what: what the text is, for messages. *g is to be freed in each case. */
int remarks_load(struct remarks *g, const char *path, const char *what, struct terr *err);
void remarks_free(struct remarks *g);
/* The text of a symbol; NULL: there is none. */
const char *remarks_of(const struct remarks *g, const char *symbol);

#endif /* TAILOR_RULESET_REMARKS_H */

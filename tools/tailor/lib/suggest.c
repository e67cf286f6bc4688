// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "lib/suggest.h"
#include "lib/terr.h"

/* Number of single-character edits, a swap of neighbours counted as two. */
static size_t edit_distance(const char *a, const char *b)
{
	size_t row[64];
	size_t nb = strlen(b);

	if (nb >= ARRAY_SIZE(row))
		return nb;
	for (size_t j = 0; j <= nb; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= nb; j++) {
			size_t best = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[nb];
}

const char *suggest_name(const char *s, const char *const *names, size_t nr)
{
	const char *best = NULL;
	size_t best_distance = strlen(s) / 2 + 1;

	for (size_t i = 0; i < nr; i++) {
		size_t d = edit_distance(s, names[i]);

		if (d < best_distance) {
			best_distance = d;
			best = names[i];
		}
	}
	return best;
}

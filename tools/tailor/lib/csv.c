// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "lib/csv.h"

size_t csv_split(char *line, char **fields, size_t max)
{
	char *rest = line;
	char *field;
	size_t nr = 0;

	while ((field = strsep(&rest, ","))) {
		if (nr < max)
			fields[nr] = field;
		nr++;
	}
	return nr;
}

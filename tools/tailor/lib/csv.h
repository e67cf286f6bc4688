/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TAILOR_LIB_CSV_H
#define TAILOR_LIB_CSV_H

#include <stddef.h>

/*
 * Cuts a line at its commas; fields hold none. The number of fields, of which the first max stand
 * in *fields.
 */
size_t csv_split(char *line, char **fields, size_t max);

#endif /* TAILOR_LIB_CSV_H */

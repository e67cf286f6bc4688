/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TAILOR_LIB_ARRAY_H
#define TAILOR_LIB_ARRAY_H

#include <stddef.h>

/*
 * Makes room for one more element of size bytes behind the nr that are there. The array grows in
 * powers of two, so all of its room must come from here. NULL: out of memory, the array is as it
 * was.
 */
void *array_grow(void *array, size_t nr, size_t size);

#endif /* TAILOR_LIB_ARRAY_H */

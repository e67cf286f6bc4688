/* SPDX-License-Identifier: GPL-2.0-only */
/* Sums of counts and times that input can make as large as it likes. */
#ifndef TAILOR_LIB_SUM_H
#define TAILOR_LIB_SUM_H

#include <stdbool.h>
#include <stdint.h>

/* What is larger has no place in JSON, whose integers are read as 64 bits with a sign. */
#define SUM_MAX ((uint64_t)INT64_MAX)

/* False, with the sum at SUM_MAX, when it would become larger. */
static inline bool sum_add(uint64_t *sum, uint64_t value)
{
	bool fits = !__builtin_add_overflow(*sum, value, sum) && *sum <= SUM_MAX;

	if (!fits)
		*sum = SUM_MAX;
	return fits;
}

#endif /* TAILOR_LIB_SUM_H */

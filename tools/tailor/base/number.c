// SPDX-License-Identifier: GPL-2.0-only
#include "base/number.h"

bool parse_long(const char *s, const char *end, uint64_t *out)
{
	long len = end - s;
	long head = len & 7 ? len & 7 : 8;
	uint64_t value;
	uint64_t part;

	if (len <= 0 || len > 20 || !parse_short(s, head, &value))
		return false;
	for (s += head; s < end; s += 8)
		if (!digits8(load64(s), &part) ||
		    __builtin_mul_overflow(value, 100000000, &value) ||
		    __builtin_add_overflow(value, part, &value))
			return false;
	*out = value;
	return true;
}

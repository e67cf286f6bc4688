/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TAILOR_LIB_SLICE_H
#define TAILOR_LIB_SLICE_H

#include <stddef.h>

/* Not terminated unless said so; lives as long as the call it is passed to. */
struct slice {
	const char *s;
	size_t len;
};

/* Without the blanks and tabs around it. */
static inline struct slice slice_trimmed(const char *s, size_t len)
{
	while (len && (*s == ' ' || *s == '\t')) {
		s++;
		len--;
	}
	while (len && (s[len - 1] == ' ' || s[len - 1] == '\t'))
		len--;
	return (struct slice){ s, len };
}

#endif /* TAILOR_LIB_SLICE_H */

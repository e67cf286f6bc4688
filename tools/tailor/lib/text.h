/* SPDX-License-Identifier: GPL-2.0-only */
/* Bytes from outside, as they may reach terminals, pages and files. */
#ifndef TAILOR_LIB_TEXT_H
#define TAILOR_LIB_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* In no locale anything but 0 to 9, and any byte may be asked. */
static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A copy of s with what may not be printed as \xHH; to be freed. NULL: out of memory. */
char *text_escape(const char *s, size_t len);

/* Columns that UTF-8 takes on a screen: its code points. */
size_t text_width(const char *s);

#endif /* TAILOR_LIB_TEXT_H */

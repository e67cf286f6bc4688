/* SPDX-License-Identifier: GPL-2.0-only */
/* Bytes from outside, as they may reach terminals, pages and files. */
#ifndef TAILOR_BASE_TEXT_H
#define TAILOR_BASE_TEXT_H

#include <stddef.h>

/* A copy of s with what may not be printed as \xHH; to be freed. NULL: out of memory. */
char *text_escape(const char *s, size_t len);

/* Columns that UTF-8 takes on a screen: its code points. */
size_t text_width(const char *s);

#endif /* TAILOR_BASE_TEXT_H */

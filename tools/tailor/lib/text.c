// SPDX-License-Identifier: GPL-2.0-only
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"

/* Length of the valid UTF-8 sequence at s, 0 when there is none or it may not be printed. */
static size_t printable(const unsigned char *s, size_t len)
{
	uint32_t code;
	size_t n;

	if (s[0] < 0x80)
		return s[0] >= 0x20 && s[0] != 0x7f;
	n = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	if (s[0] < 0xc2 || s[0] > 0xf4 || n > len)
		return 0;
	code = s[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (s[i] & 0x3fu);
	}
	/* Too long a form, surrogates, beyond the last code point, C1 controls. */
	if ((n == 3 && code < 0x800) || (n == 4 && code < 0x10000) || code > 0x10ffff ||
	    (code >= 0xd800 && code < 0xe000) || code < 0xa0)
		return 0;
	return n;
}

char *text_escape(const char *s, size_t len)
{
	char *text = malloc(4 * len + 1);
	char *to = text;

	if (!text)
		return NULL;
	for (size_t i = 0; i < len;) {
		size_t n = printable((const unsigned char *)s + i, len - i);

		if (n) {
			memcpy(to, s + i, n);
			to += n;
			i += n;
		} else {
			to += sprintf(to, "\\x%02x", (unsigned char)s[i++]);
		}
	}
	*to = '\0';
	return text;
}

size_t text_width(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

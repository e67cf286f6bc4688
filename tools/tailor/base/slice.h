/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TAILOR_BASE_SLICE_H
#define TAILOR_BASE_SLICE_H

#include <stddef.h>

/* Not terminated unless said so; lives as long as the call it is passed to. */
struct slice {
	const char *s;
	size_t len;
};

#endif /* TAILOR_BASE_SLICE_H */

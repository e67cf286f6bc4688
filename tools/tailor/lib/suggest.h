/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TAILOR_LIB_SUGGEST_H
#define TAILOR_LIB_SUGGEST_H

#include <stddef.h>

/* The name nearest to s among nr names; NULL if none is near enough to be a typing error. */
const char *suggest_name(const char *s, const char *const *names, size_t nr);

#endif /* TAILOR_LIB_SUGGEST_H */

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TAILOR_LIB_ERRNOS_H
#define TAILOR_LIB_ERRNOS_H

#include <stddef.h>

/* Names of errors: "EACCES" <-> 13. 0 and NULL when unknown. */
int errno_by_name(const char *name, size_t len);
const char *errno_name(int err);

#endif /* TAILOR_LIB_ERRNOS_H */

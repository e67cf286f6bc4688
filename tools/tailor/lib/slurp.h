/* SPDX-License-Identifier: GPL-2.0-only */
/* Small text files (rules, facts, fragments, plans) are read whole and cut up in place. */
#ifndef TAILOR_LIB_SLURP_H
#define TAILOR_LIB_SLURP_H

#include <stddef.h>

#include "lib/terr.h"

/* No rule or facts file comes near this; a wrong argument (a log, an image) is refused early. */
#define SLURP_MAX_BYTES ((size_t)64 << 20)

/*
 * The file's contents, ended by a NUL that *len does not count; the caller frees it. NULL with
 * *err set when it cannot be read, is larger than SLURP_MAX_BYTES or holds NUL bytes.
 */
char *slurp(const char *path, size_t *len, struct terr *err);

/*
 * Cuts the next line off *rest: returns its start with the newline (and a carriage return before
 * it) replaced by a NUL and moves *rest on; NULL at the end.
 */
char *slurp_line(char **rest);

/* Without the blanks and tabs around it; shortens s in place. */
char *slurp_trim(char *s);

#endif /* TAILOR_LIB_SLURP_H */

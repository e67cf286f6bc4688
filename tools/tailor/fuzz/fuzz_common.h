/* SPDX-License-Identifier: GPL-2.0-only */
/* What the targets of libFuzzer share: an input is a file, and its first byte chooses who reads it.
 */
#ifndef TAILOR_FUZZ_COMMON_H
#define TAILOR_FUZZ_COMMON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef void (*fuzz_reader)(char *path);

/* Aborts when it does not hold, which libFuzzer tells as a crash. */
void fuzz_check(bool holds);

/* '0' is the first reader, '1' the next, and so on, round again; the rest of data is the file. */
void fuzz_read(const uint8_t *data, size_t size, const fuzz_reader *readers, size_t nr);

/* Called by libFuzzer; each target defines it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif /* TAILOR_FUZZ_COMMON_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Files that a test writes and reads again. They lie in /tmp, with the name of the test's program.
 */
#ifndef TAILOR_TESTS_SCRATCH_H
#define TAILOR_TESTS_SCRATCH_H

#include <stddef.h>

enum { SCRATCH_PATH = 64 };

/* The file or folder of the test; "" when there is none. */
extern char scratch[SCRATCH_PATH];

/* Fixtures, of a group or of a test: *state becomes scratch. A folder goes with the files in it. */
int make_scratch_file(void **state);
int make_scratch_folder(void **state);
int remove_scratch(void **state);

/* The file holds this text, and nothing else. */
void scratch_write(const char *text);

/* The path of a file in the folder, as long as nobody asks for another one. */
char *scratch_in(const char *name);
/* That file holds these bytes, and nothing else. */
void scratch_put(const char *name, const char *text, size_t len);

/* A new file with this text, which whoever asked unlinks; its path until the next one. */
const char *file_of(const char *text);

#endif /* TAILOR_TESTS_SCRATCH_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* What answers in JSON have in common. */
#ifndef TAILOR_OUTPUT_JSON_H
#define TAILOR_OUTPUT_JSON_H

#include <jansson.h>
#include <stdio.h>

#include "log/input.h"

/* New references; NULL: out of memory. */
json_t *out_json_input(const struct log_input *input);
/* A JSON string of any bytes (see base/text.h). */
json_t *out_json_string(const char *s);
/* Writes and drops the reference; not 0: could not be written. */
int out_json_dump(json_t *root, FILE *f);

#endif /* TAILOR_OUTPUT_JSON_H */

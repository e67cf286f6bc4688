/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writing answers. A command fills a table once; the format is chosen by the user:
 *
 *	text	columns as wide as their cells need, numbers to the right
 *	csv	RFC 4180 with a header line
 *	json	{ "input": {...}, "rows": [ { "column": value, ... }, ... ] }
 *
 * Bytes that are no UTF-8 and control characters are written as \xHH in each of them, so that a
 * task's name can neither break the format nor reach the terminal.
 */
#ifndef TAILOR_OUTPUT_TABLE_H
#define TAILOR_OUTPUT_TABLE_H

#include <jansson.h>
#include <stdint.h>
#include <stdio.h>

#include "lib/terr.h"
#include "log/input.h"
#include "output/format.h"

enum out_type {
	OUT_STRING,
	OUT_UINT,
	OUT_REAL,
};

struct out_col {
	const char *name;    /* in CSV and JSON, and for --sort */
	const char *heading; /* in text; NULL: not shown there */
	enum out_type type;
	unsigned int decimals; /* of OUT_REAL in text and CSV */
	unsigned int formats;  /* OUT_IN_* it is shown in; 0: all */
};

enum {
	OUT_IN_TEXT = 1u << FORMAT_TEXT,
	OUT_IN_JSON = 1u << FORMAT_JSON,
	OUT_IN_CSV = 1u << FORMAT_CSV,
};

union out_cell {
	const char *s; /* copied; NULL prints as nothing, as null in JSON */
	uint64_t u;
	double r; /* NaN prints as nothing, as null in JSON */
};

struct out_table;

struct out_table *out_table_new(const struct out_col *cols, size_t nr_cols);
/* Not 0: out of memory. */
int out_table_add(struct out_table *t, const union out_cell *cells);
/* A last row below a rule, in text only. Not 0: out of memory. */
int out_table_total(struct out_table *t, const union out_cell *cells);
size_t out_table_rows(const struct out_table *t);
/* Which of the rows, counted from 0 as they were added, is shown as the i-th. */
size_t out_table_row(const struct out_table *t, size_t i);
void out_table_free(struct out_table *t);

/*
 * Orders the rows by column (strings ascending, numbers descending; equal ones stay as added). -1
 * with *err set, naming the columns, when there is none of that name.
 */
int out_table_sort(struct out_table *t, const char *column, struct terr *err);
/* Keeps the first n rows; 0 keeps all. */
void out_table_top(struct out_table *t, size_t n);

/* Writes the table to path (NULL: standard output). input may be NULL. */
int out_table_write(const struct out_table *t, enum tailor_format format, const char *path,
		    const struct log_input *input, struct terr *err);

/* Text and CSV of a table to a stream, for commands that print more than one. */
int out_table_print(const struct out_table *t, enum tailor_format format, FILE *f);

/* Its rows as objects, a new reference. NULL: out of memory. */
json_t *out_json_rows(const struct out_table *t);

#endif /* TAILOR_OUTPUT_TABLE_H */

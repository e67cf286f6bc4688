// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "output/json.h"
#include "output/out.h"
#include "output/table.h"

struct out_table {
	struct out_col *cols; /* with their own names */
	size_t nr_cols;
	union out_cell *cells; /* strings are owned and escaped */
	size_t *order;
	size_t nr;
	size_t shown; /* rows out_table_top() left */
	size_t room;
	union out_cell *total; /* NULL: none */
};

struct out_table *out_table_new(const struct out_col *cols, size_t nr_cols)
{
	struct out_table *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->cols = calloc(nr_cols, sizeof(*t->cols));
	for (; t->cols && t->nr_cols < nr_cols; t->nr_cols++) {
		struct out_col *col = &t->cols[t->nr_cols];

		*col = cols[t->nr_cols];
		col->name = strdup(col->name);
		if (col->heading)
			col->heading = strdup(col->heading);
		if (!col->name || (cols[t->nr_cols].heading && !col->heading)) {
			t->nr_cols++;
			break;
		}
	}
	if (t->nr_cols == nr_cols && t->cols[nr_cols - 1].name)
		return t;
	out_table_free(t);
	return NULL;
}

static union out_cell *row_cells(const struct out_table *t, size_t row)
{
	return t->cells + row * t->nr_cols;
}

static void free_strings(const struct out_table *t, union out_cell *cells)
{
	for (size_t c = 0; cells && c < t->nr_cols; c++)
		if (t->cols[c].type == OUT_STRING)
			free((char *)cells[c].s);
}

static int copy_cells(const struct out_table *t, union out_cell *to, const union out_cell *cells)
{
	int rc = 0;

	for (size_t c = 0; c < t->nr_cols; c++) {
		to[c] = cells[c];
		if (t->cols[c].type != OUT_STRING || !cells[c].s)
			continue;
		to[c].s = text_escape(cells[c].s, strlen(cells[c].s));
		rc |= to[c].s ? 0 : -1;
	}
	return rc;
}

void out_table_free(struct out_table *t)
{
	if (!t)
		return;
	for (size_t row = 0; row < t->nr; row++)
		free_strings(t, row_cells(t, row));
	free_strings(t, t->total);
	free(t->total);
	for (size_t c = 0; c < t->nr_cols; c++) {
		free((char *)t->cols[c].name);
		free((char *)t->cols[c].heading);
	}
	free(t->cols);
	free(t->cells);
	free(t->order);
	free(t);
}

static int make_room(struct out_table *t)
{
	size_t room = t->room ? 2 * t->room : 64;
	union out_cell *cells = realloc(t->cells, room * t->nr_cols * sizeof(*cells));
	size_t *order;

	if (!cells)
		return -1;
	t->cells = cells;
	order = realloc(t->order, room * sizeof(*order));
	if (!order)
		return -1;
	t->order = order;
	t->room = room;
	return 0;
}

int out_table_add(struct out_table *t, const union out_cell *cells)
{
	if (t->nr == t->room && make_room(t))
		return -1;
	t->order[t->nr] = t->nr;
	t->shown = t->nr + 1;
	return copy_cells(t, row_cells(t, t->nr++), cells);
}

int out_table_total(struct out_table *t, const union out_cell *cells)
{
	t->total = calloc(t->nr_cols, sizeof(*t->total));
	return t->total ? copy_cells(t, t->total, cells) : -1;
}

size_t out_table_rows(const struct out_table *t)
{
	return t->shown;
}

size_t out_table_row(const struct out_table *t, size_t i)
{
	return t->order[i];
}

struct sort_key {
	const struct out_table *t;
	size_t col;
};

static int compare_rows(const void *a, const void *b, void *arg)
{
	const struct sort_key *key = arg;
	size_t row_a = *(const size_t *)a;
	size_t row_b = *(const size_t *)b;
	union out_cell x = row_cells(key->t, row_a)[key->col];
	union out_cell y = row_cells(key->t, row_b)[key->col];
	int diff = 0;

	switch (key->t->cols[key->col].type) {
	case OUT_STRING:
		diff = strcmp(x.s ? x.s : "", y.s ? y.s : "");
		break;
	case OUT_UINT:
		diff = (x.u < y.u) - (x.u > y.u);
		break;
	case OUT_REAL:
		diff = isnan(x.r) || isnan(y.r) ? !!isnan(x.r) - !!isnan(y.r)
						: (x.r < y.r) - (x.r > y.r);
		break;
	}
	return diff ? diff : (row_a > row_b) - (row_a < row_b);
}

static size_t find_column(const struct out_table *t, const char *name)
{
	size_t c = 0;

	while (c < t->nr_cols && strcmp(t->cols[c].name, name) &&
	       (!t->cols[c].heading || strcmp(t->cols[c].heading, name)))
		c++;
	return c;
}

int out_table_sort(struct out_table *t, const char *column, struct terr *err)
{
	struct sort_key key = { t, find_column(t, column) };
	char names[256] = "";
	size_t n = 0;

	if (key.col < t->nr_cols) {
		if (t->nr)
			qsort_r(t->order, t->nr, sizeof(*t->order), compare_rows, &key);
		return 0;
	}
	for (size_t c = 0; c < t->nr_cols && n < sizeof(names); c++)
		n += (size_t)snprintf(names + n, sizeof(names) - n, "%s%s", c ? ", " : "",
				      t->cols[c].name);
	return terr_set(err, "--sort=%s: no such column (columns: %s)", column, names);
}

void out_table_top(struct out_table *t, size_t n)
{
	if (n && n < t->shown)
		t->shown = n;
}

static bool in_format(const struct out_col *col, enum tailor_format format)
{
	if (format == FORMAT_TEXT && !col->heading)
		return false;
	return !col->formats || (col->formats & (1u << format));
}

static const char *cell_text(const struct out_col *col, union out_cell cell, char *buf, size_t len)
{
	buf[0] = '\0';
	switch (col->type) {
	case OUT_STRING:
		return cell.s ? cell.s : "";
	case OUT_UINT:
		snprintf(buf, len, "%llu", (unsigned long long)cell.u);
		break;
	case OUT_REAL:
		if (!isnan(cell.r))
			snprintf(buf, len, "%.*f", (int)col->decimals, cell.r);
		break;
	}
	return buf;
}

static void widen(size_t *width, const struct out_col *col, union out_cell cell)
{
	char buf[64];
	size_t w = text_width(cell_text(col, cell, buf, sizeof(buf)));

	if (w > *width)
		*width = w;
}

static size_t column_width(const struct out_table *t, size_t c)
{
	size_t width = text_width(t->cols[c].heading);

	for (size_t row = 0; row < t->shown; row++)
		widen(&width, &t->cols[c], row_cells(t, t->order[row])[c]);
	if (t->total)
		widen(&width, &t->cols[c], t->total[c]);
	return width;
}

/* Numbers stand to the right; the last column, if a string, is not filled up. */
static void print_text_cell(const struct out_table *t, size_t c, size_t width, const char *s,
			    FILE *f)
{
	int fill = (int)(width - text_width(s));
	bool last = c + 1 == t->nr_cols;

	if (t->cols[c].type != OUT_STRING)
		fprintf(f, "%*s%s", fill, "", s);
	else
		fprintf(f, "%s%*s", s, last ? 0 : fill, "");
	fputs(last ? "" : "  ", f);
}

static void print_text_row(const struct out_table *t, const size_t *width,
			   const union out_cell *cells, FILE *f)
{
	for (size_t c = 0; c < t->nr_cols; c++) {
		char buf[64];

		if (in_format(&t->cols[c], FORMAT_TEXT))
			print_text_cell(t, c, width[c],
					cell_text(&t->cols[c], cells[c], buf, sizeof(buf)), f);
	}
	fputc('\n', f);
}

static void print_rule(const struct out_table *t, const size_t *width, FILE *f)
{
	for (size_t c = 0; c < t->nr_cols; c++) {
		for (size_t i = 0; i < width[c]; i++)
			fputc('-', f);
		if (width[c] && c + 1 < t->nr_cols)
			fputs("  ", f);
	}
	fputc('\n', f);
}

static int print_text(const struct out_table *t, FILE *f)
{
	size_t *width = calloc(t->nr_cols, sizeof(*width));

	if (!width)
		return -1;
	for (size_t c = 0; c < t->nr_cols; c++)
		if (in_format(&t->cols[c], FORMAT_TEXT)) {
			width[c] = column_width(t, c);
			print_text_cell(t, c, width[c], t->cols[c].heading, f);
		}
	fputc('\n', f);
	if (t->total)
		print_rule(t, width, f);
	for (size_t row = 0; row < t->shown; row++)
		print_text_row(t, width, row_cells(t, t->order[row]), f);
	if (t->total) {
		print_rule(t, width, f);
		print_text_row(t, width, t->total, f);
	}
	free(width);
	return 0;
}

static void print_csv_cell(const char *s, FILE *f)
{
	if (!strpbrk(s, ",\"\r\n")) {
		fputs(s, f);
		return;
	}
	fputc('"', f);
	for (; *s; s++) {
		if (*s == '"')
			fputc('"', f);
		fputc(*s, f);
	}
	fputc('"', f);
}

static void print_csv(const struct out_table *t, FILE *f)
{
	const char *comma = "";

	for (size_t c = 0; c < t->nr_cols; c++)
		if (in_format(&t->cols[c], FORMAT_CSV)) {
			fprintf(f, "%s%s", comma, t->cols[c].name);
			comma = ",";
		}
	fputc('\n', f);
	for (size_t row = 0; row < t->shown; row++) {
		comma = "";
		for (size_t c = 0; c < t->nr_cols; c++) {
			char buf[64];

			if (!in_format(&t->cols[c], FORMAT_CSV))
				continue;
			fputs(comma, f);
			print_csv_cell(cell_text(&t->cols[c], row_cells(t, t->order[row])[c], buf,
						 sizeof(buf)),
				       f);
			comma = ",";
		}
		fputc('\n', f);
	}
}

int out_table_print(const struct out_table *t, enum tailor_format format, FILE *f)
{
	if (format == FORMAT_TEXT)
		return print_text(t, f);
	print_csv(t, f);
	return 0;
}

/* --- JSON --- */

/* 2^63: from here on a number is no integer of 64 bits with a sign. */
#define JSON_INT_LIMIT 9223372036854775808.0

/* 12.340 rather than 12.339999999999999: the decimals the column has are all that is known. */
static json_t *json_rounded(double r, unsigned int decimals)
{
	double scale = pow(10, decimals);

	if (isnan(r))
		return json_null();
	if (!decimals && fabs(r) < JSON_INT_LIMIT)
		return json_integer(llround(r));
	return json_real(fabs(r) < 1e15 / scale ? round(r * scale) / scale : r);
}

static json_t *json_cell(const struct out_col *col, union out_cell cell)
{
	switch (col->type) {
	case OUT_STRING:
		return cell.s ? json_string(cell.s) : json_null();
	case OUT_UINT:
		return cell.u <= INT64_MAX ? json_integer((json_int_t)cell.u)
					   : json_real((double)cell.u);
	case OUT_REAL:
		return json_rounded(cell.r, col->decimals);
	}
	return NULL;
}

json_t *out_json_rows(const struct out_table *t)
{
	json_t *rows = json_array();

	for (size_t row = 0; rows && row < t->shown; row++) {
		json_t *object = json_object();
		int rc = 0;

		for (size_t c = 0; c < t->nr_cols; c++)
			if (in_format(&t->cols[c], FORMAT_JSON))
				rc |= json_object_set_new(
					object, t->cols[c].name,
					json_cell(&t->cols[c], row_cells(t, t->order[row])[c]));
		if (json_array_append_new(rows, object) || rc) {
			json_decref(rows);
			return NULL;
		}
	}
	return rows;
}

static int write_json(const struct out_table *t, const struct log_input *input, FILE *f,
		      struct terr *err)
{
	json_t *root = json_object();
	int rc = 0;

	if (input)
		rc |= json_object_set_new(root, "input", out_json_input(input));
	rc |= json_object_set_new(root, "rows", out_json_rows(t));
	if (rc || !root) {
		json_decref(root);
		return terr_set(err, "out of memory");
	}
	return out_json_dump(root, f) ? terr_set(err, "cannot write: %s", strerror(errno)) : 0;
}

int out_table_write(const struct out_table *t, enum tailor_format format, const char *path,
		    const struct log_input *input, struct terr *err)
{
	struct out out;
	int rc;

	if (out_open(&out, path, err))
		return -1;
	if (format == FORMAT_JSON)
		rc = write_json(t, input, out.f, err);
	else
		rc = out_table_print(t, format, out.f) ? terr_set(err, "out of memory") : 0;
	if (rc) {
		out_abort(&out);
		return -1;
	}
	return out_close(&out, err);
}

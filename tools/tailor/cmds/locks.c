// SPDX-License-Identifier: GPL-2.0-only
/* tailor locks: which locks were waited for, how long, and by whom. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "output/json.h"
#include "output/out.h"
#include "output/table.h"
#include "profile/lockstat.h"
#include "options.h"

/* A side of a class that is shown. */
struct locks_row {
	char name[64];
	const struct lock_class *class;
	const struct lock_side *side;
};

struct rows {
	struct locks_row *v;
	size_t nr;
};

static int by_contentions(const void *a, const void *b)
{
	const struct locks_row *x = a;
	const struct locks_row *y = b;

	if (x->side->wait.nr != y->side->wait.nr)
		return x->side->wait.nr < y->side->wait.nr ? 1 : -1;
	if (x->side->hold.nr != y->side->hold.nr)
		return x->side->hold.nr < y->side->hold.nr ? 1 : -1;
	return strcmp(x->name, y->name);
}

/* What was neither taken nor waited for between two files says nothing. */
static bool is_shown(const struct lock_side *side)
{
	return side->wait.nr || side->hold.nr;
}

static int choose_rows(struct rows *rows, const struct opts *o, const struct lockstat *ls)
{
	rows->nr = 0;
	rows->v = calloc(NR_LOCK_SIDES * ls->nr + 1, sizeof(*rows->v));
	if (!rows->v)
		return -1;
	for (size_t i = 0; i < NR_LOCK_SIDES * ls->nr; i++) {
		struct locks_row *r = &rows->v[rows->nr];
		unsigned int side = i % NR_LOCK_SIDES;

		r->class = &ls->classes[i / NR_LOCK_SIDES];
		r->side = &r->class->side[side];
		lockstat_name(ls, i / NR_LOCK_SIDES, side, r->name, sizeof(r->name));
		if (is_shown(r->side) && lockstat_matches(ls, i / NR_LOCK_SIDES, side, &o->lock))
			rows->nr++;
	}
	if (rows->nr)
		qsort(rows->v, rows->nr, sizeof(*rows->v), by_contentions);
	return 0;
}

#define NR_COLS_MAX 16

static struct out_table *new_table(void)
{
	struct out_col cols[NR_COLS_MAX] = { { .name = "lock" } };
	size_t n = 1;

	for (size_t i = 0; i < nr_lock_columns; i++)
		cols[n++] = (struct out_col){
			.name = lock_columns[i].name,
			.heading = lock_columns[i].in_text ? lock_columns[i].name : NULL,
			.type = lock_columns[i].type == LOCK_COUNT ? OUT_UINT : OUT_REAL,
			.decimals = 2,
		};
	cols[n++] = (struct out_col){ .name = "lock", .heading = "lock", .formats = OUT_IN_TEXT };
	return out_table_new(cols, n);
}

static struct out_table *make_table(const struct rows *rows)
{
	struct out_table *t = new_table();

	for (size_t i = 0; t && i < rows->nr; i++) {
		union out_cell cells[NR_COLS_MAX] = { { .s = rows->v[i].name } };
		size_t n = 1;

		for (size_t c = 0; c < nr_lock_columns; c++) {
			double value = lockstat_value(rows->v[i].side, c);

			if (lock_columns[c].type == LOCK_COUNT)
				cells[n++].u = (uint64_t)value;
			else
				cells[n++].r = value;
		}
		cells[n].s = rows->v[i].name;
		if (out_table_add(t, cells)) {
			out_table_free(t);
			return NULL;
		}
	}
	return t;
}

/* --- the answer --- */

static const char *const role_names[NR_LOCK_ROLES] = {
	[LOCK_WAITS] = "waits",
	[LOCK_HOLDS] = "holds",
};

static int by_hits(const void *a, const void *b)
{
	const struct lock_point *x = a;
	const struct lock_point *y = b;

	if (x->role != y->role)
		return x->role < y->role ? -1 : 1;
	if (x->hits != y->hits)
		return x->hits < y->hits ? 1 : -1;
	return strcmp(x->symbol, y->symbol);
}

static void sort_points(struct lockstat *ls)
{
	for (size_t i = 0; i < ls->nr; i++)
		if (ls->classes[i].nr_points)
			qsort(ls->classes[i].points, ls->classes[i].nr_points,
			      sizeof(*ls->classes[i].points), by_hits);
}

static int add_points(struct out_table *t, const struct locks_row *r)
{
	for (size_t i = 0; i < r->class->nr_points; i++) {
		const struct lock_point *p = &r->class->points[i];
		const union out_cell cells[] = {
			{ .s = r->name },
			{ .s = role_names[p->role] },
			{ .u = p->hits },
			{ .s = p->symbol },
		};

		if (p->hits && out_table_add(t, cells))
			return -1;
	}
	return 0;
}

/* Of the locks that the table shows, in its order. */
static struct out_table *make_points(const struct out_table *shown, const struct rows *rows)
{
	static const struct out_col cols[] = {
		{ .name = "lock", .heading = "lock" },
		{ .name = "point", .heading = "point" },
		{ .name = "hits", .heading = "hits", .type = OUT_UINT },
		{ .name = "symbol", .heading = "symbol" },
	};
	struct out_table *t = out_table_new(cols, ARRAY_SIZE(cols));

	for (size_t i = 0; t && i < out_table_rows(shown); i++)
		if (add_points(t, &rows->v[out_table_row(shown, i)])) {
			out_table_free(t);
			return NULL;
		}
	return t;
}

static json_t *points_json(const struct lock_class *class, enum lock_role role)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < class->nr_points; i++) {
		const struct lock_point *p = &class->points[i];

		if (p->role != role || !p->hits)
			continue;
		if (json_array_append_new(array, json_pack("{s:o, s:I}", "symbol",
							   out_json_string(p->symbol), "hits",
							   (json_int_t)p->hits))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t *answer_json(const struct out_table *t, const struct rows *rows,
			   const struct lockstat *ls)
{
	json_t *array = out_json_rows(t);
	json_t *row;
	size_t i;

	json_array_foreach (array, i, row)
		for (int role = 0; role < NR_LOCK_ROLES; role++)
			if (json_object_set_new(
				    row, role_names[role],
				    points_json(rows->v[out_table_row(t, i)].class, role))) {
				json_decref(array);
				return NULL;
			}
	return array ? json_pack("{s:{s:I, s:b}, s:o}", "input", "lines", (json_int_t)ls->lines,
				 "complete", (int)lockstat_complete(ls), "rows", array)
		     : NULL;
}

static int print_answer(const struct out_table *t, const struct rows *rows,
			const struct lockstat *ls, const struct opts *o, FILE *f)
{
	struct out_table *points = NULL;
	json_t *root;
	int rc = -1;

	if (o->format == FORMAT_JSON) {
		root = answer_json(t, rows, ls);
		return root ? out_json_dump(root, f) : -1;
	}
	if (!o->points)
		return out_table_print(t, o->format, f);
	points = make_points(t, rows);
	if (points)
		rc = out_table_print(points, o->format, f);
	out_table_free(points);
	return rc;
}

static int write_answer(const struct rows *rows, const struct lockstat *ls, const struct opts *o,
			struct terr *err)
{
	struct out_table *t = make_table(rows);
	struct out out;
	int rc = t ? 0 : terr_set(err, "out of memory");

	if (!rc && o->sort)
		rc = out_table_sort(t, o->sort, err);
	if (!rc) {
		out_table_top(t, o->top);
		rc = out_open(&out, o->output, err);
	}
	if (!rc) {
		errno = 0;
		rc = print_answer(t, rows, ls, o, out.f);
		if (rc) {
			out_abort(&out);
			terr_set(err, "cannot write: %s", strerror(errno ? errno : ENOMEM));
		} else {
			rc = out_close(&out, err);
		}
	}
	out_table_free(t);
	return rc;
}

static int answer(struct lockstat *ls, const struct opts *o, struct terr *err)
{
	struct rows rows;
	bool warned = lockstat_warn(ls);
	int rc;

	sort_points(ls);
	if (choose_rows(&rows, o, ls))
		return terr_set(err, "out of memory");
	if (!rows.nr && ls->nr)
		fprintf(stderr, "tailor: none of the %zu locks was selected and taken\n", ls->nr);
	rc = write_answer(&rows, ls, o, err);
	free(rows.v);
	if (rc)
		return -1;
	return warned && o->strict ? EXIT_FOUND : EXIT_FINE;
}

int cmd_locks(const struct opts *o, struct terr *err)
{
	struct lockstat *ls;
	int rc = -1;

	if (o->nr_paths > 2)
		return terr_set(err, "more than two files: give one, or the one from before and "
				     "the one from after the workload");
	ls = lockstat_open(o->paths, o->nr_paths, err);
	if (ls)
		rc = answer(ls, o, err);
	lockstat_free(ls);
	return rc;
}

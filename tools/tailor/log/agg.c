// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "lib/sum.h"
#include "log/agg.h"
#include "log/both.h"
#include "log/params.h"

/* A row while it is collected: by the ids of one thread. */
struct build_row {
	struct agg_row row;
	unsigned __int128 total; /* of the durations: no number of events makes it overflow */
	struct log_params params;
	const struct syscall_def *def;
};

struct build {
	unsigned int by;
	unsigned int want;
	size_t nr_values;
	struct build_row *rows;
	size_t nr;
	size_t room;
	/* (task, system call) -> row: slots hold index + 1, 0 is free. */
	uint64_t *keys;
	uint32_t *slots;
	uint32_t mask;
	/* The same by the id of the pair, to find it at once: index + 1, 0 is not known yet. */
	uint32_t *row_of;
	uint32_t nr_row_of;
};

struct agg_collect {
	unsigned int by;
	unsigned int want;
	size_t nr_values;
	struct build sum;
};

static void row_free(struct build_row *r)
{
	free((char *)r->row.task);
	free((char *)r->row.syscall);
	if (r->row.hist)
		log_hist_free(r->row.hist);
	free(r->row.hist);
	free(r->row.fastest);
	free(r->row.errnos);
	log_params_free(&r->params);
}

static void build_clear(struct build *b)
{
	for (size_t i = 0; i < b->nr; i++)
		row_free(&b->rows[i]);
	free(b->rows);
	free(b->keys);
	free(b->slots);
	free(b->row_of);
	memset(b, 0, sizeof(*b));
}

/* --- finding the row of an event --- */

static uint64_t key_of(const struct build *b, const struct log_event *ev)
{
	return (b->by & AGG_TASK ? (uint64_t)ev->task_id << 32 : 0) |
	       (b->by & AGG_SYSCALL ? ev->syscall_id : 0);
}

static uint32_t slot_of(const struct build *b, uint64_t key)
{
	uint32_t i = (uint32_t)(key * 0x9e3779b97f4a7c15ull >> 32) & b->mask;

	while (b->slots[i] && b->keys[i] != key)
		i = (i + 1) & b->mask;
	return i;
}

/* There are never more rows than half the slots. */
static int grow(struct build *b)
{
	uint32_t nr = b->slots ? 2 * (b->mask + 1) : 256;
	struct build grown = *b;

	grown.mask = nr - 1;
	grown.keys = malloc(nr * sizeof(*grown.keys));
	grown.slots = calloc(nr, sizeof(*grown.slots));
	grown.rows = realloc(b->rows, nr / 2 * sizeof(*grown.rows));
	if (grown.rows)
		b->rows = grown.rows;
	if (!grown.keys || !grown.slots || !grown.rows) {
		free(grown.keys);
		free(grown.slots);
		return -1;
	}
	for (uint32_t i = 0; b->slots && i <= b->mask; i++)
		if (b->slots[i]) {
			uint32_t slot = slot_of(&grown, b->keys[i]);

			grown.keys[slot] = b->keys[i];
			grown.slots[slot] = b->slots[i];
		}
	free(b->keys);
	free(b->slots);
	*b = grown;
	b->room = nr / 2;
	return 0;
}

static int row_init(struct build_row *r, const struct build *b, const struct log_event *ev)
{
	memset(r, 0, sizeof(*r));
	r->row.min = UINT64_MAX;
	r->row.first = ev->pos;
	r->params.nr_values = b->nr_values;
	r->def = syscall_by_name(ev->syscall.s, ev->syscall.len);
	if (b->by & AGG_TASK)
		r->row.task = strndup(ev->task.s, ev->task.len);
	if (b->by & AGG_SYSCALL)
		r->row.syscall = strndup(ev->syscall.s, ev->syscall.len);
	if (b->want & AGG_LATENCY) {
		r->row.hist = calloc(1, sizeof(*r->row.hist));
		r->row.fastest = calloc(1, sizeof(*r->row.fastest));
		if (!r->row.hist || !r->row.fastest)
			return -1;
	}
	return (b->by & AGG_TASK && !r->row.task) || (b->by & AGG_SYSCALL && !r->row.syscall);
}

static int learn_row(struct build *b, const struct log_event *ev)
{
	uint64_t key = key_of(b, ev);
	uint32_t slot;

	if (ev->pair_id >= b->nr_row_of) {
		uint32_t nr = 2 * ev->pair_id + 64;
		uint32_t *row_of = realloc(b->row_of, nr * sizeof(*row_of));

		if (!row_of)
			return -1;
		memset(row_of + b->nr_row_of, 0, (nr - b->nr_row_of) * sizeof(*row_of));
		b->row_of = row_of;
		b->nr_row_of = nr;
	}
	if (b->nr == b->room && grow(b))
		return -1;
	slot = slot_of(b, key);
	if (!b->slots[slot]) {
		b->keys[slot] = key;
		b->slots[slot] = (uint32_t)++b->nr;
		if (row_init(&b->rows[b->nr - 1], b, ev))
			return -1;
	}
	b->row_of[ev->pair_id] = b->slots[slot];
	return 0;
}

static struct build_row *find_row(struct build *b, const struct log_event *ev)
{
	if ((ev->pair_id >= b->nr_row_of || !b->row_of[ev->pair_id]) && learn_row(b, ev))
		return NULL;
	return &b->rows[b->row_of[ev->pair_id] - 1];
}

/* --- adding --- */

static struct agg_errno *find_errno(struct agg_row *r, int err)
{
	struct agg_errno *e;

	for (size_t i = 0; i < r->nr_errnos; i++)
		if (r->errnos[i].err == err)
			return &r->errnos[i];
	e = array_grow(r->errnos, r->nr_errnos, sizeof(*e));
	if (!e)
		return NULL;
	r->errnos = e;
	e[r->nr_errnos] = (struct agg_errno){ .err = err };
	return &e[r->nr_errnos++];
}

static int add_errno(struct agg_row *r, int err, uint64_t calls, struct log_pos first)
{
	struct agg_errno *e = find_errno(r, err);

	if (!e)
		return -1;
	if (!e->calls || log_pos_before(first, e->first))
		e->first = first;
	e->calls += calls;
	return 0;
}

static int add_duration(struct build_row *b, uint64_t d)
{
	struct agg_row *r = &b->row;

	r->timed++;
	b->total += d;
	if (d < r->min)
		r->min = d;
	if (d > r->max)
		r->max = d;
	if (!r->hist)
		return 0;
	log_fastest_add(r->fastest, d);
	return log_hist_add(r->hist, d);
}

static int build_event(void *state, const struct log_event *ev)
{
	struct build *b = state;
	struct build_row *r = find_row(b, ev);

	if (!r)
		return -1;
	r->row.calls++;
	r->row.errors += ev->err != 0;
	if (ev->has_duration && add_duration(r, ev->duration))
		return -1;
	if (ev->err && (b->want & AGG_ERRNO) && add_errno(&r->row, ev->err, 1, ev->pos))
		return -1;
	return b->want & AGG_PARAM ? log_params_add(&r->params, r->def, ev->args) : 0;
}

/* --- one thread's rows into the sum --- */

static int row_merge(struct build_row *to, const struct build_row *from)
{
	struct agg_row *a = &to->row;
	const struct agg_row *b = &from->row;

	a->calls += b->calls;
	a->errors += b->errors;
	a->timed += b->timed;
	to->total += from->total;
	if (b->min < a->min)
		a->min = b->min;
	if (b->max > a->max)
		a->max = b->max;
	if (log_pos_before(b->first, a->first))
		a->first = b->first;
	for (size_t i = 0; i < b->nr_errnos; i++)
		if (add_errno(a, b->errnos[i].err, b->errnos[i].calls, b->errnos[i].first))
			return -1;
	if (a->hist) {
		log_fastest_merge(a->fastest, b->fastest);
		if (log_hist_merge(a->hist, b->hist))
			return -1;
	}
	return log_params_merge(&to->params, &from->params);
}

static int compare_names(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) : 0;
}

static int by_name(const void *a, const void *b)
{
	const struct agg_row *x = a;
	const struct agg_row *y = b;
	int diff = compare_names(x->task, y->task);

	return diff ? diff : compare_names(x->syscall, y->syscall);
}

/* Rows of equal names become one. The hash is not valid any more. */
static int join_equal(struct build *b)
{
	size_t kept = 0;
	int rc = 0;

	if (b->nr)
		qsort(b->rows, b->nr, sizeof(*b->rows), by_name);
	for (size_t i = 0; i < b->nr; i++) {
		if (kept && !by_name(&b->rows[kept - 1], &b->rows[i])) {
			rc |= row_merge(&b->rows[kept - 1], &b->rows[i]);
			row_free(&b->rows[i]);
		} else {
			b->rows[kept++] = b->rows[i];
		}
	}
	b->nr = kept;
	return rc;
}

static void *build_start(void *arg)
{
	const struct agg_collect *c = arg;
	struct build *b = calloc(1, sizeof(*b));

	if (b) {
		b->by = c->by;
		b->want = c->want;
		b->nr_values = c->nr_values;
	}
	return b;
}

static void build_drop(void *state)
{
	build_clear(state);
	free(state);
}

static int build_merge(void *arg, void *state)
{
	struct build *sum = &((struct agg_collect *)arg)->sum;
	struct build *b = state;
	struct build_row *rows = realloc(sum->rows, (sum->nr + b->nr + 1) * sizeof(*rows));
	int rc = -1;

	if (rows) {
		if (b->nr)
			memcpy(rows + sum->nr, b->rows, b->nr * sizeof(*rows));
		sum->rows = rows;
		sum->nr += b->nr;
		b->nr = 0;
		rc = join_equal(sum);
	}
	build_drop(b);
	return rc;
}

/* --- the second pass, for parameters with more values than are kept --- */

struct recount {
	struct build *sum;
	struct log_params *params; /* of each row of sum */
};

static int log_params_copy(struct log_params *to, const struct log_params *from)
{
	if (log_params_merge(to, from))
		return -1;
	log_params_recount_start(to, true);
	return 0;
}

static void recount_drop(void *state)
{
	struct recount *r = state;

	for (size_t i = 0; r->params && i < r->sum->nr; i++)
		log_params_free(&r->params[i]);
	free(r->params);
	free(r);
}

static void *recount_start(void *arg)
{
	struct recount *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->sum = arg;
	r->params = calloc(r->sum->nr, sizeof(*r->params));
	for (size_t i = 0; r->params && i < r->sum->nr; i++)
		if (log_params_copy(&r->params[i], &r->sum->rows[i].params)) {
			recount_drop(r);
			return NULL;
		}
	if (r->params)
		return r;
	free(r);
	return NULL;
}

static int recount_event(void *state, const struct log_event *ev)
{
	struct recount *r = state;
	struct agg_row key = {
		.task = r->sum->by & AGG_TASK ? ev->task.s : NULL,
		.syscall = r->sum->by & AGG_SYSCALL ? ev->syscall.s : NULL,
	};
	const struct build_row *rows = r->sum->rows;
	const struct build_row *found = bsearch(&key, rows, r->sum->nr, sizeof(*rows), by_name);

	if (found)
		log_params_recount(&r->params[found - rows], found->def, ev->args);
	return 0;
}

static int recount_merge(void *arg, void *state)
{
	struct recount *r = state;
	int rc = 0;

	(void)arg;
	for (size_t i = 0; i < r->sum->nr; i++)
		rc |= log_params_merge(&r->sum->rows[i].params, &r->params[i]);
	recount_drop(r);
	return rc;
}

static bool has_missed(const struct build *b)
{
	for (size_t i = 0; i < b->nr; i++)
		for (size_t j = 0; j < b->rows[i].params.nr; j++)
			if (b->rows[i].params.v[j].missed)
				return true;
	return false;
}

static int second_pass(struct log *log, struct build *sum, struct terr *err)
{
	const struct log_visitor visitor = {
		.start = recount_start,
		.event = recount_event,
		.merge = recount_merge,
		.drop = recount_drop,
		.arg = sum,
	};

	for (size_t i = 0; i < sum->nr; i++)
		log_params_recount_start(&sum->rows[i].params, false);
	log_rewind(log);
	if (log_scan(log, &visitor, err))
		return -1;
	for (size_t i = 0; i < sum->nr; i++)
		log_params_keep_certain(&sum->rows[i].params);
	return 0;
}

/* --- the result --- */

static int errno_order(const void *a, const void *b)
{
	const struct agg_errno *x = a;
	const struct agg_errno *y = b;

	if (x->calls != y->calls)
		return x->calls < y->calls ? 1 : -1;
	return x->err - y->err;
}

static int finish_param(struct agg_param *to, const struct param *p, size_t index, bool exact)
{
	to->name = strdup(p->name);
	to->index = (unsigned int)index;
	to->calls = p->calls;
	to->missed = p->missed;
	to->exact = exact || !p->missed;
	to->values = calloc(p->nr + 1, sizeof(*to->values));
	if (!to->name || !to->values)
		return -1;
	for (; to->nr < p->nr; to->nr++) {
		to->values[to->nr].calls = p->values[to->nr].calls;
		to->values[to->nr].text = strdup(p->values[to->nr].text);
		if (!to->values[to->nr].text)
			return -1;
	}
	return 0;
}

static int finish_params(struct agg_row *row, struct log_params *p, bool exact)
{
	row->more_params = p->too_many;
	if (!p->nr)
		return 0;
	log_params_order(p);
	row->params = calloc(p->nr, sizeof(*row->params));
	if (!row->params)
		return -1;
	for (; row->nr_params < p->nr; row->nr_params++) {
		log_params_sort(&p->v[row->nr_params]);
		if (finish_param(&row->params[row->nr_params], &p->v[row->nr_params],
				 row->nr_params, exact)) {
			row->nr_params++;
			return -1;
		}
	}
	return 0;
}

/* All rows together too, so that who adds them up need not look. */
static int finish_totals(struct agg *agg, const struct build *sum, struct terr *err)
{
	unsigned __int128 all = 0;

	for (size_t i = 0; i < sum->nr; i++)
		all += sum->rows[i].total;
	if (all > SUM_MAX)
		return terr_set(err, "the durations add up to more than 2^63, which no machine's "
				     "do; select fewer events with --since and --until");
	for (size_t i = 0; i < agg->nr; i++)
		agg->rows[i].total = (uint64_t)sum->rows[i].total;
	return 0;
}

/* Moves what is public out of the sum. NULL with *err set. */
static struct agg *finish(struct build *sum, bool exact, struct terr *err)
{
	struct agg *agg = calloc(1, sizeof(*agg));

	if (!agg) {
		terr_set(err, "out of memory");
		return NULL;
	}
	agg->rows = calloc(sum->nr + 1, sizeof(*agg->rows));
	for (; agg->rows && agg->nr < sum->nr; agg->nr++) {
		struct build_row *b = &sum->rows[agg->nr];
		struct agg_row *row = &agg->rows[agg->nr];

		*row = b->row;
		memset(&b->row, 0, sizeof(b->row));
		if (!row->timed)
			row->min = 0;
		if (row->nr_errnos)
			qsort(row->errnos, row->nr_errnos, sizeof(*row->errnos), errno_order);
		if (finish_params(row, &b->params, exact)) {
			agg->nr++;
			goto fail;
		}
	}
	if (agg->rows && !finish_totals(agg, sum, err))
		return agg;
fail:
	terr_set(err, "out of memory");
	agg_free(agg);
	return NULL;
}

static struct agg *read_log(struct log *log, unsigned int by, unsigned int want, size_t nr_values,
			    const struct log_visitor *beside, struct terr *err)
{
	struct agg_collect c = {
		.by = by,
		.want = want,
		.nr_values = nr_values,
		.sum = { .by = by, .want = want },
	};
	const struct log_visitor visitor = {
		.start = build_start,
		.event = build_event,
		.merge = build_merge,
		.drop = build_drop,
		.arg = &c,
		/* What is dropped would otherwise depend on how the threads shared the log. */
		.in_order = (want & AGG_PARAM) && !log_can_rewind(log),
	};
	struct agg *agg = NULL;
	bool exact = false;
	struct log_both both = { .first = &visitor, .second = beside };
	const struct log_visitor pair = log_both(&both);
	int rc = log_scan(log, beside ? &pair : &visitor, err);

	if (!rc && has_missed(&c.sum) && log_can_rewind(log)) {
		rc = second_pass(log, &c.sum, err);
		exact = true;
	}
	if (!rc)
		agg = finish(&c.sum, exact, err);
	build_clear(&c.sum);
	return agg;
}

struct agg *agg_read(struct log *log, unsigned int by, unsigned int want, struct terr *err)
{
	return read_log(log, by, want, AGG_VALUES, NULL, err);
}

struct agg *agg_read_beside(struct log *log, unsigned int by, unsigned int want,
			    const struct log_visitor *beside, struct terr *err)
{
	return read_log(log, by, want, AGG_VALUES, beside, err);
}

struct agg *agg_read_values(struct log *log, unsigned int by, unsigned int want, size_t nr_values,
			    struct terr *err)
{
	return read_log(log, by, want, nr_values, NULL, err);
}

static void row_release(struct agg_row *r)
{
	struct build_row b = { .row = *r };

	for (size_t i = 0; i < r->nr_params; i++) {
		for (size_t j = 0; j < r->params[i].nr; j++)
			free(r->params[i].values[j].text);
		free(r->params[i].values);
		free((char *)r->params[i].name);
	}
	free(r->params);
	row_free(&b);
}

void agg_free(struct agg *agg)
{
	if (!agg)
		return;
	for (size_t i = 0; i < agg->nr; i++)
		row_release(&agg->rows[i]);
	free(agg->rows);
	free(agg);
}

const struct agg_row *agg_find(const struct agg *agg, const char *task, const char *syscall)
{
	const struct agg_row key = { .task = task, .syscall = syscall };

	return bsearch(&key, agg->rows, agg->nr, sizeof(key), by_name);
}

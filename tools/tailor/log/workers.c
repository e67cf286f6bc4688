// SPDX-License-Identifier: GPL-2.0-only
/* Reading a log: block by block, by several threads. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log/internal.h"
#include "log/names.h"
#include "log/parse.h"

_Static_assert(BLOCK_LINE_MAX == LOG_LINE_MAX, "one limit for the length of a line");

#define THREADS_MAX 16

struct worker {
	struct log *log;
	const struct log_visitor *visitor;
	void *state;
	pthread_t thread;
	struct block block;
	struct log_file *file;
	struct log_names names;
	uint64_t from; /* --since and --until in the unit of the file */
	uint64_t to;
	struct log_counts counts;
	struct terr err;
};

/* --- one block --- */

/* In units of the file; beyond the end of time stays the end. */
static uint64_t window_edge(uint64_t ns, uint64_t ns_per_unit, uint64_t first)
{
	uint64_t edge = ns / ns_per_unit + !!(ns % ns_per_unit);

	return __builtin_add_overflow(edge, first, &edge) ? UINT64_MAX : edge;
}

static void set_window(struct worker *w)
{
	const struct log_filter *wanted = w->log->filter.wanted;
	const struct log_file *f = w->file;
	uint64_t ns_per_unit = f->unit == LOG_UNIT_US ? 1000 : 1;
	uint64_t first = w->log->first_time / f->scale;

	w->from = 0;
	w->to = UINT64_MAX;
	if (wanted->since.set)
		w->from = window_edge(wanted->since.ns, ns_per_unit,
				      wanted->since.relative ? first : 0);
	if (wanted->until.set)
		w->to = window_edge(wanted->until.ns, ns_per_unit,
				    wanted->until.relative ? first : 0);
}

static void count_unparsed(struct worker *w, uint32_t line)
{
	w->counts.unparsed++;
	if (!w->counts.first_unparsed.set)
		w->counts.first_unparsed = (struct line_at){ true, w->block.index, line };
}

/* An event as the log has it: its names are looked up, filters applied, then it is handed on. */
static int take_event(struct worker *w, struct log_event *ev, uint32_t line)
{
	const struct pair *p = log_names_find(&w->names, ev, &w->err);

	if (!p)
		return -1;
	if (!p->valid) {
		count_unparsed(w, line);
		return 0;
	}
	w->counts.events++;
	w->counts.backwards += ev->backwards;
	w->counts.last_event = (struct line_at){ true, w->block.index, line };
	if (!p->wanted ||
	    (w->log->filter.per_event && !filter_event(&w->log->filter, ev, w->from, w->to)))
		return 0;
	ev->task = p->task;
	ev->task_id = p->task_id;
	ev->syscall = p->syscall;
	ev->syscall_id = p->syscall_id;
	ev->time *= w->file->scale;
	ev->duration *= w->file->scale;
	ev->pos = (struct log_pos){ (uint32_t)(w->file - w->log->files), w->block.index, line };
	return w->visitor->event(w->state, ev) ? terr_set(&w->err, "out of memory") : 0;
}

static int read_line(struct worker *w, struct line *l, uint32_t nr, bool whole)
{
	struct log_event ev;

	if (l->start == l->end)
		return 0;
	if (l->end - l->start > LOG_LINE_MAX || !whole) {
		count_unparsed(w, nr);
		return 0;
	}
	if (*l->start == '#')
		return logfile_comment(w->file, l, (struct line_at){ true, w->block.index, nr },
				       &w->counts, &w->err);
	if (parse_event(l, w->file->form, &ev) && logfile_plausible(w->file->unit, &ev))
		return take_event(w, &ev, nr);
	count_unparsed(w, nr);
	return 0;
}

static bool ends_in_tab(const struct line *l)
{
	return l->end > l->start && l->end[-1] == '\t';
}

/*
 * A last line without newline may have lost its end, and with it digits of its last number; it is
 * whole only when the optional tab is there.
 */
static int read_block(struct worker *w)
{
	struct block *b = &w->block;
	const char *p = b->start;
	struct scan scan;
	struct line l;
	uint32_t nr = 0;

	memset(b->buf + (b->end - b->buf), '\n', BLOCK_PAD);
	scan_start(&scan, p);
	while (p < b->end) {
		p = scan_line(&scan, p, &l);
		if (read_line(w, &l, nr++, p <= b->end || ends_in_tab(&l)))
			return -1;
	}
	w->counts.lines = nr;
	return 0;
}

/* --- threads --- */

/*
 * Of several errors the one that stands first in the log is told, as one thread alone would have
 * met it: all blocks before it are being read, and their threads finish them.
 */
static void fail(struct worker *w)
{
	struct log *log = w->log;
	struct log_pos at = { w->file ? (uint32_t)(w->file - log->files) : 0, w->block.index, 0 };

	pthread_mutex_lock(&log->lock);
	if (!log->failed || log_pos_before(at, log->failed_at)) {
		log->err = w->err;
		log->failed_at = at;
	}
	log->failed = true;
	pthread_mutex_unlock(&log->lock);
}

static void put_file(struct log_file *f)
{
	f->busy--;
	if (f->exhausted && !f->busy)
		stream_park(f->source);
}

/* Adds up what the last block gave and claims the next one. 1: there is one, 0: none. */
static int next_block(struct worker *w)
{
	struct log *log = w->log;
	int rc = 0;

	pthread_mutex_lock(&log->lock);
	if (w->file) {
		if (logfile_add(w->file, w->block.index, &w->counts))
			rc = terr_set(&w->err, "out of memory");
		put_file(w->file);
	}
	for (; !rc && !log->failed && log->current < log->nr_files; log->current++) {
		w->file = &log->files[log->current];
		rc = stream_next(w->file->source, &w->block, &w->err);
		if (rc)
			break;
		w->file->exhausted = true;
		w->file->busy++;
		put_file(w->file);
	}
	if (rc > 0)
		w->file->busy++;
	pthread_mutex_unlock(&log->lock);
	return rc;
}

static void *work(void *arg)
{
	struct worker *w = arg;
	int rc;

	while ((rc = next_block(w)) > 0) {
		memset(&w->counts, 0, sizeof(w->counts));
		set_window(w);
		rc = stream_fill(w->file->source, &w->block, &w->err);
		if (rc > 0)
			rc = read_block(w);
		if (rc < 0)
			break;
	}
	if (rc < 0)
		fail(w);
	return NULL;
}

static unsigned int nr_threads(const struct log *log)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned int nr = log->threads ? log->threads : (unsigned int)(cpus > 0 ? cpus : 1);
	unsigned int useful = 0;

	for (size_t i = 0; i < log->nr_files && useful < THREADS_MAX; i++)
		useful += stream_parallel(log->files[i].source);
	if (nr > THREADS_MAX)
		nr = THREADS_MAX;
	if (nr > useful)
		nr = useful;
	return nr ? nr : 1;
}

static void worker_free(struct worker *w)
{
	free(w->block.buf);
	log_names_free(&w->names);
}

static int worker_init(struct worker *w, struct log *log, const struct log_visitor *visitor)
{
	w->log = log;
	w->visitor = visitor;
	w->names.filter = &log->filter;
	w->block.buf = malloc(BLOCK_ALLOC);
	w->state = visitor->start(visitor->arg);
	return w->block.buf && w->state ? 0 : -1;
}

static void run_workers(struct worker *w, unsigned int nr)
{
	unsigned int started = 1;

	while (started < nr && !pthread_create(&w[started].thread, NULL, work, &w[started]))
		started++;
	work(&w[0]);
	for (unsigned int i = 1; i < started; i++)
		pthread_join(w[i].thread, NULL);
}

static int check_names(const struct worker *workers, unsigned int nr, struct terr *err)
{
	const struct log_names *all[THREADS_MAX];

	for (unsigned int i = 0; i < nr; i++)
		all[i] = &workers[i].names;
	return log_names_check_all(all, nr, err);
}

int log_scan(struct log *log, const struct log_visitor *visitor, struct terr *err)
{
	unsigned int nr = visitor->in_order ? 1 : nr_threads(log);
	struct worker *workers = calloc(nr, sizeof(*workers));
	unsigned int ready = 0;
	int rc = -1;

	if (!workers)
		return terr_set(err, "out of memory");
	while (ready < nr && !worker_init(&workers[ready], log, visitor))
		ready++;
	if (ready == nr) {
		run_workers(workers, nr);
		if (log->failed)
			*err = log->err;
		else
			rc = check_names(workers, nr, err) || log_input_sum(&log->input, log->files,
									    log->nr_files, err)
				     ? -1
				     : 0;
	} else {
		terr_set(err, "out of memory");
	}
	for (unsigned int i = 0; i < nr; i++) {
		if (workers[i].state && !rc)
			rc = visitor->merge(visitor->arg, workers[i].state)
				     ? terr_set(err, "out of memory")
				     : 0;
		else if (workers[i].state)
			visitor->drop(workers[i].state);
		worker_free(&workers[i]);
	}
	free(workers);
	return rc;
}

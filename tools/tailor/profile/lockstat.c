// SPDX-License-Identifier: GPL-2.0-only
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/array.h"
#include "lib/eachline.h"
#include "lib/lines.h"
#include "lib/strlist.h"
#include "lib/sum.h"
#include "log/filter.h"
#include "profile/lockstat.h"

/* Longer than any line of the kernel's; 40 + 12 * 15 columns and a symbol. */
#define LINE_MAX_BYTES 1024
#define AGAIN "copy /proc/lock_stat again"
#define CUT "the block of this lock has no end, so the file was cut off; " AGAIN

struct lockstat_reader {
	struct lockstat *ls;
	const char *path;
	bool started;	/* the version was seen */
	uint32_t class; /* the last one with numbers; INTERN_NONE: none */
	int separators; /* seen behind its numbers */
	bool header;	/* until the line of dashes below the titles, or the first class */
	bool titles;	/* they were seen */
	/* Line of a class whose block is not yet over: its places, or its readers, are to come. */
	uint64_t open;
	uint64_t wants_readers; /* line of a "-W", behind which its "-R" stands */
};

/* --- numbers --- */

/* "123", or "12.34" in hundredths when places is 2; the kernel cuts a long time short. */
static const char *take_number(const char *s, unsigned int places, uint64_t *out)
{
	uint64_t v = 0;
	unsigned int part = 0;

	s += strspn(s, " ");
	if (*s < '0' || *s > '9')
		return NULL;
	for (; *s >= '0' && *s <= '9'; s++)
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(*s - '0'), &v))
			return NULL;
	if (places && *s == '.')
		for (s++; part < places && *s >= '0' && *s <= '9'; s++, part++)
			if (__builtin_mul_overflow(v, 10, &v) ||
			    __builtin_add_overflow(v, (uint64_t)(*s - '0'), &v))
				return NULL;
	for (; part < places; part++)
		if (__builtin_mul_overflow(v, 10, &v))
			return NULL;
	if (v > SUM_MAX)
		return NULL;
	*out = v;
	return *s == ' ' || !*s ? s : NULL;
}

/* nr, min, max, total; the average that follows is made of them. */
static const char *take_times(const char *s, struct lock_times *t)
{
	uint64_t avg;

	s = take_number(s, 0, &t->nr);
	s = s ? take_number(s, 2, &t->min) : NULL;
	s = s ? take_number(s, 2, &t->max) : NULL;
	s = s ? take_number(s, 2, &t->total) : NULL;
	return s ? take_number(s, 2, &avg) : NULL;
}

static bool take_side(const char *s, struct lock_side *side)
{
	s = take_number(s, 0, &side->con_bounces);
	s = s ? take_times(s, &side->wait) : NULL;
	s = s ? take_number(s, 0, &side->acq_bounces) : NULL;
	s = s ? take_times(s, &side->hold) : NULL;
	return s && !s[strspn(s, " ")];
}

/* False when a sum does not fit, as with add_side(). */
static bool add_times(struct lock_times *to, const struct lock_times *t)
{
	bool fits;

	if (t->nr && (!to->nr || t->min < to->min))
		to->min = t->min;
	if (t->max > to->max)
		to->max = t->max;
	fits = sum_add(&to->nr, t->nr);
	fits &= sum_add(&to->total, t->total);
	return fits;
}

static bool add_side(struct lock_side *to, const struct lock_side *side)
{
	bool first = !to->line;
	bool fits = sum_add(&to->con_bounces, side->con_bounces);

	fits &= sum_add(&to->acq_bounces, side->acq_bounces);
	fits &= add_times(&to->wait, &side->wait);
	fits &= add_times(&to->hold, &side->hold);
	to->plain = first ? side->plain : to->plain && side->plain;
	if (first)
		to->line = side->line;
	return fits;
}

/* --- lines --- */

static int bad_line(const struct lockstat_reader *r, const char *what, struct terr *err)
{
	return terr_set(err, "%s:%llu: %s; " AGAIN, r->path, (unsigned long long)r->ls->lines,
			what);
}

/* The class of this name. NULL with *err set. */
static struct lock_class *find_class(struct lockstat_reader *r, const char *name, size_t len,
				     struct terr *err)
{
	struct lockstat *ls = r->ls;
	uint32_t id = intern_add(&ls->names, name, len);

	if (id != INTERN_NONE && id == ls->nr) {
		struct lock_class *v = array_grow(ls->classes, ls->nr, sizeof(*v));

		if (v) {
			ls->classes = v;
			v[ls->nr++] = (struct lock_class){ 0 };
		}
	}
	if (id >= ls->nr) {
		terr_set(err, "%s: out of memory", r->path);
		return NULL;
	}
	r->class = id;
	return &ls->classes[id];
}

/* Whether the last class with numbers has this name. */
static bool is_class(const struct lockstat_reader *r, const char *s, size_t len)
{
	return r->class != INTERN_NONE && r->ls->names.names[r->class].len == len &&
	       !memcmp(r->ls->names.names[r->class].s, s, len);
}

/* "name:", "name-W:" or "name-R:" and the numbers behind the colon. */
static int take_class(struct lockstat_reader *r, const char *s, const char *colon, struct terr *err)
{
	struct lock_side side = { .line = r->ls->lines, .plain = true };
	size_t len = (size_t)(colon - s);
	bool read = len > 2 && !memcmp(colon - 2, "-R", 2);
	struct lock_class *class;

	if (!take_side(colon + 1, &side))
		return bad_line(r, "not the twelve numbers of a lock", err);
	if (read || (len > 2 && !memcmp(colon - 2, "-W", 2))) {
		side.plain = false;
		len -= 2;
	}
	/* what stands before it was not cut off: a lock that was only tried for has no dots */
	if (!(read && is_class(r, s, len)))
		r->open = 0;
	class = find_class(r, s, len, err);
	if (!class)
		return -1;
	r->header = false;
	r->separators = 0;
	r->wants_readers = read || side.plain ? 0 : side.line;
	if (side.wait.nr && !r->open)
		r->open = side.line;
	if (!add_side(&class->side[read ? LOCK_READERS : LOCK_WRITERS], &side))
		return terr_set(err,
				"%s:%llu: the counts of '%.*s' add up to more than 2^63; " AGAIN,
				r->path, (unsigned long long)r->ls->lines, (int)len, s);
	return 0;
}

static struct lock_point *find_point(const struct lock_class *class, enum lock_role role,
				     const char *symbol)
{
	for (size_t i = 0; i < class->nr_points; i++)
		if (class->points[i].role == role && !strcmp(class->points[i].symbol, symbol))
			return &class->points[i];
	return NULL;
}

static int add_point(struct lockstat_reader *r, enum lock_role role, const char *symbol,
		     uint64_t hits, struct terr *err)
{
	struct lock_class *class = &r->ls->classes[r->class];
	struct lock_point *p = find_point(class, role, symbol);

	if (!p) {
		struct lock_point *v = array_grow(class->points, class->nr_points, sizeof(*v));

		if (!v)
			return terr_set(err, "%s: out of memory", r->path);
		class->points = v;
		p = &v[class->nr_points];
		*p = (struct lock_point){ .role = role, .symbol = strdup(symbol) };
		if (!p->symbol)
			return terr_set(err, "%s: out of memory", r->path);
		class->nr_points++;
	}
	if (!sum_add(&p->hits, hits))
		return bad_line(r, "the hits of this place add up to more than 2^63", err);
	return 0;
}

/*
 * "name hits [<address>] symbol". A class that was waited for but never given back has points and
 * no numbers: its points are left out.
 */
static int take_point(struct lockstat_reader *r, const char *s, const char *address,
		      struct terr *err)
{
	const char *symbol = strstr(address, ">]");
	const char *digits = address;
	uint64_t hits;
	size_t len;

	while (digits > s && digits[-1] == ' ')
		digits--;
	while (digits > s && digits[-1] >= '0' && digits[-1] <= '9')
		digits--;
	if (digits == s || digits[-1] != ' ' || !take_number(digits, 0, &hits) || !symbol)
		return bad_line(r, "not a contention point", err);
	symbol += 2;
	symbol += strspn(symbol, " ");
	if (!*symbol)
		return bad_line(r, "a contention point without its place", err);
	if (!r->separators)
		return bad_line(r, "a contention point without a line of dashes before it", err);
	for (len = (size_t)(digits - s); len && s[len - 1] == ' ';)
		len--;
	if (!is_class(r, s, len))
		return 0;
	return add_point(r, r->separators == 1 ? LOCK_WAITS : LOCK_HOLDS, symbol, hits, err);
}

static bool only(const char *s, char c)
{
	return *s && !s[strspn(s, (const char[]){ c, '\0' })];
}

static int take_first(struct lockstat_reader *r, const char *s, struct terr *err)
{
	static const char magic[] = "lock_stat version ";

	if (strncmp(s, magic, sizeof(magic) - 1))
		return terr_set(
			err,
			"%s:%llu: does not begin with \"lock_stat version 0.4\": give a copy "
			"of /proc/lock_stat",
			r->path, (unsigned long long)r->ls->lines);
	if (strcmp(s + sizeof(magic) - 1, "0.4"))
		return terr_set(err, "%s:%llu: \"%.60s\" is not understood, only version 0.4 is",
				r->path, (unsigned long long)r->ls->lines, s);
	r->started = true;
	return 0;
}

/* Above the places of a block, and around the titles. */
static void take_dashes(struct lockstat_reader *r)
{
	if (r->header) {
		r->header = !r->titles;
		return;
	}
	r->separators++;
	if (!r->open)
		r->open = r->ls->lines;
}

static int take_text(struct lockstat_reader *r, const char *s, struct terr *err)
{
	const char *address;
	const char *colon;

	if (!r->started)
		return take_first(r, s, err);
	if (only(s, '-')) {
		take_dashes(r);
		return 0;
	}
	if (only(s, '.')) {
		r->class = INTERN_NONE;
		r->separators = 0;
		r->open = 0;
		r->wants_readers = 0;
		return 0;
	}
	if (!strncmp(s, "*WARNING*", 9)) {
		r->ls->disabled = r->ls->lines;
		return 0;
	}
	if (!strncmp(s, "class name ", 11)) {
		r->titles = true;
		return 0;
	}
	address = strstr(s, "[<");
	if (address)
		return take_point(r, s, address, err);
	colon = strrchr(s, ':');
	return colon && colon > s ? take_class(r, s, colon, err)
				  : bad_line(r, "not a line of lock statistics", err);
}

static int take_line(void *arg, const struct line *l, bool whole, struct terr *err)
{
	/* names are compared as words, so bytes behind them must be readable */
	char text[LINE_MAX_BYTES + 8] = "";
	struct lockstat_reader *r = arg;
	const char *s = text;
	size_t len = (size_t)(l->end - l->start);

	r->ls->lines++;
	if (!whole && r->started)
		return bad_line(r, "the line has no end: the file was cut off", err);
	if (l->dirty || len >= LINE_MAX_BYTES)
		return r->started ? bad_line(r, "holds what /proc/lock_stat does not", err)
				  : take_first(r, "", err);
	memcpy(text, l->start, len);
	s += strspn(s, " ");
	return *s ? take_text(r, s, err) : 0;
}

/* --- files --- */

static struct lockstat *read_file(const char *path, struct terr *err)
{
	struct lockstat *ls = calloc(1, sizeof(*ls));
	struct lockstat_reader r = { .ls = ls, .class = INTERN_NONE, .header = true };
	struct stream *src;
	int rc;

	r.path = strcmp(path, "-") ? path : "standard input";
	if (ls)
		ls->path = strdup(r.path);
	if (!ls || !ls->path) {
		terr_set(err, "out of memory");
		lockstat_free(ls);
		return NULL;
	}
	src = stream_open(path, err);
	rc = src ? each_line(src, take_line, &r, err) : -1;
	stream_close(src);
	if (!rc && !r.started)
		rc = terr_set(err,
			      "%s: is empty; build the kernel with CONFIG_LOCK_STAT and " AGAIN,
			      r.path);
	if (!rc)
		ls->cut = r.wants_readers ? r.wants_readers : r.open;
	if (!rc)
		return ls;
	lockstat_free(ls);
	return NULL;
}

void lockstat_free(struct lockstat *ls)
{
	if (!ls)
		return;
	for (size_t i = 0; i < ls->nr; i++) {
		for (size_t p = 0; p < ls->classes[i].nr_points; p++)
			free(ls->classes[i].points[p].symbol);
		free(ls->classes[i].points);
	}
	free(ls->classes);
	intern_free(&ls->names);
	free(ls->path);
	free(ls);
}

/* --- differences --- */

static bool less(uint64_t *after, uint64_t before)
{
	return __builtin_sub_overflow(*after, before, after);
}

/* True when a count went backwards. */
static bool subtract_side(struct lock_side *after, const struct lock_side *before)
{
	return less(&after->con_bounces, before->con_bounces) ||
	       less(&after->acq_bounces, before->acq_bounces) ||
	       less(&after->wait.nr, before->wait.nr) ||
	       less(&after->wait.total, before->wait.total) ||
	       less(&after->hold.nr, before->hold.nr) ||
	       less(&after->hold.total, before->hold.total);
}

static bool subtract_points(struct lock_class *after, const struct lock_class *before)
{
	for (size_t i = 0; i < before->nr_points; i++) {
		const struct lock_point *b = &before->points[i];
		struct lock_point *a = find_point(after, b->role, b->symbol);

		if (!a || less(&a->hits, b->hits))
			return true;
	}
	return false;
}

static int subtract(struct lockstat *ls, const struct lockstat *before, struct terr *err)
{
	for (size_t i = 0; i < before->nr; i++) {
		const struct lock_class *b = &before->classes[i];
		const struct intern_name *name = &before->names.names[i];
		uint32_t id = intern_add(&ls->names, name->s, name->len);
		struct lock_class *a;
		bool back = false;

		if (id == INTERN_NONE)
			return terr_set(err, "out of memory");
		if (id >= ls->nr) {
			ls->gone++;
			continue;
		}
		a = &ls->classes[id];
		for (unsigned int s = 0; s < NR_LOCK_SIDES; s++)
			back = back || subtract_side(&a->side[s], &b->side[s]);
		if (back || subtract_points(a, b))
			return terr_set(
				err,
				"%s:%llu: %s has smaller counts than in %s: the statistics "
				"were cleared in between, or the files are of two boots or "
				"the wrong way round; copy /proc/lock_stat before and after "
				"the workload without clearing it",
				ls->path,
				(unsigned long long)(a->side[LOCK_WRITERS].line
							     ? a->side[LOCK_WRITERS].line
							     : a->side[LOCK_READERS].line),
				name->s, before->path);
	}
	return 0;
}

struct lockstat *lockstat_open(char *const *paths, size_t nr, struct terr *err)
{
	struct lockstat *before = nr > 1 ? read_file(paths[0], err) : NULL;
	struct lockstat *ls = nr < 2 || before ? read_file(nr ? paths[nr - 1] : "-", err) : NULL;

	/* what is missing of it would count for the time between the two */
	if (before && ls && before->cut)
		terr_set(err, "%s:%llu: " CUT, before->path, (unsigned long long)before->cut);
	if (before && ls && (before->cut || subtract(ls, before, err))) {
		lockstat_free(ls);
		ls = NULL;
	}
	lockstat_free(before);
	return ls;
}

/* --- what the others see --- */

const char *lockstat_name(const struct lockstat *ls, size_t class, unsigned int side, char *buf,
			  size_t len)
{
	const char *suffix = side == LOCK_READERS		   ? "-R"
			     : ls->classes[class].side[side].plain ? ""
								   : "-W";

	snprintf(buf, len, "%s%s", ls->names.names[class].s, suffix);
	return buf;
}

enum {
	COL_CONTENTIONS,
	COL_ACQUISITIONS,
	COL_WAIT_AVG,
	COL_WAIT_MAX,
	COL_HOLD_AVG,
	COL_HOLD_MAX,
	COL_CON_BOUNCES,
	COL_ACQ_BOUNCES,
	COL_WAIT_MIN,
	COL_WAIT_TOTAL,
	COL_HOLD_MIN,
	COL_HOLD_TOTAL,
	NR_COLS,
};

const struct lock_column lock_columns[] = {
	[COL_CONTENTIONS] = { "contentions", LOCK_COUNT, true },
	[COL_ACQUISITIONS] = { "acquisitions", LOCK_COUNT, true },
	[COL_WAIT_AVG] = { "wait_avg_us", LOCK_US, true },
	[COL_WAIT_MAX] = { "wait_max_us", LOCK_US, true },
	[COL_HOLD_AVG] = { "hold_avg_us", LOCK_US, true },
	[COL_HOLD_MAX] = { "hold_max_us", LOCK_US, true },
	[COL_CON_BOUNCES] = { "con_bounces", LOCK_COUNT, false },
	[COL_ACQ_BOUNCES] = { "acq_bounces", LOCK_COUNT, false },
	[COL_WAIT_MIN] = { "wait_min_us", LOCK_US, false },
	[COL_WAIT_TOTAL] = { "wait_total_us", LOCK_US, false },
	[COL_HOLD_MIN] = { "hold_min_us", LOCK_US, false },
	[COL_HOLD_TOTAL] = { "hold_total_us", LOCK_US, false },
};

const size_t nr_lock_columns = NR_COLS;

static double average(const struct lock_times *t)
{
	return t->nr ? (double)t->total / (double)t->nr / 100 : (double)NAN;
}

static double extreme(const struct lock_times *t, uint64_t value)
{
	return t->nr ? (double)value / 100 : (double)NAN;
}

double lockstat_value(const struct lock_side *s, size_t column)
{
	switch (column) {
	case COL_CONTENTIONS:
		return (double)s->wait.nr;
	case COL_ACQUISITIONS:
		return (double)s->hold.nr;
	case COL_WAIT_AVG:
		return average(&s->wait);
	case COL_WAIT_MAX:
		return extreme(&s->wait, s->wait.max);
	case COL_HOLD_AVG:
		return average(&s->hold);
	case COL_HOLD_MAX:
		return extreme(&s->hold, s->hold.max);
	case COL_CON_BOUNCES:
		return (double)s->con_bounces;
	case COL_ACQ_BOUNCES:
		return (double)s->acq_bounces;
	case COL_WAIT_MIN:
		return extreme(&s->wait, s->wait.min);
	case COL_WAIT_TOTAL:
		return (double)s->wait.total / 100;
	case COL_HOLD_MIN:
		return extreme(&s->hold, s->hold.min);
	case COL_HOLD_TOTAL:
		return (double)s->hold.total / 100;
	default:
		return NAN;
	}
}

size_t lockstat_column(const char *name)
{
	size_t i = 0;

	while (i < NR_COLS && strcmp(name, lock_columns[i].name))
		i++;
	return i;
}

static bool adds_up(size_t column)
{
	return lock_columns[column].type == LOCK_COUNT || column == COL_WAIT_TOTAL ||
	       column == COL_HOLD_TOTAL;
}

bool lockstat_matches(const struct lockstat *ls, size_t class, unsigned int side,
		      const struct strlist *names)
{
	char name[LINE_MAX_BYTES];

	return ls->classes[class].side[side].line &&
	       (strlist_match(names, ls->names.names[class].s) ||
		strlist_match(names, lockstat_name(ls, class, side, name, sizeof(name))));
}

double lockstat_sum(const struct lockstat *ls, const char *pattern, size_t column, uint64_t *line)
{
	char *one[] = { (char *)pattern };
	const struct strlist names = { .nr = 1, .v = one };
	double sum = 0;

	*line = 0;
	for (size_t i = 0; i < NR_LOCK_SIDES * ls->nr; i++) {
		const struct lock_side *side =
			&ls->classes[i / NR_LOCK_SIDES].side[i % NR_LOCK_SIDES];
		double value = lockstat_value(side, column);

		if (!lockstat_matches(ls, i / NR_LOCK_SIDES, i % NR_LOCK_SIDES, &names))
			continue;
		if (!*line || side->line < *line)
			*line = side->line;
		if (isnan(value))
			continue;
		sum = adds_up(column) ? sum + value : fmax(sum, value);
	}
	return sum;
}

bool lockstat_warn(const struct lockstat *ls)
{
	if (!ls->nr)
		fprintf(stderr, "tailor: %s holds no lock; is /proc/sys/kernel/lock_stat 1?\n",
			ls->path);
	if (ls->disabled)
		fprintf(stderr,
			"tailor: %s:%llu: the kernel stopped counting (lockdep found a fault, see its "
			"dmesg): the statistics are not complete\n",
			ls->path, (unsigned long long)ls->disabled);
	if (ls->cut)
		fprintf(stderr, "tailor: the statistics are not complete: %s:%llu: " CUT "\n",
			ls->path, (unsigned long long)ls->cut);
	if (ls->gone)
		fprintf(stderr,
			"tailor: %s: %llu locks of the earlier file are not in it: their modules are "
			"gone, or the statistics were cleared in between\n",
			ls->path, (unsigned long long)ls->gone);
	return !ls->nr || ls->disabled || ls->cut || ls->gone;
}

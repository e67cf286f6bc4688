// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "lib/number.h"
#include "lib/sum.h"
#include "log/logfile.h"

#define MAGIC "# tailor-syscalls "
#define END "# end:"
/* More events than a machine can log in a year. */
#define TRAILER_MAX 1000000000000000ull

static bool begins(const struct line *l, const char *with)
{
	size_t len = strlen(with);

	return (size_t)(l->end - l->start) >= len && !memcmp(l->start, with, len);
}

/* How much of a line is shown in a message. */
static int shown(const char *s, const char *end)
{
	return end - s < 40 ? (int)(end - s) : 40;
}

static int add_key(struct log_file *f, const struct line *l, struct terr *err)
{
	const char *s = l->start + 1;
	const char *colon = memchr(s, ':', (size_t)(l->end - s));
	const char *value;
	struct log_key *keys;

	if (!colon)
		return 0;
	while (s < colon && *s == ' ')
		s++;
	for (value = colon + 1; value < l->end && *value == ' '; value++)
		;
	keys = array_grow(f->keys, f->nr_keys, sizeof(*keys));
	if (!keys)
		return terr_set(err, "out of memory");
	f->keys = keys;
	keys[f->nr_keys].key = strndup(s, (size_t)(colon - s));
	keys[f->nr_keys].value = strndup(value, (size_t)(l->end - value));
	f->nr_keys++;
	if (!keys[f->nr_keys - 1].key || !keys[f->nr_keys - 1].value)
		return terr_set(err, "out of memory");
	return 0;
}

const char *logfile_key(const struct log_file *f, const char *key)
{
	for (size_t i = 0; i < f->nr_keys; i++)
		if (!strcmp(f->keys[i].key, key))
			return f->keys[i].value;
	return NULL;
}

int logfile_unit(const char *s, const char *end, enum log_unit *unit)
{
	while (s < end && *s == ' ')
		s++;
	for (enum log_unit u = LOG_UNIT_US; u <= LOG_UNIT_CYCLES; u++) {
		const char *name = log_unit_name(u);

		if ((size_t)(end - s) == strlen(name) && !memcmp(s, name, strlen(name))) {
			*unit = u;
			return 0;
		}
	}
	return -1;
}

/* Which of the forms the first line announces. */
static int check_first_line(struct log_file *f, const struct line *l, struct terr *err)
{
	uint64_t version;

	if (begins(l, "# tailor-callgraph"))
		return terr_set(err, "%s: is a call-graph log: use \"tailor graph\"", f->path);
	if (!begins(l, MAGIC))
		return 0;
	if (!parse_u64(l->start + strlen(MAGIC), l->end, &version) || version != 1)
		return terr_set(err, "%s:1: unknown format \"%.*s\": this program reads version 1",
				f->path, shown(l->start, l->end), l->start);
	f->form = PARSE_SEVEN;
	return 0;
}

static int check_header(struct log_file *f, struct terr *err)
{
	const char *unit = logfile_key(f, "unit");
	const char *arch = logfile_key(f, "arch");

	f->unit = LOG_UNIT_US;
	if (f->form == PARSE_FIVE)
		return 0;
	if (!unit)
		return terr_set(err, "%s: the header has no \"# unit:\" line (ns, us or cycles)",
				f->path);
	if (logfile_unit(unit, unit + strlen(unit), &f->unit))
		return terr_set(err, "%s: unknown unit \"%.40s\" (ns, us or cycles)", f->path,
				unit);
	if (arch && strcmp(arch, "x86_64"))
		return terr_set(err, "%s: no system call table for arch \"%.40s\" (only x86_64)",
				f->path, arch);
	return 0;
}

bool logfile_plausible(enum log_unit unit, const struct log_event *ev)
{
	/* The year 2286; three years, and for cycles at 10 GHz. */
	static const struct {
		uint64_t time;
		uint64_t duration;
	} max[] = {
		[LOG_UNIT_US] = { 10000000000000000ull, 100000000000000ull },
		[LOG_UNIT_NS] = { 10000000000000000000ull, 100000000000000000ull },
		[LOG_UNIT_CYCLES] = { UINT64_MAX, 1000000000000000000ull },
	};

	return ev->time < max[unit].time && ev->duration <= max[unit].duration;
}

/*
 * Where the header begins. Several CPUs write one log, each a buffer at a time: lines of one may
 * stand before the header, which another printed. They have the header's form, so nothing else is
 * taken for such a log. Bytes as read_header() has them.
 */
static const char *find_header(const char *bytes, size_t len)
{
	static const char magic[] = "\n" MAGIC;
	struct log_event ev;
	const char *newline;
	struct scan scan;
	struct line l;

	scan_start(&scan, bytes);
	scan_line(&scan, bytes, &l);
	if (l.start == l.end || *l.start == '#' || !parse_event(&l, PARSE_SEVEN, &ev))
		return bytes;
	newline = memmem(bytes, len, magic, strlen(magic));
	return newline ? newline + 1 : bytes;
}

/* bytes[len] onwards is BLOCK_PAD bytes of newlines. */
static int read_header(struct log_file *f, const char *bytes, size_t len, struct terr *err)
{
	const char *const start = find_header(bytes, len);
	const char *p = start;
	struct scan scan;
	struct line l;
	bool header = true;

	scan_start(&scan, p);
	while (p < bytes + len && !f->first_time) {
		struct log_event ev;

		p = scan_line(&scan, p, &l);
		if (l.start == start && check_first_line(f, &l, err))
			return -1;
		if (header && l.start < l.end && *l.start != '#') {
			header = false;
			if (check_header(f, err))
				return -1;
		}
		if (header && l.start < l.end && !l.dirty && !l.nr_tabs && add_key(f, &l, err))
			return -1;
		if (!header && parse_event(&l, f->form, &ev) && logfile_plausible(f->unit, &ev))
			f->first_time = ev.time;
	}
	return header ? check_header(f, err) : 0;
}

int logfile_open(struct log_file *f, const char *path, struct terr *err)
{
	const char *start;
	char *copy;
	size_t len;
	int rc;

	f->path = strcmp(path, "-") ? path : "standard input";
	f->form = PARSE_FIVE;
	f->scale = 1;
	f->source = stream_open(path, err);
	if (!f->source || stream_peek(f->source, &start, &len, err))
		return -1;
	copy = malloc(len + BLOCK_PAD);
	if (!copy)
		return terr_set(err, "out of memory");
	memcpy(copy, start, len);
	memset(copy + len, '\n', BLOCK_PAD);
	rc = read_header(f, copy, len, err);
	free(copy);
	stream_park(f->source);
	return rc;
}

void logfile_free(struct log_file *f)
{
	for (size_t i = 0; i < f->nr_keys; i++) {
		free(f->keys[i].key);
		free(f->keys[i].value);
	}
	free(f->keys);
	free(f->block_lines);
	stream_close(f->source);
}

bool logfile_trailer(const struct line *l, struct log_trailer *t)
{
	const struct {
		const char *key;
		uint64_t *value;
	} fields[] = { { " events=", &t->events },
		       { " lost=", &t->lost },
		       { " unfinished=", &t->unfinished },
		       { " backwards=", &t->backwards } };
	const size_t needed = ARRAY_SIZE(fields) - 1;
	const char *s = l->start + strlen(END);

	if (!begins(l, END))
		return false;
	t->backwards = 0;
	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		size_t len = strlen(fields[i].key);
		const char *value_end;

		if ((size_t)(l->end - s) < len || memcmp(s, fields[i].key, len)) {
			if (i < needed)
				return false;
			continue;
		}
		s += len;
		for (value_end = s; value_end < l->end && *value_end != ' '; value_end++)
			;
		if (!parse_u64(s, value_end, fields[i].value) || *fields[i].value > TRAILER_MAX)
			return false;
		s = value_end;
	}
	return s == l->end || *s == ' ';
}

static int check_unit(const struct log_file *f, const struct line *l, struct terr *err)
{
	const char *s = l->start + strlen("# unit:");
	enum log_unit unit;

	if (!logfile_unit(s, l->end, &unit) && unit == f->unit)
		return 0;
	return terr_set(err, "%s: the unit changes from %s to%.*s inside the file: split it",
			f->path, log_unit_name(f->unit), shown(s, l->end), s);
}

static void add_trailer(struct log_trailer *to, const struct log_trailer *t)
{
	sum_add(&to->events, t->events);
	sum_add(&to->lost, t->lost);
	sum_add(&to->unfinished, t->unfinished);
	sum_add(&to->backwards, t->backwards);
}

int logfile_comment(const struct log_file *f, const struct line *l, struct line_at at,
		    struct log_counts *c, struct terr *err)
{
	struct log_trailer t;

	if (l->dirty || l->nr_tabs) {
		c->unparsed++;
		if (!c->first_unparsed.set)
			c->first_unparsed = at;
		return 0;
	}
	if (f->form != PARSE_SEVEN)
		return 0;
	if (begins(l, MAGIC))
		c->headers++;
	if (begins(l, "# unit:"))
		return check_unit(f, l, err);
	if (logfile_trailer(l, &t)) {
		c->trailers++;
		add_trailer(&c->trailer, &t);
		c->last_trailer = at;
	}
	return 0;
}

bool line_before(struct line_at a, struct line_at b)
{
	return a.block != b.block ? a.block < b.block : a.line < b.line;
}

static void keep_first(struct line_at *to, struct line_at at)
{
	if (at.set && (!to->set || line_before(at, *to)))
		*to = at;
}

static void keep_last(struct line_at *to, struct line_at at)
{
	if (at.set && (!to->set || line_before(*to, at)))
		*to = at;
}

int logfile_add(struct log_file *f, uint32_t block, const struct log_counts *c)
{
	struct log_counts *sum = &f->counts;

	if (block >= f->nr_blocks) {
		size_t nr = 2 * (size_t)block + 16;
		uint32_t *lines = realloc(f->block_lines, nr * sizeof(*lines));

		if (!lines)
			return -1;
		memset(lines + f->nr_blocks, 0, (nr - f->nr_blocks) * sizeof(*lines));
		f->block_lines = lines;
		f->nr_blocks = nr;
	}
	f->block_lines[block] = (uint32_t)c->lines;
	sum->lines += c->lines;
	sum->events += c->events;
	sum->unparsed += c->unparsed;
	sum->backwards += c->backwards;
	sum->headers += c->headers;
	sum->trailers += c->trailers;
	add_trailer(&sum->trailer, &c->trailer);
	keep_first(&sum->first_unparsed, c->first_unparsed);
	keep_last(&sum->last_event, c->last_event);
	keep_last(&sum->last_trailer, c->last_trailer);
	return 0;
}

uint64_t logfile_line(const struct log_file *f, uint32_t block, uint32_t line)
{
	uint64_t n = (uint64_t)line + 1;

	for (uint32_t i = 0; i < block && i < f->nr_blocks; i++)
		n += f->block_lines[i];
	return n;
}

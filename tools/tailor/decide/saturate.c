// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "lib/slice.h"
#include "decide/decide.h"
#include "decide/saturate.h"
#include "log/agg.h"
#include "lib/errnos.h"
#include "log/params.h"

/* One thing that rules look at; several clauses may be about it. */
struct use {
	const struct clause *clause;
	int err; /* of a clause about an errno; 0: any outcome */
};

struct uses {
	struct use *v;
	size_t nr;
};

/* Where something stands first, in each file that has it. */
struct firsts {
	struct log_pos *v;
	size_t nr;
};

struct call_errno {
	int err;
	struct firsts firsts;
};

struct call {
	char *name; /* NULL: this id was not seen */
	const struct syscall_def *def;
	bool may_mark;
	struct firsts firsts;
	struct call_errno *errnos;
	size_t nr_errnos;
	size_t *uses; /* those that are about this system call */
	size_t nr_uses;
};

/* What was seen of one file. */
struct use_span {
	bool set;
	struct log_pos first;
	struct log_pos last;
	bool marked;
	struct log_pos mark;
};

/* Of one thread, calls by their id; in the sum they are in no order. */
struct saturate_state {
	const struct uses *uses;
	struct call *calls;
	size_t nr_calls;
	struct firsts *hits; /* of each use */
	struct use_span *spans;
	size_t nr_spans;
};

struct saturate_collect {
	struct uses uses;
	struct saturate_state sum;
};

/* --- what rules look at --- */

static bool same_use(const struct clause *a, const struct clause *b)
{
	bool same_sub = a->sub ? b->sub && !strcmp(a->sub, b->sub) : !b->sub;

	if (a->kind != b->kind || strcmp(a->name, b->name) || !same_sub)
		return false;
	return a->kind != CLAUSE_PARAM || !strcmp(a->text, b->text);
}

static int add_use(struct uses *uses, const struct clause *c)
{
	const char *err = c->kind == CLAUSE_ERRNO ? c->name : c->sub;
	struct use *v;

	if (c->kind != CLAUSE_SYSCALL && c->kind != CLAUSE_ERRNO && c->kind != CLAUSE_PARAM)
		return 0;
	for (size_t i = 0; i < uses->nr; i++)
		if (same_use(uses->v[i].clause, c))
			return 0;
	v = array_grow(uses->v, uses->nr, sizeof(*v));
	if (!v)
		return -1;
	uses->v = v;
	v += uses->nr++;
	*v = (struct use){ .clause = c };
	if (c->kind != CLAUSE_PARAM && err)
		v->err = errno_by_name(err, strlen(err));
	return 0;
}

static int add_clauses(struct uses *uses, const struct clause *c, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (add_use(uses, &c[i]))
			return -1;
	return 0;
}

static int find_uses(struct uses *uses, const struct ruleset *rules)
{
	for (size_t i = 0; i < rules->nr; i++) {
		const struct rule *r = &rules->v[i];

		if (add_clauses(uses, r->used_by, r->nr_used_by) ||
		    add_clauses(uses, r->nothing_if, r->nr_nothing_if) ||
		    add_clauses(uses, r->wanted_by, r->nr_wanted_by))
			return -1;
	}
	return 0;
}

/* As the rule has it, without what it wants of it ("absent"). */
static void use_name(const struct clause *c, char *buf, size_t len)
{
	if (c->kind == CLAUSE_PARAM)
		snprintf(buf, len, "%s", c->text);
	else if (c->kind == CLAUSE_ERRNO)
		snprintf(buf, len, "errno %s", c->name);
	else
		snprintf(buf, len, "syscall %s%s%s", c->name, c->sub ? " errno " : "",
			 c->sub ? c->sub : "");
}

/* --- noting --- */

static int note(struct firsts *f, struct log_pos pos)
{
	struct log_pos *v;

	for (size_t i = 0; i < f->nr; i++) {
		if (f->v[i].file != pos.file)
			continue;
		if (log_pos_before(pos, f->v[i]))
			f->v[i] = pos;
		return 0;
	}
	v = array_grow(f->v, f->nr, sizeof(*v));
	if (!v)
		return -1;
	f->v = v;
	v[f->nr++] = pos;
	return 0;
}

static int note_all(struct firsts *to, const struct firsts *from)
{
	for (size_t i = 0; i < from->nr; i++)
		if (note(to, from->v[i]))
			return -1;
	return 0;
}

static struct firsts *errno_of(struct call *call, int err)
{
	struct call_errno *v;

	for (size_t i = 0; i < call->nr_errnos; i++)
		if (call->errnos[i].err == err)
			return &call->errnos[i].firsts;
	v = array_grow(call->errnos, call->nr_errnos, sizeof(*v));
	if (!v)
		return NULL;
	call->errnos = v;
	v += call->nr_errnos++;
	*v = (struct call_errno){ .err = err };
	return &v->firsts;
}

/* Room for one more at index, which may be beyond the end; what is new is zero. NULL: no memory. */
static void *room_at(void *array, size_t *nr, size_t index, size_t size)
{
	char *v = realloc(array, (index + 1) * size);

	if (!v)
		return NULL;
	memset(v + *nr * size, 0, (index + 1 - *nr) * size);
	*nr = index + 1;
	return v;
}

/* The calls that look for a path without opening it. */
static bool may_mark(const char *name)
{
	static const char *const names[] = { "access", "faccessat", "faccessat2",
					     "stat",   "lstat",	    "newfstatat",
					     "statx",  "stat64",    "lstat64" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

static int learn_call(struct saturate_state *s, struct call *call, const char *name, size_t len)
{
	call->name = strndup(name, len);
	call->uses = calloc(s->uses->nr + 1, sizeof(*call->uses));
	if (!call->name || !call->uses)
		return -1;
	call->def = syscall_by_name(name, len);
	call->may_mark = may_mark(call->name);
	for (size_t i = 0; i < s->uses->nr; i++) {
		const struct clause *c = s->uses->v[i].clause;

		if (c->kind != CLAUSE_ERRNO && !strcmp(c->name, call->name))
			call->uses[call->nr_uses++] = i;
	}
	return 0;
}

static struct call *call_of(struct saturate_state *s, const struct log_event *ev)
{
	struct call *call;

	if (ev->syscall_id >= s->nr_calls) {
		call = room_at(s->calls, &s->nr_calls, ev->syscall_id, sizeof(*call));
		if (!call)
			return NULL;
		s->calls = call;
	}
	call = &s->calls[ev->syscall_id];
	if (!call->name && learn_call(s, call, ev->syscall.s, ev->syscall.len))
		return NULL;
	return call;
}

static struct use_span *span_of(struct saturate_state *s, uint32_t file)
{
	struct use_span *v = s->spans;

	if (file >= s->nr_spans) {
		v = room_at(v, &s->nr_spans, file, sizeof(*v));
		if (!v)
			return NULL;
		s->spans = v;
	}
	return &v[file];
}

static void stretch(struct use_span *span, const struct use_span *by)
{
	if (!by->set)
		return;
	if (!span->set || log_pos_before(by->first, span->first))
		span->first = by->first;
	if (!span->set || log_pos_before(span->last, by->last))
		span->last = by->last;
	if (by->marked && (!span->marked || log_pos_before(by->mark, span->mark))) {
		span->marked = true;
		span->mark = by->mark;
	}
	span->set = true;
}

static bool is_mark(const struct call *call, const struct log_event *ev)
{
	return call->may_mark &&
	       memmem(ev->args.s, ev->args.len, "\"" SATURATE_MARK "\"", sizeof(SATURATE_MARK) + 1);
}

static bool is_hit(const struct use *use, const struct call *call, const struct log_event *ev)
{
	struct slice value;
	char text[AGG_VALUE_MAX + 1];

	if (use->clause->kind != CLAUSE_PARAM)
		return !use->err || use->err == ev->err;
	/* No value that a rule names is as long as that. */
	if (!log_params_find(call->def, ev->args, use->clause->sub, &value) ||
	    value.len > AGG_VALUE_MAX)
		return false;
	memcpy(text, value.s, value.len);
	text[value.len] = '\0';
	return clause_counts(use->clause, text);
}

static int note_errno(struct saturate_state *s, struct call *call, const struct log_event *ev)
{
	struct firsts *firsts = errno_of(call, ev->err);

	if (!firsts || note(firsts, ev->pos))
		return -1;
	for (size_t i = 0; i < s->uses->nr; i++) {
		const struct use *use = &s->uses->v[i];

		if (use->clause->kind == CLAUSE_ERRNO && use->err == ev->err &&
		    note(&s->hits[i], ev->pos))
			return -1;
	}
	return 0;
}

static int state_event(void *state, const struct log_event *ev)
{
	struct saturate_state *s = state;
	struct call *call = call_of(s, ev);
	struct use_span *span = span_of(s, ev->pos.file);
	struct use_span here = { .set = true, .first = ev->pos, .last = ev->pos };

	if (!call || !span)
		return -1;
	here.marked = is_mark(call, ev);
	here.mark = ev->pos;
	stretch(span, &here);
	if (note(&call->firsts, ev->pos) || (ev->err && note_errno(s, call, ev)))
		return -1;
	for (size_t i = 0; i < call->nr_uses; i++) {
		size_t use = call->uses[i];

		if (is_hit(&s->uses->v[use], call, ev) && note(&s->hits[use], ev->pos))
			return -1;
	}
	return 0;
}

/* --- threads --- */

static void call_clear(struct call *call)
{
	for (size_t i = 0; i < call->nr_errnos; i++)
		free(call->errnos[i].firsts.v);
	free(call->errnos);
	free(call->firsts.v);
	free(call->uses);
	free(call->name);
}

static void state_clear(struct saturate_state *s)
{
	for (size_t i = 0; i < s->nr_calls; i++)
		call_clear(&s->calls[i]);
	for (size_t i = 0; s->hits && i < s->uses->nr; i++)
		free(s->hits[i].v);
	free(s->calls);
	free(s->hits);
	free(s->spans);
}

static int state_init(struct saturate_state *s, const struct uses *uses)
{
	*s = (struct saturate_state){ .uses = uses };
	s->hits = calloc(uses->nr + 1, sizeof(*s->hits));
	return s->hits ? 0 : -1;
}

static void *state_start(void *arg)
{
	const struct saturate_collect *c = arg;
	struct saturate_state *s = malloc(sizeof(*s));

	if (s && !state_init(s, &c->uses))
		return s;
	free(s);
	return NULL;
}

static void state_drop(void *state)
{
	state_clear(state);
	free(state);
}

static struct call *call_by_name(struct saturate_state *s, const char *name)
{
	struct call *v;

	for (size_t i = 0; i < s->nr_calls; i++)
		if (!strcmp(s->calls[i].name, name))
			return &s->calls[i];
	v = room_at(s->calls, &s->nr_calls, s->nr_calls, sizeof(*v));
	if (!v)
		return NULL;
	s->calls = v;
	v += s->nr_calls - 1;
	v->name = strdup(name);
	if (v->name)
		return v;
	s->nr_calls--;
	return NULL;
}

static int merge_call(struct saturate_state *sum, const struct call *from)
{
	struct call *to = call_by_name(sum, from->name);

	if (!to || note_all(&to->firsts, &from->firsts))
		return -1;
	for (size_t i = 0; i < from->nr_errnos; i++) {
		struct firsts *firsts = errno_of(to, from->errnos[i].err);

		if (!firsts || note_all(firsts, &from->errnos[i].firsts))
			return -1;
	}
	return 0;
}

static int merge_all(struct saturate_state *sum, const struct saturate_state *s)
{
	for (size_t i = 0; i < s->nr_calls; i++)
		if (s->calls[i].name && merge_call(sum, &s->calls[i]))
			return -1;
	for (size_t i = 0; i < s->uses->nr; i++)
		if (note_all(&sum->hits[i], &s->hits[i]))
			return -1;
	for (size_t i = 0; i < s->nr_spans; i++) {
		struct use_span *span = span_of(sum, (uint32_t)i);

		if (!span)
			return -1;
		stretch(span, &s->spans[i]);
	}
	return 0;
}

static int state_merge(void *arg, void *state)
{
	int rc = merge_all(&((struct saturate_collect *)arg)->sum, state);

	state_drop(state);
	return rc;
}

/* --- the answer --- */

/* Lines of one file: its workload is in [start, end), the last tenth of that in [cut, end). */
struct part {
	uint64_t start;
	uint64_t cut;
	uint64_t end;
};

static struct part part_of(const struct log *log, const struct use_span *span)
{
	struct part p = { 0 };

	if (!span->set)
		return p;
	p.start = log_pos_line(log, span->first);
	p.end = span->marked ? log_pos_line(log, span->mark) : log_pos_line(log, span->last) + 1;
	p.cut = p.end - (p.end - p.start) / 10;
	return p;
}

static void add_count(struct saturation_count *n, const struct log *log,
		      const struct saturate_state *s, const struct firsts *f, bool *late)
{
	bool seen = false;

	*late = false;
	for (size_t i = 0; i < f->nr; i++) {
		struct part p = part_of(log, &s->spans[f->v[i].file]);
		uint64_t line = log_pos_line(log, f->v[i]);

		seen |= line < p.end;
		*late = f->nr == 1 && line >= p.cut && line < p.end;
	}
	n->seen += seen;
	n->late += *late;
}

static void count_calls(struct saturation *out, const struct log *log,
			const struct saturate_state *s)
{
	bool late;

	for (size_t i = 0; i < s->nr_calls; i++) {
		const struct call *call = &s->calls[i];

		add_count(&out->syscalls, log, s, &call->firsts, &late);
		for (size_t j = 0; j < call->nr_errnos; j++)
			add_count(&out->errors, log, s, &call->errnos[j].firsts, &late);
	}
}

static void count_uses(struct saturation *out, const struct log *log,
		       const struct saturate_state *s)
{
	for (size_t i = 0; i < s->uses->nr; i++) {
		const struct firsts *f = &s->hits[i];
		bool late;

		add_count(&out->uses, log, s, f, &late);
		if (!late || (out->late_use[0] && !log_pos_before(f->v[0], out->late_pos)))
			continue;
		out->late_pos = f->v[0];
		use_name(s->uses->v[i].clause, out->late_use, sizeof(out->late_use));
	}
}

static void judge(struct saturation *out, const struct log *log, const struct saturate_state *s)
{
	uint64_t lines = 0;

	for (size_t i = 0; i < s->nr_spans; i++) {
		struct part p = part_of(log, &s->spans[i]);

		lines += p.end - p.start;
	}
	count_calls(out, log, s);
	count_uses(out, log, s);
	if (lines < SATURATE_LINES_MIN)
		snprintf(out->growing, sizeof(out->growing),
			 "the profile is too short to tell whether it still grows: %llu lines, %d "
			 "are needed",
			 (unsigned long long)lines, SATURATE_LINES_MIN);
	else if (out->uses.late)
		snprintf(out->growing, sizeof(out->growing),
			 "the profile is still growing: %zu of %zu uses that rules look at were "
			 "first seen in its last tenth, %s at %s:%llu",
			 out->uses.late, out->uses.seen, out->late_use,
			 log_pos_path(log, out->late_pos),
			 (unsigned long long)log_pos_line(log, out->late_pos));
}

/* What decide() needs of a log. */
#define BY AGG_SYSCALL
#define WANT (AGG_ERRNO | AGG_PARAM)

struct agg *saturate_read(struct saturation *out, struct log *log, const struct ruleset *rules,
			  struct terr *err)
{
	struct saturate_collect c = { 0 };
	const struct log_visitor visitor = {
		.start = state_start,
		.event = state_event,
		.merge = state_merge,
		.drop = state_drop,
		.arg = &c,
	};
	struct agg *agg = NULL;

	memset(out, 0, sizeof(*out));
	if (!log_can_rewind(log)) {
		snprintf(
			out->growing, sizeof(out->growing),
			"whether the profile still grows is not known, since the log could be read "
			"only once; give it as a file");
		return agg_read(log, BY, WANT, err);
	}
	if (find_uses(&c.uses, rules) || state_init(&c.sum, &c.uses))
		terr_no_memory(err);
	else
		agg = agg_read_beside(log, BY, WANT, &visitor, err);
	if (agg)
		judge(out, log, &c.sum);
	state_clear(&c.sum);
	free(c.uses.v);
	return agg;
}

/* --- coverage --- */

void saturate_coverage(struct saturation *out, const struct covered *c)
{
	const struct covered_symbol *late = NULL;

	if (!c->has_late)
		return;
	out->covered = true;
	out->addresses = (struct saturation_count){ .seen = c->workload, .late = c->late };
	for (size_t i = 0; i < c->nr; i++) {
		const struct covered_symbol *s = &c->v[i];
		bool is_late = s->late && s->late == s->workload && !s->boot;

		if (!s->prompt)
			continue;
		out->symbols.seen++;
		out->symbols.late += is_late;
		if (is_late && !late)
			late = s;
	}
	if (late && !out->growing[0])
		snprintf(
			out->growing, sizeof(out->growing),
			"the profile is still growing: code of %zu of %zu symbols was first run in "
			"the last tenth of the workload, %s at %s",
			out->symbols.late, out->symbols.seen, late->symbol, late->first_workload);
}

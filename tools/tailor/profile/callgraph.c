// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/eachline.h"
#include "lib/number.h"
#include "lib/slice.h"
#include "lib/sum.h"
#include "log/filter.h"
#include "log/logfile.h"
#include "profile/callgraph.h"

/* Bounds on what a log can make us remember; far above those of a kernel. */
#define NODES_MAX (1u << 19)
#define DEPTH_MAX 4096
#define STACKS_MAX 65536
#define TASK_MAX 64
#define FUNCTION_MAX 128

struct frame {
	uint32_t node;
	uint64_t time;
	uint64_t callees;
};

/* What a task is in the midst of. */
struct stack {
	struct frame *frames;
	uint32_t depth;
	uint32_t room;
};

struct callgraph_reader {
	struct callgraph *cg;
	struct filter filter;
	const char *path; /* of the file being read */
	bool first;	  /* no other was read before it */
	bool versioned;	  /* it has the header */
	uint64_t lines;
	uint64_t events;
	uint64_t unparsed;
	uint64_t trailers;
	uint64_t all; /* the times of all calls: while it fits, so does each sum of some */
	struct log_trailer trailer;
	bool event_last;     /* an event stands behind the last trailer */
	struct intern tasks; /* "TASK(PID)" */
	struct stack *stacks;
	uint32_t nr_stacks;
	/* (parent, function) -> node: slots hold index + 1, 0 is free. */
	uint32_t *slots;
	uint32_t mask;
};

/* --- lines --- */

static bool is_function(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '.' || c == '$' || c == '@';
}

/*
 * Finds "(PID):", blanks and an arrow. The task before it may itself hold parentheses and colons.
 * Returns the arrow, NULL when there is none.
 */
static const char *find_arrow(const char *s, const char *end, const char **open, uint64_t *pid)
{
	for (const char *c = s; (c = memchr(c, ')', (size_t)(end - c))); c++) {
		const char *arrow = c + 2;
		const char *digits = c;

		if (end - c < 4 || c[1] != ':')
			continue;
		while (digits > s && digits[-1] >= '0' && digits[-1] <= '9')
			digits--;
		while (arrow < end && *arrow == ' ')
			arrow++;
		if (digits == s || digits[-1] != '(' || end - arrow < 3 ||
		    (memcmp(arrow, "->", 2) && memcmp(arrow, "<-", 2)))
			continue;
		if (!parse_u64(digits, c, pid) || *pid > UINT32_MAX)
			continue;
		*open = digits - 1;
		return arrow;
	}
	return NULL;
}

bool callgraph_parse(const char *s, const char *end, struct cg_event *ev)
{
	const char *task;
	const char *open;
	const char *arrow;
	const char *stop;
	const char *again;
	uint64_t pid;
	uint64_t other;

	/* thread_indent() writes the time to the right of six columns */
	while (s < end && *s == ' ')
		s++;
	for (task = s; task < end && *task >= '0' && *task <= '9';)
		task++;
	if (task == end || *task != ' ' || !parse_u64(s, task, &ev->time))
		return false;
	arrow = find_arrow(++task, end, &open, &pid);
	if (!arrow || open == task || open - task > TASK_MAX)
		return false;
	for (stop = arrow + 2; stop < end && is_function(*stop); stop++)
		;
	/* A second arrow behind it: two lines glued together. */
	if (stop == arrow + 2 || stop - arrow > FUNCTION_MAX || (stop < end && *stop != ' ') ||
	    find_arrow(stop, end, &again, &other))
		return false;
	ev->task = (struct slice){ task, (size_t)(open - task) };
	ev->pid = (uint32_t)pid;
	ev->exit = *arrow == '<';
	ev->function = (struct slice){ arrow + 2, (size_t)(stop - arrow - 2) };
	return true;
}

/* --- the tree --- */

static uint32_t slot_of(const struct callgraph_reader *r, uint32_t parent, uint32_t function)
{
	uint64_t key = (uint64_t)parent << 32 | function;
	uint32_t i = (uint32_t)(key * 0x9e3779b97f4a7c15ull >> 32) & r->mask;

	while (r->slots[i]) {
		const struct cg_node *n = &r->cg->nodes[r->slots[i] - 1];

		if (n->parent == parent && n->function == function)
			break;
		i = (i + 1) & r->mask;
	}
	return i;
}

/* There are never more nodes than half the slots. */
static int grow_tree(struct callgraph_reader *r, struct terr *err)
{
	uint32_t nr = r->slots ? 2 * (r->mask + 1) : 256;
	struct cg_node *nodes = realloc(r->cg->nodes, nr / 2 * sizeof(*nodes));
	uint32_t *slots = calloc(nr, sizeof(*slots));

	if (nodes)
		r->cg->nodes = nodes;
	if (!nodes || !slots) {
		free(slots);
		return terr_set(err, "out of memory");
	}
	free(r->slots);
	r->slots = slots;
	r->mask = nr - 1;
	for (uint32_t i = 0; i < r->cg->nr_nodes; i++)
		slots[slot_of(r, nodes[i].parent, nodes[i].function)] = i + 1;
	return 0;
}

static int find_node(struct callgraph_reader *r, uint32_t parent, uint32_t function, uint32_t *node,
		     struct terr *err)
{
	struct callgraph *cg = r->cg;
	uint32_t slot;

	if ((!r->slots || cg->nr_nodes == (r->mask + 1) / 2) && grow_tree(r, err))
		return -1;
	slot = slot_of(r, parent, function);
	if (!r->slots[slot]) {
		if (cg->nr_nodes == NODES_MAX)
			return terr_set(err, "%s: more than %u different chains of calls", r->path,
					NODES_MAX);
		cg->nodes[cg->nr_nodes] = (struct cg_node){
			.function = function,
			.parent = parent,
			.depth = parent == CG_ROOT ? 0 : cg->nodes[parent].depth + 1,
		};
		r->slots[slot] = ++cg->nr_nodes;
	}
	*node = r->slots[slot] - 1;
	return 0;
}

/* --- the stacks --- */

static struct stack *find_stack(struct callgraph_reader *r, const struct cg_event *ev,
				struct terr *err)
{
	char key[TASK_MAX + 24] = { 0 };
	int len =
		snprintf(key, sizeof(key) - 8, "%.*s(%u)", (int)ev->task.len, ev->task.s, ev->pid);
	uint32_t id = intern_add(&r->tasks, key, (size_t)len);

	if (id != INTERN_NONE && id >= STACKS_MAX) {
		terr_set(err, "%s: more than %d different tasks", r->path, STACKS_MAX);
		return NULL;
	}
	if (id != INTERN_NONE && id >= r->nr_stacks) {
		uint32_t nr = 2 * id + 16;
		struct stack *stacks = realloc(r->stacks, nr * sizeof(*stacks));

		if (stacks) {
			memset(stacks + r->nr_stacks, 0, (nr - r->nr_stacks) * sizeof(*stacks));
			r->stacks = stacks;
			r->nr_stacks = nr;
		}
	}
	if (id < r->nr_stacks)
		return &r->stacks[id];
	terr_set(err, "out of memory");
	return NULL;
}

/*
 * The frames above depth never saw their exit: they keep their call, but have no time. What their
 * callees took is still no time of their caller's own.
 */
static void drop_frames(struct callgraph_reader *r, struct stack *s, uint32_t depth)
{
	while (s->depth > depth) {
		const struct frame *f = &s->frames[--s->depth];

		r->cg->nodes[f->node].missing++;
		r->cg->missing_exits++;
		if (s->depth)
			sum_add(&s->frames[s->depth - 1].callees, f->callees);
	}
}

static int enter(struct callgraph_reader *r, struct stack *s, const struct cg_event *ev,
		 uint32_t function, struct terr *err)
{
	uint32_t node = 0;

	/* Time begins anew with each outermost call: what is open now was never left. */
	if (s->depth && ev->time < s->frames[s->depth - 1].time)
		drop_frames(r, s, 0);
	if (s->depth == DEPTH_MAX)
		return terr_set(err, "%s: calls more than %d deep", r->path, DEPTH_MAX);
	if (s->depth == s->room) {
		uint32_t room = s->room ? 2 * s->room : 16;
		struct frame *frames = realloc(s->frames, room * sizeof(*frames));

		if (!frames)
			return terr_set(err, "out of memory");
		s->frames = frames;
		s->room = room;
	}
	if (find_node(r, s->depth ? s->frames[s->depth - 1].node : CG_ROOT, function, &node, err))
		return -1;
	r->cg->nodes[node].calls++;
	s->frames[s->depth++] = (struct frame){ .node = node, .time = ev->time };
	return 0;
}

static int leave(struct callgraph_reader *r, struct stack *s, const struct cg_event *ev,
		 uint32_t function, struct terr *err)
{
	struct cg_node *nodes = r->cg->nodes;
	uint32_t depth = s->depth;
	struct frame *f;
	uint64_t time;

	if (!nodes || !s->frames) {
		r->cg->stray_exits++;
		return 0;
	}
	while (depth && nodes[s->frames[depth - 1].node].function != function)
		depth--;
	if (!depth || ev->time < s->frames[depth - 1].time) {
		r->cg->stray_exits++;
		return 0;
	}
	drop_frames(r, s, depth);
	f = &s->frames[--s->depth];
	time = ev->time - f->time;
	if (!sum_add(&r->all, time))
		return terr_set(err,
				"%s:%llu: the calls up to here take more than 2^63 %s, which no "
				"machine's do; trace them anew",
				r->path, (unsigned long long)r->lines, log_unit_name(r->cg->unit));
	nodes[f->node].total += time;
	sum_add(&nodes[f->node].callees, f->callees);
	if (s->depth)
		sum_add(&s->frames[s->depth - 1].callees, time);
	return 0;
}

static int take_event(struct callgraph_reader *r, const struct cg_event *ev, struct terr *err)
{
	char task[TASK_MAX + 1];
	struct stack *s;
	uint32_t function;

	snprintf(task, sizeof(task), "%.*s", (int)ev->task.len, ev->task.s);
	if (!filter_task(&r->filter, task) || !filter_pid(&r->filter, ev->pid))
		return 0;
	s = find_stack(r, ev, err);
	if (!s)
		return -1;
	function = intern_add(&r->cg->functions, ev->function.s, ev->function.len);
	if (function == INTERN_NONE)
		return terr_set(err, "out of memory");
	if (!ev->exit)
		return enter(r, s, ev, function, err);
	return leave(r, s, ev, function, err);
}

/* --- files --- */

static void count_unparsed(struct callgraph_reader *r)
{
	r->unparsed++;
	if (!r->cg->input.unparsed_path) {
		r->cg->input.unparsed_path = r->path;
		r->cg->input.unparsed_line = r->lines;
	}
}

static int set_unit(struct callgraph_reader *r, enum log_unit unit, bool first, struct terr *err)
{
	if (!first && unit != r->cg->unit)
		return terr_set(err, "%s: the unit changes from %s to %s: read it by itself",
				r->path, log_unit_name(r->cg->unit), log_unit_name(unit));
	r->cg->unit = unit;
	return 0;
}

/* The accelerator that the first header names; later ones do not change it. */
static bool take_accelerator(struct callgraph *cg, const struct line *l)
{
	static const char key[] = "# accelerator:";
	const char *s = l->start + sizeof(key) - 1;

	if ((size_t)(l->end - l->start) < sizeof(key) || memcmp(l->start, key, sizeof(key) - 1))
		return false;
	while (s < l->end && *s == ' ')
		s++;
	if (!cg->accelerator[0])
		snprintf(cg->accelerator, sizeof(cg->accelerator), "%.*s", (int)(l->end - s), s);
	return true;
}

static int take_comment(struct callgraph_reader *r, const struct line *l, struct terr *err)
{
	static const char magic[] = "# tailor-callgraph 1";
	static const char unit[] = "# unit:";
	size_t len = (size_t)(l->end - l->start);
	enum log_unit u;

	if (len == sizeof(magic) - 1 && !memcmp(l->start, magic, len)) {
		r->versioned = true;
	} else if (len > 8 && !memcmp(l->start, magic, 8)) {
		return terr_set(err, "%s:%llu: is not a call-graph log this program reads", r->path,
				(unsigned long long)r->lines);
	} else if (len >= sizeof(unit) - 1 && !memcmp(l->start, unit, sizeof(unit) - 1)) {
		if (logfile_unit(l->start + sizeof(unit) - 1, l->end, &u))
			return terr_set(err, "%s:%llu: unknown unit (ns, us or cycles)", r->path,
					(unsigned long long)r->lines);
		return set_unit(r, u, r->first && !r->events, err);
	} else if (take_accelerator(r->cg, l)) {
		return 0;
	} else if (logfile_trailer(l, &r->trailer)) {
		r->trailers++;
		r->event_last = false;
	}
	return 0;
}

static int take_line(void *arg, const struct line *l, bool whole, struct terr *err)
{
	struct callgraph_reader *r = arg;
	struct cg_event ev;

	r->lines++;
	if (l->start == l->end)
		return 0;
	if (!whole || l->dirty || l->end - l->start > LOG_LINE_MAX) {
		count_unparsed(r);
		return 0;
	}
	if (*l->start == '#')
		return take_comment(r, l, err);
	if (!callgraph_parse(l->start, l->end, &ev) || ev.time > SUM_MAX) {
		count_unparsed(r);
		return 0;
	}
	r->events++;
	r->event_last = true;
	return take_event(r, &ev, err);
}

static void add_input(struct callgraph_reader *r)
{
	struct log_input *in = &r->cg->input;
	uint64_t lost = r->trailer.lost;

	in->lines += r->lines;
	in->events += r->events;
	in->unparsed += r->unparsed;
	in->backwards += r->trailer.backwards;
	in->lost = in->lost < 0 || !r->trailers ? -1 : in->lost + (int64_t)lost;
	if (!in->complete)
		return;
	in->complete = false;
	if (!r->versioned || r->trailers != 1 || r->event_last)
		snprintf(in->incomplete, sizeof(in->incomplete),
			 "%s has no \"# end:\" line as its last", r->path);
	else if (lost)
		snprintf(in->incomplete, sizeof(in->incomplete), "%s: %llu events were lost",
			 r->path, (unsigned long long)lost);
	else if (r->unparsed || r->trailer.events != r->events)
		snprintf(in->incomplete, sizeof(in->incomplete),
			 "%s: its trailer counts %llu events, %llu are there", r->path,
			 (unsigned long long)r->trailer.events, (unsigned long long)r->events);
	else
		in->complete = true;
}

static int read_file(struct callgraph_reader *r, const char *path, bool first, struct terr *err)
{
	struct stream *src = stream_open(path, err);
	int rc = src ? 0 : -1;

	r->path = strcmp(path, "-") ? path : "standard input";
	r->first = first;
	r->versioned = false;
	r->lines = 0;
	r->events = 0;
	r->unparsed = 0;
	r->trailers = 0;
	r->trailer = (struct log_trailer){ 0 };
	r->event_last = false;
	if (!rc)
		rc = each_line(src, take_line, r, err);
	stream_close(src);
	if (!rc && r->unparsed && !r->events)
		rc = terr_set(err, "%s: not one of its %llu lines is a call or a return", r->path,
			      (unsigned long long)r->lines);
	add_input(r);
	return rc;
}

/* A file is a trace of its own: what is open at its end stays without an exit. */
static void end_file(struct callgraph_reader *r)
{
	for (uint32_t i = 0; i < r->nr_stacks; i++)
		drop_frames(r, &r->stacks[i], 0);
}

static void reader_free(struct callgraph_reader *r)
{
	for (uint32_t i = 0; i < r->nr_stacks; i++)
		free(r->stacks[i].frames);
	free(r->stacks);
	free(r->slots);
	intern_free(&r->tasks);
	filter_free(&r->filter);
}

struct callgraph *callgraph_read(const struct log_filter *wanted, char *const *paths,
				 size_t nr_paths, struct terr *err)
{
	static char *const standard_input[] = { "-" };
	struct callgraph_reader r = { .cg = calloc(1, sizeof(*r.cg)) };
	int rc;

	if (!r.cg) {
		terr_set(err, "out of memory");
		return NULL;
	}

	if (!nr_paths) {
		paths = standard_input;
		nr_paths = 1;
	}
	r.cg->input.complete = true;
	rc = filter_init(&r.filter, wanted, err);
	for (size_t i = 0; !rc && i < nr_paths; i++) {
		rc = read_file(&r, paths[i], !i, err);
		end_file(&r);
	}
	reader_free(&r);
	if (!rc)
		return r.cg;
	callgraph_free(r.cg);
	return NULL;
}

void callgraph_free(struct callgraph *cg)
{
	if (!cg)
		return;
	intern_free(&cg->functions);
	free(cg->nodes);
	free(cg);
}

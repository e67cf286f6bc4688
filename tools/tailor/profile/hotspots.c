// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "lib/array.h"
#include "lib/eachline.h"
#include "lib/lines.h"
#include "lib/slice.h"
#include "lib/strlist.h"
#include "lib/sum.h"
#include "log/filter.h"
#include "profile/hotspots.h"
#include "profile/perfline.h"
#include "profile/perfreport.h"

/* Bounds what a profile can make us remember; far above the functions of a machine. */
#define SPOTS_MAX (1u << 20)
/* Command, object and symbol; a longer symbol (of C++) is cut. */
#define KEY_MAX 4096

#define NOT_A_PROFILE                                                                                   \
	"neither \"perf report --stdio\" nor \"perf script\" nor folded stacks; say with --input what " \
	"it is, or write it anew"
#define MACHINE_FORMATS "write it with \"perf report --stdio -t, >FILE\" or \"perf script >FILE\""

#define NO_SAMPLES "# Samples: 0 "
#define TIMELESS                                                                               \
	"a sample of perf script without its time; write it with the default fields, or with " \
	"-F comm,tid,time,event,ip,sym,dso"

struct hotspots_reader {
	struct hotspots *h;
	const char *path;
	uint32_t event; /* of the section of a report, or of the sample of a script */
	bool has_event;
	/* report: the layout, and the comment before the current line, which may hold the titles */
	struct perf_layout layout;
	char titles[1024];
	uint32_t group[PERF_GROUP_MAX]; /* the events whose shares stand side by side in a row */
	size_t nr_group;
	uint64_t callers; /* rows on behalf of callees only */
	bool closed;	  /* the comment behind the last row was seen */
	uint64_t sampled; /* bit of each of the first 64 events that has samples, by its title */
	/* script: a sample whose place is not yet known */
	bool pending;
	uint64_t pending_line;
	struct slice command; /* in command_text */
	char command_text[64];
	char inlined[1024]; /* the symbol of its first function, when that is part of another one */
	uint64_t period;
	bool has_stacks; /* places stand in lines of their own */
	bool in_stack;	 /* the empty line behind a sample is still to come */
	/* folded: a line of several functions was seen, so the others are no mere words and numbers
	 */
	bool stacked;
};

static int no_memory(const struct hotspots_reader *r, struct terr *err)
{
	return terr_set(err, "%s: out of memory", r->path);
}

static void count_unparsed(struct hotspots_reader *r)
{
	struct log_input *in = &r->h->input;

	if (!in->unparsed++) {
		in->unparsed_path = r->h->path;
		in->unparsed_line = in->lines;
	}
}

/* --- what is kept --- */

static int set_event(struct hotspots_reader *r, struct slice name, struct terr *err)
{
	char text[256 + 8] = "";
	struct hotspots *h = r->h;
	double *totals;

	snprintf(text, sizeof(text) - 8, "%.*s", (int)name.len, name.s);
	r->event = intern_add(&h->events, text, strlen(text));
	r->has_event = true;
	if (r->event == INTERN_NONE)
		return no_memory(r, err);
	if (r->event < h->nr_totals)
		return 0;
	totals = array_grow(h->totals, h->nr_totals, sizeof(*totals));
	if (!totals)
		return no_memory(r, err);
	h->totals = totals;
	totals[h->nr_totals++] = 0;
	return 0;
}

static size_t put(char *key, size_t at, struct slice s)
{
	if (!s.len)
		s = (struct slice){ "-", 1 };
	if (at + s.len + 1 > KEY_MAX)
		s.len = at + 1 < KEY_MAX ? KEY_MAX - at - 1 : 0;
	memcpy(key + at, s.s, s.len);
	key[at + s.len] = '\0';
	return at + s.len + 1;
}

/* "event NUL command NUL object NUL symbol" is one name, whose copy the strings point into. */
static int add_spot(struct hotspots_reader *r, struct slice command, const struct perf_frame *f,
		    double weight, uint64_t line, struct terr *err)
{
	char key[KEY_MAX + 64];
	struct hotspots *h = r->h;
	size_t n = (size_t)sprintf(key, "%u", r->event) + 1;
	size_t command_at = n;
	size_t object_at = put(key, command_at, command);
	size_t symbol_at = put(key, object_at, f->object);
	uint32_t id;

	n = put(key, symbol_at, f->symbol);
	memset(key + n, 0, 8);
	id = intern_add(&h->keys, key, n);
	if (id == SPOTS_MAX)
		return terr_set(err, "%s: more than %u different functions", r->path, SPOTS_MAX);
	if (id == h->nr) {
		struct hotspot *v = array_grow(h->v, h->nr, sizeof(*v));

		if (!v)
			return no_memory(r, err);
		h->v = v;
		v[h->nr++] = (struct hotspot){
			.event = r->event,
			.command = h->keys.names[id].s + command_at,
			.object = h->keys.names[id].s + object_at,
			.symbol = h->keys.names[id].s + symbol_at,
			.line = line,
		};
	}
	if (id >= h->nr)
		return no_memory(r, err);
	h->v[id].weight += weight;
	h->totals[r->event] += weight;
	return 0;
}

/* A profile that names no event has one without a name. */
static int need_event(struct hotspots_reader *r, struct terr *err)
{
	return r->has_event ? 0 : set_event(r, (struct slice){ "", 0 }, err);
}

/* --- report --- */

static void add_lost(struct log_input *in, const char *digits)
{
	uint64_t sum = in->lost < 0 ? 0 : (uint64_t)in->lost;

	errno = 0;
	sum_add(&sum, strtoull(digits, NULL, 10));
	in->lost = (int64_t)sum;
}

/* A section of one event, or of a group of them, begins; some: there are samples of it. */
static int begin_section(struct hotspots_reader *r, struct slice names, bool group, bool some,
			 struct terr *err)
{
	struct slice name;

	r->nr_group = 0;
	if (!group) {
		if (set_event(r, names, err))
			return -1;
		if (some && r->event < 64)
			r->sampled |= 1ull << r->event;
		return 0;
	}
	while (r->nr_group < PERF_GROUP_MAX && perf_next_event(&names, &name)) {
		if (set_event(r, name, err))
			return -1;
		r->group[r->nr_group++] = r->event;
	}
	return 0;
}

/* "# Samples: 271K of event 'cpu-clock'" begins a section, "# Total Lost Samples: 0" counts. */
static int take_comment(struct hotspots_reader *r, const char *s, struct terr *err)
{
	static const char lost[] = "# Total Lost Samples: ";
	struct log_input *in = &r->h->input;
	struct slice names;
	bool group;

	if (!strncmp(s, lost, sizeof(lost) - 1)) {
		add_lost(in, s + sizeof(lost) - 1);
	} else if (perf_report_events(s, &names, &group)) {
		return begin_section(r, names, group, strncmp(s, NO_SAMPLES, strlen(NO_SAMPLES)),
				     err);
	} else if (!strncmp(s, "# (", 3)) {
		r->closed = true;
	} else if (!perf_layout(&r->layout, r->titles, s) && !perf_separated(&r->layout, s)) {
		snprintf(r->titles, sizeof(r->titles), "%s", s);
	}
	return 0;
}

/* Those of a group that perf did not name are "event 3", .... */
static int need_group(struct hotspots_reader *r, size_t nr, struct terr *err)
{
	while (r->nr_group < nr) {
		char name[32];
		int len = snprintf(name, sizeof(name), "event %zu", r->nr_group + 1);

		if (set_event(r, (struct slice){ name, (size_t)len }, err))
			return -1;
		r->group[r->nr_group++] = r->event;
	}
	return 0;
}

/* A row of a group counts for each event that has a share of it. */
static int add_group(struct hotspots_reader *r, const struct perf_row *row,
		     const struct perf_frame *f, struct terr *err)
{
	if (need_group(r, row->nr_percents, err))
		return -1;
	for (size_t i = 0; i < row->nr_percents; i++) {
		r->event = r->group[i];
		if (row->percent[i] > 0 && add_spot(r, row->text[PERF_COMMAND], f, row->percent[i],
						    r->h->input.lines, err))
			return -1;
	}
	return 0;
}

static int take_row(struct hotspots_reader *r, const struct perf_row *row, struct terr *err)
{
	const struct perf_frame f = { row->text[PERF_SYMBOL], row->text[PERF_OBJECT] };

	r->h->input.events++;
	r->callers += row->caller;
	r->closed = false;
	if (row->nr_percents > 1)
		return add_group(r, row, &f, err);
	if (need_event(r, err))
		return -1;
	if (row->caller)
		return 0;
	return add_spot(r, row->text[PERF_COMMAND], &f, row->percent[0], r->h->input.lines, err);
}

/* What may be misread is not read. */
static int refuse(const struct hotspots_reader *r, const char *why, struct terr *err)
{
	return terr_set(err, "%s:%llu: this report can be misread: %s; " MACHINE_FORMATS, r->path,
			(unsigned long long)r->h->input.lines, why);
}

static int take_report(struct hotspots_reader *r, const char *s, struct terr *err)
{
	struct perf_row row;

	switch (perf_report_row(&r->layout, s, &row)) {
	case PERF_NONE:
		if (*s != ' ' && !perf_report_call_graph(s))
			count_unparsed(r);
		return 0;
	case PERF_DAMAGED:
		count_unparsed(r);
		return 0;
	case PERF_DOUBTFUL:
		return refuse(r, row.doubt, err);
	case PERF_ROW:
		break;
	}
	return take_row(r, &row, err);
}

/* --- script --- */

static int end_sample(struct hotspots_reader *r, const struct perf_frame *f, struct terr *err)
{
	struct perf_frame at = *f;

	if (!r->pending)
		return 0;
	r->pending = false;
	if (r->inlined[0])
		at.symbol = (struct slice){ r->inlined, strlen(r->inlined) };
	return add_spot(r, r->command, &at, (double)r->period, r->pending_line, err);
}

static const struct perf_frame nowhere;

/* A function that was inlined has no object of its own, it is in that of the function around it. */
static int take_frame(struct hotspots_reader *r, const struct perf_frame *f, struct terr *err)
{
	static const char inlined[] = "inlined";

	r->has_stacks = true;
	r->in_stack = true;
	if (f->object.len != strlen(inlined) || memcmp(f->object.s, inlined, f->object.len) != 0)
		return end_sample(r, f, err);
	if (r->pending && !r->inlined[0])
		snprintf(r->inlined, sizeof(r->inlined), "%.*s", (int)f->symbol.len, f->symbol.s);
	return 0;
}

static int take_sample(struct hotspots_reader *r, const struct perf_sample *sample,
		       struct terr *err)
{
	struct perf_frame f;

	if (end_sample(r, &nowhere, err) || set_event(r, sample->event, err))
		return -1;
	r->h->input.events++;
	r->pending = true;
	r->inlined[0] = '\0';
	r->in_stack = true;
	r->pending_line = r->h->input.lines;
	r->period = sample->period;
	snprintf(r->command_text, sizeof(r->command_text), "%.*s", (int)sample->command.len,
		 sample->command.s);
	r->command = (struct slice){ r->command_text, strlen(r->command_text) };
	/* without a call graph the place stands in the same line */
	return perf_script_frame(sample->rest, &f) ? end_sample(r, &f, err) : 0;
}

/* "command pid [cpu] time: PERF_RECORD_LOST lost 12": with --show-lost-events. */
static bool take_record(struct hotspots_reader *r, const char *s)
{
	static const char lost[] = "PERF_RECORD_LOST lost ";
	struct log_input *in = &r->h->input;
	const char *record = strstr(s, ": PERF_RECORD_");

	if (!record)
		return false;
	if (!strncmp(record + 2, lost, sizeof(lost) - 1))
		add_lost(in, record + 1 + sizeof(lost));
	return true;
}

static int take_script(struct hotspots_reader *r, const char *s, struct terr *err)
{
	struct perf_sample sample;
	struct perf_frame f;

	if (perf_script_sample(s, &sample))
		return take_sample(r, &sample, err);
	if (perf_script_frame(s, &f))
		return take_frame(r, &f, err);
	if (take_record(r, s))
		return 0;
	if (!r->h->input.events && perf_script_timeless(s))
		return terr_set(err, "%s:%llu: " TIMELESS, r->path,
				(unsigned long long)r->h->input.lines);
	count_unparsed(r);
	return 0;
}

/* --- folded --- */

static int take_folded(struct hotspots_reader *r, const char *s, struct terr *err)
{
	struct slice command;
	struct perf_frame leaf;
	uint64_t weight;

	if (!perf_folded(s, &command, &leaf, &weight)) {
		count_unparsed(r);
		return 0;
	}
	r->h->input.events++;
	r->stacked |= command.len > 0;
	if (need_event(r, err))
		return -1;
	return add_spot(r, command, &leaf, (double)weight, r->h->input.lines, err);
}

/* --- lines --- */

static enum hotspots_kind kind_of(const struct hotspots_reader *r, const char *s)
{
	struct perf_row row;
	struct perf_sample sample;
	struct perf_frame leaf;
	struct slice command;
	uint64_t weight;

	if (r->layout.known || perf_report_row(&r->layout, s, &row) != PERF_NONE)
		return HOTSPOTS_REPORT;
	if (perf_script_sample(s, &sample))
		return HOTSPOTS_SCRIPT;
	if (perf_folded(s, &command, &leaf, &weight))
		return HOTSPOTS_FOLDED;
	return HOTSPOTS_UNKNOWN;
}

static int take_text(struct hotspots_reader *r, const char *s, struct terr *err)
{
	if (r->h->kind == HOTSPOTS_UNKNOWN)
		r->h->kind = kind_of(r, s);
	switch (r->h->kind) {
	case HOTSPOTS_REPORT:
		return take_report(r, s, err);
	case HOTSPOTS_SCRIPT:
		return take_script(r, s, err);
	case HOTSPOTS_FOLDED:
		return take_folded(r, s, err);
	case HOTSPOTS_UNKNOWN:
		break;
	}
	return terr_set(err,
			perf_script_timeless(s) ? "%s:%llu: " TIMELESS : "%s:%llu: " NOT_A_PROFILE,
			r->path, (unsigned long long)r->h->input.lines);
}

/* As perf colours the largest shares of a report. */
static bool is_coloured(const struct hotspots_reader *r, const char *s)
{
	return (r->layout.known || r->h->kind == HOTSPOTS_REPORT) && !strncmp(s, "  \033[", 4);
}

static int take_line(void *arg, const struct line *l, bool whole, struct terr *err)
{
	struct hotspots_reader *r = arg;

	r->h->input.lines++;
	if (l->start == l->end) {
		r->in_stack = false;
		return 0;
	}
	if (is_coloured(r, l->start))
		return refuse(r, "it holds colours (perf report --stdio-color=always)", err);
	if (l->dirty || !whole) {
		if (r->h->kind == HOTSPOTS_UNKNOWN)
			return take_text(r, "", err);
		count_unparsed(r);
		return 0;
	}
	return *l->start == '#' ? take_comment(r, l->start, err) : take_text(r, l->start, err);
}

/* --- files --- */

static int check_whole(const struct hotspots_reader *r, bool forced, struct terr *err)
{
	const struct log_input *in = &r->h->input;

	if (r->h->kind == HOTSPOTS_FOLDED && !r->stacked && !forced)
		return terr_set(err, "%s: has no stack of several functions: " NOT_A_PROFILE,
				r->path);
	if (in->events || !in->unparsed)
		return 0;
	return terr_set(err,
			"%s:%llu: not understood, as all other lines; keep the comments of perf "
			"report (\"# Overhead ...\") and the default fields of perf script",
			r->path, (unsigned long long)in->unparsed_line);
}

/* What perf rounds away: half of the last digit of each row. */
#define ROUNDING 0.005

/* The rows of a report make up all samples of an event, unless some are missing. */
static void check_sum(struct hotspots_reader *r, uint32_t event)
{
	struct hotspots *h = r->h;
	double sum = h->totals[event];
	size_t nr = 1;

	for (size_t i = 0; i < h->nr; i++)
		nr += h->v[i].event == event;
	/* a row of a group whose share of this event was rounded to 0 is not among them */
	nr = r->nr_group ? h->input.events : nr;
	if (nr == 1 && !(event < 64 && r->sampled & 1ull << event))
		return;
	if (sum + ROUNDING * (double)nr < 99.99)
		snprintf(h->cut, sizeof(h->cut),
			 "its rows are %.2f %% of the samples%s%.100s: others were left out", sum,
			 h->events.nr > 1 ? " of " : "",
			 h->events.nr > 1 ? hotspots_event(h, event) : "");
}

static void check_rows(struct hotspots_reader *r)
{
	struct hotspots *h = r->h;

	for (uint32_t i = 0; !h->cut[0] && i < h->nr_totals; i++)
		check_sum(r, i);
	if (!h->cut[0] && r->layout.separator && !r->closed)
		snprintf(h->cut, sizeof(h->cut),
			 "the comment that perf writes behind the rows is missing");
}

static void check_end(struct hotspots_reader *r)
{
	struct hotspots *h = r->h;

	if (h->kind == HOTSPOTS_REPORT && r->callers && r->callers == h->input.events)
		snprintf(h->cut, sizeof(h->cut),
			 "only callers are in it, and no function where samples were taken");
	else if (h->kind == HOTSPOTS_REPORT)
		check_rows(r);
	else if (r->has_stacks && r->in_stack)
		snprintf(h->cut, sizeof(h->cut), "the last sample has no empty line behind it");
}

static void judge(struct hotspots *h)
{
	struct log_input *in = &h->input;

	in->complete = in->lost == 0 && !in->unparsed && !h->cut[0];
	if (h->cut[0])
		snprintf(in->incomplete, sizeof(in->incomplete),
			 "%.60s: %.150s; it was cut off, or filtered", h->path, h->cut);
	else if (in->lost > 0)
		snprintf(in->incomplete, sizeof(in->incomplete), "%s: %lld samples were lost",
			 h->path, (long long)in->lost);
}

struct hotspots *hotspots_read(const char *path, enum hotspots_kind kind, struct terr *err)
{
	struct hotspots *h = calloc(1, sizeof(*h));
	struct hotspots_reader r = { .h = h };
	struct stream *src;
	int rc;

	r.path = strcmp(path, "-") ? path : "standard input";
	if (h)
		h->path = strdup(r.path);
	if (!h || !h->path) {
		no_memory(&r, err);
		hotspots_free(h);
		return NULL;
	}
	h->kind = kind;
	h->input.lost = -1;
	src = stream_open(path, err);
	rc = src ? each_line(src, take_line, &r, err) : -1;
	stream_close(src);
	if (!rc)
		check_end(&r);
	if (!rc)
		rc = end_sample(&r, &nowhere, err) || check_whole(&r, kind != HOTSPOTS_UNKNOWN, err)
			     ? -1
			     : 0;
	judge(h);
	if (!rc)
		return h;
	hotspots_free(h);
	return NULL;
}

void hotspots_free(struct hotspots *h)
{
	if (!h)
		return;
	intern_free(&h->keys);
	intern_free(&h->events);
	free(h->totals);
	free(h->v);
	free(h->path);
	free(h);
}

double hotspots_overhead(const struct hotspots *h, const struct hotspot *s)
{
	if (h->kind == HOTSPOTS_REPORT)
		return s->weight;
	return h->totals[s->event] > 0 ? 100 * s->weight / h->totals[s->event] : 0;
}

double hotspots_share(const struct hotspots *h, const char *pattern, uint64_t *line)
{
	char *one[] = { (char *)pattern };
	const struct strlist names = { .nr = 1, .v = one };
	double largest = -1;
	double sum = 0;

	*line = 0;
	for (size_t i = 0; i < h->nr; i++) {
		double overhead = hotspots_overhead(h, &h->v[i]);

		if (h->v[i].event || !strlist_match(&names, h->v[i].symbol))
			continue;
		if (overhead > largest) {
			largest = overhead;
			*line = h->v[i].line;
		}
		sum += overhead;
	}
	return sum;
}

bool hotspots_warn(const struct hotspots *h)
{
	const struct log_input *in = &h->input;

	if (!in->events)
		fprintf(stderr, "tailor: %s holds no sample\n", h->path);
	if (in->unparsed)
		fprintf(stderr,
			"tailor: %llu of %llu lines were not understood, the first is %s:%llu\n",
			(unsigned long long)in->unparsed, (unsigned long long)in->lines,
			in->unparsed_path, (unsigned long long)in->unparsed_line);
	if (in->incomplete[0])
		fprintf(stderr, "tailor: the profile is not complete: %s\n", in->incomplete);
	return !in->events || in->unparsed || in->incomplete[0];
}

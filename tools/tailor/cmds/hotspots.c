// SPDX-License-Identifier: GPL-2.0-only
/* tailor hotspots: in which functions the CPU was, from what perf recorded. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/strlist.h"
#include "log/filter.h"
#include "output/table.h"
#include "profile/hotspots.h"
#include "options.h"

static int parse_kind(const char *s, enum hotspots_kind *kind, struct terr *err)
{
	static const char *const names[] = {
		[HOTSPOTS_REPORT] = "report",
		[HOTSPOTS_SCRIPT] = "script",
		[HOTSPOTS_FOLDED] = "folded",
	};

	*kind = HOTSPOTS_UNKNOWN;
	if (!s)
		return 0;
	for (size_t i = HOTSPOTS_REPORT; i < ARRAY_SIZE(names); i++)
		if (!strcmp(s, names[i])) {
			*kind = (enum hotspots_kind)i;
			return 0;
		}
	return terr_set(err, "--input=%s is neither \"report\" nor \"script\" nor \"folded\"", s);
}

/* The event to show; the others are told of, because their percentages do not add up with it. */
static int choose_event(const struct hotspots *h, const char *wanted, uint32_t *event,
			struct terr *err)
{
	char names[256] = "";
	size_t n = 0;

	*event = 0;
	for (uint32_t i = 0; i < h->events.nr; i++) {
		if (wanted && !strcmp(wanted, hotspots_event(h, i))) {
			*event = i;
			return 0;
		}
		if (n < sizeof(names))
			n += (size_t)snprintf(names + n, sizeof(names) - n, "%s%s", i ? ", " : "",
					      hotspots_event(h, i));
	}
	if (wanted)
		return terr_set(err, "--event=%s: %s has no such event (events: %s)", wanted,
				h->path, names);
	if (h->events.nr > 1)
		fprintf(stderr,
			"tailor: the event shown is %s; choose another with --event (events: %s)\n",
			hotspots_event(h, 0), names);
	return 0;
}

struct hotspots_row {
	const struct hotspot *s;
	double overhead;
};

/* Equal ones stay in the order of the profile: perf knows more digits than it prints. */
static int by_overhead(const void *a, const void *b)
{
	const struct hotspots_row *x = a;
	const struct hotspots_row *y = b;
	int diff = (x->overhead < y->overhead) - (x->overhead > y->overhead);

	return diff ? diff : (x->s > y->s) - (x->s < y->s);
}

static bool is_selected(const struct opts *o, const struct hotspot *s, uint32_t event)
{
	return s->event == event && strlist_match(&o->command, s->command) &&
	       strlist_match(&o->object, s->object) && strlist_match(&o->symbol, s->symbol);
}

static int add_rows(struct out_table *t, const struct hotspots_row *rows, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		const struct hotspot *s = rows[i].s;

		if (out_table_add(t, (const union out_cell[]){ { .r = rows[i].overhead },
							       { .s = s->command },
							       { .s = s->object },
							       { .s = s->symbol } }))
			return -1;
	}
	return 0;
}

static struct out_table *make_table(const struct hotspots *h, const struct opts *o, uint32_t event)
{
	static const struct out_col cols[] = {
		{ .name = "overhead_pct",
		  .heading = "overhead_pct",
		  .type = OUT_REAL,
		  .decimals = 2 },
		{ .name = "command", .heading = "command" },
		{ .name = "object", .heading = "object" },
		{ .name = "symbol", .heading = "symbol" },
	};
	struct out_table *t = out_table_new(cols, ARRAY_SIZE(cols));
	struct hotspots_row *rows = calloc(h->nr + 1, sizeof(*rows));
	size_t nr = 0;

	for (size_t i = 0; rows && i < h->nr; i++)
		if (is_selected(o, &h->v[i], event))
			rows[nr++] =
				(struct hotspots_row){ &h->v[i], hotspots_overhead(h, &h->v[i]) };
	if (nr)
		qsort(rows, nr, sizeof(*rows), by_overhead);
	else if (h->nr)
		fprintf(stderr, "tailor: none of the %zu functions was selected\n", h->nr);
	if (t && (!rows || add_rows(t, rows, nr))) {
		out_table_free(t);
		t = NULL;
	}
	free(rows);
	return t;
}

static int write_answer(const struct hotspots *h, const struct opts *o, uint32_t event,
			struct terr *err)
{
	struct out_table *t = make_table(h, o, event);
	int rc = t ? 0 : terr_set(err, "out of memory");

	if (!rc && o->sort)
		rc = out_table_sort(t, o->sort, err);
	if (!rc) {
		out_table_top(t, o->top);
		rc = out_table_write(t, o->format, o->output, &h->input, err);
	}
	out_table_free(t);
	return rc;
}

int cmd_hotspots(const struct opts *o, struct terr *err)
{
	enum hotspots_kind kind;
	struct hotspots *h;
	uint32_t event;
	bool warned;
	int rc = -1;

	if (o->nr_paths > 1)
		return terr_set(err, "more than one profile: their percentages do not add up; "
				     "give one");
	if (parse_kind(o->input, &kind, err))
		return -1;
	h = hotspots_read(o->nr_paths ? o->paths[0] : "-", kind, err);
	if (!h)
		return -1;
	warned = hotspots_warn(h);
	if (!choose_event(h, o->event, &event, err) && !write_answer(h, o, event, err))
		rc = warned && o->strict ? EXIT_FOUND : EXIT_FINE;
	hotspots_free(h);
	return rc;
}

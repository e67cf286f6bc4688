// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include "log/both.h"

struct both_state {
	const struct log_both *both;
	void *first;
	void *second;
};

static void both_drop(void *state)
{
	struct both_state *s = state;

	if (s->first)
		s->both->first->drop(s->first);
	if (s->second)
		s->both->second->drop(s->second);
	free(s);
}

static void *both_start(void *arg)
{
	struct log_both *both = arg;
	struct both_state *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	s->both = both;
	s->first = both->first->start(both->first->arg);
	s->second = both->second->start(both->second->arg);
	if (s->first && s->second)
		return s;
	both_drop(s);
	return NULL;
}

static int both_event(void *state, const struct log_event *ev)
{
	struct both_state *s = state;
	int rc = s->both->first->event(s->first, ev);

	return rc ? rc : s->both->second->event(s->second, ev);
}

/* Either merge() frees its state, whatever comes of it. */
static int both_merge(void *arg, void *state)
{
	struct log_both *both = arg;
	struct both_state *s = state;
	int rc = both->first->merge(both->first->arg, s->first);

	s->first = NULL;
	if (!rc) {
		rc = both->second->merge(both->second->arg, s->second);
		s->second = NULL;
	}
	both_drop(s);
	return rc;
}

struct log_visitor log_both(struct log_both *arg)
{
	return (struct log_visitor){
		.start = both_start,
		.event = both_event,
		.merge = both_merge,
		.drop = both_drop,
		.arg = arg,
		.in_order = arg->first->in_order,
	};
}

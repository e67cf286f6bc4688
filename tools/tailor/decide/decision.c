// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decide/internal.h"

int decision_block(struct decision *d, enum hold hold, struct terr *err, const char *fmt, ...)
{
	va_list ap;
	int n;

	decision_unblock(d, d->action);
	d->hold = hold;
	d->action = d->rule->patch ? ACTION_LEAVE : ACTION_KEEP;
	va_start(ap, fmt);
	n = vasprintf(&d->blocked_by, fmt, ap);
	va_end(ap);
	if (n >= 0)
		return 0;
	d->blocked_by = NULL;
	return terr_set(err, "out of memory");
}

void decision_unblock(struct decision *d, enum action action)
{
	free(d->blocked_by);
	d->blocked_by = NULL;
	d->hold = HOLD_NONE;
	d->forced = NULL;
	d->action = action;
}

void decisions_free(struct decisions *d)
{
	for (size_t i = 0; i < d->nr; i++) {
		free(d->v[i].evidence);
		free(d->v[i].blocked_by);
		free(d->v[i].unknown);
	}
	arena_free(&d->closing);
	free(d->v);
	free(d->made);
	memset(d, 0, sizeof(*d));
}

const struct decision *decisions_find(const struct decisions *d, const char *symbol)
{
	return decision_find(d, symbol);
}

const char *decision_value(const struct decision *d)
{
	const struct rule *r = d->rule;

	if (r->always)
		return r->patch ? r->removed_value : r->value;
	return decision_goes(d) ? r->removed_value : r->value;
}

const char *verdict_name(enum verdict v)
{
	static const char *const names[] = {
		[VERDICT_UNUSED] = "unused",
		[VERDICT_USED] = "used",
		[VERDICT_NOTHING] = "decides-nothing",
	};

	return names[v];
}

const char *action_name(enum action a)
{
	static const char *const names[] = {
		[ACTION_REMOVE] = "remove",
		[ACTION_KEEP] = "keep",
		[ACTION_APPLY] = "apply",
		[ACTION_LEAVE] = "leave",
	};

	return names[a];
}

bool decision_by_coverage(const struct decisions *all, const struct decision *d)
{
	return d->rule >= all->made && d->rule < all->made + all->nr_made;
}

size_t decisions_forced(const struct decisions *d)
{
	size_t nr = 0;

	for (size_t i = 0; i < d->nr; i++)
		nr += d->v[i].forced != NULL;
	return nr;
}

// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "lib/strlist.h"
#include "decide/settings.h"

#define MAY_BE_REFUSED \
	"only coverage keeps it; Kconfig drops it with the last thing it may depend on"

bool decisions_apply(const struct decisions *all, const char *patch)
{
	for (size_t i = 0; i < all->nr; i++) {
		const struct decision *d = &all->v[i];

		if (d->rule->patch && !strcmp(d->rule->patch, patch) && d->action == ACTION_APPLY)
			return true;
	}
	return false;
}

bool decision_is_off(const struct decision *d)
{
	return !strcmp(decision_value(d), "n");
}

static bool is_there(const struct settings *s, const char *symbol, const char *value)
{
	for (size_t i = 0; i < s->nr; i++)
		if (!strcmp(s->v[i].symbol, symbol) && !strcmp(s->v[i].value, value))
			return true;
	return false;
}

/* "SYMBOL=VALUE" of With and Instead; several rules may ask for the same menu. */
static int add_companions(struct settings *s, const struct decisions *all, struct decision *d,
			  const struct fragment *base)
{
	const struct namelist *names =
		d->action == ACTION_REMOVE ? &d->rule->instead : &d->rule->with;

	for (size_t i = 0; !d->replaced_by && i < names->nr; i++) {
		const char *eq = strchr(names->v[i], '=');
		const char *symbol =
			arena_strndup(&s->arena, names->v[i], (size_t)(eq - names->v[i]));

		if (!symbol)
			return -1;
		if (fragment_find(base, symbol) || decisions_find(all, symbol) ||
		    is_there(s, symbol, eq + 1))
			continue;
		s->v[s->nr++] = (struct setting){
			.symbol = symbol,
			.value = eq + 1,
			.d = d,
			.companion = true,
		};
	}
	return 0;
}

static int add_decision(struct settings *s, const struct decisions *all, struct decision *d,
			const struct fragment *base)
{
	/* the symbol of a patch exists only where the patch is applied */
	if (d->rule->patch && !decisions_apply(all, d->rule->patch))
		return 0;
	if (!fragment_find(base, d->rule->symbol))
		s->v[s->nr++] = (struct setting){
			.symbol = d->rule->symbol,
			.value = decision_value(d),
			.d = d,
			.optional = decision_by_coverage(all, d) && !decision_is_off(d)
					    ? MAY_BE_REFUSED
					    : NULL,
		};
	return add_companions(s, all, d, base);
}

int settings_make(struct settings *out, const struct decisions *all, const struct fragment *base,
		  struct terr *err)
{
	size_t room = base->nr + all->nr;

	*out = (struct settings){ 0 };
	for (size_t i = 0; i < all->nr; i++)
		room += all->v[i].rule->with.nr + all->v[i].rule->instead.nr;
	out->v = calloc(room + 1, sizeof(*out->v));
	if (!out->v)
		return terr_set(err, "out of memory");
	for (size_t i = 0; i < base->nr; i++)
		out->v[out->nr++] = (struct setting){
			.symbol = base->v[i].symbol,
			.value = base->v[i].value,
			.line = &base->v[i],
			.optional = base->v[i].optional,
		};
	for (int off = 0; off < 2; off++)
		for (size_t i = 0; i < all->nr; i++)
			if (decision_is_off(&all->v[i]) == off &&
			    add_decision(out, all, &all->v[i], base))
				return terr_set(err, "out of memory");
	return 0;
}

void settings_free(struct settings *s)
{
	free(s->v);
	arena_free(&s->arena);
	*s = (struct settings){ 0 };
}

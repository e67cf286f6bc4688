// SPDX-License-Identifier: GPL-2.0-only
/* The way through all rules. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/strlist.h"
#include "decide/internal.h"

int decide_ask(struct decisions *out, const struct agg *agg, const struct facts *facts,
	       const struct ruleset *rules, const struct decide_opts *o, struct terr *err)
{
	struct ctx x = { .agg = agg, .facts = facts, .o = o };
	size_t others = decide_nr_others(o->coverage);

	*out = (struct decisions){ 0 };
	out->v = calloc(rules->nr + others + 1, sizeof(*out->v));
	out->made = calloc(others + 1, sizeof(*out->made));
	if (!out->v || !out->made)
		return terr_set(err, "out of memory");
	for (size_t i = 0; i < rules->nr; i++) {
		if (!strcmp(rules->v[i].symbol, RULE_OTHERS))
			continue;
		out->v[out->nr].rule = &rules->v[i];
		if (decide_one(&out->v[out->nr++], &x, err))
			return -1;
	}
	return 0;
}

int decide(struct decisions *out, const struct agg *agg, const struct facts *facts,
	   const struct ruleset *rules, const struct decide_opts *o, struct terr *err)
{
	struct ctx x = { .agg = agg, .facts = facts, .o = o };

	if (decide_ask(out, agg, facts, rules, o, err) || decide_others(out, &x, rules, err))
		return -1;
	if (decide_settle(out, o, err))
		return -1;
	decide_drop_needless(out);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* The lines of a configuration that decisions make: what tailored.config holds, in its order. */
#ifndef TAILOR_DECIDE_SETTINGS_H
#define TAILOR_DECIDE_SETTINGS_H

#include "lib/arena.h"
#include "decide/decide.h"

/*
 * struct setting - one line
 * @line:      of the floor or bed; NULL: a decision makes it
 * @companion: it comes with the decision (With, Instead), which is about another symbol
 * @optional:  why Kconfig may refuse it; NULL: it has to come through
 */
struct setting {
	const char *symbol;
	const char *value;
	const struct frag_line *line;
	struct decision *d;
	bool companion;
	const char *optional;
};

struct settings {
	struct setting *v;
	size_t nr;
	struct arena arena;
};

/* Floor and bed, then what is on, then what is off. *out is to be freed in each case. */
int settings_make(struct settings *out, const struct decisions *all, const struct fragment *base,
		  struct terr *err);
void settings_free(struct settings *s);

/* Whether at least one symbol of the patch is applied. */
bool decisions_apply(const struct decisions *all, const char *patch);

/* Whether its symbol is off in the configuration. */
bool decision_is_off(const struct decision *d);

#endif /* TAILOR_DECIDE_SETTINGS_H */

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TAILOR_RULESET_VALIDATE_H
#define TAILOR_RULESET_VALIDATE_H

#include "ruleset/rules.h"
#include "lib/stanza.h"

/* Before the stanza is taken apart: what must be there. 0, or -1 with *err set. */
int rule_check_fields(const struct stanza *st, struct terr *err);

/* After that: what would contradict itself. 0, or -1 with *err set. */
int rule_check(const struct stanza *st, const struct rule *r, struct terr *err);

bool rule_is_symbol(const char *s);

/* Always -1, with *err saying how a symbol is written. */
int rule_bad_symbol(const struct stanza *st, const struct field *f, const char *s,
		    struct terr *err);

#endif /* TAILOR_RULESET_VALIDATE_H */

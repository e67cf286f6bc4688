// SPDX-License-Identifier: GPL-2.0-only
/* What one stanza must have, and what would contradict itself. */
#include <string.h>

#include "lib/strlist.h"
#include "ruleset/validate.h"

bool rule_is_symbol(const char *s)
{
	return *s &&
	       s[strspn(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")] ==
		       '\0';
}

int rule_bad_symbol(const struct stanza *st, const struct field *f, const char *s, struct terr *err)
{
	return terr_set(err,
			"%s:%d: %s: \"%s\" is not a Kconfig symbol (write it without \"CONFIG_\", "
			"symbols are separated by commas)",
			st->path, f->line, f->key, s);
}

static int check_always(const struct stanza *st, const struct rule *r, struct terr *err)
{
	static const enum field_id not_with[] = { F_NOTHING_IF, F_WANTED_BY, F_REMOVED_VALUE,
						  F_INSTEAD, F_REPLACED_BY };

	for (size_t i = 0; i < ARRAY_SIZE(not_with); i++)
		if (stanza_has(st, not_with[i]))
			return terr_set(err,
					"%s:%d: %s contradicts \"Always: yes\": what always stays "
					"is never removed; drop one of the two",
					st->path, st->field[not_with[i]].line,
					stanza_fields[not_with[i]]);
	if (r->patch && (r->trust != TRUST_SHARED || r->fails == FAILS_OPEN))
		return terr_set(err,
				"%s:%d: %s is always applied, whatever the trust, but asks for one "
				"trusted application; drop \"Always: yes\" and say when it goes",
				st->path,
				st->field[stanza_has(st, F_TRUST) ? F_TRUST : F_FAILS].line,
				r->symbol);
	return 0;
}

/* What a stanza must have, and what would contradict itself. */
static int check_rule(const struct stanza *st, const struct rule *r, struct terr *err)
{
	if (r->always)
		return check_always(st, r, err);
	if (!stanza_has(st, F_USED_BY) && !stanza_has(st, F_NOTHING_IF))
		return terr_set(err,
				"%s:%d: %s has neither Used-by nor Decides-nothing-if, so it would "
				"always be removed; say what shows that it is needed",
				st->path, st->line, r->symbol);
	if (stanza_has(st, F_WANTED_BY) && !r->patch)
		return terr_set(err,
				"%s:%d: Wanted-by is for patches; say in Used-by or "
				"Decides-nothing-if when %s goes",
				st->path, st->field[F_WANTED_BY].line, r->symbol);
	if (!stanza_has(st, F_FAILS))
		return terr_set(err,
				"%s:%d: %s has no Fails; write \"Fails: closed\" when a later need "
				"ends in an error, \"Fails: open\" when it is silently granted",
				st->path, st->line, r->symbol);
	if (r->fails == FAILS_OPEN && r->trust == TRUST_SHARED)
		return terr_set(err,
				"%s:%d: %s fails open, so it may go with one trusted application "
				"only; write \"Trust: single\"",
				st->path,
				stanza_has(st, F_TRUST) ? st->field[F_TRUST].line
							: st->field[F_FAILS].line,
				r->symbol);
	if (!strcmp(r->value, r->removed_value))
		return terr_set(err,
				"%s:%d: %s has the same Value and Removed-value \"%s\"; removing "
				"it must change something",
				st->path, st->line, r->symbol, r->value);
	for (size_t i = 0; i < r->requires.nr; i++)
		if (namelist_has(&r->conflicts, r->requires.v[i]))
			return terr_set(
				err, "%s:%d: %s both requires and conflicts with %s; drop one",
				st->path, st->field[F_CONFLICTS].line, r->symbol, r->requires.v[i]);
	for (size_t i = 0; i < r->nr_wanted_by; i++)
		if (r->wanted_by[i].kind == CLAUSE_UNUSED || r->wanted_by[i].kind == CLAUSE_UNSEEN)
			return terr_set(err, "%s:%d: \"%s\" belongs in Decides-nothing-if",
					st->path, st->field[F_WANTED_BY].line,
					r->wanted_by[i].text);
	for (size_t i = 0; i < r->nr_used_by; i++) {
		if (r->used_by[i].kind == CLAUSE_UNUSED || r->used_by[i].kind == CLAUSE_UNSEEN)
			return terr_set(err, "%s:%d: \"%s\" belongs in Decides-nothing-if",
					st->path, st->field[F_USED_BY].line, r->used_by[i].text);
		for (size_t j = 0; j < r->nr_nothing_if; j++)
			if (!strcmp(r->used_by[i].text, r->nothing_if[j].text))
				return terr_set(err,
						"%s:%d: \"%s\" stands in both Used-by and "
						"Decides-nothing-if of %s; drop one",
						st->path, st->field[F_NOTHING_IF].line,
						r->used_by[i].text, r->symbol);
	}
	return 0;
}

/* What takes the place of another one costs nothing, or it is no replacement. */
static int check_replacement(const struct stanza *st, const struct rule *r, struct terr *err)
{
	const struct field *f = &st->field[F_REPLACED_BY];
	const char *other = stanza_has(st, F_PATCH)	 ? "Patch"
			    : stanza_has(st, F_REQUIRES) ? "Requires"
			    : r->fails == FAILS_OPEN	 ? "Fails: open"
							 : NULL;

	if (!r->replaced_by)
		return 0;
	if (!rule_is_symbol(r->replaced_by))
		return rule_bad_symbol(st, f, r->replaced_by, err);
	if (!strcmp(r->replaced_by, r->symbol))
		return terr_set(err, "%s:%d: %s cannot take its own place", st->path, f->line,
				r->symbol);
	if (other)
		return terr_set(err,
				"%s:%d: Replaced-by contradicts \"%s\": only a symbol that fails "
				"closed and brings nothing can be replaced; drop one of the two",
				st->path, f->line, other);
	return 0;
}

/* Guessing that a clause would not hit is no ground for granting access. */
static int check_unseen(const struct stanza *st, const struct rule *r, struct terr *err)
{
	for (size_t i = 0; i < r->nr_nothing_if; i++)
		if (r->nothing_if[i].kind == CLAUSE_UNSEEN && r->fails == FAILS_OPEN)
			return terr_set(
				err,
				"%s:%d: \"unseen\" contradicts \"Fails: open\"; write \"unused\"",
				st->path, st->field[F_NOTHING_IF].line);
	return 0;
}

static bool is_others(const struct stanza *st)
{
	return !stanza_has(st, F_PATCH) && stanza_has(st, F_SYMBOL) &&
	       !strcmp(st->field[F_SYMBOL].value, RULE_OTHERS);
}

/*
 * The stanza for all others speaks of symbols that nobody has looked at: it can keep what ran, but
 * knows of none how a later need ends, so that it takes none away.
 */
static int check_others(const struct stanza *st, const struct rule *r, struct terr *err)
{
	static const enum field_id not_with[] = { F_NOTHING_IF, F_VALUE,     F_REMOVED_VALUE,
						  F_REQUIRES,	F_CONFLICTS, F_REPLACED_BY,
						  F_WITH,	F_INSTEAD,   F_GAIN };

	if (r->fails == FAILS_OPEN)
		return terr_set(
			err,
			"%s:%d: \"Fails: open\" of \"Symbol: *\" would grant what nobody has "
			"looked at; write \"Fails: closed\", and a stanza for each symbol "
			"that fails open",
			st->path, st->field[F_FAILS].line);
	for (size_t i = 0; i < ARRAY_SIZE(not_with); i++)
		if (stanza_has(st, not_with[i]))
			return terr_set(
				err,
				"%s:%d: %s cannot hold of all symbols of \"Symbol: *\"; write "
				"a stanza for each that it is about",
				st->path, st->field[not_with[i]].line, stanza_fields[not_with[i]]);
	for (size_t i = 0; i < r->nr_used_by; i++)
		if (r->used_by[i].kind == CLAUSE_COVERED)
			return 0;
	if (r->always)
		return 0;
	return terr_set(
		err,
		"%s:%d: Used-by of \"Symbol: *\" lacks \"covered\", so all that ran and has no "
		"stanza would go; add it",
		st->path, st->field[F_USED_BY].line);
}

int rule_check_fields(const struct stanza *st, struct terr *err)
{
	static const enum field_id must[] = { F_SYMBOL, F_WHY, F_SOURCE };

	for (size_t i = 0; i < ARRAY_SIZE(must); i++) {
		/* a patch is its own source; the stanza for all others has no place in the tree */
		if (must[i] == F_SOURCE && (stanza_has(st, F_PATCH) || is_others(st)))
			continue;
		if (!stanza_has(st, must[i]))
			return terr_set(err,
					"%s:%d: the stanza has no \"%s:\" line; add one (stanzas "
					"are separated by empty lines)",
					st->path, st->line, stanza_fields[must[i]]);
	}
	if (is_others(st))
		return 0;
	if (!rule_is_symbol(st->field[F_SYMBOL].value) ||
	    !strncmp(st->field[F_SYMBOL].value, "CONFIG_", 7))
		return rule_bad_symbol(st, &st->field[F_SYMBOL], st->field[F_SYMBOL].value, err);
	return 0;
}

int rule_check(const struct stanza *st, const struct rule *r, struct terr *err)
{
	if (check_rule(st, r, err) || check_replacement(st, r, err) || check_unseen(st, r, err))
		return -1;
	return is_others(st) ? check_others(st, r, err) : 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/* From stanzas to rules. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/array.h"
#include "lib/slurp.h"
#include "lib/strlist.h"
#include "ruleset/rules.h"
#include "lib/stanza.h"
#include "ruleset/validate.h"

/* A comma list of symbols, or of SYMBOL=VALUE when values is set. */
static int parse_names(struct namelist *out, const struct stanza *st, enum field_id id, bool values,
		       struct terr *err)
{
	const struct field *f = &st->field[id];
	char *rest = f->value;
	char *item;

	while ((item = clause_next_item(&rest))) {
		char *eq = values ? strchr(item, '=') : NULL;
		bool good;

		if (eq)
			*eq = '\0';
		good = rule_is_symbol(item) && strncmp(item, "CONFIG_", 7) &&
		       (!values || (eq && eq[1]));
		if (eq)
			*eq = '=';
		if (!good && values)
			return terr_set(err, "%s:%d: %s: \"%s\" is not of the form SYMBOL=VALUE",
					st->path, f->line, f->key, item);
		if (!good)
			return rule_bad_symbol(st, f, item, err);
		if (namelist_add(out, item))
			return terr_set(err, "%s:%d: out of memory", st->path, f->line);
	}
	return 0;
}

/* Index of the field's value in names, which ends with NULL; -1 with *err set. */
static int parse_choice(const struct stanza *st, enum field_id id, const char *const *names,
			struct terr *err)
{
	const struct field *f = &st->field[id];

	for (int i = 0; names[i]; i++)
		if (!strcmp(f->value, names[i]))
			return i;
	return terr_set(err, "%s:%d: %s: \"%s\" is neither \"%s\" nor \"%s\"", st->path, f->line,
			f->key, f->value, names[0], names[1]);
}

static const char *text_of(const struct stanza *st, enum field_id id, const char *fallback)
{
	return stanza_has(st, id) ? st->field[id].value : fallback;
}

static int fill_rule(struct rule *r, const struct stanza *st, struct terr *err)
{
	static const char *const fails[] = { "closed", "open", NULL };
	static const char *const trust[] = { "shared", "single", NULL };
	static const char *const yes[] = { "no", "yes", NULL };
	static const char *const gain[] = { "none", NULL };
	int i;

	*r = (struct rule){
		.symbol = st->field[F_SYMBOL].value,
		.patch = text_of(st, F_PATCH, NULL),
		.value = text_of(st, F_VALUE, stanza_has(st, F_PATCH) ? "n" : "y"),
		.removed_value = text_of(st, F_REMOVED_VALUE, stanza_has(st, F_PATCH) ? "y" : "n"),
		.replaced_by = text_of(st, F_REPLACED_BY, NULL),
		.expected = text_of(st, F_EXPECTED, NULL),
		.why = st->field[F_WHY].value,
		.source = text_of(st, F_SOURCE, ""),
		.file = st->path,
		.line = st->line,
	};
	if (stanza_has(st, F_ALWAYS)) {
		i = parse_choice(st, F_ALWAYS, yes, err);
		if (i < 0)
			return -1;
		r->always = i;
	}
	if (stanza_has(st, F_GAIN)) {
		i = parse_choice(st, F_GAIN, gain, err);
		if (i < 0)
			return -1;
		r->gains_nothing = true;
	}
	if (stanza_has(st, F_FAILS)) {
		i = parse_choice(st, F_FAILS, fails, err);
		if (i < 0)
			return -1;
		r->fails = i ? FAILS_OPEN : FAILS_CLOSED;
	}
	r->trust = r->fails == FAILS_OPEN ? TRUST_SINGLE : TRUST_SHARED;
	if (stanza_has(st, F_TRUST)) {
		i = parse_choice(st, F_TRUST, trust, err);
		if (i < 0)
			return -1;
		r->trust = i ? TRUST_SINGLE : TRUST_SHARED;
	}
	if (clauses_parse(&r->used_by, &r->nr_used_by, &st->field[F_USED_BY], st->path, err) ||
	    clauses_parse(&r->nothing_if, &r->nr_nothing_if, &st->field[F_NOTHING_IF], st->path,
			  err) ||
	    clauses_parse(&r->wanted_by, &r->nr_wanted_by, &st->field[F_WANTED_BY], st->path,
			  err) ||
	    parse_names(&r->requires, st, F_REQUIRES, false, err) ||
	    parse_names(&r->conflicts, st, F_CONFLICTS, false, err) ||
	    parse_names(&r->with, st, F_WITH, true, err) ||
	    parse_names(&r->instead, st, F_INSTEAD, true, err))
		return -1;
	return rule_check(st, r, err);
}

static int add_rule(void *arg, const struct stanza *st, struct terr *err)
{
	struct ruleset *rs = arg;
	const struct rule *old;
	struct rule *v;

	if (rule_check_fields(st, err))
		return -1;
	old = rules_find(rs, st->field[F_SYMBOL].value);
	if (old)
		return terr_set(err, "%s:%d: %s already has a stanza at %s:%d; merge the two",
				st->path, st->line, old->symbol, old->file, old->line);
	v = array_grow(rs->v, rs->nr, sizeof(*v));
	if (!v)
		return terr_set(err, "%s:%d: out of memory", st->path, st->line);
	rs->v = v;
	return fill_rule(&v[rs->nr++], st, err);
}

static int load_file(struct ruleset *rs, const char *path, struct terr *err)
{
	struct rules_file *files = array_grow(rs->files, rs->nr_files, sizeof(*files));
	struct rules_file *f;
	size_t len;

	if (!files)
		return terr_set(err, "%s: out of memory", path);
	rs->files = files;
	f = &files[rs->nr_files];
	f->path = strdup(path);
	if (!f->path)
		return terr_set(err, "%s: out of memory", path);
	f->text = slurp(path, &len, err);
	rs->nr_files++;
	return f->text ? stanzas_each(f->path, f->text, add_rule, rs, err) : -1;
}

static int is_rules(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return n > 6 && d->d_name[0] != '.' && !strcmp(d->d_name + n - 6, ".rules");
}

static int load_dir(struct ruleset *rs, const char *dir, struct terr *err)
{
	struct dirent **names;
	int nr = scandir(dir, &names, is_rules, alphasort);
	int rc = 0;

	if (nr < 0)
		return terr_set(err, "%s: %s", dir, strerror(errno));
	if (!nr)
		rc = terr_set(err, "%s: holds no *.rules file; give the folder kconfig/", dir);
	for (int i = 0; i < nr; i++) {
		char *path = NULL;

		if (!rc && asprintf(&path, "%s/%s", dir, names[i]->d_name) < 0) {
			path = NULL;
			rc = terr_set(err, "%s: out of memory", dir);
		}
		if (!rc)
			rc = load_file(rs, path, err);
		free(path);
		free(names[i]);
	}
	free(names);
	return rc;
}

int rules_load(struct ruleset *rs, const char *path, struct terr *err)
{
	struct stat sb;

	if (stat(path, &sb))
		return terr_set(err, "%s: %s", path, strerror(errno));
	return S_ISDIR(sb.st_mode) ? load_dir(rs, path, err) : load_file(rs, path, err);
}

int rules_load_all(struct ruleset *rs, char *const *paths, size_t nr, const char *root,
		   struct terr *err)
{
	char path[PATH_MAX];

	for (size_t i = 0; i < nr; i++)
		if (rules_load(rs, paths[i], err))
			return -1;
	if (nr)
		return 0;
	if (snprintf(path, sizeof(path), "%s/kconfig", root) >= (int)sizeof(path))
		return terr_set(err, "%s: the path is too long", root);
	return rules_load(rs, path, err);
}

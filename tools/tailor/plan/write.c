// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "decide/settings.h"
#include "output/json.h"
#include "output/out.h"
#include "plan/write.h"

#define LINKS_MAX 40

/* All that a plan folder may hold; anything else in one to be replaced was put there by someone. */
static const char *const plan_files[] = { "series", "tailored.config", "plan.json", "report.html" };

static const char *shown(const struct plan *p, const char *path)
{
	size_t n = p->root ? strlen(p->root) : 0;

	return n && !strncmp(path, p->root, n) && path[n] == '/' ? path + n + 1 : path;
}

void plan_rule(const struct plan *p, const struct rule *r, char *buf, size_t len)
{
	snprintf(buf, len, "%s:%d", shown(p, r->file), r->line);
}

void plan_where(const struct plan *p, const struct evidence *e, char *buf, size_t len)
{
	buf[0] = '\0';
	if (e->path && e->line)
		snprintf(buf, len, "%s:%llu", e->path, (unsigned long long)e->line);
	else if (e->path)
		snprintf(buf, len, "%s", e->path);
	else if (e->fact && e->fact->file == FACTS_SAID)
		snprintf(buf, len, "%s", facts_path(p->facts, e->fact));
	else if (e->fact)
		snprintf(buf, len, "%s:%d", facts_path(p->facts, e->fact), e->fact->line);
	else if (e->has_pos)
		snprintf(buf, len, "%s:%llu", log_pos_path(p->log, e->pos),
			 (unsigned long long)log_pos_line(p->log, e->pos));
}

const struct evidence *plan_evidence(const struct decision *d)
{
	/* of an applied patch, what asked for it */
	for (size_t i = 0; d->action == ACTION_APPLY && i < d->nr_evidence; i++)
		if (d->evidence[i].wanted && d->evidence[i].holds)
			return &d->evidence[i];
	for (size_t i = 0; i < d->nr_evidence; i++)
		if (d->evidence[i].holds && d->evidence[i].used_by == (d->verdict == VERDICT_USED))
			return &d->evidence[i];
	return d->nr_evidence ? &d->evidence[0] : NULL;
}

bool plan_applies(const struct plan *p, const char *patch)
{
	return decisions_apply(p->decisions, patch);
}

static const char *fails_name(const struct rule *r)
{
	return r->fails == FAILS_OPEN ? "open" : "closed";
}

static const char *trust_name(enum rule_trust t)
{
	return t == TRUST_SINGLE ? "single" : "shared";
}

/* ---- plan.json ---- */

static json_t *json_text(const char *s)
{
	return s && *s ? out_json_string(s) : json_null();
}

static const char *evidence_source(const struct evidence *e)
{
	switch (e->clause->kind) {
	case CLAUSE_FACT:
		return "facts";
	case CLAUSE_LOCK:
		return "locks";
	case CLAUSE_HOTSPOT:
		return "hotspots";
	case CLAUSE_COVERED:
		return "coverage";
	default:
		return "log";
	}
}

static json_t *json_evidence(const struct plan *p, const struct evidence *e)
{
	char where[512];

	plan_where(p, e, where, sizeof(where));
	return json_pack("{s:s, s:o, s:I, s:o, s:b}", "source", evidence_source(e), "what",
			 out_json_string(e->clause->text), "count", (json_int_t)e->count, "where",
			 json_text(where), "holds", e->holds);
}

/* For a used symbol what shows the use; else all that was asked, the calls not seen too. */
static bool worth_telling(const struct decision *d, const struct evidence *e)
{
	if (e->clause->kind == CLAUSE_UNUSED || e->clause->kind == CLAUSE_UNSEEN)
		return false;
	if (d->verdict != VERDICT_USED || d->blocked_by)
		return true;
	return e->used_by ? e->holds : !d->rule->nr_used_by;
}

static json_t *json_all_evidence(const struct plan *p, const struct decision *d)
{
	json_t *a = json_array();

	for (size_t i = 0; a && i < d->nr_evidence; i++) {
		const struct evidence *e = &d->evidence[i];

		if (!worth_telling(d, e))
			continue;
		if (json_array_append_new(a, json_evidence(p, e))) {
			json_decref(a);
			return NULL;
		}
	}
	return a;
}

/* By the profile itself, not only by a patch that requires it. */
static bool is_wanted(const struct decision *d)
{
	for (size_t i = 0; i < d->nr_evidence; i++)
		if (d->evidence[i].wanted && d->evidence[i].holds)
			return true;
	return false;
}

static json_t *json_forced(const struct forced *f)
{
	if (!f)
		return json_null();
	return json_pack("{s:o, s:s, s:s}", "by", json_text(f->by), "relation", f->relation,
			 "place", f->place);
}

static json_t *json_decision(const struct plan *p, const struct decision *d)
{
	const struct rule *r = d->rule;
	char rule[512];

	plan_rule(p, r, rule, sizeof(rule));
	return json_pack(
		"{s:s, s:s, s:o, s:s, s:s, s:s, s:o, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:o, s:o}",
		"name", r->symbol, "kind", r->patch ? "patch" : "symbol", "patch",
		json_text(r->patch), "verdict", verdict_name(d->verdict), "action",
		action_name(d->action), "value", decision_value(d), "evidence",
		json_all_evidence(p, d), "rule", rule, "fails", fails_name(r), "trust",
		trust_name(r->trust), "blocked_by", json_text(d->blocked_by), "required_by",
		json_text(d->required_by), "why", json_text(r->why), "expected",
		json_text(r->expected), "source", json_text(r->source), "measured",
		json_text(remarks_of(p->gains, r->symbol)), "wanted", is_wanted(d), "part_of",
		json_text(d->part_of), "replaced_by", json_text(d->replaced_by), "forced",
		json_forced(d->forced));
}

static json_t *json_decisions(const struct plan *p)
{
	json_t *a = json_array();

	for (size_t i = 0; a && i < p->decisions->nr; i++)
		if (json_array_append_new(a, json_decision(p, &p->decisions->v[i]))) {
			json_decref(a);
			return NULL;
		}
	return a;
}

static json_t *json_facts(const struct plan *p)
{
	char names[1024] = "";
	size_t n = 0;

	for (size_t i = 0; i < p->facts->nr; i++) {
		const struct fact *f = &p->facts->v[i];

		if (strcmp(f->key, "facts_version") || n >= sizeof(names))
			continue;
		n += (size_t)snprintf(names + n, sizeof(names) - n, "%s%s", n ? "," : "",
				      facts_path(p->facts, f));
	}
	return json_text(names);
}

static json_t *json_count(const struct saturation_count *n)
{
	return json_pack("{s:I, s:I}", "seen", (json_int_t)n->seen, "late", (json_int_t)n->late);
}

static json_t *json_saturation(const struct saturation *s)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "syscalls", json_count(&s->syscalls),
			 "errors", json_count(&s->errors), "uses", json_count(&s->uses),
			 "addresses", s->covered ? json_count(&s->addresses) : json_null(),
			 "symbols", s->covered ? json_count(&s->symbols) : json_null(), "growing",
			 json_text(s->growing));
}

static int write_json(const struct plan *p, FILE *f, struct plan_size *size)
{
	json_t *root = json_pack(
		"{s:i, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:o}", "format", PLAN_FORMAT,
		"appliance", json_text(p->appliance), "trust", trust_name(p->trust), "target",
		json_text(p->target), "kernel_release", json_text(p->kernel_release), "input",
		out_json_input(log_input(p->log)), "saturation", json_saturation(p->saturation),
		"facts", json_facts(p), "closed", p->kconfig != NULL, "kconfig",
		json_text(p->kconfig), "decisions", json_decisions(p));

	(void)size;
	return root ? out_json_dump(root, f) : -1;
}

/* ---- tailored.config ---- */

static const char *const section_heads[] = {
	"# ---- floor and bed\n",
	"\n# ---- stays\n",
	"\n# ---- goes\n",
};

static void put_setting(FILE *f, const char *symbol, const char *value, struct plan_size *size)
{
	if (!strcmp(value, "n"))
		fprintf(f, "# CONFIG_%s is not set\n", symbol);
	else
		fprintf(f, "CONFIG_%s=%s\n", symbol, value);
	size->lines++;
}

static void put_reason(const struct plan *p, FILE *f, const struct decision *d)
{
	const struct evidence *e = plan_evidence(d);
	char rule[512];
	char where[512] = "";

	plan_rule(p, d->rule, rule, sizeof(rule));
	fprintf(f, "# %s %s", rule, d->rule->always ? "always" : verdict_name(d->verdict));
	if (d->blocked_by) {
		fprintf(f, ", but stays: %s", d->blocked_by);
	} else if (d->replaced_by) {
		fprintf(f, ", but %s, which stays, does the same", d->replaced_by);
	} else if (d->part_of) {
		fprintf(f, ": depends on %s, which goes", d->part_of);
	} else if (d->required_by) {
		fprintf(f, ": required by %s", d->required_by);
	} else if (d->verdict == VERDICT_USED && e && e->holds) {
		plan_where(p, e, where, sizeof(where));
		fprintf(f, ": %s (%llu, first %s)", e->clause->text, (unsigned long long)e->count,
			where);
	} else {
		fprintf(f, ": %s", d->rule->why);
	}
	fputc('\n', f);
}

static void put_one(const struct plan *p, FILE *f, const struct setting *s, struct plan_size *size)
{
	char rule[512];

	if (s->line) {
		fprintf(f, "# %s:%d %s\n", shown(p, s->line->file), s->line->line, s->line->reason);
	} else if (s->companion) {
		plan_rule(p, s->d->rule, rule, sizeof(rule));
		fprintf(f, "# %s comes with %s%s\n", rule, s->d->rule->symbol,
			s->d->action == ACTION_REMOVE ? " being off" : "");
	} else {
		put_reason(p, f, s->d);
	}
	if (s->optional)
		fprintf(f, "# optional: %s\n", s->optional);
	put_setting(f, s->symbol, s->value, size);
}

static int write_config(const struct plan *p, FILE *f, struct plan_size *size)
{
	struct settings all;
	struct terr err = { "" };
	int section = -1;

	size->lines = 0;
	fprintf(f,
		"# Kernel configuration of %s, trust %s. Build it with allnoconfig and\n"
		"# KCONFIG_ALLCONFIG, then check it: tailor check. What is not named is off.\n\n",
		p->appliance, trust_name(p->trust));
	if (settings_make(&all, p->decisions, p->base, &err)) {
		settings_free(&all);
		return -1;
	}
	for (size_t i = 0; i < all.nr; i++) {
		const struct setting *s = &all.v[i];
		int now = s->line ? 0 : decision_is_off(s->d) ? 2 : 1;

		while (section < now)
			fputs(section_heads[++section], f);
		put_one(p, f, s, size);
	}
	while (section < 2)
		fputs(section_heads[++section], f);
	settings_free(&all);
	return 0;
}

static int write_series(const struct plan *p, FILE *f, struct plan_size *size)
{
	size->patches = 0;
	fprintf(f, "# Patches of %s, trust %s, in the order of the full series.\n", p->appliance,
		trust_name(p->trust));
	for (size_t i = 0; i < p->series->nr; i++)
		if (plan_applies(p, p->series->v[i])) {
			fprintf(f, "%s\n", p->series->v[i]);
			size->patches++;
		}
	return 0;
}

/* ---- the folder ---- */

static int write_file(const struct plan *p, const char *dir, const char *name,
		      int (*write)(const struct plan *p, FILE *f, struct plan_size *size),
		      struct plan_size *size, struct terr *err)
{
	char path[4096];
	FILE *f;
	int rc;

	if (snprintf(path, sizeof(path), "%s/%s", dir, name) >= (int)sizeof(path))
		return terr_set(err, "%s: the path is too long", dir);
	f = fopen(path, "wxe");
	if (!f)
		return terr_set(err, "%s: %s", path, strerror(errno));
	rc = write(p, f, size);
	if (fflush(f) || ferror(f) || fsync(fileno(f)))
		rc = terr_set(err, "%s: cannot be written: %s", path, strerror(errno));
	else if (rc)
		rc = terr_set(err, "%s: out of memory", path);
	fclose(f);
	return rc;
}

static bool is_plan_file(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(plan_files); i++)
		if (!strcmp(name, plan_files[i]))
			return true;
	return false;
}

/* What is there already may be replaced only when it is a plan and nothing else. */
static int check_old(const char *dir, bool *exists, struct terr *err)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	int rc = 0;

	*exists = d != NULL;
	if (!d)
		return errno == ENOENT ? 0 : terr_set(err, "%s: %s", dir, strerror(errno));
	/* cppcheck-suppress readdirCalled ; the stream is this function's own */
	while (!rc && (e = readdir(d)))
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, "..") && !is_plan_file(e->d_name))
			rc = terr_set(
				err,
				"%s holds \"%s\", which is not part of a plan; move it away or "
				"give another --out",
				dir, e->d_name);
	closedir(d);
	return rc;
}

static int remove_plan(const char *dir, struct terr *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(plan_files); i++) {
		char path[4096];

		snprintf(path, sizeof(path), "%s/%s", dir, plan_files[i]);
		if (unlink(path) && errno != ENOENT)
			return terr_set(err, "%s: cannot be removed: %s", path, strerror(errno));
	}
	return rmdir(dir) ? terr_set(err, "%s: cannot be removed: %s", dir, strerror(errno)) : 0;
}

static int put_in_place(const char *tmp, const char *dir, bool exists, struct terr *err)
{
	if (renameat2(AT_FDCWD, tmp, AT_FDCWD, dir, exists ? RENAME_EXCHANGE : RENAME_NOREPLACE))
		return terr_set(err, "%s: cannot be put in place: %s", dir, strerror(errno));
	return exists ? remove_plan(tmp, err) : 0;
}

static int write_all(const struct plan *p, const char *dir, struct plan_size *size,
		     struct terr *err)
{
	/* mkdtemp() makes it private; a plan is no secret */
	if (chmod(dir, 0755))
		return terr_set(err, "%s: %s", dir, strerror(errno));
	if (write_file(p, dir, "series", write_series, size, err) ||
	    write_file(p, dir, "tailored.config", write_config, size, err))
		return -1;
	return write_file(p, dir, "plan.json", write_json, size, err);
}

/* After a failure: what went wrong first is already told. */
static void drop(const char *tmp)
{
	struct terr ignored = { "" };

	remove_plan(tmp, &ignored);
}

/* dir has no slash at its end and is no link. */
static int write_folder(const struct plan *p, const char *dir, struct plan_size *size,
			struct terr *err)
{
	char tmp[4096 + 16];
	bool exists;

	if (check_old(dir, &exists, err))
		return -1;
	if (snprintf(tmp, sizeof(tmp), "%s.tmp.XXXXXX", dir) >= (int)sizeof(tmp))
		return terr_set(err, "%s: the path is too long", dir);
	if (!mkdtemp(tmp))
		return terr_set(err, "%s: cannot make a folder beside it: %s", dir,
				strerror(errno));
	if (!write_all(p, tmp, size, err) && !put_in_place(tmp, dir, exists, err))
		return 0;
	drop(tmp);
	return -1;
}

static void cut_slashes(char *path)
{
	size_t n = strlen(path);

	while (n > 1 && path[n - 1] == '/')
		path[--n] = '\0';
}

/*
 * The folder behind all links: a link may name the next one with a slash behind it, by which
 * lstat() looks through. To be freed; NULL with errno set.
 */
static char *folder_behind_links(const char *dir)
{
	char *at = strdup(dir);

	for (int i = 0; at; i++) {
		char *next;

		cut_slashes(at);
		next = i < LINKS_MAX ? out_behind_links(at) : NULL;
		if (i == LINKS_MAX)
			errno = ELOOP;
		if (next && !strcmp(next, at)) {
			free(at);
			return next;
		}
		free(at);
		at = next;
	}
	return NULL;
}

/* A folder that is named so cannot change places with another one. */
static bool ends_in_dots(const char *dir)
{
	const char *slash = strrchr(dir, '/');
	const char *name = slash ? slash + 1 : dir;

	return !strcmp(name, ".") || !strcmp(name, "..");
}

int plan_write(const struct plan *p, const char *dir, struct plan_size *size, struct terr *err)
{
	char *target = folder_behind_links(dir);
	int rc;

	if (!target)
		rc = terr_set(err, "%s: %s", dir, strerror(errno));
	else if (ends_in_dots(target))
		rc = terr_set(err, "%s: names a folder by dots; give its name", dir);
	else
		rc = write_folder(p, target, size, err);
	free(target);
	return rc;
}

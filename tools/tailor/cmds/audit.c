// SPDX-License-Identifier: GPL-2.0-only
/* tailor audit: what a workload would miss of what a plan removed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/strlist.h"
#include "diagnose/tripwire.h"
#include "output/table.h"
#include "plan/read.h"
#include "plan/write.h"
#include "profile/target.h"
#include "lib/datadir.h"
#include "options.h"

/* What comes of a use: an error, a grant without one, or nobody can tell. */
#define MISSED "missed"
#define UNGATED "ungated"
#define UNKNOWN "unknown"
/* An error that came back from the same call when it was profiled would have changed nothing. */
#define EXPECTED "expected"

/* Everything an audit is made from, freed together. */
struct audit_work {
	char *root;
	json_t *plan;
	struct ruleset rules;
	struct facts facts;
	struct strlist logs;  /* paths of o->paths that are logs of system calls */
	struct strlist dmesg; /* and of kernels; neither has strings of its own */
	struct log *log;      /* NULL: none was given */
	struct agg *agg;
	struct tripwires tripwires;
	struct decisions found; /* every clause of every rule, asked of the workload */
	struct out_table *table;
	size_t missed;
	size_t ungated;
	size_t unknown;
};

static void work_free(struct audit_work *w)
{
	out_table_free(w->table);
	decisions_free(&w->found);
	tripwires_free(&w->tripwires);
	agg_free(w->agg);
	log_close(w->log);
	free(w->logs.v);
	free(w->dmesg.v);
	facts_free(&w->facts);
	rules_free(&w->rules);
	json_decref(w->plan);
	free(w->root);
}

/* ---- reading ---- */

static int load_rules(struct audit_work *w, const struct opts *o, struct terr *err)
{
	char path[4096];

	w->root = datadir(err);
	if (!w->root || rules_load_all(&w->rules, o->rules.v, o->rules.nr, w->root, err))
		return -1;
	if (o->patches && !strcmp(o->patches, "none"))
		return 0;
	if (snprintf(path, sizeof(path),
		     o->patches ? "%s/patches.rules" : "%s/patches/6.1/patches.rules",
		     o->patches ? o->patches : w->root) >= (int)sizeof(path))
		return terr_set(err, "%s: the path is too long", path);
	return rules_load(&w->rules, path, err);
}

/* Which of the paths behind the plan are logs of a kernel. Standard input is one of system calls.
 */
static int sort_paths(struct audit_work *w, const struct opts *o, struct terr *err)
{
	struct terr unreadable = { "" };

	for (size_t i = 1; i < o->nr_paths; i++) {
		char *path = o->paths[i];
		bool kernel = strcmp(path, "-") != 0 && tripwires_expected(path, &unreadable);

		if (*unreadable.msg)
			return terr_set(err, "%s", unreadable.msg);
		if (strlist_add(kernel ? &w->dmesg : &w->logs, path))
			return terr_set(err, "out of memory");
	}
	for (size_t i = 0; i < o->dmesg.nr; i++)
		if (strlist_add(&w->dmesg, o->dmesg.v[i]))
			return terr_set(err, "out of memory");
	if (!w->logs.nr && !w->dmesg.nr && !o->facts.nr)
		return terr_set(err,
				"nothing to audit: give logs, --facts or --dmesg behind the plan");
	return 0;
}

static int read_all(struct audit_work *w, const struct opts *o, struct terr *err)
{
	if (!o->nr_paths)
		return terr_set(err, "no plan: give the --out of tailor plan, then logs");
	w->plan = plan_load(o->paths[0], err);
	if (!w->plan || load_rules(w, o, err) || sort_paths(w, o, err))
		return -1;
	for (size_t i = 0; i < o->facts.nr; i++)
		if (facts_load(&w->facts, o->facts.v[i], err))
			return -1;
	if (target_as_found(&w->facts, err))
		return -1;
	for (size_t i = 0; i < w->dmesg.nr; i++)
		if (tripwires_read(&w->tripwires, w->dmesg.v[i], err))
			return -1;
	if (!w->logs.nr) {
		w->agg = calloc(1, sizeof(*w->agg));
		return w->agg ? 0 : terr_set(err, "out of memory");
	}
	w->log = log_open(&o->events, o->threads, w->logs.v, w->logs.nr, err);
	if (!w->log)
		return -1;
	w->agg = agg_read(w->log, AGG_TASK | AGG_SYSCALL, AGG_ERRNO | AGG_PARAM, err);
	return w->agg ? 0 : -1;
}

/* ---- rows ---- */

struct audit_row {
	const char *outcome;
	const char *symbol;
	const char *what;
	const char *task; /* NULL: nobody in particular */
	const char *where;
	const char *source; /* log, facts or dmesg */
	const char *why;
	uint64_t count;
};

static int add_row(struct audit_work *w, const struct audit_row *r, struct terr *err)
{
	json_t *d = r->symbol ? plan_decision(w->plan, r->symbol) : NULL;
	const union out_cell cells[] = {
		{ .s = r->outcome },
		{ .s = r->symbol },
		{ .s = r->what },
		{ .u = r->count },
		{ .s = r->task },
		{ .s = r->where },
		{ .s = plan_text(d, "fails") },
		{ .s = r->source },
		{ .s = plan_text(d, "rule") },
		{ .s = r->why },
	};

	if (out_table_add(w->table, cells))
		return terr_set(err, "out of memory");
	w->missed += !strcmp(r->outcome, MISSED);
	w->ungated += !strcmp(r->outcome, UNGATED);
	w->unknown += !strcmp(r->outcome, UNKNOWN);
	return 0;
}

/* Text of the place that a piece of evidence was first seen at. */
static void put_where(const struct audit_work *w, const struct evidence *e, char *buf, size_t len)
{
	const struct plan p = { .log = w->log, .facts = &w->facts };

	plan_where(&p, e, buf, len);
}

/* A clause that shows a use, or, of a rule that has none, one that should hold and does not. */
static int add_use(struct audit_work *w, const struct decision *d, const struct evidence *e,
		   const char *task, struct terr *err)
{
	bool fact = e->clause->kind == CLAUSE_FACT;
	char where[512];
	char what[256];

	put_where(w, e, where, sizeof(where));
	snprintf(what, sizeof(what), "%s%s", e->used_by ? "" : "not: ", e->clause->text);
	return add_row(w,
		       &(struct audit_row){
			       .outcome = d->rule->fails == FAILS_OPEN ? UNGATED : MISSED,
			       .symbol = d->rule->symbol,
			       .what = what,
			       .task = task,
			       .where = where,
			       .source = fact ? "facts" : "log",
			       .why = d->rule->why,
			       .count = e->count,
		       },
		       err);
}

static int add_unknown(struct audit_work *w, const struct decision *d, const struct evidence *e,
		       struct terr *err)
{
	return add_row(w,
		       &(struct audit_row){
			       .outcome = UNKNOWN,
			       .symbol = d->rule->symbol,
			       .what = e->clause->text,
			       .source = e->clause->kind == CLAUSE_FACT ? "facts" : "log",
			       .why = d->unknown,
		       },
		       err);
}

/* ---- which decisions the workload speaks against ---- */

/* What was not given cannot be asked; then the guest is taken to be the one that was profiled. */
static bool is_asked(const struct audit_work *w, const struct evidence *e)
{
	switch (e->clause->kind) {
	case CLAUSE_FACT:
		return w->facts.nr_files > 0;
	case CLAUSE_LOCK:
	case CLAUSE_HOTSPOT:
	case CLAUSE_COVERED:
		return false;
	default:
		return w->log != NULL;
	}
}

/* It ran when it was profiled, and decided nothing: does that hold for this workload, too? */
static bool decides_nothing(const struct audit_work *w, json_t *planned, const struct decision *d)
{
	if (strcmp(plan_text(planned, "verdict"), verdict_name(VERDICT_NOTHING)))
		return false;
	for (size_t i = 0; i < d->nr_evidence; i++) {
		const struct evidence *e = &d->evidence[i];

		if (!e->used_by && !e->wanted && is_asked(w, e) && !e->holds)
			return false;
	}
	return true;
}

/* What a plan takes away: a symbol, or with a patch a check. A patch that fails closed takes
 * nothing. */
static bool takes_away(json_t *planned, const struct decision *d)
{
	const char *action = plan_text(planned, "action");

	/* what stays in its place does the same */
	if (*plan_text(planned, "replaced_by"))
		return false;
	return !strcmp(action, action_name(ACTION_REMOVE)) ||
	       (!strcmp(action, action_name(ACTION_APPLY)) && d->rule->fails == FAILS_OPEN);
}

/* The first clause of Used-by that hits, or (unknown) cannot be answered. */
static const struct evidence *first_use(const struct audit_work *w, const struct decision *d,
					bool unknown)
{
	for (size_t i = 0; i < d->nr_evidence; i++) {
		const struct evidence *e = &d->evidence[i];

		if (e->used_by && is_asked(w, e) && (unknown ? e->unknown : e->holds))
			return e;
	}
	return NULL;
}

/* Of a rule that names no use: the first clause of Decides-nothing-if that does not hold. */
static const struct evidence *first_doubt(const struct audit_work *w, const struct decision *d)
{
	for (size_t i = 0; !d->rule->nr_used_by && i < d->nr_evidence; i++) {
		const struct evidence *e = &d->evidence[i];

		if (!e->wanted && is_asked(w, e) && !e->holds)
			return e;
	}
	return NULL;
}

static int add_facts(struct audit_work *w, const struct decision *d, struct terr *err)
{
	for (size_t i = 0; i < d->nr_evidence; i++) {
		const struct evidence *e = &d->evidence[i];

		if (e->used_by && e->clause->kind == CLAUSE_FACT && is_asked(w, e) && e->holds &&
		    add_use(w, d, e, NULL, err))
			return -1;
	}
	return 0;
}

/* What all tasks together show. Uses in the log are told task by task, see add_tasks(). */
static int add_decision(struct audit_work *w, const struct decision *d, struct terr *err)
{
	const struct evidence *e = first_doubt(w, d);

	if (e && !e->unknown)
		return add_use(w, d, e, NULL, err);
	if (!e && first_use(w, d, false))
		return add_facts(w, d, err);
	if (!e)
		e = first_use(w, d, true);
	return e ? add_unknown(w, d, e, err) : 0;
}

/* Whether the use speaks against a decision of the plan. */
static bool counts(const struct audit_work *w, const struct decision *d)
{
	json_t *planned = plan_decision(w->plan, d->rule->symbol);

	return planned && takes_away(planned, d) && !decides_nothing(w, planned, d);
}

/* The uses that one task alone made: rows [from, from + nr) of the log. */
static int add_task(struct audit_work *w, size_t from, size_t nr, struct terr *err)
{
	const struct agg part = { .rows = w->agg->rows + from, .nr = nr };
	const struct decide_opts o = { .trust = TRUST_SHARED };
	struct decisions mine = { 0 };
	int rc = decide_ask(&mine, &part, &w->facts, &w->rules, &o, err);

	for (size_t i = 0; !rc && i < mine.nr; i++) {
		/* of the whole, as a task alone may lack what another one did */
		if (!counts(w, &w->found.v[i]))
			continue;
		for (size_t j = 0; !rc && j < mine.v[i].nr_evidence; j++) {
			const struct evidence *e = &mine.v[i].evidence[j];

			if (e->used_by && e->clause->kind != CLAUSE_FACT && e->holds && e->count)
				rc = add_use(w, &mine.v[i], e, part.rows->task, err);
		}
	}
	decisions_free(&mine);
	return rc;
}

static int add_tasks(struct audit_work *w, struct terr *err)
{
	for (size_t i = 0, nr; i < w->agg->nr; i += nr) {
		for (nr = 1; i + nr < w->agg->nr; nr++)
			if (strcmp(w->agg->rows[i].task, w->agg->rows[i + nr].task))
				break;
		if (add_task(w, i, nr, err))
			return -1;
	}
	return 0;
}

static int add_decisions(struct audit_work *w, struct terr *err)
{
	const struct decide_opts o = { .trust = TRUST_SHARED };

	if (decide_ask(&w->found, w->agg, &w->facts, &w->rules, &o, err) || add_tasks(w, err))
		return -1;
	for (size_t i = 0; i < w->found.nr; i++) {
		const struct decision *d = &w->found.v[i];

		if (counts(w, d) && add_decision(w, d, err))
			return -1;
	}
	return 0;
}

/* What they need may have been removed: nobody knows. */
static int add_calls(struct audit_work *w, struct terr *err)
{
	for (size_t i = 0; i < w->agg->nr; i++) {
		const struct agg_row *row = &w->agg->rows[i];
		const struct evidence e = { .has_pos = true, .pos = row->first };
		char what[256];
		char where[512];

		if (rules_place_syscall(&w->rules, row->syscall))
			continue;
		snprintf(what, sizeof(what), "syscall %s", row->syscall);
		put_where(w, &e, where, sizeof(where));
		if (add_row(w,
			    &(struct audit_row){
				    .outcome = UNKNOWN,
				    .what = what,
				    .task = row->task,
				    .where = where,
				    .source = "log",
				    .why = "no rule knows it: add it to kconfig/syscalls.rules",
				    .count = row->calls,
			    },
			    err))
			return -1;
	}
	return 0;
}

/* The clause that the profile would have shown it by; "" when no clause asks for such a thing. */
static void put_clause(const char *what, char *buf, size_t len)
{
	static const struct {
		const char *told;
		const char *clause;
	} kinds[] = {
		{ "system call ", "syscall" },
		{ "address family ", "param socket.family =" },
		{ "file system ", "fact filesystem has" },
	};

	buf[0] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strncmp(what, kinds[i].told, strlen(kinds[i].told)))
			snprintf(buf, len, "%s %s", kinds[i].clause, what + strlen(kinds[i].told));
}

/* Whether the profile already showed this very use, and the plan holds that it decides nothing. */
static bool is_expected(json_t *planned, const char *what)
{
	char clause[256];
	json_t *e;
	size_t i;

	if (strcmp(plan_text(planned, "verdict"), verdict_name(VERDICT_NOTHING)))
		return false;
	put_clause(what, clause, sizeof(clause));
	json_array_foreach (json_object_get(planned, "evidence"), i, e)
		if (!strcmp(plan_text(e, "what"), clause) &&
		    json_is_true(json_object_get(e, "holds")))
			return true;
	return false;
}

/* The error has come back already. */
static int add_tripwires(struct audit_work *w, struct terr *err)
{
	for (size_t i = 0; i < w->tripwires.nr; i++) {
		const struct tripwire *t = &w->tripwires.v[i];
		json_t *d = t->symbol ? plan_decision(w->plan, t->symbol) : NULL;
		char where[512];
		char task[256];

		snprintf(where, sizeof(where), "%s:%llu", t->path, (unsigned long long)t->line);
		snprintf(task, sizeof(task), "%s[%llu]", t->task, (unsigned long long)t->pid);
		if (add_row(w,
			    &(struct audit_row){
				    .outcome = is_expected(d, t->what) ? EXPECTED : MISSED,
				    .symbol = t->symbol,
				    .what = t->what,
				    .task = task,
				    .where = where,
				    .source = "dmesg",
				    .why = d ? plan_text(d, "why") : "no rule decides it",
				    .count = 1,
			    },
			    err))
			return -1;
	}
	return 0;
}

/* ---- the answer ---- */

static bool is_removal(json_t *d)
{
	return !strcmp(plan_text(d, "action"), action_name(ACTION_REMOVE)) ||
	       !strcmp(plan_text(d, "action"), action_name(ACTION_APPLY));
}

/*
 * Decisions whose rule is gone can no longer be asked. What coverage alone knew of goes with what
 * it depends on, whose rule speaks for both.
 */
static void note_rules(const struct audit_work *w, const char *plan)
{
	json_t *d;
	size_t i;

	json_array_foreach (json_object_get(w->plan, "decisions"), i, d)
		if (is_removal(d) && !json_is_string(json_object_get(d, "part_of")) &&
		    !rules_find(&w->rules, plan_text(d, "name")))
			fprintf(stderr,
				"tailor: %s: no rule decides %s any more; it is not audited: plan again\n",
				plan, plan_text(d, "name"));
}

static void note_tripwires(const struct audit_work *w)
{
	if (w->dmesg.nr && !w->tripwires.announced && !w->tripwires.nr)
		fprintf(stderr,
			"tailor: %s: no \"tailor: TRIPWIRE\" in it: that kernel has no tripwires, or the log "
			"does not begin at its boot; so it does not tell what is missing\n",
			w->dmesg.v[0]);
}

static int write_answer(struct audit_work *w, const struct opts *o, struct terr *err)
{
	if (o->format == FORMAT_TEXT && !o->output)
		printf("%s, planned with trust %s: %zu missed, %zu ungated, %zu unknown\n",
		       plan_text(w->plan, "appliance"), plan_text(w->plan, "trust"), w->missed,
		       w->ungated, w->unknown);
	if (!out_table_rows(w->table) && o->format == FORMAT_TEXT && !o->output)
		return 0;
	return out_table_write(w->table, o->format, o->output, w->log ? log_input(w->log) : NULL,
			       err);
}

static int run(struct audit_work *w, const struct opts *o, struct terr *err)
{
	static const struct out_col cols[] = {
		{ .name = "outcome", .heading = "outcome" },
		{ .name = "symbol", .heading = "symbol" },
		{ .name = "what", .heading = "what" },
		{ .name = "count", .heading = "count", .type = OUT_UINT },
		{ .name = "task", .heading = "task" },
		{ .name = "where", .heading = "where" },
		{ .name = "fails", .formats = OUT_IN_CSV | OUT_IN_JSON },
		{ .name = "source", .formats = OUT_IN_CSV | OUT_IN_JSON },
		{ .name = "rule", .formats = OUT_IN_CSV | OUT_IN_JSON },
		{ .name = "why", .formats = OUT_IN_CSV | OUT_IN_JSON },
	};
	int rc = EXIT_FINE;

	if (read_all(w, o, err))
		return -1;
	w->table = out_table_new(cols, ARRAY_SIZE(cols));
	if (!w->table)
		return terr_set(err, "out of memory");
	if (add_decisions(w, err) || add_calls(w, err) || add_tripwires(w, err))
		return -1;
	note_rules(w, o->paths[0]);
	note_tripwires(w);
	if (w->log)
		rc = log_input_warn(log_input(w->log)) && o->strict ? EXIT_FOUND : EXIT_FINE;
	if (write_answer(w, o, err))
		return -1;
	return w->missed || w->ungated || w->unknown ? EXIT_FOUND : rc;
}

int cmd_audit(const struct opts *o, struct terr *err)
{
	struct audit_work w = { 0 };
	int rc = run(&w, o, err);

	work_free(&w);
	return rc;
}

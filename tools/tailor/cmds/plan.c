// SPDX-License-Identifier: GPL-2.0-only
/* tailor plan: what a log and the facts of a guest say about each symbol and each patch. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/strlist.h"
#include "lib/text.h"
#include "kconfig/kconfig.h"
#include "output/table.h"
#include "plan/write.h"
#include "profile/target.h"
#include "lib/datadir.h"
#include "options.h"

/* Everything a plan is made from, freed together. */
struct plan_work {
	char *root;
	char *patches; /* folder of the patches; NULL: none */
	struct log *log;
	struct agg *agg;
	struct saturation saturation;
	struct facts facts;
	struct ruleset rules;
	struct fragment base;
	struct patch_series series;
	struct remarks gains;
	struct remarks repairs;
	struct lockstat *locks;	   /* NULL: none were given */
	struct hotspots *hotspots; /* NULL: none were given */
	struct covered coverage;
	struct kconfig *kconfig; /* NULL: none was given */
	struct namelist fixed;
	struct namelist keep;
	struct decisions decisions;
	bool gaps;		    /* facts are missing */
	const char *target_guessed; /* what the facts call it */
};

static void work_free(struct plan_work *w)
{
	decisions_free(&w->decisions);
	free(w->fixed.v);
	free(w->keep.v);
	covered_free(&w->coverage);
	kconfig_close(w->kconfig);
	hotspots_free(w->hotspots);
	lockstat_free(w->locks);
	remarks_free(&w->repairs);
	remarks_free(&w->gains);
	series_free(&w->series);
	fragment_free(&w->base);
	rules_free(&w->rules);
	facts_free(&w->facts);
	agg_free(w->agg);
	log_close(w->log);
	free(w->patches);
	free(w->root);
}

static int join_path(char **out, const char *dir, const char *name, struct terr *err)
{
	if (asprintf(out, "%s/%s", dir, name) < 0) {
		*out = NULL;
		return terr_set(err, "out of memory");
	}
	return 0;
}

/* The patches' stanzas and their order. Without --patches a checkout may lack them. */
static int load_patches(struct plan_work *w, const struct opts *o, struct terr *err)
{
	char *rules;
	char *series;
	int rc;

	if (o->patches && !strcmp(o->patches, "none"))
		return 0;
	if (o->patches ? !(w->patches = strdup(o->patches))
		       : join_path(&w->patches, w->root, "patches/6.1", err))
		return terr_set(err, "out of memory");
	if (join_path(&rules, w->patches, "patches.rules", err))
		return -1;
	if (!o->patches && access(rules, F_OK)) {
		fprintf(stderr, "tailor: no %s: no patch is planned\n", rules);
		free(rules);
		return 0;
	}
	rc = rules_load(&w->rules, rules, err);
	free(rules);
	if (rc || join_path(&series, w->patches, "series", err))
		return -1;
	rc = series_load(&w->series, series, err);
	free(series);
	return rc;
}

static int check_series(const struct plan_work *w, struct terr *err)
{
	for (size_t i = 0; i < w->rules.nr; i++) {
		const struct rule *r = &w->rules.v[i];

		if (r->patch && !series_has(&w->series, r->patch))
			return terr_set(
				err,
				"%s:%d: %s is not in %s/series; add it there or drop the stanza",
				r->file, r->line, r->patch, w->patches);
	}
	return 0;
}

static bool is_decided(const struct plan_work *w, const char *symbol)
{
	for (size_t i = 0; i < w->rules.nr; i++)
		if (!strcmp(w->rules.v[i].symbol, symbol))
			return true;
	return false;
}

/* What is gone by now may still have its line there. */
static int load_texts(const struct plan_work *w, struct remarks *g, const char *path,
		      const char *what, struct terr *err)
{
	if (!path)
		return 0;
	if (remarks_load(g, path, what, err))
		return -1;
	for (size_t i = 0; i < g->nr; i++)
		if (!is_decided(w, g->v[i].symbol))
			fprintf(stderr, "tailor: %s:%d: no rule decides %s; the line is left out\n",
				path, g->v[i].line, g->v[i].symbol);
	return 0;
}

static int load_gains(struct plan_work *w, const struct opts *o, struct terr *err)
{
	if (load_texts(w, &w->gains, o->measured, "what was measured", err))
		return -1;
	return load_texts(w, &w->repairs, o->repairs, "why it was put back", err);
}

static int load_base(struct plan_work *w, const struct opts *o, struct terr *err)
{
	static const char *const names[] = { "kconfig/floor.config", "kconfig/bed-qemu.config" };

	for (size_t i = 0; i < o->base.nr; i++)
		if (fragment_load(&w->base, o->base.v[i], err))
			return -1;
	for (size_t i = 0; !o->base.nr && i < ARRAY_SIZE(names); i++) {
		char *path;
		int rc;

		if (join_path(&path, w->root, names[i], err))
			return -1;
		rc = fragment_load(&w->base, path, err);
		free(path);
		if (rc)
			return -1;
	}
	return 0;
}

/* Symbols that the base sets and a rule decides: the base wins. */
static int find_fixed(struct plan_work *w, struct terr *err)
{
	for (size_t i = 0; i < w->rules.nr; i++) {
		const struct rule *r = &w->rules.v[i];
		const struct frag_line *l = fragment_find(&w->base, r->symbol);

		if (!l)
			continue;
		if (strcmp(l->value, r->value))
			return terr_set(
				err,
				"%s:%d sets %s to %s, but %s:%d keeps it as %s; drop one of "
				"the two",
				l->file, l->line, l->symbol, l->value, r->file, r->line, r->value);
		if (namelist_add(&w->fixed, r->symbol))
			return terr_set(err, "out of memory");
	}
	return 0;
}

static int find_kept(struct plan_work *w, const struct opts *o, struct terr *err)
{
	for (size_t i = 0; i < o->keep.nr; i++) {
		const char *s = o->keep.v[i];
		const struct rule *r;

		if (!strncmp(s, "CONFIG_", 7))
			s += 7;
		r = rules_find(&w->rules, s);
		if (r && r->patch && r->always)
			return terr_set(err,
					"--keep=%s: %s is always applied (%s:%d); give a series "
					"without it with --patches",
					s, r->patch, r->file, r->line);
		if (!r)
			return terr_set(
				err,
				"--keep=%s: no rule decides this symbol; put CONFIG_%s=y into a "
				"fragment and give it with --base",
				s, s);
		if (namelist_add(&w->keep, s))
			return terr_set(err, "out of memory");
	}
	return 0;
}

static int load_profiles(struct plan_work *w, const struct opts *o, struct terr *err)
{
	if (o->locks.nr > 2)
		return terr_set(err,
				"--locks: more than two files: give one, or the one from before "
				"and the one from after the workload");
	if (o->locks.nr) {
		w->locks = lockstat_open(o->locks.v, o->locks.nr, err);
		if (!w->locks)
			return -1;
		lockstat_warn(w->locks);
	}
	if (o->hotspots) {
		w->hotspots = hotspots_read(o->hotspots, HOTSPOTS_UNKNOWN, err);
		if (!w->hotspots)
			return -1;
		hotspots_warn(w->hotspots);
	}
	if (o->kconfig) {
		w->kconfig = kconfig_load(o->kconfig, err);
		if (!w->kconfig)
			return -1;
	}
	return o->coverage ? covered_load(&w->coverage, o->coverage, err) : 0;
}

static int load_all(struct plan_work *w, const struct opts *o, struct terr *err)
{
	if (!o->facts.nr)
		return terr_set(err, "no facts: give --facts FILE (collect it in the guest with "
				     "stap/collect-facts)");
	w->root = datadir(err);
	if (!w->root || rules_load_all(&w->rules, o->rules.v, o->rules.nr, w->root, err) ||
	    load_patches(w, o, err) || rules_check(&w->rules, err) || check_series(w, err) ||
	    load_gains(w, o, err) || load_base(w, o, err) || load_profiles(w, o, err) ||
	    find_fixed(w, err) || find_kept(w, o, err))
		return -1;
	for (size_t i = 0; i < o->facts.nr; i++)
		if (facts_load(&w->facts, o->facts.v[i], err))
			return -1;
	if (target_add(&w->facts, o->target, &w->target_guessed, err))
		return -1;
	w->log = log_open(&o->events, o->threads, o->paths, o->nr_paths, err);
	if (!w->log)
		return -1;
	w->agg = saturate_read(&w->saturation, w->log, &w->rules, err);
	if (!w->agg)
		return -1;
	saturate_coverage(&w->saturation, &w->coverage);
	return 0;
}

/* ---- what the user should know beside the decisions, on standard error ---- */

static void note_syscalls(const struct plan_work *w)
{
	for (size_t i = 0; i < w->agg->nr; i++) {
		const struct agg_row *row = &w->agg->rows[i];
		char *name;

		if (rules_place_syscall(&w->rules, row->syscall))
			continue;
		name = text_escape(row->syscall, strlen(row->syscall));
		fprintf(stderr,
			"tailor: %s:%llu: no rule knows the system call %s (%llu calls); what it needs "
			"may be missing: add it to kconfig/syscalls.rules\n",
			log_pos_path(w->log, row->first),
			(unsigned long long)log_pos_line(w->log, row->first), name ? name : "?",
			(unsigned long long)row->calls);
		free(name);
	}
}

static bool names_key(const struct clause *c, size_t nr, const char *key)
{
	for (size_t i = 0; i < nr; i++)
		if (c[i].kind == CLAUSE_FACT && !strcmp(c[i].name, key))
			return true;
	return false;
}

static bool key_noted(const struct plan_work *w, size_t rule, const char *key)
{
	for (size_t i = 0; i < rule; i++) {
		const struct rule *r = &w->rules.v[i];

		if (names_key(r->used_by, r->nr_used_by, key) ||
		    names_key(r->nothing_if, r->nr_nothing_if, key) ||
		    names_key(r->wanted_by, r->nr_wanted_by, key))
			return true;
	}
	return false;
}

static void note_keys(struct plan_work *w, size_t rule, const struct clause *c, size_t nr)
{
	const struct rule *r = &w->rules.v[rule];

	for (size_t i = 0; i < nr; i++) {
		const char *path;

		if (c[i].kind != CLAUSE_FACT || c[i].op == OP_ABSENT || facts_may_lack(c[i].name))
			continue;
		path = facts_lacking(&w->facts, c[i].name);
		if (!path || names_key(c, i, c[i].name) || key_noted(w, rule, c[i].name))
			continue;
		w->gaps = true;
		fprintf(stderr,
			"tailor: %s: no \"%s\", which %s:%d needs for %s; collect the facts again with "
			"stap/collect-facts\n",
			path, facts_source(c[i].name), r->file, r->line, r->symbol);
	}
}

static void note_facts(struct plan_work *w)
{
	const char *endless = facts_endless(&w->facts);

	if (w->target_guessed)
		fprintf(stderr,
			"tailor: the facts name no hypervisor that is known (\"%s\"), so the guest is taken for an "
			"emulated one, and what it would need on KVM stays, too; if it will never run there, give --target=tcg\n",
			w->target_guessed);
	if (endless)
		fprintf(stderr,
			"tailor: %s: facts of version %d do not tell whether they are whole; collect "
			"them anew with stap/collect-facts\n",
			endless, FACTS_VERSION_ENDLESS);
	for (size_t i = 0; i < w->rules.nr; i++) {
		note_keys(w, i, w->rules.v[i].used_by, w->rules.v[i].nr_used_by);
		note_keys(w, i, w->rules.v[i].nothing_if, w->rules.v[i].nr_nothing_if);
		note_keys(w, i, w->rules.v[i].wanted_by, w->rules.v[i].nr_wanted_by);
	}
}

/* What Kconfig makes of the plan, or that nobody asked. */
static void note_closed(const struct plan_work *w)
{
	size_t nr = decisions_forced(&w->decisions);

	if (!w->kconfig)
		fputs("tailor: the plan is not closed over the kernel's Kconfig files, which may refuse "
		      "some of it; give --kconfig \"$(scripts/kconfig-model)\"\n",
		      stderr);
	else if (nr)
		fprintf(stderr,
			"tailor: %zu symbols stay because Kconfig leaves no choice; tailor explain "
			"says which symbol wants each\n",
			nr);
}

/* ---- the answer ---- */

static void note_of(const struct plan *p, const struct decision *d, char *buf, size_t len)
{
	const struct evidence *e = plan_evidence(d);

	buf[0] = '\0';
	(void)p;
	if (d->rule->always)
		snprintf(buf, len, "always");
	else if (d->blocked_by)
		snprintf(buf, len, "%s", d->blocked_by);
	else if (d->replaced_by)
		snprintf(buf, len, "%s, which stays, does the same", d->replaced_by);
	else if (d->part_of)
		snprintf(buf, len, "depends on %s, which goes", d->part_of);
	else if (d->required_by)
		snprintf(buf, len, "required by %s", d->required_by);
	else if (e && e->clause->kind == CLAUSE_COVERED && d->verdict == VERDICT_NOTHING)
		snprintf(buf, len, "ran, but none of %zu uses seen", d->rule->nr_used_by);
	else if (e && d->verdict != VERDICT_UNUSED)
		snprintf(buf, len, "%s", e->clause->text);
	else if (e)
		snprintf(buf, len, "none of %zu uses seen", d->rule->nr_used_by);
}

static struct out_table *make_table(const struct plan *p)
{
	static const struct out_col cols[] = {
		{ .name = "name", .heading = "symbol" },
		{ .name = "patch", .formats = OUT_IN_CSV | OUT_IN_JSON },
		{ .name = "action", .heading = "action" },
		{ .name = "verdict", .heading = "verdict" },
		{ .name = "fails", .heading = "fails" },
		{ .name = "trust", .formats = OUT_IN_CSV | OUT_IN_JSON },
		{ .name = "value", .formats = OUT_IN_CSV | OUT_IN_JSON },
		{ .name = "count", .heading = "count", .type = OUT_UINT },
		{ .name = "reason", .heading = "reason" },
		{ .name = "where", .heading = "where" },
		{ .name = "rule", .formats = OUT_IN_CSV | OUT_IN_JSON },
	};
	struct out_table *t = out_table_new(cols, ARRAY_SIZE(cols));
	int rc = 0;

	for (size_t i = 0; t && !rc && i < p->decisions->nr; i++) {
		const struct decision *d = &p->decisions->v[i];
		const struct evidence *e = plan_evidence(d);
		char reason[512];
		char where[512] = "";
		char rule[512];

		note_of(p, d, reason, sizeof(reason));
		plan_rule(p, d->rule, rule, sizeof(rule));
		if (e)
			plan_where(p, e, where, sizeof(where));
		rc = out_table_add(
			t, (const union out_cell[]){
				   { .s = d->rule->symbol },
				   { .s = d->rule->patch },
				   { .s = action_name(d->action) },
				   { .s = verdict_name(d->verdict) },
				   { .s = d->rule->fails == FAILS_OPEN ? "open" : "closed" },
				   { .s = d->rule->trust == TRUST_SINGLE ? "single" : "shared" },
				   { .s = decision_value(d) },
				   { .u = e ? e->count : 0 },
				   { .s = reason },
				   { .s = where },
				   { .s = rule },
			   });
	}
	if (!rc)
		return t;
	out_table_free(t);
	return NULL;
}

static void print_summary(const struct plan *p, FILE *f)
{
	size_t by[ACTION_LEAVE + 1] = { 0 };
	size_t blocked = 0;
	size_t open = 0;

	for (size_t i = 0; i < p->decisions->nr; i++) {
		const struct decision *d = &p->decisions->v[i];

		by[d->action]++;
		blocked += d->blocked_by && !d->unwanted;
		open += (d->action == ACTION_REMOVE || d->action == ACTION_APPLY) &&
			d->rule->fails == FAILS_OPEN && !d->rule->always;
	}
	fprintf(f,
		"%s, trust %s: %zu symbols go, %zu stay; %zu patches are applied, %zu are not; %zu of "
		"these fail open, %zu were asked for but blocked\n",
		p->appliance, p->trust == TRUST_SINGLE ? "single" : "shared", by[ACTION_REMOVE],
		by[ACTION_KEEP], by[ACTION_APPLY], by[ACTION_LEAVE], open, blocked);
}

/* How much the end of the profile still brought. */
static void print_saturation(const struct saturation *s, FILE *f)
{
	if (s->covered)
		fprintf(f,
			"new in the last tenth of the coverage: %zu of %zu instructions, code of %zu of "
			"%zu symbols\n",
			s->addresses.late, s->addresses.seen, s->symbols.late, s->symbols.seen);
	if (!s->syscalls.seen)
		return;
	fprintf(f,
		"new in the last tenth of the profile: %zu of %zu system calls, %zu of %zu errors, "
		"%zu of %zu uses that rules look at\n",
		s->syscalls.late, s->syscalls.seen, s->errors.late, s->errors.seen, s->uses.late,
		s->uses.seen);
}

static int write_answer(const struct plan *p, const struct opts *o, struct terr *err)
{
	struct out_table *t = make_table(p);
	int rc;

	if (!t)
		return terr_set(err, "out of memory");
	if (o->format == FORMAT_TEXT)
		print_summary(p, stdout);
	if (o->format == FORMAT_TEXT)
		print_saturation(p->saturation, stdout);
	rc = out_table_write(t, o->format, o->output, log_input(p->log), err);
	out_table_free(t);
	return rc;
}

static int parse_trust(const char *s, enum rule_trust *out, struct terr *err)
{
	*out = !strcmp(s, "single") ? TRUST_SINGLE : TRUST_SHARED;
	if (strcmp(s, "single") && strcmp(s, "shared"))
		return terr_set(err,
				"--trust=%s is neither \"single\" (one trusted application) nor "
				"\"shared\"",
				s);
	return 0;
}

static int run(struct plan_work *w, const struct opts *o, struct terr *err)
{
	struct plan p = {
		.appliance = o->appliance ? o->appliance : "appliance",
		.target = o->target,
		.agg = w->agg,
		.facts = &w->facts,
		.base = &w->base,
		.rules = &w->rules,
		.decisions = &w->decisions,
		.series = &w->series,
		.gains = &w->gains,
	};
	struct decide_opts d = {
		.fixed = &w->fixed,
		.keep = &w->keep,
		.repairs = &w->repairs,
		.base = &w->base,
	};
	const struct log_input *in;
	struct plan_size size = { 0 };

	if (parse_trust(o->trust, &p.trust, err) || load_all(w, o, err))
		return -1;
	in = log_input(w->log);
	d.trust = p.trust;
	d.locks = w->locks;
	d.hotspots = w->hotspots;
	d.coverage = o->coverage ? &w->coverage : NULL;
	p.saturation = &w->saturation;
	d.growing = w->saturation.growing[0] && !o->accept_growing ? w->saturation.growing : NULL;
	d.incomplete = in->complete || o->accept_incomplete ? NULL : in->incomplete;
	if (d.coverage && !w->coverage.complete && !o->accept_incomplete && !d.incomplete)
		d.incomplete = w->coverage.incomplete;
	p.agg = w->agg;
	p.log = w->log;
	p.root = w->root;
	p.kernel_release = log_header(w->log, "kernel");
	if (!p.kernel_release)
		p.kernel_release = facts_first(&w->facts, "kernel_release");
	p.kconfig = o->kconfig;
	if (decide(&w->decisions, w->agg, &w->facts, &w->rules, &d, err) ||
	    (w->kconfig && decide_close(&w->decisions, w->kconfig, &d, err)))
		return -1;
	note_syscalls(w);
	note_facts(w);
	note_closed(w);
	if (w->saturation.growing[0])
		fprintf(stderr, "tailor: %s\n", w->saturation.growing);
	log_input_warn(log_input(w->log));
	if (o->out && plan_write(&p, o->out, &size, err))
		return -1;
	if (o->out)
		fprintf(stderr, "tailor: wrote %s: %zu settings, %zu patches\n", o->out, size.lines,
			size.patches);
	if (write_answer(&p, o, err))
		return -1;
	return d.incomplete || d.growing || (w->gaps && !o->accept_incomplete) ? EXIT_FOUND
									       : EXIT_FINE;
}

int cmd_plan(const struct opts *o, struct terr *err)
{
	struct plan_work w = { 0 };
	int rc = run(&w, o, err);

	work_free(&w);
	return rc;
}

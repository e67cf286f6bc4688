// SPDX-License-Identifier: GPL-2.0-only
/* decide/close.c: plans closed over small models, and over random ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "decide/internal.h"
#include "decide/settings.h"
#include "kconfig/dotconfig.h"
#include "kconfig/kcalc.h"
#include "tests/scratch.h"

#define SEED 610193u
#define MODELS 3000
#define MAX_SYMBOLS 9

static struct agg_row rows[] = { { .syscall = "open", .calls = 9 } };
static const struct agg agg = { .rows = rows, .nr = 1 };

/* One line of a small language: "A prompt DEPENDS", "A default DEPENDS", "A selects B DEPENDS". */
struct entry {
	const char *name;
	const char *kind;    /* prompt, default, selects */
	const char *what;    /* the target; NULL */
	const char *depends; /* JSON */
};

static void put_entry(FILE *f, const struct entry *e, size_t nr, size_t i)
{
	const char *comma = "";

	/* the properties of a symbol stand together, the first line of it defines it */
	for (size_t j = 0; j < i; j++)
		if (!strcmp(e[j].name, e[i].name))
			return;
	fprintf(f,
		"%s{\"name\":\"%s\",\"type\":\"bool\",\"choice\":null,\"defs\":[{\"file\":\"Kconfig\","
		"\"line\":%zu,\"depends\":%s}],\"props\":[",
		i ? ",\n" : "", e[i].name, i + 1, e[i].depends);
	for (size_t j = i; j < nr; j++) {
		if (strcmp(e[j].name, e[i].name))
			continue;
		fprintf(f, "%s{\"kind\":\"%s\",\"file\":\"Kconfig\",\"line\":%zu,\"cond\":%s,",
			comma, !strcmp(e[j].kind, "selects") ? "select" : e[j].kind, j + 1,
			e[j].depends);
		comma = ",";
		if (e[j].what)
			fprintf(f, "\"target\":\"%s\"}", e[j].what);
		else if (!strcmp(e[j].kind, "default"))
			fputs("\"value\":{\"is\":\"y\"},\"if\":null}", f);
		else
			fputs("\"text\":\"t\"}", f);
	}
	fputs("]}", f);
}

static struct kconfig *model_of(const struct entry *e, size_t nr)
{
	FILE *f = fopen(scratch, "w");
	struct terr err = { "" };
	struct kconfig *k;

	assert_non_null(f);
	fputs("{\"format\":2,\"modules\":\"n\",\"choices\":[],\"symbols\":[\n", f);
	for (size_t i = 0; i < nr; i++)
		put_entry(f, e, nr, i);
	fputs("]}\n", f);
	fclose(f);
	k = kconfig_load(scratch, &err);
	if (!k)
		fail_msg("%s", err.msg);
	return k;
}

struct run {
	struct ruleset rules;
	struct facts facts;
	struct decisions d;
	struct kconfig *k;
	struct fragment base;
	struct decide_opts o;
	struct terr err;
	int rc;
};

/* Rules, a base ("" for none) and a model. */
static void start(struct run *r, const char *rules, const char *base, struct kconfig *k,
		  enum rule_trust trust)
{
	memset(r, 0, sizeof(*r));
	r->k = k;
	scratch_write(rules);
	if (rules_load(&r->rules, scratch, &r->err) || rules_check(&r->rules, &r->err))
		fail_msg("%s", r->err.msg);
	scratch_write(base);
	if (*base && fragment_load(&r->base, scratch, &r->err))
		fail_msg("%s", r->err.msg);
	r->o = (struct decide_opts){ .trust = trust, .base = &r->base };
	r->rc = decide(&r->d, &agg, &r->facts, &r->rules, &r->o, &r->err);
	if (!r->rc)
		r->rc = decide_close(&r->d, k, &r->o, &r->err);
}

static void end(struct run *r)
{
	decisions_free(&r->d);
	rules_free(&r->rules);
	fragment_free(&r->base);
	kconfig_close(r->k);
}

static void stays(const struct run *r, const char *symbol, const char *by, const char *relation)
{
	const struct decision *d = decisions_find(&r->d, symbol);

	if (r->rc)
		fail_msg("%s", r->err.msg);
	assert_non_null(d);
	if (d->action != ACTION_KEEP || !d->forced || !d->forced->by || strcmp(d->forced->by, by) ||
	    strcmp(d->forced->relation, relation))
		fail_msg("%s: %s, %s", symbol, action_name(d->action),
			 d->blocked_by ? d->blocked_by : "-");
	assert_non_null(strstr(d->blocked_by, by));
}

#define TAIL "Why: w\nSource: s:1\n\n"
#define USED(s, more) "Symbol: " s "\nUsed-by: syscall open\n" more "Fails: closed\n" TAIL
#define UNUSED(s, more) "Symbol: " s "\nUsed-by: syscall close\n" more "Fails: closed\n" TAIL
#define PATCH(s) "Symbol: " s "\nPatch: " s ".patch\nUsed-by: syscall close\nFails: closed\n" TAIL

static void what_a_symbol_depends_on_stays(void **state)
{
	static const struct entry e[] = {
		{ "MODULES", "prompt", NULL, "null" },
		{ "BPF_JIT", "prompt", NULL, "\"MODULES\"" },
		{ "BPF_LSM", "prompt", NULL, "\"BPF_JIT\"" },
		{ "OTHER", "prompt", NULL, "null" },
	};
	struct run r;

	(void)state;
	start(&r, UNUSED("MODULES", "") USED("BPF_LSM", "") UNUSED("OTHER", ""), "",
	      model_of(e, ARRAY_SIZE(e)), TRUST_SINGLE);
	stays(&r, "MODULES", "BPF_JIT", "depends on");
	/* no rule knows it */
	stays(&r, "BPF_JIT", "BPF_LSM", "depends on");
	assert_string_equal(decisions_find(&r.d, "BPF_JIT")->forced->place, "Kconfig:3");
	assert_int_equal(decisions_find(&r.d, "OTHER")->action, ACTION_REMOVE);
	assert_int_equal(decisions_forced(&r.d), 2);
	end(&r);
}

static void what_a_symbol_selects_stays(void **state)
{
	static const struct entry e[] = {
		{ "MEMCG", "prompt", NULL, "null" },
		{ "MEMCG", "selects", "EVENTFD", "null" },
		{ "EVENTFD", "prompt", NULL, "null" },
	};
	struct run r;

	(void)state;
	start(&r, USED("MEMCG", "") UNUSED("EVENTFD", ""), "", model_of(e, ARRAY_SIZE(e)),
	      TRUST_SINGLE);
	stays(&r, "EVENTFD", "MEMCG", "selects");
	end(&r);
	start(&r, UNUSED("MEMCG", "") UNUSED("EVENTFD", ""), "", model_of(e, ARRAY_SIZE(e)),
	      TRUST_SINGLE);
	assert_int_equal(decisions_find(&r.d, "EVENTFD")->action, ACTION_REMOVE);
	end(&r);
	/* the base says no: both sides are named */
	start(&r, USED("MEMCG", ""), "# none of it\n# CONFIG_EVENTFD is not set\n",
	      model_of(e, ARRAY_SIZE(e)), TRUST_SINGLE);
	assert_int_equal(r.rc, -1);
	assert_non_null(
		strstr(r.err.msg, "EVENTFD=n: Kconfig refuses it, forced: selected by MEMCG"));
	assert_non_null(strstr(r.err.msg, "MEMCG=y is decided at"));
	end(&r);
}

/* Of several ways the one that asks for least that nobody knows. */
static void the_nearest_way_is_taken(void **state)
{
	static const struct entry e[] = {
		{ "A", "prompt", NULL, "null" },
		{ "B", "prompt", NULL, "null" },
		{ "C", "prompt", NULL, "[\"|\",[\"&\",\"A\",\"B\"],\"K\"]" },
		{ "K", "prompt", NULL, "null" },
		{ "D", "prompt", NULL, "[\"!\",\"KM\"]" },
		{ "KM", "default", NULL, "[\"!\",\"SMP\"]" },
		{ "SMP", "prompt", NULL, "null" },
	};
	struct run r;

	(void)state;
	start(&r, USED("C", "") UNUSED("K", "") UNUSED("SMP", "") USED("D", ""), "",
	      model_of(e, ARRAY_SIZE(e)), TRUST_SINGLE);
	stays(&r, "K", "C", "depends on");
	assert_null(decisions_find(&r.d, "A"));
	/* a default that nobody asked for goes when its condition fails */
	stays(&r, "SMP", "D", "depends on");
	end(&r);
}

/* A driver for another machine does not work here because its code compiles here. */
static void what_only_compiles_is_no_way(void **state)
{
	static const struct entry e[] = {
		{ "COMPILE_TEST", "prompt", NULL, "null" },
		{ "DRIVER", "prompt", NULL, "[\"|\",\"ARCH_OTHER\",\"COMPILE_TEST\"]" },
		{ "ACPI", "prompt", NULL, "null" },
		{ "FINE", "prompt", NULL, "[\"|\",\"COMPILE_TEST\",\"ACPI\"]" },
	};
	struct run r;

	(void)state;
	start(&r, USED("DRIVER", ""), "", model_of(e, ARRAY_SIZE(e)), TRUST_SINGLE);
	assert_int_equal(r.rc, -1);
	assert_non_null(strstr(r.err.msg, "ARCH_OTHER"));
	end(&r);
	start(&r, USED("FINE", ""), "", model_of(e, ARRAY_SIZE(e)), TRUST_SINGLE);
	stays(&r, "ACPI", "FINE", "depends on");
	assert_null(decisions_find(&r.d, "COMPILE_TEST"));
	end(&r);
	/* who asks for it has it */
	start(&r, USED("DRIVER", ""), "# all of it\nCONFIG_COMPILE_TEST=y\n",
	      model_of(e, ARRAY_SIZE(e)), TRUST_SINGLE);
	assert_int_equal(r.rc, 0);
	end(&r);
}

/* "depends on $(cc-option,...)": where the compiler cannot do it the files have a constant. */
static void what_the_compiler_lacks_is_refused(void **state)
{
	static const struct entry e[] = {
		{ "CORE", "prompt", NULL, "null" },
		{ "NEW", "prompt", NULL, "[\"&\",\"CORE\",{\"is\":\"n\"}]" },
		{ "ALONE", "prompt", NULL, "{\"is\":\"n\"}" },
	};
	struct run r;

	(void)state;
	start(&r, USED("CORE", "") USED("NEW", ""), "", model_of(e, ARRAY_SIZE(e)), TRUST_SINGLE);
	assert_int_equal(r.rc, -1);
	assert_non_null(strstr(r.err.msg, "NEW, which stays (syscall open): Kconfig refuses it"));
	end(&r);
	start(&r, USED("ALONE", ""), "", model_of(e, ARRAY_SIZE(e)), TRUST_SINGLE);
	assert_int_equal(r.rc, -1);
	assert_non_null(strstr(r.err.msg, "ALONE"));
	end(&r);
}

static void a_patch_that_is_always_applied_is_not_left(void **state)
{
	static const struct entry e[] = {
		{ "CORE", "prompt", NULL, "null" },
		{ "FRAME", "prompt", NULL, "\"CORE\"" },
	};
	struct run r;

	(void)state;
	start(&r, "Symbol: FRAME\nPatch: f.patch\nAlways: yes\nWhy: w\n\n",
	      "# without\n# CONFIG_CORE is not set\n", model_of(e, ARRAY_SIZE(e)), TRUST_SHARED);
	assert_int_equal(r.rc, -1);
	assert_non_null(strstr(r.err.msg, "FRAME"));
	assert_non_null(strstr(r.err.msg, "CORE=n is set at"));
	end(&r);
}

/* Of a base, what Kconfig may refuse is no reason to make no plan, on or off. */
static void an_optional_line_may_be_refused(void **state)
{
	static const struct entry e[] = {
		{ "EXT4", "prompt", NULL, "null" },
		{ "EXT4", "selects", "CRC", "null" },
		{ "CRC", "prompt", NULL, "null" },
		{ "MISSING", "prompt", NULL, "\"NOWHERE\"" },
	};
	struct run r;

	(void)state;
	start(&r, USED("EXT4", ""),
	      "# small\n# CONFIG_CRC is not set # optional: may be selected\n"
	      "CONFIG_MISSING=y # optional: not on each machine\n",
	      model_of(e, ARRAY_SIZE(e)), TRUST_SINGLE);
	if (r.rc)
		fail_msg("%s", r.err.msg);
	assert_null(decisions_find(&r.d, "CRC"));
	end(&r);
}

static void what_cannot_be_met_is_an_error(void **state)
{
	static const struct entry e[] = {
		{ "RT", "prompt", NULL, "null" },
		{ "NUMA", "prompt", NULL, "[\"!\",\"RT\"]" },
		{ "HIDDEN", "default", NULL, "{\"is\":\"n\"}" },
		{ "NEEDY", "prompt", NULL, "\"HIDDEN\"" },
	};
	struct run r;

	(void)state;
	start(&r, USED("NUMA", "") USED("RT", ""), "", model_of(e, ARRAY_SIZE(e)), TRUST_SINGLE);
	assert_int_equal(r.rc, -1);
	assert_non_null(strstr(r.err.msg, "NUMA, which stays (syscall open): Kconfig refuses it"));
	assert_non_null(strstr(r.err.msg, "RT=y is decided at"));
	assert_non_null(strstr(r.err.msg, "drop one of the two"));
	end(&r);
	start(&r, USED("NEEDY", ""), "", model_of(e, ARRAY_SIZE(e)), TRUST_SINGLE);
	assert_int_equal(r.rc, -1);
	assert_non_null(strstr(r.err.msg, "HIDDEN"));
	end(&r);
	start(&r, USED("NOWHERE", ""), "", model_of(e, ARRAY_SIZE(e)), TRUST_SINGLE);
	assert_int_equal(r.rc, -1);
	assert_non_null(strstr(r.err.msg, "give the model of a tree that has it"));
	end(&r);
}

static void patches_and_companions_give_way(void **state)
{
	static const struct entry e[] = {
		{ "NET", "prompt", NULL, "null" }, { "P", "prompt", NULL, "\"NET\"" },
		{ "A", "prompt", NULL, "null" },   { "A", "selects", "SUB", "null" },
		{ "SUB", "prompt", NULL, "null" },
	};
	struct run r;

	(void)state;
	start(&r, UNUSED("NET", "") PATCH("P") USED("A", "With: SUB=n\n"), "",
	      model_of(e, ARRAY_SIZE(e)), TRUST_SINGLE);
	assert_int_equal(r.rc, 0);
	assert_int_equal(decisions_find(&r.d, "P")->action, ACTION_LEAVE);
	assert_string_equal(decisions_find(&r.d, "P")->blocked_by,
			    "depends on NET, which is off (Kconfig:2)");
	assert_int_equal(decisions_find(&r.d, "NET")->action, ACTION_REMOVE);
	stays(&r, "SUB", "A", "selects");
	end(&r);
}

/* ---- random ones ---- */

static unsigned int random_below(unsigned int *state, unsigned int n)
{
	*state = *state * 1103515245u + 12345u;
	return (*state >> 16) % n;
}

static bool one_in(unsigned int *state, unsigned int n)
{
	return random_below(state, n) == 0;
}

static const char *const names[MAX_SYMBOLS] = { "A", "B", "C", "D", "E", "F", "G", "H", "I" };

/* Only earlier symbols are depended on and only later ones selected, so there are no circles. */
static size_t make_entries(struct entry *e, char (*text)[80], size_t nr, unsigned int *state)
{
	size_t n = 0;

	for (size_t i = 0; i < nr; i++) {
		const char *a = i ? names[random_below(state, (unsigned int)i)] : NULL;
		const char *b = i ? names[random_below(state, (unsigned int)i)] : NULL;

		snprintf(text[i], sizeof(text[i]), "null");
		if (a && one_in(state, 3))
			snprintf(text[i], sizeof(text[i]), "[\"%s\",\"%s\",\"%s\"]",
				 one_in(state, 2) ? "&" : "|", a, b);
		else if (a && one_in(state, 3))
			snprintf(text[i], sizeof(text[i]), "\"%s\"", a);
		else if (a && one_in(state, 4))
			snprintf(text[i], sizeof(text[i]), "[\"!\",\"%s\"]", a);
		e[n++] = (struct entry){ names[i], one_in(state, 5) ? "default" : "prompt", NULL,
					 text[i] };
		if (i + 1 < nr && one_in(state, 3))
			e[n++] = (struct entry){
				names[i], "selects",
				names[i + 1 + random_below(state, (unsigned int)(nr - i - 1))],
				text[i]
			};
	}
	return n;
}

static void make_rules(char *text, size_t len, char *base, size_t base_len, size_t nr,
		       unsigned int *state)
{
	size_t n = 0;
	size_t b = 0;

	*base = '\0';
	for (size_t i = 0; i < nr; i++) {
		bool open = one_in(state, 4);

		if (one_in(state, 6)) {
			b += (size_t)snprintf(base + b, base_len - b,
					      one_in(state, 3) ? "# why\n# CONFIG_%s is not set\n\n"
							       : "# why\nCONFIG_%s=y\n\n",
					      names[i]);
			continue;
		}
		if (one_in(state, 4))
			continue;
		n += (size_t)snprintf(text + n, len - n, "Symbol: %s\n", names[i]);
		if (one_in(state, 5))
			n += (size_t)snprintf(text + n, len - n, "Patch: %zu-%s.patch\n", i,
					      names[i]);
		n += (size_t)snprintf(text + n, len - n,
				      "Used-by: syscall %s\nFails: %s\nTrust: %s\n" TAIL,
				      one_in(state, 3) ? "open" : "close", open ? "open" : "closed",
				      open ? "single" : "shared");
	}
}

static const char *value_in(const struct kdot *dot, const struct kconfig *k, const char *symbol)
{
	return kdot_shown(dot, kconfig_find(k, symbol));
}

/* Conf takes each line as it stands, and who is said to want a symbol is on. */
static void check_taken(const struct run *r)
{
	struct settings set;
	struct kwish wishes[4 * MAX_SYMBOLS];
	struct terr err = { "" };
	struct kdot *dot;

	assert_int_equal(settings_make(&set, &r->d, &r->base, &err), 0);
	assert_true(set.nr <= ARRAY_SIZE(wishes));
	for (size_t i = 0; i < set.nr; i++)
		wishes[i] = (struct kwish){ kconfig_find(r->k, set.v[i].symbol), set.v[i].value };
	dot = kcalc(r->k, wishes, set.nr, &err);
	assert_non_null(dot);
	for (size_t i = 0; i < set.nr; i++)
		if (strcmp(value_in(dot, r->k, set.v[i].symbol), set.v[i].value))
			fail_msg("seed %u: %s=%s is refused", SEED, set.v[i].symbol,
				 set.v[i].value);
	for (size_t i = 0; i < r->d.nr; i++) {
		const struct forced *f = r->d.v[i].forced;

		if (f && f->by && strcmp(value_in(dot, r->k, f->by), "y"))
			fail_msg("seed %u: %s stays for %s, which is off", SEED,
				 r->d.v[i].rule->symbol, f->by);
	}
	kdot_free(dot);
	settings_free(&set);
}

/* Closing only makes stay; and what is closed is closed. */
static void check_direction(struct run *r)
{
	struct decisions before = { 0 };
	struct terr err = { "" };

	assert_int_equal(decide(&before, &agg, &r->facts, &r->rules, &r->o, &err), 0);
	for (size_t i = 0; i < before.nr; i++) {
		const struct decision *d = decisions_find(&r->d, before.v[i].rule->symbol);

		if (decision_goes(d) && !decision_goes(&before.v[i]))
			fail_msg("seed %u: closing removed %s", SEED, d->rule->symbol);
		if (decision_goes(d) && d->rule->trust > r->o.trust)
			fail_msg("seed %u: %s goes at the wrong trust", SEED, d->rule->symbol);
		if (!decision_goes(d) && decision_goes(&before.v[i]) && !d->blocked_by)
			fail_msg("seed %u: %s stays without a reason", SEED, d->rule->symbol);
	}
	decisions_free(&before);
}

static void every_model_is_closed(void **state)
{
	unsigned int seed = SEED;
	int closed = 0;
	int refused = 0;
	size_t forced = 0;

	(void)state;
	print_message("seed %u, %d models\n", SEED, MODELS);
	for (int n = 0; n < MODELS; n++) {
		size_t nr = 2 + random_below(&seed, MAX_SYMBOLS - 1);
		struct entry e[2 * MAX_SYMBOLS];
		char depends[MAX_SYMBOLS][80];
		char rules[8192] = "";
		char base[1024];
		size_t entries = make_entries(e, depends, nr, &seed);
		struct run r;

		make_rules(rules, sizeof(rules), base, sizeof(base), nr, &seed);
		start(&r, rules, base, model_of(e, entries),
		      one_in(&seed, 2) ? TRUST_SINGLE : TRUST_SHARED);
		if (!r.rc) {
			closed++;
			forced += decisions_forced(&r.d);
			check_taken(&r);
			check_direction(&r);
		} else {
			refused++;
			if (!strstr(r.err.msg, "Kconfig refuses it") || !strchr(r.err.msg, ';'))
				fail_msg("seed %u: %s", SEED, r.err.msg);
		}
		end(&r);
	}
	/* else next to nothing was looked at */
	assert_true(closed > MODELS / 4 && refused > MODELS / 50 && forced > MODELS / 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_symbol_depends_on_stays),
		cmocka_unit_test(what_a_symbol_selects_stays),
		cmocka_unit_test(the_nearest_way_is_taken),
		cmocka_unit_test(what_only_compiles_is_no_way),
		cmocka_unit_test(what_the_compiler_lacks_is_refused),
		cmocka_unit_test(a_patch_that_is_always_applied_is_not_left),
		cmocka_unit_test(an_optional_line_may_be_refused),
		cmocka_unit_test(what_cannot_be_met_is_an_error),
		cmocka_unit_test(patches_and_companions_give_way),
		cmocka_unit_test(every_model_is_closed),
	};

	return cmocka_run_group_tests_name("close", tests, make_scratch_file, remove_scratch);
}

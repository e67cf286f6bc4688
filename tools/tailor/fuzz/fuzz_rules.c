// SPDX-License-Identifier: GPL-2.0-only
/*
 * libFuzzer target for the small files of a plan (rules, facts, fragments, series) and for models
 * of Kconfig files. Whatever the bytes are, nothing crashes or leaks, and what is refused is
 * refused with words. The first byte chooses what reads the rest.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "decide/decide.h"
#include "fuzz/fuzz_common.h"
#include "kconfig/dotconfig.h"
#include "kconfig/fragment.h"
#include "kconfig/kcalc.h"
#include "kconfig/kcheck.h"
#include "plan/series.h"

/* Rules that were understood can be decided, against a guest about which nothing is known. */
static void decide_them(const struct ruleset *rules)
{
	const struct decide_opts o = { .trust = TRUST_SINGLE };
	const struct facts facts = { 0 };
	const struct agg agg = { 0 };
	struct decisions d = { 0 };
	struct terr err = { "" };

	if (!decide(&d, &agg, &facts, rules, &o, &err))
		fuzz_check(d.nr == rules->nr - !!rules_find(rules, RULE_OTHERS));
	else
		fuzz_check(err.msg[0]);
	decisions_free(&d);
}

static void read_rules(char *path)
{
	struct ruleset rules = { 0 };
	struct terr err = { "" };

	if (rules_load(&rules, path, &err) || rules_check(&rules, &err))
		fuzz_check(err.msg[0]);
	else
		decide_them(&rules);
	rules_free(&rules);
}

static void read_facts(char *path)
{
	struct facts facts = { 0 };
	struct terr err = { "" };

	if (facts_load(&facts, path, &err))
		fuzz_check(err.msg[0]);
	else
		fuzz_check(facts_first(&facts, "facts_version"));
	facts_free(&facts);
}

static void read_fragment(char *path)
{
	struct fragment f = { 0 };
	struct terr err = { "" };

	if (fragment_load(&f, path, &err))
		fuzz_check(err.msg[0]);
	for (size_t i = 0; i < f.nr; i++)
		fuzz_check(fragment_find(&f, f.v[i].symbol) == &f.v[i] &&
			   strlen(f.v[i].reason) < 1u << 20);
	fragment_free(&f);
}

static void read_series(char *path)
{
	struct patch_series s = { 0 };
	struct terr err = { "" };

	if (series_load(&s, path, &err))
		fuzz_check(err.msg[0]);
	for (size_t i = 0; i < s.nr; i++)
		fuzz_check(s.v[i][0] && series_has(&s, s.v[i]));
	series_free(&s);
}

/* Whatever was read has a value and, if that is set, a reason or none. */
static void explain_them(const struct kconfig *k, const struct kdot *dot)
{
	for (size_t i = 0; i < kconfig_nr(k); i++) {
		const struct ksym *sym = kconfig_sym(k, i);
		struct kfinding finding;

		fuzz_check(!kcheck_symbol(dot, sym, i % 2, &finding));
		fuzz_check(finding.why && finding.verdict < NR_KVERDICTS);
		kfinding_free(&finding);
		fuzz_check(!kcheck_setting(k, dot, sym, sym->name, i % 2 ? "y" : "n", &finding));
		fuzz_check(finding.why && finding.verdict < NR_KVERDICTS);
		kfinding_free(&finding);
	}
}

/* What comes of asking for nothing, and for everything. */
static void calculate(const struct kconfig *k)
{
	struct kwish *all = calloc(kconfig_nr(k) + 1, sizeof(*all));
	struct terr err = { "" };

	fuzz_check(all);
	for (size_t i = 0; i < kconfig_nr(k); i++)
		all[i] = (struct kwish){ kconfig_sym(k, i), i % 3 ? "y" : "\"9" };
	for (size_t nr = 0; nr <= kconfig_nr(k); nr += kconfig_nr(k)) {
		struct kdot *dot = kcalc(k, all, nr, &err);

		fuzz_check(dot);
		explain_them(k, dot);
		kdot_free(dot);
	}
	free(all);
}

static void read_model(char *path)
{
	struct terr err = { "" };
	struct kconfig *k = kconfig_load(path, &err);

	fuzz_check(k || err.msg[0]);
	if (k)
		calculate(k);
	kconfig_close(k);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const fuzz_reader readers[] = { read_rules, read_facts, read_fragment, read_series,
					       read_model };

	fuzz_read(data, size, readers, ARRAY_SIZE(readers));
	return 0;
}

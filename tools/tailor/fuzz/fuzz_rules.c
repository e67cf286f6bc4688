// SPDX-License-Identifier: GPL-2.0-only
/*
 * libFuzzer target for the small files of a plan (rules, facts, fragments, series) and for Kconfig
 * files. Whatever the bytes are, nothing crashes or leaks, and what is refused is refused with
 * words. The first byte chooses what reads the rest.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "decide/decide.h"
#include "kconfig/dotconfig.h"
#include "kconfig/fragment.h"
#include "kconfig/kcheck.h"
#include "plan/series.h"

static void check(bool holds)
{
	if (!holds)
		abort();
}

/* Rules that were understood can be decided, against a guest about which nothing is known. */
static void decide_them(const struct ruleset *rules)
{
	const struct decide_opts o = { .trust = TRUST_SINGLE };
	const struct facts facts = { 0 };
	const struct agg agg = { 0 };
	struct decisions d = { 0 };
	struct terr err = { "" };

	if (!decide(&d, &agg, &facts, rules, &o, &err))
		check(d.nr == rules->nr - !!rules_find(rules, RULE_OTHERS));
	else
		check(err.msg[0]);
	decisions_free(&d);
}

static void read_rules(const char *path)
{
	struct ruleset rules = { 0 };
	struct terr err = { "" };

	if (rules_load(&rules, path, &err) || rules_check(&rules, &err))
		check(err.msg[0]);
	else
		decide_them(&rules);
	rules_free(&rules);
}

static void read_facts(const char *path)
{
	struct facts facts = { 0 };
	struct terr err = { "" };

	if (facts_load(&facts, path, &err))
		check(err.msg[0]);
	else
		check(facts_first(&facts, "facts_version"));
	facts_free(&facts);
}

static void read_fragment(const char *path)
{
	struct fragment f = { 0 };
	struct terr err = { "" };

	if (fragment_load(&f, path, &err))
		check(err.msg[0]);
	for (size_t i = 0; i < f.nr; i++)
		check(fragment_find(&f, f.v[i].symbol) == &f.v[i] &&
		      strlen(f.v[i].reason) < 1u << 20);
	fragment_free(&f);
}

static void read_series(const char *path)
{
	struct patch_series s = { 0 };
	struct terr err = { "" };

	if (series_load(&s, path, &err))
		check(err.msg[0]);
	for (size_t i = 0; i < s.nr; i++)
		check(s.v[i][0] && series_has(&s, s.v[i]));
	series_free(&s);
}

/* Whatever was read has a value and, if that is set, a reason or none. */
static void explain_them(struct kconfig *k, const struct kdot *dot)
{
	for (size_t i = 0; i < kconfig_nr(k); i++) {
		const struct ksym *sym = kconfig_sym(k, i);
		struct kfinding finding;

		check(!kcheck_symbol(dot, sym, i % 2, &finding));
		check(finding.why && finding.verdict < NR_KVERDICTS);
		kfinding_free(&finding);
		check(!kcheck_setting(k, dot, sym, sym->name, i % 2 ? "y" : "n", &finding));
		check(finding.why && finding.verdict < NR_KVERDICTS);
		kfinding_free(&finding);
	}
}

/* A tree is a folder: here one whose only file is path. The .config is made of the same bytes. */
static void read_kconfig(const char *path)
{
	char dir[] = "/tmp/fuzz_kconfig.XXXXXX";
	char name[64];
	struct terr err = { "" };
	struct kconfig *k;
	struct kdot *dot;

	check(mkdtemp(dir));
	snprintf(name, sizeof(name), "%s/Kconfig", dir);
	check(!symlink(path, name));
	k = kconfig_open(dir, &err);
	check(k || err.msg[0]);
	dot = k ? kdot_load(k, path, &err) : NULL;
	if (dot)
		explain_them(k, dot);
	kdot_free(dot);
	kconfig_close(k);
	unlink(name);
	rmdir(dir);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const readers[])(const char *path) = { read_rules, read_facts, read_fragment,
							     read_series, read_kconfig };
	char path[64];
	int fd;

	if (!size)
		return 0;
	fd = memfd_create("file", MFD_CLOEXEC);
	if (fd < 0 || write(fd, data + 1, size - 1) != (ssize_t)size - 1)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	readers[(uint8_t)(*data - '0') % ARRAY_SIZE(readers)](path);
	close(fd);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * A file of each kind, cut off behind every one of its bytes: it is refused, or told to be not
 * complete. Formats of others have no end that tells; where they may be cut is written down here,
 * and in the manual pages.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "compare/runs.h"
#include "cover/coverage.h"
#include "cover/covered.h"
#include "kconfig/kconfig.h"
#include "log/agg.h"
#include "plan/read.h"
#include "profile/callgraph.h"
#include "profile/facts.h"
#include "profile/hotspots.h"
#include "profile/insnprof.h"
#include "profile/lockstat.h"
#include "ruleset/remarks.h"
#include "tests/models.h"
#include "tests/scratch.h"

#define PIECES_MAX 12

/* A file in pieces: cut between two of them, it looks whole. One piece: nowhere. */
struct torn_file {
	const char *name;
	const char *pieces[PIECES_MAX];
};

/* Whether the reader takes what is in the folder, or the file of that name there, for whole. */
typedef bool (*looks_whole)(char *path);

static bool ends_a_piece(const struct torn_file *s, size_t len)
{
	size_t at = 0;

	for (size_t i = 0; i < PIECES_MAX && s->pieces[i]; i++) {
		at += strlen(s->pieces[i]);
		if (at == len)
			return true;
	}
	return false;
}

static void cut_everywhere(const struct torn_file *s, looks_whole reader, bool folder)
{
	char text[4096] = "";
	size_t len = 0;

	for (size_t i = 0; i < PIECES_MAX && s->pieces[i]; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s", s->pieces[i]);
	assert_true(len < sizeof(text));
	for (size_t cut = 0; cut <= len; cut++) {
		bool whole;

		scratch_put(s->name, text, cut);
		whole = reader(folder ? scratch : scratch_in(s->name));
		if (whole && !ends_a_piece(s, cut))
			fail_msg("%s: taken for whole when cut behind:\n%.*s", s->name, (int)cut,
				 text);
		if (!whole && ends_a_piece(s, cut))
			fail_msg("%s: not taken for whole:\n%.*s", s->name, (int)cut, text);
	}
}

/* --- our own --- */

static bool log_is_whole(char *path)
{
	const struct log_filter all = { 0 };
	struct terr err = { "" };
	struct log *log = log_open(&all, 2, &path, 1, &err);
	struct agg *agg = log ? agg_read(log, AGG_SYSCALL, 0, &err) : NULL;
	bool whole = agg && log_input(log)->complete;

	agg_free(agg);
	log_close(log);
	return whole;
}

static void logs(void **state)
{
	static const struct torn_file s = {
		"log",
		{ "# tailor-syscalls 1\n# arch: x86_64\n# unit: ns\n"
		  "5\tt\tread\t(1)=0\tKerneltime: 12\t1\t1\n"
		  "7\tt\twrite\t(1 2)=-11\tKerneltime: 10\t1\t1\n"
		  "# end: events=2 lost=0 unfinished=10 backwards=0\n" },
	};

	(void)state;
	cut_everywhere(&s, log_is_whole, false);
}

static bool callgraph_is_whole(char *path)
{
	const struct log_filter all = { 0 };
	struct terr err = { "" };
	struct callgraph *cg = callgraph_read(&all, &path, 1, &err);
	bool whole = cg && cg->input.complete;

	callgraph_free(cg);
	return whole;
}

static void call_graphs(void **state)
{
	static const struct torn_file s = {
		"graph",
		{ "# tailor-callgraph 1\n# unit: ns\n0 t(1):->f a=1\n5 t(1): ->g\n 7 t(1): <-g\n"
		  "12 t(1):<-f return=0x0\n# end: events=4 lost=0 unfinished=10\n" },
	};

	(void)state;
	cut_everywhere(&s, callgraph_is_whole, false);
}

static bool coverage_is_whole(char *path)
{
	struct terr err = { "" };
	struct coverage *c = coverage_read(path, &err);
	bool whole = c && coverage_complete(c);

	coverage_free(c);
	return whole;
}

static void coverage(void **state)
{
	static const struct torn_file s = {
		"cov",
		{ "# tailor coverage 1\n# kernel: 6.1.0\n# source: ftrace\n# phase boot\n"
		  "ffffffff81000110\nffffffff81000150+12\n# phase workload\nffffffff81000200\n"
		  "# end 3 lost 0\n" },
	};

	(void)state;
	cut_everywhere(&s, coverage_is_whole, false);
}

static bool covered_is_whole(char *path)
{
	struct terr err = { "" };
	struct covered c;
	bool whole = !covered_load(&c, path, &err) && c.complete;

	covered_free(&c);
	return whole;
}

static void coverage_by_symbol(void **state)
{
	static const struct torn_file s = {
		"symbols.csv",
		{ "# tailor cover 1\n# kernel: 6.1.0\n# complete: yes\n# late: 1 of 9\n"
		  "symbol,how,boot,workload,late,first_boot,first_workload,prompt,needs\n"
		  "MIGRATION,line,265,11,1,mm/a.c:360,mm/b.h:296,yes,\n"
		  "MOVED,line,0,4,0,,mm/migrate.c:1,yes,USERS NET\n"
		  "NEEDLESS,line,0,4,0,,mm/x.c:1,yes,\n"
		  "# end: rows=3\n" },
	};

	(void)state;
	cut_everywhere(&s, covered_is_whole, false);
}

static bool facts_are_whole(char *path)
{
	struct facts f = { 0 };
	struct terr err = { "" };
	bool whole = !facts_load(&f, path, &err);

	facts_free(&f);
	return whole;
}

static void facts(void **state)
{
	/* without its last newline nothing is missing */
	static const struct torn_file s = {
		"facts",
		{ "facts_version: 2\nvcpus: 12\nmodule: ext4\nmodule: virtio_blk\nuid: 0\n"
		  "uid: 33\nlsm: apparmor\nswap_kib: 0\nhugepages: 0\nacl_files: 0\n"
		  "facts_end: 10",
		  "\n" },
	};

	(void)state;
	cut_everywhere(&s, facts_are_whole, false);
}

static bool gains_are_whole(char *path)
{
	struct remarks g = { 0 };
	struct terr err = { "" };
	bool whole = !remarks_load(&g, path, "a gain", &err);

	remarks_free(&g);
	return whole;
}

static void gains(void **state)
{
	/* an empty file is none of the scripts' */
	static const struct torn_file s = {
		"gains",
		{ "", "# format: 2\n# What each gained.\nUSERS: 12 of 100\n\nEPOLL: 3 of 100\n"
		      "# end: 2\n" },
	};
	/* kept by hand: it may end behind any line */
	static const struct torn_file by_hand = {
		"gains",
		{ "", "# mine\n", "USERS: 12 of 100\n", "EPOLL: 3 of 100\n" },
	};

	(void)state;
	cut_everywhere(&s, gains_are_whole, false);
	cut_everywhere(&by_hand, gains_are_whole, false);
}

static bool plan_is_whole(char *path)
{
	struct terr err = { "" };
	json_t *plan = plan_load(path, &err);
	bool whole = plan;

	json_decref(plan);
	return whole;
}

static void plans(void **state)
{
	static const struct torn_file s = {
		"plan.json",
		{ "{\n \"format\": 1,\n \"appliance\": \"a\",\n \"decisions\": [\n  {\"name\": \"A\"},\n"
		  "  {\"name\": \"B\"}\n ]\n}",
		  "\n" },
	};

	(void)state;
	cut_everywhere(&s, plan_is_whole, true);
}

static bool model_is_whole(char *path)
{
	struct terr err = { "" };
	struct kconfig *k = kconfig_load(path, &err);
	bool whole = k;

	kconfig_close(k);
	return whole;
}

static void models(void **state)
{
	static const struct torn_file s = {
		"model.json",
		{ "{\"format\":2,\n\"modules\":\"n\",\n\"choices\":[\n],\n\"symbols\":[\n"
		  "{\"name\":\"Z\",\"type\":\"bool\",\"choice\":null,\"defs\":[" DEF(
			  1, "null") "],\"props\":[]}" SYM("A", "bool", "\"Z\"",
							   SELECT("B", "null")) "]}",
		  "\n" },
	};

	(void)state;
	cut_everywhere(&s, model_is_whole, false);
}

static bool run_is_whole(char *path)
{
	struct run_arm arm;
	struct terr err = { "" };
	bool whole = !runs_read(&arm, path, &err);

	runs_free(&arm);
	return whole;
}

static void put(const struct torn_file *s)
{
	scratch_put(s->name, s->pieces[0], strlen(s->pieces[0]));
}

static void runs(void **state)
{
	static const struct torn_file files[] = {
		{ "arm.facts",
		  { "format: 2\narm: a\nbed.accelerator: kvm\nkernel.image_bytes: 120\nhost.cpus: 12\n"
		    "samples: 3\nfacts_end: 6\n" } },
		{ "samples.csv",
		  { "scenario,metric,unit,better,boot,run,value\nnew,insn,insn,lower,1,1,100.5\n"
		    "new,insn,insn,lower,1,2,120\nnew,served,text,same,1,1,ab 12\n" } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		for (size_t k = 0; k < ARRAY_SIZE(files); k++)
			put(&files[k]);
		cut_everywhere(&files[i], run_is_whole, true);
	}
}

static bool profile_is_whole(char *path)
{
	struct insn_profile p;
	struct terr err = { "" };
	bool whole = !insnprof_read(&p, path, &err);

	insnprof_free(&p);
	return whole;
}

/* The last stack is too small for the sums to miss it. */
static void exact_profiles(void **state)
{
	static const struct torn_file files[] = {
		{ "profile.facts",
		  { "format: 2\nscenario: new\noperation: request\noperations: 10\narms: a b\n"
		    "accelerator: icount\nstacks.a: 3\nstacks.b: 2\nfigures: 6\nfacts_end: 9\n" } },
		{ "profile.csv",
		  { "kind,name,arm,insn_per_request\nfolder,fs,a,900000\nfolder,fs,b,400000\n"
		    "total,,a,1000000\ntotal,,b,500000\nuser,,a,100000\nuser,,b,100000\n" } },
		{ "a.folded", { "user 1000000\nkernel;read 9000000\nkernel;read;tiny 1\n" } },
		{ "b.folded", { "user 1000000\nkernel;read 4000000\n" } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		for (size_t k = 0; k < ARRAY_SIZE(files); k++)
			put(&files[k]);
		cut_everywhere(&files[i], profile_is_whole, true);
	}
}

/* --- those of others --- */

static bool locks_are_whole(char *path)
{
	struct terr err = { "" };
	struct lockstat *ls = lockstat_open(&path, 1, &err);
	bool whole = ls && lockstat_complete(ls);

	lockstat_free(ls);
	return whole;
}

/* Behind the dots that end a block, and behind a lock that nobody waited for. */
static void lock_statistics(void **state)
{
	static const struct torn_file s = {
		"lock_stat",
		{ "lock_stat version 0.4\n-----\n  class name    con-bounces\n-----\n\n"
		  "  &a->lock: 1 12 0.20 8.40 60.10 5.01 95 1310 0.48 31.20 2421.00 1.85\n"
		  "  ---------\n"
		  "  &a->lock 12 [<0000000060216fb7>] f+0xe/0x30\n"
		  "  ---------\n"
		  "  &a->lock 7 [<0000000060216fb7>] f+0xe/0x30\n"
		  "  &a->lock 5 [<0000000060216fb8>] g+0xe/0x30\n\n"
		  "................\n",
		  "\n",
		  "  b-W: 1 1 0.20 8.40 8.40 8.40 95 1310 0.48 31.20 2421.00 1.85\n"
		  "  b-R: 0 0 0.00 0.00 0.00 0.00 95 1310 0.48 31.20 2421.00 1.85\n"
		  "  ---------\n"
		  "  b 1 [<0000000060216fb7>] f+0xe/0x30\n"
		  "  ---------\n"
		  "  b 1 [<0000000060216fb7>] f+0xe/0x30\n\n"
		  "................\n",
		  "\n", /* who held it had only tried for it: no place is known, and no dots follow
			 */
		  "  tried: 1 1 0.20 8.40 8.40 8.40 95 1310 0.48 31.20 2421.00 1.85\n"
		  "  ---------\n"
		  "  tried 1 [<0000000060216fb7>] f+0xe/0x30\n"
		  "  quiet: 0 0 0.00 0.00 0.00 0.00 95 1310 0.48 31.20 2421.00 1.85\n",
		  "  read-W: 0 0 0.00 0.00 0.00 0.00 95 1310 0.48 31.20 2421.00 1.85\n"
		  "  read-R: 0 0 0.00 0.00 0.00 0.00 95 1310 0.48 31.20 2421.00 1.85\n",
		  "  only-R: 0 0 0.00 0.00 0.00 0.00 95 1310 0.48 31.20 2421.00 1.85\n" },
	};

	(void)state;
	cut_everywhere(&s, locks_are_whole, false);
}

/* As "complete", but where nobody tells how many samples were lost. */
static bool hotspots_are_whole(char *path)
{
	struct terr err = { "" };
	struct hotspots *h = hotspots_read(path, HOTSPOTS_UNKNOWN, &err);
	bool whole = h && h->input.events && !h->input.unparsed && !h->cut[0];

	hotspots_free(h);
	return whole;
}

/* Between two events, before the title of the next. */
static void perf_reports(void **state)
{
	static const struct torn_file s = {
		"report",
		{ "# Total Lost Samples: 0\n#\n# Samples: 12  of event 'a'\n# Event count (approx.): 9\n#\n"
		  "# Children      Self  Command  Symbol       \n"
		  "# ........  ........  .......  .............\n#\n"
		  "   100.00%     0.00%  t        [k] caller   \n"
		  "            |\n            ---caller\n\n"
		  "    66.67%    66.67%  t        [k] much     \n"
		  "    33.33%    33.33%  t        [k] little   \n",
		  "\n", "\n", "#\n",
		  "# Samples: 3  of event 'b'\n# Event count (approx.): 9\n#\n"
		  "# Children      Self  Command  Symbol       \n"
		  "# ........  ........  .......  .............\n#\n"
		  "   100.00%   100.00%  t        [k] b        \n",
		  "\n", "#\n", "# (Tip: none)\n", "#\n" },
	};

	(void)state;
	cut_everywhere(&s, hotspots_are_whole, false);
}

/* Nowhere: a comment stands behind the rows. Only the last line of that may be missing. */
static void separated_reports(void **state)
{
	static const struct torn_file s = {
		"report",
		{ "# Total Lost Samples: 0\n#\n# Samples: 12  of event 'a'\n# Event count (approx.): 9\n#\n"
		  "# Children,    Self,Command,Symbol       \n"
		  " 100.00%, 0.00%  ,t      ,[k] caller\n"
		  "            |\n            ---caller\n\n"
		  " 66.67% , 66.67% ,t      ,[k] much\n"
		  " 33.33% , 33.33% ,t      ,[k] little\n\n\n"
		  "# Samples: 3  of event 'b'\n# Event count (approx.): 9\n#\n"
		  "# Children,    Self,Command,Symbol       \n"
		  " 100.00%, 100.00%,t      ,[k] b\n\n\n#\n# (Tip: none)\n",
		  "#\n" },
	};

	(void)state;
	cut_everywhere(&s, hotspots_are_whole, false);
}

/*
 * Between two samples, behind the empty line; and behind the line of the first, which is what perf
 * writes of a sample without a stack.
 */
static void perf_scripts(void **state)
{
	static const struct torn_file s = {
		"script",
		{ "t  1 [000]  9.5:  250 cpu-clock: \n",
		  "\tffffffff81a3c1f0 f+0x10 ([kernel.kallsyms])\n"
		  "\tffffffff81a41b22 g+0x12 ([kernel.kallsyms])\n\n",
		  "t  1 [000]  9.6:  250 cpu-clock: \n"
		  "\tffffffff81a3c1f0 f+0x10 ([kernel.kallsyms])\n\n",
		  "swapper  0 [000]  9.7:  250 cpu-clock: \n\n" },
	};

	(void)state;
	cut_everywhere(&s, hotspots_are_whole, false);
}

/* Between two lines. */
static void folded_stacks(void **state)
{
	static const struct torn_file s = {
		"folded",
		{ "t;f;g 24\n", "t;g 11\n", "u;h 75\n" },
	};

	(void)state;
	cut_everywhere(&s, hotspots_are_whole, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(logs),
		cmocka_unit_test(call_graphs),
		cmocka_unit_test(coverage),
		cmocka_unit_test(coverage_by_symbol),
		cmocka_unit_test(facts),
		cmocka_unit_test(gains),
		cmocka_unit_test(plans),
		cmocka_unit_test(models),
		cmocka_unit_test(runs),
		cmocka_unit_test(exact_profiles),
		cmocka_unit_test(lock_statistics),
		cmocka_unit_test(perf_reports),
		cmocka_unit_test(separated_reports),
		cmocka_unit_test(perf_scripts),
		cmocka_unit_test(folded_stacks),
	};

	return cmocka_run_group_tests(tests, make_scratch_folder, remove_scratch);
}

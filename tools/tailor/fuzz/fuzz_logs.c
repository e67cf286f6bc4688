// SPDX-License-Identifier: GPL-2.0-only
/*
 * libFuzzer target for the readers of logs, lock statistics and profiles: whatever the bytes are,
 * nothing crashes, leaks or reads out of bounds, and the counts add up. The first byte chooses what
 * reads the rest.
 */

#include "cover/coverage.h"
#include "fuzz/fuzz_common.h"
#include "log/agg.h"
#include "profile/callgraph.h"
#include "profile/hotspots.h"
#include "profile/lockstat.h"
#include "profile/perfreport.h"

static void read_syscalls(char *path)
{
	const struct log_filter all = { 0 };
	struct terr err = { 0 };
	struct log *log = log_open(&all, 1, &path, 1, &err);
	struct agg *agg;
	uint64_t calls = 0;

	if (!log) {
		fuzz_check(err.msg[0]);
		return;
	}
	agg = agg_read(log, AGG_TASK | AGG_SYSCALL, AGG_LATENCY | AGG_ERRNO | AGG_PARAM, &err);
	for (size_t i = 0; agg && i < agg->nr; i++) {
		const struct agg_row *r = &agg->rows[i];
		uint64_t errors = 0;
		uint64_t timed = 0;

		calls += r->calls;
		for (size_t e = 0; e < r->nr_errnos; e++)
			errors += r->errnos[e].calls;
		for (unsigned int k = 0; k < 64; k++)
			timed += log_hist_log2(r->hist, k);
		fuzz_check(errors == r->errors && timed == r->timed && r->timed <= r->calls);
		fuzz_check(!r->timed || r->min <= r->max);
		for (size_t p = 0; p < r->nr_params; p++)
			fuzz_check(r->params[p].nr <= AGG_VALUES);
	}
	if (agg) {
		const struct log_input *in = log_input(log);

		fuzz_check(calls == in->events && in->events + in->unparsed <= in->lines);
		fuzz_check(!in->complete || (in->lost == 0 && !in->unparsed));
	} else {
		fuzz_check(err.msg[0]);
	}
	agg_free(agg);
	log_close(log);
}

static void read_callgraph(char *path)
{
	const struct log_filter all = { 0 };
	struct terr err = { 0 };
	struct callgraph *cg = callgraph_read(&all, &path, 1, &err);
	uint64_t calls = 0;
	uint64_t missing = 0;

	fuzz_check(cg || err.msg[0]);
	for (uint32_t i = 0; cg && i < cg->nr_nodes; i++) {
		calls += cg->nodes[i].calls;
		missing += cg->nodes[i].missing;
		fuzz_check(cg->nodes[i].parent == CG_ROOT || cg->nodes[i].parent < i);
		fuzz_check(cg_self(&cg->nodes[i]) <= cg->nodes[i].total);
	}
	if (cg)
		fuzz_check(missing == cg->missing_exits && calls <= cg->input.events);
	callgraph_free(cg);
}

/* What was counted twice in a row is nothing in between. */
static void read_locks(char *path)
{
	char *const paths[] = { path, path };
	struct terr err = { 0 };
	struct lockstat *ls = lockstat_open(paths, 2, &err);

	fuzz_check(ls || err.msg[0]);
	for (size_t i = 0; ls && i < ls->nr; i++) {
		const struct lock_side *side = ls->classes[i].side;

		fuzz_check(side[LOCK_WRITERS].line || side[LOCK_READERS].line);
		for (unsigned int s = 0; s < NR_LOCK_SIDES; s++)
			fuzz_check(!side[s].wait.nr && !side[s].hold.nr && !side[s].wait.total);
		for (size_t p = 0; p < ls->classes[i].nr_points; p++)
			fuzz_check(!ls->classes[i].points[p].hits);
	}
	lockstat_free(ls);
}

static void read_hotspots(char *path)
{
	struct terr err = { 0 };
	struct hotspots *h = hotspots_read(path, HOTSPOTS_UNKNOWN, &err);

	fuzz_check(h || err.msg[0]);
	for (size_t i = 0; h && i < h->nr; i++) {
		const struct hotspot *s = &h->v[i];

		fuzz_check(s->command[0] && s->object[0] && s->symbol[0] && s->line);
		fuzz_check(s->event < h->nr_totals && s->line <= h->input.lines);
		fuzz_check(h->kind == HOTSPOTS_REPORT || hotspots_overhead(h, s) <= 100.001);
	}
	fuzz_check(!h || h->nr <= h->input.events * PERF_GROUP_MAX);
	fuzz_check(!h || !h->cut[0] || !h->input.complete);
	hotspots_free(h);
}

static void read_coverage(char *path)
{
	struct terr err = { 0 };
	struct coverage *c = coverage_read(path, &err);

	fuzz_check(c || err.msg[0]);
	fuzz_check(!c ||
		   (c->kernel && c->nr < c->lines && c->nr_modules + c->nr_sections < c->lines));
	for (size_t i = 0; c && i < c->nr; i++) {
		fuzz_check(c->addrs[i].phases && c->addrs[i].phases < 1u << NR_COV_PHASES);
		fuzz_check(c->addrs[i].addr + c->addrs[i].bytes >= c->addrs[i].addr);
	}
	coverage_free(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const fuzz_reader readers[] = { read_syscalls, read_callgraph, read_locks,
					       read_hotspots, read_coverage };

	fuzz_read(data, size, readers, ARRAY_SIZE(readers));
	return 0;
}

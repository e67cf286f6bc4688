// SPDX-License-Identifier: GPL-2.0-only
/* tailor report: comparison, decisions, latencies and call graph as one HTML page. */
#include <stdlib.h>
#include <string.h>

#include "lib/strlist.h"
#include "compare/compare.h"
#include "log/agg.h"
#include "output/json.h"
#include "output/out.h"
#include "output/page.h"
#include "profile/callgraph.h"
#include "profile/insnprof_json.h"
#include "options.h"

static json_t *comparison_json(const struct opts *o, struct terr *err)
{
	struct cmp_params params;
	struct comparison c = { 0 };
	json_t *root = NULL;

	if (!o->runs.nr)
		return json_null();
	if (!compare_params(&params, o->alpha, o->threshold, o->by_run, o->insn_profile, err) &&
	    !compare_read(&c, o->runs.v, o->runs.nr, &params, err))
		root = compare_json(&c);
	compare_free(&c);
	if (!root)
		terr_no_memory(err);
	return root;
}

static int check_decision(const json_t *decision, size_t i, const char *path, struct terr *err)
{
	static const char *const needed[] = { "name", "kind", "verdict", "action" };
	const json_t *evidence = json_object_get(decision, "evidence");

	for (size_t k = 0; k < ARRAY_SIZE(needed); k++)
		if (!json_is_string(json_object_get(decision, needed[k])))
			return terr_set(err,
					"%s: decision %zu has no '%s'; write the plan anew with "
					"'tailor plan'",
					path, i + 1, needed[k]);
	if (evidence && !json_is_array(evidence) && !json_is_null(evidence))
		return terr_set(err,
				"%s: the evidence of decision %zu is no list; write the plan "
				"anew with 'tailor plan'",
				path, i + 1);
	return 0;
}

static int check_plan(const json_t *plan, const char *path, struct terr *err)
{
	const json_t *decisions = json_object_get(plan, "decisions");
	const json_t *decision;
	size_t i;

	if (json_integer_value(json_object_get(plan, "format")) != 1 || !json_is_array(decisions))
		return terr_set(err,
				"%s: not a plan of format 1 with decisions; write it anew with "
				"'tailor plan'",
				path);
	json_array_foreach (decisions, i, decision)
		if (check_decision(decision, i, path, err))
			return -1;
	return 0;
}

static json_t *plan_json(const struct opts *o, struct terr *err)
{
	json_error_t where;
	json_t *plan;
	char *path;

	if (!o->plan)
		return json_null();
	if (asprintf(&path, "%s/plan.json", o->plan) < 0) {
		terr_no_memory(err);
		return NULL;
	}
	plan = json_load_file(path, JSON_REJECT_DUPLICATES, &where);
	if (!plan)
		terr_set(err, "%s:%d: %s; give --plan the folder that 'tailor plan --out' wrote",
			 path, where.line > 0 ? where.line : 1, where.text);
	if (plan && check_plan(plan, path, err)) {
		json_decref(plan);
		plan = NULL;
	}
	free(path);
	return plan;
}

/* Pairs [k, calls] of the durations in [2^k, 2^(k+1)), without the empty ones. */
static json_t *log2_json(const struct log_hist *hist)
{
	json_t *array = json_array();

	for (unsigned int k = 0; array && k < 64; k++) {
		uint64_t calls = log_hist_log2(hist, k);

		if (calls &&
		    json_array_append_new(array, json_pack("[i, I]", (int)k, (json_int_t)calls))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

/* A mean or a percentile; null when no call has a duration. */
static int set_time(json_t *object, const char *key, const struct agg_row *row, double value)
{
	return json_object_set_new(object, key, row->timed ? json_real(value) : json_null());
}

/* An extreme, which is a duration of the log; the same. */
static int set_extreme(json_t *object, const char *key, const struct agg_row *row, uint64_t value)
{
	return json_object_set_new(object, key,
				   row->timed ? json_integer((json_int_t)value) : json_null());
}

static int set_percentile(json_t *object, const char *key, const struct agg_row *row, double p)
{
	return set_time(object, key, row,
			log_hist_percentile(row->hist, row->timed, p, row->min, row->max));
}

static json_t *syscall_json(const struct agg_row *row)
{
	json_t *object = json_object();

	if (json_object_set_new(object, "name", out_json_string(row->syscall)) ||
	    json_object_set_new(object, "calls", json_integer((json_int_t)row->calls)) ||
	    json_object_set_new(object, "timed", json_integer((json_int_t)row->timed)) ||
	    json_object_set_new(object, "errors", json_integer((json_int_t)row->errors)) ||
	    json_object_set_new(object, "total", json_integer((json_int_t)row->total)) ||
	    set_extreme(object, "min", row, row->min) ||
	    set_time(object, "fastest", row, log_fastest_mean(row->fastest)) ||
	    set_time(object, "avg", row, (double)row->total / (double)row->timed) ||
	    set_percentile(object, "p50", row, 0.50) || set_percentile(object, "p95", row, 0.95) ||
	    set_percentile(object, "p99", row, 0.99) || set_extreme(object, "max", row, row->max) ||
	    json_object_set_new(object, "log2", log2_json(row->hist))) {
		json_decref(object);
		return NULL;
	}
	return object;
}

static int by_total(const void *a, const void *b)
{
	const struct agg_row *x = a;
	const struct agg_row *y = b;

	return (y->total > x->total) - (y->total < x->total);
}

static json_t *syscalls_json(struct agg *agg)
{
	json_t *array = json_array();

	qsort(agg->rows, agg->nr, sizeof(*agg->rows), by_total);
	for (size_t i = 0; array && i < agg->nr; i++) {
		json_t *row = syscall_json(&agg->rows[i]);

		if (!row || json_array_append_new(array, row)) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t *paths_json(const struct strlist *paths)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < paths->nr; i++)
		json_array_append_new(array, out_json_string(paths->v[i]));
	return array;
}

static json_t *header_json(const struct log *log, const char *key)
{
	const char *value = log_header(log, key);

	return value ? out_json_string(value) : json_null();
}

/* What was read, with the reason when it is not complete. */
static json_t *input_json(const struct log_input *input)
{
	json_t *object = out_json_input(input);

	if (!object ||
	    json_object_set_new(object, "incomplete", out_json_string(input->incomplete))) {
		json_decref(object);
		return NULL;
	}
	return object;
}

static json_t *scanned_log_json(struct log *log, struct agg *agg, const struct strlist *paths)
{
	json_t *object = json_object();

	if (json_object_set_new(object, "paths", paths_json(paths)) ||
	    json_object_set_new(object, "unit", json_string(log_unit_name(log_unit(log)))) ||
	    json_object_set_new(object, "kernel", header_json(log, "kernel")) ||
	    json_object_set_new(object, "accelerator", header_json(log, "accelerator")) ||
	    json_object_set_new(object, "input", input_json(log_input(log))) ||
	    json_object_set_new(object, "syscalls", syscalls_json(agg))) {
		json_decref(object);
		return NULL;
	}
	return object;
}

static json_t *log_json(const struct opts *o, struct terr *err)
{
	json_t *object = NULL;
	struct agg *agg = NULL;
	struct log *log;

	if (!o->log.nr)
		return json_null();
	log = log_open(&o->events, o->threads, o->log.v, o->log.nr, err);
	if (log)
		agg = agg_read(log, AGG_SYSCALL, AGG_LATENCY, err);
	if (agg)
		object = scanned_log_json(log, agg, &o->log);
	if (agg && !object)
		terr_no_memory(err);
	agg_free(agg);
	log_close(log);
	return object;
}

static json_t *functions_json(const struct callgraph *cg)
{
	json_t *array = json_array();

	for (uint32_t i = 0; array && i < cg->functions.nr; i++) {
		json_t *name = out_json_string(cg->functions.names[i].s);

		if (!name || json_array_append_new(array, name)) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

/* [function, parent or -1, calls, time, time without callees]; a parent stands before its children.
 */
static json_t *nodes_json(const struct callgraph *cg)
{
	json_t *array = json_array();

	for (uint32_t i = 0; array && i < cg->nr_nodes; i++) {
		const struct cg_node *n = &cg->nodes[i];
		json_int_t parent = n->parent == CG_ROOT ? -1 : (json_int_t)n->parent;
		json_t *node = json_pack("[I, I, I, I, I]", (json_int_t)n->function, parent,
					 (json_int_t)n->calls, (json_int_t)n->total,
					 (json_int_t)cg_self(n));

		if (!node || json_array_append_new(array, node)) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t *read_callgraph_json(const struct callgraph *cg, const char *path)
{
	json_t *object = json_object();

	if (json_object_set_new(object, "path", out_json_string(path)) ||
	    json_object_set_new(object, "unit", json_string(log_unit_name(cg->unit))) ||
	    json_object_set_new(object, "accelerator",
				cg->accelerator[0] ? out_json_string(cg->accelerator)
						   : json_null()) ||
	    json_object_set_new(object, "input", input_json(&cg->input)) ||
	    json_object_set_new(object, "missing_exits",
				json_integer((json_int_t)cg->missing_exits)) ||
	    json_object_set_new(object, "stray_exits", json_integer((json_int_t)cg->stray_exits)) ||
	    json_object_set_new(object, "functions", functions_json(cg)) ||
	    json_object_set_new(object, "nodes", nodes_json(cg))) {
		json_decref(object);
		return NULL;
	}
	return object;
}

static json_t *callgraph_json(const struct opts *o, struct terr *err)
{
	char *path = (char *)o->callgraph;
	struct callgraph *cg;
	json_t *object;

	if (!path)
		return json_null();
	cg = callgraph_read(&o->events, &path, 1, err);
	if (!cg)
		return NULL;
	object = read_callgraph_json(cg, path);
	if (!object)
		terr_no_memory(err);
	callgraph_free(cg);
	return object;
}

static json_t *insn_profile_json(const struct opts *o, struct terr *err)
{
	struct insn_profile p;
	json_t *object = NULL;

	if (!o->insn_profile)
		return json_null();
	if (!insnprof_read(&p, o->insn_profile, err)) {
		object = insnprof_json(&p);
		if (!object)
			terr_no_memory(err);
	}
	insnprof_free(&p);
	return object;
}

/* Of the option, else of the plan. */
static const char *appliance_of(const struct opts *o, const json_t *plan)
{
	if (o->appliance)
		return o->appliance;
	return json_string_value(json_object_get(plan, "appliance"));
}

static json_t *data_json(const struct opts *o, struct terr *err)
{
	static const struct {
		const char *key;
		json_t *(*read)(const struct opts *o, struct terr *err);
	} parts[] = {
		{ "comparison", comparison_json },
		{ "plan", plan_json },
		{ "log", log_json },
		{ "callgraph", callgraph_json },
		{ "insn_profile", insn_profile_json },
	};
	json_t *data = json_pack("{s:i}", "format", 1);

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		json_t *part = parts[i].read(o, err);

		if (!part || json_object_set_new(data, parts[i].key, part)) {
			terr_no_memory(err);
			json_decref(data);
			return NULL;
		}
	}
	return data;
}

static int write_page(const struct opts *o, const struct out_page *page, json_t *data,
		      struct terr *err)
{
	const char *appliance = appliance_of(o, json_object_get(data, "plan"));
	char title[256] = "Tailored kernel";
	struct out out;

	if (appliance)
		snprintf(title, sizeof(title), "Tailored kernel of %s", appliance);
	if (json_object_set_new(data, "title", out_json_string(title)))
		return terr_no_memory(err);
	if (out_open(&out, o->out, err))
		return -1;
	if (!out_page_write(page, title, data, out.f, err))
		return out_close(&out, err);
	out_abort(&out);
	return -1;
}

int cmd_report(const struct opts *o, struct terr *err)
{
	struct out_page *page;
	json_t *data;
	int rc;

	if (o->nr_paths)
		return terr_set(err,
				"%s: report takes no file as such; say --runs, --plan, --log, "
				"--callgraph or --insn-profile before it",
				o->paths[0]);
	if (!o->runs.nr && !o->plan && !o->log.nr && !o->callgraph && !o->insn_profile)
		return terr_set(err, "nothing to show: give --runs twice, --plan, --log, "
				     "--callgraph or --insn-profile");
	page = out_page_open(o->assets, err);
	data = page ? data_json(o, err) : NULL;
	rc = data ? write_page(o, page, data, err) : -1;
	json_decref(data);
	out_page_close(page);
	return rc;
}

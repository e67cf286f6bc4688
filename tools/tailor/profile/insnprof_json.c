// SPDX-License-Identifier: GPL-2.0-only
/* An exact profile as "report" puts it into its page. */
#include <math.h>
#include <stdlib.h>

#include "output/json.h"
#include "profile/insnprof_json.h"

static int append(json_t *array, json_t *value)
{
	return value ? json_array_append_new(array, value) : -1;
}

/* Tenths of an instruction are more than is known. */
static json_t *insn_json(double insn)
{
	return json_real(round(10 * insn) / 10);
}

static bool is_shown(double insn, const struct insn_arm *arm)
{
	return insn >= INSN_SHOWN_PERCENT / 100 * arm->total;
}

static bool is_row_shown(const struct insn_profile *p, const struct insn_row *row)
{
	for (size_t i = 0; i < p->nr_arms; i++)
		if (is_shown(row->insn[i], &p->arms[i]))
			return true;
	return false;
}

static json_t *row_json(const struct insn_profile *p, const struct insn_row *row)
{
	json_t *insn = json_array();

	for (size_t i = 0; insn && i < p->nr_arms; i++) {
		if (append(insn, insn_json(row->insn[i]))) {
			json_decref(insn);
			return NULL;
		}
	}
	return json_pack("{s:o, s:o}", "name", out_json_string(row->name), "insn", insn);
}

static json_t *rows_json(const struct insn_profile *p, const struct insn_rows *rows)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < rows->nr; i++) {
		if (is_row_shown(p, &rows->v[i]) && append(array, row_json(p, &rows->v[i]))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

/* Numbers of the nodes that are shown, or -1. NULL without memory. */
static json_int_t *number_nodes(const struct insn_arm *arm)
{
	json_int_t *numbers = calloc(arm->nr_nodes ? arm->nr_nodes : 1, sizeof(*numbers));
	json_int_t nr = 0;

	for (uint32_t i = 0; numbers && i < arm->nr_nodes; i++)
		numbers[i] = is_shown(arm->nodes[i].total, arm) ? nr++ : -1;
	return numbers;
}

/* [name, parent or -1, instructions, those of its counterparts]; a parent stands before its
 * children. */
static json_t *nodes_json(const struct insn_arm *arm)
{
	json_int_t *numbers = number_nodes(arm);
	json_t *array = numbers ? json_array() : NULL;

	for (uint32_t i = 0; array && i < arm->nr_nodes; i++) {
		const struct insn_node *n = &arm->nodes[i];
		json_int_t parent = n->parent == INSN_ROOT ? -1 : numbers[n->parent];

		if (numbers[i] >= 0 &&
		    append(array, json_pack("[I, I, o, o]", (json_int_t)n->name, parent,
					    insn_json(n->total), insn_json(n->other)))) {
			json_decref(array);
			array = NULL;
		}
	}
	free(numbers);
	return array;
}

static json_t *arm_json(const struct insn_arm *arm)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:f, s:o}", "name", out_json_string(arm->name),
			 "total", insn_json(arm->total), "user", insn_json(arm->user), "kernel",
			 insn_json(insnprof_kernel(arm)), "intrusion", insnprof_intrusion(arm),
			 "nodes", nodes_json(arm));
}

static json_t *arms_json(const struct insn_profile *p)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < p->nr_arms; i++) {
		if (append(array, arm_json(&p->arms[i]))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t *names_json(const struct intern *names)
{
	json_t *array = json_array();

	for (uint32_t i = 0; array && i < names->nr; i++) {
		if (append(array, out_json_string(names->names[i].s))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t *fact_json(const struct insn_profile *p, const char *key)
{
	return out_json_string(insnprof_fact(p, key));
}

json_t *insnprof_json(const struct insn_profile *p)
{
	json_t *object = json_object();

	if (json_object_set_new(object, "path", out_json_string(p->dir)) ||
	    json_object_set_new(object, "scenario", fact_json(p, "scenario")) ||
	    json_object_set_new(object, "operation", fact_json(p, "operation")) ||
	    json_object_set_new(object, "operations", fact_json(p, "operations")) ||
	    json_object_set_new(object, "accelerator", fact_json(p, "accelerator")) ||
	    json_object_set_new(
		    object, "client",
		    json_string(insnprof_is_behind_card(p) ? "behind a card" : "in the guest")) ||
	    json_object_set_new(object, "shown_percent", json_real(INSN_SHOWN_PERCENT)) ||
	    json_object_set_new(object, "arms", arms_json(p)) ||
	    json_object_set_new(object, "folders", rows_json(p, &p->folders)) ||
	    json_object_set_new(object, "functions", rows_json(p, &p->functions)) ||
	    json_object_set_new(object, "nr_functions",
				json_integer((json_int_t)p->functions.nr)) ||
	    json_object_set_new(object, "names", names_json(&p->names))) {
		json_decref(object);
		return NULL;
	}
	return object;
}

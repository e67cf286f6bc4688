// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plan/read.h"
#include "plan/write.h"

json_t *plan_load(const char *dir, struct terr *err)
{
	json_error_t je;
	json_t *plan;
	char *path;

	if (asprintf(&path, "%s/plan.json", dir) < 0) {
		terr_set(err, "out of memory");
		return NULL;
	}
	plan = json_load_file(path, 0, &je);
	if (!plan)
		terr_set(err, "%s: %s (line %d); is it a folder that tailor plan wrote?", path,
			 je.text, je.line);
	free(path);
	if (plan && json_integer_value(json_object_get(plan, "format")) != PLAN_FORMAT) {
		terr_set(err,
			 "%s/plan.json: its format is not the one understood here (%d); plan again",
			 dir, PLAN_FORMAT);
		json_decref(plan);
		return NULL;
	}
	return plan;
}

const char *plan_text(json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));

	return s ? s : "";
}

json_t *plan_decision(json_t *plan, const char *symbol)
{
	json_t *d;
	size_t i;

	json_array_foreach (json_object_get(plan, "decisions"), i, d)
		if (!strcmp(plan_text(d, "name"), symbol))
			return d;
	return NULL;
}

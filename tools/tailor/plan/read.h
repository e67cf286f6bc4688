/* SPDX-License-Identifier: GPL-2.0-only */
/* Reading the plan.json of a plan folder. */
#ifndef TAILOR_PLAN_READ_H
#define TAILOR_PLAN_READ_H

#include <jansson.h>

#include "lib/terr.h"

/* A new reference; NULL with *err set. */
json_t *plan_load(const char *dir, struct terr *err);

/* A text of an object; "" when it is not there, or null. */
const char *plan_text(json_t *object, const char *key);

/* The decision about a symbol, or the patch that it belongs to; NULL: there is none. */
json_t *plan_decision(json_t *plan, const char *symbol);

#endif /* TAILOR_PLAN_READ_H */

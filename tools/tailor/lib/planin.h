/* SPDX-License-Identifier: GPL-2.0-only */
/* Reading back plan.json of a plan folder; lib/planout.h writes it. */
#ifndef TAILOR_PLANIN_H
#define TAILOR_PLANIN_H

#include <jansson.h>

#include "tailor.h"

/* The whole of it, a new reference; NULL with *err set when there is none, or of another format. */
json_t *plan_load(const char *dir, struct terr *err);

/* A text of an object; "" when it is not there or null. */
const char *plan_text(json_t *object, const char *key);

/* The decision about a symbol (without CONFIG_); NULL: none. */
json_t *plan_decision(json_t *plan, const char *symbol);

#endif /* TAILOR_PLANIN_H */

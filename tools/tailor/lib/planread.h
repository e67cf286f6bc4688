/* SPDX-License-Identifier: GPL-2.0-only */
/* Reading the plan.json of a plan folder. */
#ifndef TAILOR_LIB_PLANREAD_H
#define TAILOR_LIB_PLANREAD_H

#include <jansson.h>

#include "tailor.h"

/* A new reference; NULL with *err set. */
json_t *plan_load(const char *dir, struct terr *err);

/* The decision about a symbol, or the patch that it belongs to; NULL: there is none. */
json_t *plan_decision(json_t *plan, const char *symbol);

#endif /* TAILOR_LIB_PLANREAD_H */

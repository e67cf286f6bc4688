/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TAILOR_PROFILE_INSNPROF_JSON_H
#define TAILOR_PROFILE_INSNPROF_JSON_H

#include <jansson.h>

#include "profile/insnprof.h"

/* Of frames and functions, those with at least this share of an arm's instructions are shown. */
#define INSN_SHOWN_PERCENT 0.1

/* A new reference; NULL without memory. The fields are described in tailor-report(1). */
json_t *insnprof_json(const struct insn_profile *p);

#endif /* TAILOR_PROFILE_INSNPROF_JSON_H */

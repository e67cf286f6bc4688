/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writing a plan folder: series (quilt), tailored.config (a fragment for KCONFIG_ALLCONFIG with
 * allnoconfig) and plan.json (every decision with its evidence). The folder is made under a
 * temporary name and put in place in one step; an older plan of that name is replaced by it.
 */
#ifndef TAILOR_PLAN_WRITE_H
#define TAILOR_PLAN_WRITE_H

#include "decide/decide.h"
#include "decide/saturate.h"
#include "kconfig/fragment.h"
#include "log/log.h"
#include "plan/series.h"
#include "ruleset/remarks.h"

#define PLAN_FORMAT 1

struct plan {
	const char *appliance;
	enum rule_trust trust;
	const char *target;	    /* what was said of it; NULL: nothing, the facts tell */
	const char *kernel_release; /* NULL: unknown */
	const char *root;	    /* prefix left out of the paths of rules; NULL: none */
	const struct log *log;
	const struct agg *agg;
	const struct facts *facts;
	const struct fragment *base; /* floor and bed */
	const struct ruleset *rules;
	const struct decisions *decisions;
	const struct patch_series *series; /* all patches there are, in their order */
	const struct remarks *gains;	   /* what was measured */
	const struct saturation *saturation;
	const char *kconfig; /* the model over which the plan is closed; NULL: it is not */
};

/* Lines of tailored.config and patches in series, for the caller to tell. */
struct plan_size {
	size_t lines;
	size_t patches;
};

int plan_write(const struct plan *p, const char *dir, struct plan_size *size, struct terr *err);

/* Whether the patch is in the plan: at least one of its symbols is applied. */
bool plan_applies(const struct plan *p, const char *patch);

/* "file:line" of what a piece of evidence rests on; "" when there is nothing to show. */
void plan_where(const struct plan *p, const struct evidence *e, char *buf, size_t len);

/* "kconfig/facts.rules:12" */
void plan_rule(const struct plan *p, const struct rule *r, char *buf, size_t len);

/* The piece of evidence that says most: a clause that hit, or the first one. NULL: none. */
const struct evidence *plan_evidence(const struct decision *d);

#endif /* TAILOR_PLAN_WRITE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Why a .config is what it is: what became of a setting that was asked for, why a symbol is on,
 * why one that another .config has is off.
 */
#ifndef TAILOR_KCONFIG_KCHECK_H
#define TAILOR_KCONFIG_KCHECK_H

#include "kconfig/kconfig.h"

enum kverdict {
	/* of a setting that was asked for */
	KV_MATCH,
	KV_OVERRIDDEN,
	KV_UNKNOWN,
	KV_UNMET,
	KV_FORCED,
	KV_OTHER_CHOICE,
	KV_NO_PROMPT,
	KV_NOT_TAKEN,
	/* of a symbol that has a value */
	KV_ASKED,
	KV_SELECTED,
	KV_IMPLIED,
	KV_DEFAULT,
	KV_CHOICE,
	KV_UNEXPLAINED,
	/* of a symbol that is on in another .config only; KV_UNKNOWN, KV_UNMET and KV_OTHER_CHOICE
	   too */
	KV_REMOVED,
	KV_NOT_ASKED,
	KV_NOT_SELECTED,
	KV_DEFAULT_GONE,
	NR_KVERDICTS,
};

/* In words, as they are printed. */
extern const char *const kverdict_names[NR_KVERDICTS];

/*
 * struct kfinding - the answer for one symbol
 * @why:   the details, to be freed; "" when the verdict says all
 * @names: the symbols that are to blame (that select it, are on instead, ...), to be freed
 */
struct kfinding {
	enum kverdict verdict;
	char *why;
	const char **names;
	size_t nr_names;
};

void kfinding_free(struct kfinding *f);

/* All return 0, or -1: out of memory; *out is to be freed in each case. */

/* What became of SYMBOL=asked ("n": not set); sym is NULL when the tree does not mention it. */
int kcheck_setting(const struct kconfig *k, const struct kdot *dot, const struct ksym *sym,
		   const char *name, const char *asked, struct kfinding *out);

/*
 * Why sym has its value. asked: somebody asked for this value. KV_MATCH when it has none, which
 * needs no reason; KV_UNEXPLAINED when it had to have one.
 */
int kcheck_symbol(const struct kdot *dot, const struct ksym *sym, bool asked, struct kfinding *out);

/* Why sym, which is on in stock, is off in dot. removed: somebody asked for that. */
int kcheck_absent(const struct kdot *dot, const struct kdot *stock, const struct ksym *sym,
		  bool removed, struct kfinding *out);

#endif /* TAILOR_KCONFIG_KCHECK_H */

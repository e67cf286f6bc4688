/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The Kconfig files of a kernel tree, as the kernel's own parser reads them for x86: what each
 * symbol depends on, who selects it, what its defaults are. What the files ask the compiler is
 * answered.
 */
#ifndef TAILOR_KCONFIG_KCONFIG_H
#define TAILOR_KCONFIG_KCONFIG_H

#include <stdint.h>

#include "lib/terr.h"
#include "kconfig/kexpr.h"

enum ksym_type {
	KSYM_UNKNOWN, /* of a symbol that is only mentioned */
	KSYM_BOOL,
	KSYM_TRISTATE,
	KSYM_STRING,
	KSYM_INT,
	KSYM_HEX,
};

enum kprop_kind {
	KPROP_PROMPT,
	KPROP_DEFAULT,
	KPROP_SELECT,
	KPROP_IMPLY,
	KPROP_RANGE,
};

/*
 * struct kprop - one property of a symbol or a choice
 * @target: of KPROP_SELECT and KPROP_IMPLY, and of a choice's KPROP_DEFAULT
 * @text:   of KPROP_PROMPT
 * @value:  of KPROP_DEFAULT; the low end of KPROP_RANGE, whose other end is @high
 * @own_if: of KPROP_DEFAULT: its own "if" alone, to be shown
 * @cond:   its own "if", what the definition depends on, and for a prompt what the menus around it
 * are "visible if"
 * @next:   the next one of the symbol, in the order of the files
 * @next_of_target: the next one of another symbol that selects, or implies, the same target
 */
struct kprop {
	enum kprop_kind kind;
	struct ksym *sym; /* NULL: of a choice */
	struct ksym *target;
	const char *text;
	const struct kexpr *value;
	const struct kexpr *high;
	const struct kexpr *own_if;
	const struct kexpr *cond;
	const char *file; /* relative to the tree */
	int line;
	struct kprop *next;
	struct kprop *next_of_target;
};

/* One of the places that define a symbol. */
struct kdef {
	const char *file;
	int line;
	const struct kexpr *depends; /* with the menus, ifs and choices around it */
	struct kdef *next;
};

/* Of its members exactly one is on (at most one if optional). */
struct kchoice {
	uint32_t id;
	enum ksym_type type;
	const char *file;
	int line;
	bool optional;
	const struct kexpr *depends;
	struct kprop *props;
	struct ksym *members;
};

struct ksym {
	const char *name; /* without CONFIG_ */
	uint32_t id;
	enum ksym_type type;
	struct kdef *defs; /* NULL: no file defines it */
	struct kprop *props;
	struct kprop *selected_by;
	struct kprop *implied_by;
	struct kchoice *choice;
	struct ksym *next_member; /* of the choice */
};

struct kconfig;

/* Reads a file of scripts/kconfig-model, which the kernel's own parser wrote. NULL with *err set.
 */
struct kconfig *kconfig_load(const char *path, struct terr *err);
void kconfig_close(struct kconfig *k);

size_t kconfig_nr(const struct kconfig *k);
size_t kconfig_nr_choices(const struct kconfig *k);
/* The one that says whether there are modules; NULL: none does. */
const struct ksym *kconfig_modules(const struct kconfig *k);
const struct ksym *kconfig_sym(const struct kconfig *k, size_t i);
/* NULL: it is neither defined nor mentioned. */
const struct ksym *kconfig_find(const struct kconfig *k, const char *name);
/* The defined symbol whose name is nearest; NULL: none is near enough to be a typing error. */
const struct ksym *kconfig_nearest(const struct kconfig *k, const char *name);

/* The next property of this kind from p on; NULL at the end. */
const struct kprop *kprop_next(const struct kprop *p, enum kprop_kind kind);

#define kprop_each(p, list, kind) \
	for (const struct kprop *p = kprop_next(list, kind); p; p = kprop_next((p)->next, kind))

#endif /* TAILOR_KCONFIG_KCONFIG_H */

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TAILOR_KCONFIG_DOTCONFIG_H
#define TAILOR_KCONFIG_DOTCONFIG_H

#include <stdbool.h>

#include "lib/terr.h"
#include "kconfig/kconfig.h"

/* A .config: every symbol that has a value; "is not set" and absent are the same. */
struct kdot;

/* Symbols that no Kconfig file has are added to k, without a definition. */
struct kdot *kdot_load(struct kconfig *k, const char *path, struct terr *err);
/* One in which nothing is set yet. NULL with *err set. */
struct kdot *kdot_new(const struct kconfig *k, struct terr *err);
/* value as in a .config, text without quotes; NULL: not set. They have to live as long. */
void kdot_set(struct kdot *dot, const struct ksym *sym, const char *value, const char *text);
/* Memory that lives as long as the values. */
struct arena *kdot_arena(struct kdot *dot);
void kdot_free(struct kdot *dot);

/* As it stands in the file, a string with its quotes; NULL: not set. */
const char *kdot_value(const struct kdot *dot, const struct ksym *sym);
int kdot_line(const struct kdot *dot, const struct ksym *sym);
/* The same for readers: "n" when not set. */
const char *kdot_shown(const struct kdot *dot, const struct ksym *sym);
/* For comparisons: a string without its quotes, "" for one that is not set. */
const char *kdot_text(const struct kdot *dot, const struct ksym *sym);
enum ktri kdot_tri(const struct kdot *dot, const struct ksym *sym);
bool kdot_has_modules(const struct kdot *dot);

#endif /* TAILOR_KCONFIG_DOTCONFIG_H */

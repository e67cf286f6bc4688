/* SPDX-License-Identifier: GPL-2.0-only */
/* What became of a plan: each of its settings in a configuration, and why each symbol is on. */
#ifndef TAILOR_PLAN_OUTCOME_H
#define TAILOR_PLAN_OUTCOME_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "lib/terr.h"
#include "kconfig/dotconfig.h"
#include "kconfig/fragment.h"
#include "kconfig/kcheck.h"

/* What is asked about: the settings of the plan, the symbols that are on, those only stock has. */
enum outcome_section { OUTCOME_SETTINGS, OUTCOME_SYMBOLS, OUTCOME_STOCK, NR_OUTCOME_SECTIONS };

/*
 * struct plan_outcome_row - one answer
 * @asked: NULL: nobody asked for a value
 * @line:  of the plan that asks; NULL: none does
 */
struct plan_outcome_row {
	enum outcome_section section;
	const char *symbol;
	const char *asked;
	const char *value;
	const struct frag_line *line;
	json_t *decision;
	struct kfinding finding;
};

struct plan_outcome {
	char *plan_json; /* for messages; NULL: there is none */
	json_t *plan;
	bool is_folder;
	struct fragment asked;
	const struct frag_line **last; /* by the id of the symbol: the line that holds */
	size_t nr_last;
	struct kconfig *k;
	struct kdot *dot;
	struct kdot *stock;
	struct plan_outcome_row *rows;
	size_t nr_rows;
	size_t count[NR_OUTCOME_SECTIONS][NR_KVERDICTS];
	size_t optional; /* settings that did not come through, but need not */
	size_t failed;	 /* settings that had to */
};

/*
 * struct plan_outcome_of - what is to be compared
 * @plan:   a folder with tailored.config and perhaps plan.json, or a fragment
 * @config: the configuration that was made of it
 * @k:      of the kernel; what only the configurations name is added to it, and it has to live as
 * long
 * @stock:  a configuration in which more is on; NULL: none
 * @all:    say of every symbol why it is on
 */
struct plan_outcome_of {
	const char *plan;
	const char *config;
	struct kconfig *k;
	const char *stock;
	bool all;
};

/* 0, or -1 with *err set; plan_outcome_free() is right in both cases. */
int plan_outcome_read(struct plan_outcome *c, const struct plan_outcome_of *of, struct terr *err);
void plan_outcome_free(struct plan_outcome *c);

#endif /* TAILOR_PLAN_OUTCOME_H */

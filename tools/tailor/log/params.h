/* SPDX-License-Identifier: GPL-2.0-only */
/* Values of the parameters of one system call, in bounded memory. Private to log/agg.c. */
#ifndef TAILOR_LOG_PARAMS_H
#define TAILOR_LOG_PARAMS_H

#include "lib/slice.h"
#include "log/agg.h"
#include "log/syscalls.h"

/* Named parameters may be more than a system call has (structures taken apart by the tracer). */
#define PARAMS_MAX 16
#define PARAM_NAME_MAX 40

struct param_value {
	uint64_t hash;
	uint64_t calls;
	size_t len; /* of the value; longer ones are shortened in text */
	char text[AGG_VALUE_MAX + 1];
};

struct param {
	char name[PARAM_NAME_MAX + 1];
	size_t position; /* the first at which it stood in any call */
	uint64_t calls;
	uint64_t missed;
	struct param_value *values;
	size_t nr;
	size_t room;
	size_t last; /* index of the value seen last, likely the next one too */
};

/*
 * Of more than PARAMS_MAX names those are kept that come first in the alphabet: which they are, and
 * that each was counted from its first call on, does not depend on who saw which part of a log.
 */
struct log_params {
	struct param *v;
	size_t nr;
	size_t nr_values; /* kept of each parameter; 0: AGG_VALUES */
	bool too_many;	  /* names were dropped */
};

/*
 * One "name=value", or a bare value by its position. In args quotes and brackets protect the
 * blanks and commas that otherwise separate.
 */
struct arg {
	const char *name; /* not terminated; NULL: positional */
	size_t name_len;
	const char *value;
	size_t value_len;
};

/* Takes the first argument off *rest; false when there is none. */
bool arg_next(struct slice *rest, struct arg *a);

/* The value of one parameter in the arguments of a call; false when it is not among them. */
bool log_params_find(const struct syscall_def *def, struct slice args, const char *name,
		     struct slice *value);

/* Counts the arguments of one call. def names positional ones and may be NULL. Not 0: no memory. */
int log_params_add(struct log_params *p, const struct syscall_def *def, struct slice args);
int log_params_merge(struct log_params *p, const struct log_params *from);
void log_params_free(struct log_params *p);

/* Most calls first. */
void log_params_sort(struct param *p);

/*
 * A second pass: sets the calls of all values to 0, and then counts only those that are kept,
 * exactly. For a copy that is merged afterwards, all counts are set to 0.
 */
void log_params_recount_start(struct log_params *p, bool copy);
void log_params_recount(struct log_params *p, const struct syscall_def *def, struct slice args);

/*
 * After the second pass: of a parameter with more values than are kept those stay that any way to
 * share the calls out to threads would have kept; the others were there by chance.
 */
void log_params_keep_certain(struct log_params *p);

/* By position, then by name. */
void log_params_order(struct log_params *p);

#endif /* TAILOR_LOG_PARAMS_H */

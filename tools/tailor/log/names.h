/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is known of the task and the system call of an event. Both together are looked up as one
 * string, once per event; all else is found out when a pair is first seen. One per thread.
 */
#ifndef TAILOR_LOG_NAMES_H
#define TAILOR_LOG_NAMES_H

#include "lib/intern.h"
#include "lib/slice.h"
#include "log/event.h"
#include "log/filter.h"

struct pair {
	bool valid;  /* the system call is a name or a number */
	bool wanted; /* passes --task and --syscall */
	uint32_t task_id;
	uint32_t syscall_id;
	struct slice task; /* terminated */
	struct slice syscall;
};

struct log_names {
	const struct filter *filter;
	struct intern texts; /* "TASK<TAB>SYSCALL" as in the log */
	struct intern tasks;
	struct intern syscalls;
	struct pair *pairs; /* by the id of their text */
	uint32_t nr_pairs;
};

/* Learns the pair of ev, whose text has the next id. -1 with *err set. */
int log_names_learn(struct log_names *n, const struct log_event *ev, struct terr *err);
void log_names_free(struct log_names *n);

/*
 * Whether what all threads learned together is within the limits of one, so that they do not depend
 * on the number of threads. -1 with *err set.
 */
int log_names_check_all(const struct log_names *const *all, size_t nr, struct terr *err);

/* The pair of an event as it was parsed; NULL with *err set. */
static inline const struct pair *log_names_find(struct log_names *n, struct log_event *ev,
						struct terr *err)
{
	const char *end = ev->syscall.s + ev->syscall.len;

	ev->pair_id = intern_add(&n->texts, ev->task.s, (size_t)(end - ev->task.s));
	if (ev->pair_id >= n->nr_pairs && log_names_learn(n, ev, err))
		return NULL;
	return &n->pairs[ev->pair_id];
}

#endif /* TAILOR_LOG_NAMES_H */

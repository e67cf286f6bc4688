/* SPDX-License-Identifier: GPL-2.0-only */
/* Which events count: --task, --syscall, --pid, --tid, --errno, --since, --until. */
#ifndef TAILOR_LOG_FILTER_H
#define TAILOR_LOG_FILTER_H

#include "log/log.h"

struct id_set {
	uint32_t *v;
	size_t nr;
};

struct filter {
	const struct opts *o;
	struct id_set pids;
	struct id_set tids;
	struct id_set errnos;
	bool any_errno;
	bool per_event; /* filter_event() is not always true */
};

int filter_init(struct filter *f, const struct opts *o, struct terr *err);
void filter_free(struct filter *f);

bool filter_task(const struct filter *f, const char *name);
bool filter_syscall(const struct filter *f, const char *name);
bool filter_pid(const struct filter *f, uint32_t pid);
/* The rest; from and to are --since and --until in the unit of the event. */
bool filter_event(const struct filter *f, const struct log_event *ev, uint64_t from, uint64_t to);

#endif /* TAILOR_LOG_FILTER_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Which events count: --task, --syscall, --pid, --tid, --errno, --since, --until. */
#ifndef TAILOR_LOG_FILTER_H
#define TAILOR_LOG_FILTER_H

#include "lib/strlist.h"
#include "lib/terr.h"
#include "log/event.h"

/*
 * A point of time: SECONDS[.FRACTION], or with a unit ns, us, ms or s; with a leading + it counts
 * from the first event of the log.
 */
struct log_time {
	bool set;
	bool relative;
	uint64_t ns;
};

/* What a user asks for. What is not given is empty, and all events count. */
struct log_filter {
	struct strlist task;
	struct strlist pid;
	struct strlist tid;
	struct strlist syscall;
	struct strlist errnos;
	struct log_time since;
	struct log_time until;
};

struct id_set {
	uint32_t *v;
	size_t nr;
};

struct filter {
	const struct log_filter *wanted;
	struct id_set pids;
	struct id_set tids;
	struct id_set errnos;
	bool any_errno;
	bool per_event; /* filter_event() is not always true */
};

/* wanted has to live as long. 0, or -1 with *err set; filter_free() is right in both cases. */
int filter_init(struct filter *f, const struct log_filter *wanted, struct terr *err);
void filter_free(struct filter *f);

bool filter_task(const struct filter *f, const char *name);
bool filter_syscall(const struct filter *f, const char *name);
bool filter_pid(const struct filter *f, uint32_t pid);
/* The rest; from and to are --since and --until in the unit of the event. */
bool filter_event(const struct filter *f, const struct log_event *ev, uint64_t from, uint64_t to);

#endif /* TAILOR_LOG_FILTER_H */

// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "lib/scan.h"
#include "lib/strlist.h"
#include "lib/errnos.h"
#include "log/filter.h"
#include "log/syscalls.h"

static int parse_number(const char *s, uint32_t *out)
{
	char *end;
	unsigned long v;

	if (*s < '0' || *s > '9')
		return -1;
	v = strtoul(s, &end, 10);
	if (*end || v > UINT32_MAX)
		return -1;
	*out = (uint32_t)v;
	return 0;
}

static int set_alloc(struct id_set *set, size_t nr, struct terr *err)
{
	set->v = calloc(nr + 1, sizeof(*set->v));
	return set->v ? 0 : terr_set(err, "out of memory");
}

static int parse_ids(struct id_set *set, const struct strlist *l, const char *name,
		     struct terr *err)
{
	if (set_alloc(set, l->nr, err))
		return -1;
	for (size_t i = 0; i < l->nr; i++)
		if (parse_number(l->v[i], &set->v[set->nr++]))
			return terr_set(err, "--%s=%s is not a number", name, l->v[i]);
	return 0;
}

static int parse_errnos(struct filter *f, const struct strlist *l, struct terr *err)
{
	if (set_alloc(&f->errnos, l->nr, err))
		return -1;
	for (size_t i = 0; i < l->nr; i++) {
		uint32_t e = (uint32_t)errno_by_name(l->v[i], strlen(l->v[i]));

		if (!strcmp(l->v[i], "any"))
			f->any_errno = true;
		else if (e || !parse_number(l->v[i], &e))
			f->errnos.v[f->errnos.nr++] = e;
		else
			return terr_set(err, "--errno=%s is no error (examples: EACCES, 13, any)",
					l->v[i]);
	}
	return 0;
}

int filter_init(struct filter *f, const struct log_filter *wanted, struct terr *err)
{
	f->wanted = wanted;
	f->per_event = wanted->pid.nr || wanted->tid.nr || wanted->errnos.nr || wanted->since.set ||
		       wanted->until.set;
	if (parse_ids(&f->pids, &wanted->pid, "pid", err) ||
	    parse_ids(&f->tids, &wanted->tid, "tid", err))
		return -1;
	return parse_errnos(f, &wanted->errnos, err);
}

void filter_free(struct filter *f)
{
	free(f->pids.v);
	free(f->tids.v);
	free(f->errnos.v);
}

bool filter_task(const struct filter *f, const char *name)
{
	return strlist_match(&f->wanted->task, name);
}

/* A number stands for the name the kernel's table gives it. */
bool filter_syscall(const struct filter *f, const char *name)
{
	const struct strlist *l = &f->wanted->syscall;

	for (size_t i = 0; i < l->nr; i++) {
		uint32_t nr;
		const struct syscall_def *def;

		if (parse_number(l->v[i], &nr))
			continue;
		def = syscall_by_number(nr);
		if (def && !strcmp(def->name, name))
			return true;
	}
	return strlist_match(l, name);
}

static bool has(const struct id_set *set, uint32_t id)
{
	for (size_t i = 0; i < set->nr; i++)
		if (set->v[i] == id)
			return true;
	return !set->nr;
}

bool filter_pid(const struct filter *f, uint32_t pid)
{
	return has(&f->pids, pid);
}

bool filter_event(const struct filter *f, const struct log_event *ev, uint64_t from, uint64_t to)
{
	if (ev->time < from || ev->time >= to)
		return false;
	if (f->any_errno ? !ev->err : !has(&f->errnos, (uint32_t)ev->err))
		return false;
	return has(&f->pids, ev->pid) && has(&f->tids, ev->tid);
}

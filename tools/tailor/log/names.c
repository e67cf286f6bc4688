// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "lib/number.h"
#include "lib/slice.h"
#include "log/names.h"
#include "log/syscalls.h"

/*
 * Bounds on what a log can make a reader remember; far above those of a real one, so that memory
 * stays bounded when something else is fed in.
 */
#define TASKS_MAX 65536
#define SYSCALLS_MAX 4096
#define PAIRS_MAX 262144

static bool is_syscall_name(struct slice name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.s[i];

		if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && (c < 'A' || c > 'Z') &&
		    c != '_')
			return false;
	}
	return true;
}

static int intern(struct intern *in, const char *s, size_t len, uint32_t *id, struct slice *own)
{
	*id = intern_add(in, s, len);
	if (*id == INTERN_NONE)
		return -1;
	*own = (struct slice){ in->names[*id].s, len };
	return 0;
}

/* A number stands for its name; one that the table does not have stands for itself. */
static int learn_syscall(struct log_names *n, struct pair *p, const struct log_event *ev)
{
	const struct syscall_def *def = NULL;
	char name[64] = { 0 }; /* the interner reads a few bytes behind the name */
	uint64_t nr;

	p->valid = is_syscall_name(ev->syscall);
	if (parse_u64(ev->syscall.s, ev->syscall.s + ev->syscall.len, &nr))
		def = syscall_by_number(nr);
	if (!def)
		return intern(&n->syscalls, ev->syscall.s, ev->syscall.len, &p->syscall_id,
			      &p->syscall);
	memcpy(name, def->name, def->name_len);
	return intern(&n->syscalls, name, def->name_len, &p->syscall_id, &p->syscall);
}

/* One message for all: which limit is met first depends on where a thread began to read. */
static int check_limits(const struct intern *tasks, const struct intern *syscalls,
			const struct intern *pairs, struct terr *err)
{
	if (tasks->nr <= TASKS_MAX && syscalls->nr <= SYSCALLS_MAX && pairs->nr <= PAIRS_MAX)
		return 0;
	return terr_set(
		err,
		"more than %d different tasks, %d system calls or %d pairs of both: not the "
		"log of one guest; read its files one by one",
		TASKS_MAX, SYSCALLS_MAX, PAIRS_MAX);
}

static int add_all(struct intern *to, const struct intern *from)
{
	for (uint32_t i = 0; i < from->nr; i++)
		if (intern_add(to, from->names[i].s, from->names[i].len) == INTERN_NONE)
			return -1;
	return 0;
}

int log_names_check_all(const struct log_names *const *all, size_t nr, struct terr *err)
{
	struct intern tasks = { 0 };
	struct intern syscalls = { 0 };
	struct intern pairs = { 0 };
	int rc = 0;

	for (size_t i = 0; nr > 1 && !rc && i < nr; i++)
		rc = add_all(&tasks, &all[i]->tasks) || add_all(&syscalls, &all[i]->syscalls) ||
				     add_all(&pairs, &all[i]->texts)
			     ? terr_set(err, "out of memory")
			     : check_limits(&tasks, &syscalls, &pairs, err);
	intern_free(&tasks);
	intern_free(&syscalls);
	intern_free(&pairs);
	return rc;
}

int log_names_learn(struct log_names *n, const struct log_event *ev, struct terr *err)
{
	struct pair *p = array_grow(n->pairs, n->nr_pairs, sizeof(*p));

	if (p)
		n->pairs = p;
	if (ev->pair_id == INTERN_NONE || !p)
		return terr_set(err, "out of memory");
	p += n->nr_pairs;
	if (intern(&n->tasks, ev->task.s, ev->task.len, &p->task_id, &p->task) ||
	    learn_syscall(n, p, ev))
		return terr_set(err, "out of memory");
	if (check_limits(&n->tasks, &n->syscalls, &n->texts, err))
		return -1;
	p->wanted = filter_task(n->filter, p->task.s) && filter_syscall(n->filter, p->syscall.s);
	n->nr_pairs++;
	return 0;
}

void log_names_free(struct log_names *n)
{
	intern_free(&n->texts);
	intern_free(&n->tasks);
	intern_free(&n->syscalls);
	free(n->pairs);
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* One worker thread runs all work; a delay of a second takes a millisecond. */
#ifndef STUB_WORK_H
#define STUB_WORK_H

#include "lock.h"

struct work_struct;
typedef void (*work_func_t)(struct work_struct *work);
struct work_struct {
	work_func_t func;
	struct work_struct *next;
	bool queued, delayed;
	u64 due_us;
};
struct delayed_work {
	struct work_struct work;
};
#define DECLARE_WORK(w, f) struct work_struct w = { .func = (f) }
#define INIT_WORK(w, f) (*(w) = (struct work_struct){ .func = (f) })
#define INIT_DELAYED_WORK(w, f) INIT_WORK(&(w)->work, f)
#define INIT_DELAYED_WORK_ONSTACK(w, f) INIT_DELAYED_WORK(w, f)
#define destroy_delayed_work_on_stack(w) ((void)(w))

bool schedule_work(struct work_struct *work);
bool schedule_delayed_work(struct delayed_work *work, unsigned long delay);
bool flush_work(struct work_struct *work);
bool cancel_work_sync(struct work_struct *work);
bool cancel_delayed_work_sync(struct delayed_work *work);

void workers_start(void);
void workers_stop(void);
void workers_idle(void);
/* Holds back what was queued with a delay. */
void workers_freeze(bool freeze);

#endif

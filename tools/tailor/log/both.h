/* SPDX-License-Identifier: GPL-2.0-only */
/* Two visitors of one reading. */
#ifndef TAILOR_LOG_BOTH_H
#define TAILOR_LOG_BOTH_H

#include "log/log.h"

/*
 * Makes of first and second one visitor, so that a log is read once for both: *arg holds it, and
 * has to live as long. in_order is that of the first.
 */
struct log_both {
	const struct log_visitor *first;
	const struct log_visitor *second;
};

struct log_visitor log_both(struct log_both *arg);

#endif /* TAILOR_LOG_BOTH_H */

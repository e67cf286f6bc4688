/* SPDX-License-Identifier: GPL-2.0-only */
/* One line of a system call log. */
#ifndef TAILOR_LOG_PARSE_H
#define TAILOR_LOG_PARSE_H

#include "lib/scan.h"
#include "log/event.h"

/* What a file's lines look like. */
enum parse_form {
	PARSE_FIVE,  /* the thesis': fields separated by tabs or blanks */
	PARSE_SEVEN, /* "tailor-syscalls 1": the same five by tabs, then pid and tid */
};

/*
 * Fills all of *ev but pos; the name of the system call is as in the log. False when the line is
 * not a whole event: torn, glued to another, or something else.
 */
bool parse_event(const struct line *l, enum parse_form form, struct log_event *ev);

#endif /* TAILOR_LOG_PARSE_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The commands there are: X(name, bit, arguments, summary). A command is a file cmds/NAME.c with
 * cmd_NAME() in it, a line here, its options' rows in options.c and a manual page
 * doc/tailor-NAME.1.
 */
#ifndef TAILOR_COMMANDS_H
#define TAILOR_COMMANDS_H

#define TAILOR_COMMANDS(X)                                               \
	X(tasks, CMD_TASKS, "[LOG]...", "Which tasks made system calls") \
	X(compare, CMD_COMPARE, "BASELINE ARM...", "Compare the runs of several arms")

#endif /* TAILOR_COMMANDS_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The commands there are: X(name, bit, arguments, summary). A command is a file cmds/NAME.c with
 * cmd_NAME() in it, a line here, its options' rows in options.c and a manual page
 * doc/tailor-NAME.1.
 */
#ifndef TAILOR_COMMANDS_H
#define TAILOR_COMMANDS_H

/* clang-format off */
#define TAILOR_COMMANDS(X) \
	X(tasks, CMD_TASKS, "[LOG]...", "Which tasks made system calls") \
	X(syscalls, CMD_SYSCALLS, "[LOG]...", "Which system calls were made, with their times") \
	X(latency, CMD_LATENCY, "[LOG]...", "How long system calls took, with histograms") \
	X(hot, CMD_HOT, "[LOG]...", "Which system calls are worth a look, by number and time") \
	X(graph, CMD_GRAPH, "[LOG]...", "The tree of function calls, with what each took") \
	X(params, CMD_PARAMS, "[LOG]...", "Which parameters have nearly always the same value") \
	X(locks, CMD_LOCKS, "[BEFORE] [AFTER]", "Which locks of the kernel were waited for") \
	X(hotspots, CMD_HOTSPOTS, "[PROFILE]", "In which functions the CPU was, from what perf recorded") \
	X(cover, CMD_COVER, "COVERAGE...", "Which Kconfig symbols, files and lines ran, in boot and in the workload") \
	X(plan, CMD_PLAN, "--facts FILE [LOG]...", "Decide which symbols stay and which patches are applied") \
	X(explain, CMD_EXPLAIN, "--plan DIR SYMBOL...", "Say in plain words why a symbol stays or goes") \
	X(audit, CMD_AUDIT, "PLAN [LOG]...", "Say what a workload would miss of what a plan removed") \
	X(diagnose, CMD_DIAGNOSE, "CONSOLE...", "Say which missing symbols explain what a kernel or program says") \
	X(model, CMD_MODEL, "--tree DIR QUERY...", "Which symbols a part of the kernel's source needs") \
	X(check, CMD_CHECK, "PLAN CONFIG", "Say what became of each setting, and why each symbol is on") \
	X(compare, CMD_COMPARE, "BASELINE ARM...", "Compare the runs of several arms") \
	X(report, CMD_REPORT, "", "Write comparison, decisions, latencies and profiles as one page")
/* clang-format on */

#endif /* TAILOR_COMMANDS_H */

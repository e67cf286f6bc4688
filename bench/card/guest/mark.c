// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs in the client: tells the plugin of both machines that something begins or ends. An
 * instruction does it that does nothing on any machine (lockstep.c).
 *
 * usage: mark begin | end | first
 */
#include <stdio.h>
#include <string.h>

/* nopl 0x7a12NNNN(%rax): NNNN is the mark */
#define MARK(n) asm volatile(".byte 0x0f, 0x1f, 0x80, " #n ", 0, 0x12, 0x7a")

int main(int argc, char **argv)
{
	const char *what = argc == 2 ? argv[1] : "";

	if (!strcmp(what, "begin"))
		MARK(1);
	else if (!strcmp(what, "end"))
		MARK(2);
	else if (!strcmp(what, "first"))
		MARK(3);
	else
		return fprintf(stderr, "mark: want begin, end or first\n"), 2;
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * tailor: decides from a profile what the Linux kernel of one virtual appliance needs.
 *
 * The one place that exits and that prints errors; everything below returns them.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "commands.h"
#include "options.h"

#define X(name, bit, args, summary) int cmd_##name(const struct opts *o, struct terr *err);
TAILOR_COMMANDS(X)
#undef X

const struct cmd tailor_cmds[] = {
#define X(name, bit, args, summary) { #name, summary, args, cmd_##name, bit },
	TAILOR_COMMANDS(X)
#undef X
		{ 0 },
};

/* A full disk shows only when the last of the buffer is written. */
static int flush_stdout(struct terr *err)
{
	if (fflush(stdout) || ferror(stdout))
		return terr_set(err, "cannot write to standard output: %s", strerror(errno));
	return 0;
}

int main(int argc, char **argv)
{
	struct terr err = { 0 };
	struct opts o;
	int rc = opts_parse(&o, tailor_cmds, argc, argv, &err);

	if (rc == OPTS_RUN)
		rc = o.cmd->run(&o, &err);
	else if (rc == OPTS_DONE)
		rc = EXIT_FINE;
	if (rc >= 0 && flush_stdout(&err))
		rc = -1;
	opts_free(&o);
	if (rc >= 0)
		return rc;
	fprintf(stderr, "tailor: %s\n", err.msg);
	return EXIT_USAGE;
}

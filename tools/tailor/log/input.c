// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>

#include "log/input.h"

bool log_input_warn(const struct log_input *in)
{
	if (in->unparsed)
		fprintf(stderr,
			"tailor: %llu of %llu lines were not understood, the first is %s:%llu\n",
			(unsigned long long)in->unparsed, (unsigned long long)in->lines,
			in->unparsed_path, (unsigned long long)in->unparsed_line);
	if (in->backwards)
		fprintf(stderr,
			"tailor: %llu calls returned before they began, by the clocks of the CPUs: "
			"their durations are 0 or missing\n",
			(unsigned long long)in->backwards);
	if (!in->complete)
		fprintf(stderr, "tailor: the log is not complete: %s\n", in->incomplete);
	return in->unparsed || !in->complete;
}

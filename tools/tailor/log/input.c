// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>

#include "lib/sum.h"
#include "log/input.h"
#include "log/logfile.h"

static void why_incomplete(struct log_input *in, const struct log_file *f)
{
	const struct log_counts *c = &f->counts;
	char *why = in->incomplete;
	size_t len = sizeof(in->incomplete);

	if (!in->complete)
		return;
	in->complete = false;
	if (f->form == PARSE_FIVE)
		snprintf(
			why, len,
			"%s has no trailer: a log of five fields does not tell whether events were lost",
			f->path);
	else if (!c->trailers || c->trailers != c->headers ||
		 (c->last_event.set && !line_before(c->last_event, c->last_trailer)))
		snprintf(why, len, "%s has no \"# end:\" line as its last: it was cut off",
			 f->path);
	else if (c->trailer.lost)
		snprintf(why, len, "%s: %llu events were lost", f->path,
			 (unsigned long long)c->trailer.lost);
	else if (c->unparsed)
		snprintf(why, len, "%s: %llu lines were not understood", f->path,
			 (unsigned long long)c->unparsed);
	else if (c->events != c->trailer.events)
		snprintf(why, len, "%s: its trailer counts %llu events, %llu are there", f->path,
			 (unsigned long long)c->trailer.events, (unsigned long long)c->events);
	else
		in->complete = true;
}

/* -1 stays: not known. */
static int64_t add_known(int64_t sum, uint64_t value)
{
	uint64_t total = (uint64_t)sum;

	if (sum < 0)
		return -1;
	sum_add(&total, value);
	return (int64_t)total;
}

static void add_input(struct log_input *in, const struct log_file *f)
{
	const struct log_counts *c = &f->counts;
	bool trailer = f->form == PARSE_SEVEN && c->trailers;

	in->lines += c->lines;
	in->events += c->events;
	in->unparsed += c->unparsed;
	in->lost = !trailer ? -1 : add_known(in->lost, c->trailer.lost);
	in->unfinished = !trailer ? -1 : add_known(in->unfinished, c->trailer.unfinished);
	in->backwards += c->backwards + c->trailer.backwards;
	if (c->unparsed && !in->unparsed_path) {
		in->unparsed_path = f->path;
		in->unparsed_line =
			logfile_line(f, c->first_unparsed.block, c->first_unparsed.line);
	}
	why_incomplete(in, f);
}

int log_input_sum(struct log_input *in, const struct log_file *files, size_t nr, struct terr *err)
{
	*in = (struct log_input){ .complete = true };
	for (size_t i = 0; i < nr; i++) {
		const struct log_file *f = &files[i];
		const struct log_counts *c = &f->counts;

		add_input(in, f);
		if (c->unparsed && !c->events)
			return terr_set(
				err,
				"%s: not one of its %llu lines is a system call event (first: line %llu)",
				f->path, (unsigned long long)c->lines,
				(unsigned long long)logfile_line(f, c->first_unparsed.block,
								 c->first_unparsed.line));
	}
	return 0;
}

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

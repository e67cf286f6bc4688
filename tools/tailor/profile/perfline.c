// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/slice.h"
#include "lib/text.h"
#include "profile/perfline.h"

/* Behind the digits; NULL: there are none, or too many. */
static const char *take_u64(const char *s, uint64_t *out)
{
	char *end;

	if (!is_digit(*s))
		return NULL;
	errno = 0;
	*out = strtoull(s, &end, 10);
	return errno ? NULL : end;
}

/* --- perf script --- */

/* "123.456:" before a blank or the end: the time of a sample. */
static const char *take_time(const char *s)
{
	const char *digits = s;

	while (is_digit(*s))
		s++;
	if (s == digits || *s != '.' || !is_digit(s[1]))
		return NULL;
	for (s++; is_digit(*s); s++)
		;
	return *s == ':' && (s[1] == ' ' || !s[1]) ? s + 1 : NULL;
}

/* The word that ends at end, which begins at the blank before it. */
static const char *word_before(const char *s, const char *end, struct slice *word)
{
	const char *from;

	while (end > s && end[-1] == ' ')
		end--;
	for (from = end; from > s && from[-1] != ' '; from--)
		;
	*word = (struct slice){ from, (size_t)(end - from) };
	return from;
}

static bool is_pid(struct slice w)
{
	bool slash = false;

	for (size_t i = 0; i < w.len; i++) {
		if (w.s[i] == '/' && i && !slash && i + 1 < w.len)
			slash = true;
		else if (!is_digit(w.s[i]))
			return false;
	}
	return w.len;
}

/* "[000]" */
static bool is_cpu(struct slice w)
{
	if (w.len < 3 || w.s[0] != '[' || w.s[w.len - 1] != ']')
		return false;
	for (size_t i = 1; i + 1 < w.len; i++)
		if (!is_digit(w.s[i]))
			return false;
	return true;
}

/* What stands before the time: the command, which may hold blanks, the process and the CPU. */
static bool take_command(const char *s, const char *time, struct slice *command)
{
	struct slice word;
	const char *end = word_before(s, time, &word);

	if (is_cpu(word))
		end = word_before(s, end, &word);
	if (!is_pid(word))
		return false;
	*command = slice_trimmed(s, (size_t)(end - s));
	return command->len;
}

/* "250000 cpu-clock:" or "cpu-clock:"; an event's name may hold colons. */
static bool take_event(const char *s, struct perf_sample *sample)
{
	const char *end;
	size_t len;

	s += strspn(s, " ");
	end = take_u64(s, &sample->period);
	if (end && *end == ' ')
		s = end + strspn(end, " ");
	else
		sample->period = 1;
	len = strcspn(s, " \t");
	if (len < 2 || s[len - 1] != ':')
		return false;
	sample->event = (struct slice){ s, len - 1 };
	sample->rest = s + len;
	return true;
}

static bool is_blank_or_end(char c)
{
	return c == ' ' || c == '\t' || !c;
}

bool perf_script_sample(const char *s, struct perf_sample *sample)
{
	if (*s == '\t' || !*s)
		return false;
	for (const char *p = strchr(s, ' '); p; p = strchr(p, ' ')) {
		const char *end;

		p += strspn(p, " ");
		end = take_time(p);
		if (end && take_command(s, p, &sample->command))
			return take_event(end, sample);
	}
	return false;
}

bool perf_script_timeless(const char *s)
{
	const char *end = s + strlen(s);
	struct slice command;
	struct slice word;
	uint64_t period;

	if (is_blank_or_end(*s))
		return false;
	end = word_before(s, end, &word);
	if (word.len < 2 || word.s[word.len - 1] != ':')
		return false;
	if (take_command(s, end, &command))
		return true;
	end = word_before(s, end, &word);
	return word.len && take_u64(word.s, &period) == word.s + word.len &&
	       take_command(s, end, &command);
}

/* The "(" that belongs to the ")" which ends the line; NULL: there is none. */
static const char *open_paren(const char *s, const char *end)
{
	int depth = 0;

	while (end > s) {
		end--;
		if (*end == ')')
			depth++;
		else if (*end == '(' && !--depth)
			return end;
	}
	return NULL;
}

static struct slice without_offset(struct slice s)
{
	size_t i = s.len;

	while (i && isxdigit((unsigned char)s.s[i - 1]))
		i--;
	if (i < s.len && i > 3 && s.s[i - 1] == 'x' && s.s[i - 2] == '0' && s.s[i - 3] == '+')
		s.len = i - 3;
	return s;
}

bool perf_script_frame(const char *s, struct perf_frame *frame)
{
	const char *end = s + strlen(s);
	const char *open;
	size_t digits;

	if (*s != ' ' && *s != '\t')
		return false;
	s += strspn(s, " \t");
	digits = strspn(s, "0123456789abcdef");
	if (!digits || s[digits] != ' ')
		return false;
	s += digits;
	while (end > s && end[-1] == ' ')
		end--;
	open = end[-1] == ')' ? open_paren(s, end) : NULL;
	if (!open)
		return false;
	frame->symbol = without_offset(slice_trimmed(s, (size_t)(open - s)));
	frame->object = slice_trimmed(open + 1, (size_t)(end - open - 2));
	return frame->symbol.len && frame->object.len;
}

/* --- folded stacks --- */

bool perf_folded(const char *s, struct slice *command, struct perf_frame *leaf, uint64_t *weight)
{
	static const char kernel[] = "_[k]";
	const char *blank = strrchr(s, ' ');
	const char *end = blank ? take_u64(blank + 1, weight) : NULL;
	const char *semicolon;
	struct slice symbol;

	if (!end || *end || blank == s)
		return false;
	semicolon = memchr(s, ';', (size_t)(blank - s));
	*command = semicolon ? (struct slice){ s, (size_t)(semicolon - s) } : (struct slice){ 0 };
	symbol = (struct slice){ s, (size_t)(blank - s) };
	for (; semicolon; semicolon = memchr(symbol.s, ';', symbol.len))
		symbol = (struct slice){ semicolon + 1, (size_t)(blank - semicolon - 1) };
	*leaf = (struct perf_frame){ .symbol = symbol };
	/* as stackcollapse-perf.pl --kernel marks it */
	if (symbol.len > 4 && !memcmp(symbol.s + symbol.len - 4, kernel, 4)) {
		leaf->symbol.len -= 4;
		leaf->object = (struct slice){ "[kernel.kallsyms]", 17 };
	}
	return symbol.len;
}

// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/slice.h"
#include "profile/perfline.h"

static struct slice trimmed(const char *s, size_t len)
{
	while (len && (*s == ' ' || *s == '\t')) {
		s++;
		len--;
	}
	while (len && (s[len - 1] == ' ' || s[len - 1] == '\t'))
		len--;
	return (struct slice){ s, len };
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

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

static bool slice_is(struct slice s, const char *text)
{
	return s.len == strlen(text) && !memcmp(s.s, text, s.len);
}

/* --- perf report --- */

static const struct {
	const char *title;
	enum perf_column column;
} titles[] = {
	{ "Overhead", PERF_OVERHEAD },	  { "Self", PERF_OVERHEAD }, { "Command", PERF_COMMAND },
	{ "Shared Object", PERF_OBJECT }, { "Symbol", PERF_SYMBOL },
};

static void set_column(struct perf_layout *l, struct slice title, size_t from, size_t to)
{
	if (slice_is(title, "Children"))
		l->children = true;
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		if (slice_is(title, titles[i].title)) {
			l->column[titles[i].column].from = from;
			l->column[titles[i].column].to = to;
			l->column[titles[i].column].there = true;
		}
}

bool perf_layout(struct perf_layout *l, const char *above, const char *rule)
{
	size_t len = strlen(above);
	size_t from = 1 + strspn(rule + 1, " ");

	if (*rule != '#' || rule[from] != '.' || rule[1 + strspn(rule + 1, " .")])
		return false;
	*l = (struct perf_layout){ .known = true };
	while (rule[from] == '.') {
		size_t to = from + strspn(rule + from, ".");
		size_t next = to + strspn(rule + to, " ");
		size_t end = !rule[next] || to > len ? len : to;

		if (from < len)
			set_column(l, trimmed(above + from, end - from), from,
				   rule[next] ? to : SIZE_MAX);
		from = next;
	}
	return true;
}

/* "24.04%" and a blank or the end behind it. */
static const char *take_percent(const char *s, double *percent)
{
	const char *digits = s;
	char *end;

	while (is_digit(*s))
		s++;
	if (s == digits || *s != '.' || !is_digit(s[1]))
		return NULL;
	*percent = strtod(digits, &end);
	return *end == '%' && (end[1] == ' ' || !end[1]) && *percent <= 100 ? end + 1 : NULL;
}

/* One after the other, as the events of a group stand. Behind the last; NULL: there is none. */
static const char *take_percents(const char *s, struct perf_row *row)
{
	const char *end = NULL;

	row->nr_percents = 0;
	while (row->nr_percents < PERF_GROUP_MAX) {
		const char *next =
			take_percent(s + strspn(s, " "), &row->percent[row->nr_percents]);

		if (!next)
			break;
		s = end = next;
		row->nr_percents++;
	}
	return end;
}

static bool is_zero(const struct perf_row *row)
{
	for (size_t i = 0; i < row->nr_percents; i++)
		if (row->percent[i] > 0)
			return false;
	return true;
}

/* "[k] symbol" says where the symbol belongs, which the object says too. */
static struct slice without_level(struct slice s)
{
	return s.len > 4 && s.s[0] == '[' && s.s[2] == ']' && s.s[3] == ' '
		       ? trimmed(s.s + 4, s.len - 4)
		       : s;
}

static enum perf_match row_by_layout(const struct perf_layout *l, const char *s,
				     struct perf_row *row)
{
	size_t len = strlen(s);

	if (!l->column[PERF_OVERHEAD].there || len < l->column[PERF_OVERHEAD].from)
		return PERF_NONE;
	for (size_t c = 0; c < NR_PERF_COLUMNS; c++) {
		size_t from = l->column[c].from;
		size_t to = l->column[c].to < len ? l->column[c].to : len;

		if (!l->column[c].there)
			continue;
		if (from >= len)
			return PERF_DAMAGED;
		row->text[c] = trimmed(s + from, to - from);
		if (c == PERF_OVERHEAD &&
		    (!row->text[c].len || !take_percents(row->text[c].s, row)))
			return PERF_NONE;
		if (!row->text[c].len)
			return PERF_DAMAGED;
	}
	row->caller = l->children && is_zero(row);
	return PERF_ROW;
}

/* The next of the columns that two blanks separate. */
static const char *next_column(const char *s, struct slice *text)
{
	const char *end;

	s += strspn(s, " ");
	end = strstr(s, "  ");
	if (!end)
		end = s + strlen(s);
	*text = trimmed(s, (size_t)(end - s));
	return end;
}

static enum perf_match row_by_blanks(const char *s, struct perf_row *row)
{
	s = *s == ' ' ? take_percents(s, row) : NULL;
	if (!s)
		return PERF_NONE;
	/* the second of two is that of the function itself; more are those of a group */
	if (row->nr_percents == 2) {
		row->percent[0] = row->percent[1];
		row->nr_percents = 1;
		row->caller = is_zero(row);
	}
	if (!s[strspn(s, " ")])
		return PERF_NONE;
	for (size_t c = PERF_COMMAND; c < NR_PERF_COLUMNS; c++) {
		s = next_column(s, &row->text[c]);
		if (!row->text[c].len)
			return PERF_DAMAGED;
	}
	return PERF_ROW;
}

enum perf_match perf_report_row(const struct perf_layout *l, const char *s, struct perf_row *row)
{
	enum perf_match m;

	*row = (struct perf_row){ 0 };
	m = l->known ? row_by_layout(l, s, row) : row_by_blanks(s, row);
	if (m == PERF_ROW)
		row->text[PERF_SYMBOL] = without_level(row->text[PERF_SYMBOL]);
	return m;
}

bool perf_report_events(const char *s, struct slice *names, bool *group)
{
	static const char one[] = " of event '";
	static const char several[] = " of events '";
	const char *of;
	const char *end;

	if (strncmp(s, "# Samples: ", 11) != 0)
		return false;
	*group = (of = strstr(s, several));
	of = *group ? of + strlen(several) : strstr(s, one);
	if (!of)
		return false;
	of += *group ? 0 : strlen(one);
	end = strrchr(of, '\'');
	/* perf cuts a long list, and the quote with it */
	if (!end && !*group)
		return false;
	*names = (struct slice){ of, end ? (size_t)(end - of) : strlen(of) };
	return true;
}

bool perf_next_event(struct slice *names, struct slice *name)
{
	const char *comma = memmem(names->s, names->len, ", ", 2);
	size_t len = comma ? (size_t)(comma - names->s) : names->len;
	size_t skip = comma ? len + 2 : len;

	*name = (struct slice){ names->s, len };
	names->s += skip;
	names->len -= skip;
	while (name->len && name->s[name->len - 1] == ',')
		name->len--;
	return name->len;
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
	*command = trimmed(s, (size_t)(end - s));
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
	frame->symbol = without_offset(trimmed(s, (size_t)(open - s)));
	frame->object = trimmed(open + 1, (size_t)(end - open - 2));
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

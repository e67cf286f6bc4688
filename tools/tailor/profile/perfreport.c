// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "profile/perfreport.h"

static bool slice_is(struct slice s, const char *text)
{
	return s.len == strlen(text) && !memcmp(s.s, text, s.len);
}

/* Not the whole of text, but its beginning. */
static bool slice_is_cut(struct slice s, const char *text)
{
	return s.len && s.len < strlen(text) && !memcmp(s.s, text, s.len);
}

/* --- titles --- */

static const struct {
	const char *title;
	enum perf_column column;
} titles_known[] = {
	{ "Overhead", PERF_OVERHEAD },	  { "Self", PERF_OVERHEAD }, { "Command", PERF_COMMAND },
	{ "Shared Object", PERF_OBJECT }, { "Symbol", PERF_SYMBOL },
};

/* Of perf record -b, whose rows are jumps and no samples. */
static const char *const titles_branch[] = {
	"Source Shared Object", "Target Shared Object", "Source Symbol",
	"Target Symbol",	"Source Address",	"Target Address",
};

static void add_title(struct perf_layout *l, struct slice title)
{
	if (slice_is(title, "Children"))
		l->children = true;
	if (title.len && memmem(title.s, title.len, " / ", 3))
		l->doubt = "its rows are a hierarchy (perf report --hierarchy)";
	for (size_t i = 0; i < sizeof(titles_branch) / sizeof(titles_branch[0]); i++)
		if (slice_is(title, titles_branch[i]))
			l->doubt = "its rows are branches, not samples (perf record -b)";
	for (size_t i = 0; i < sizeof(titles_known) / sizeof(titles_known[0]); i++) {
		if (slice_is(title, titles_known[i].title)) {
			l->column[titles_known[i].column].nr = l->nr;
			l->column[titles_known[i].column].there = true;
		} else if (slice_is_cut(title, titles_known[i].title)) {
			l->doubt = "the titles of its columns are cut (perf report -w)";
		}
	}
	l->nr++;
}

static void judge_titles(struct perf_layout *l)
{
	if (l->doubt)
		return;
	if (!l->column[PERF_OVERHEAD].there)
		l->doubt = "it has no column of shares, Overhead or Self";
	else if (!l->column[PERF_COMMAND].there && !l->column[PERF_OBJECT].there &&
		 !l->column[PERF_SYMBOL].there)
		l->doubt = "it has neither of the columns Command, Shared Object and Symbol";
}

static bool is_rule(const char *s)
{
	return *s == '#' && s[1 + strspn(s + 1, " ")] == '.' && !s[1 + strspn(s + 1, " .")];
}

bool perf_layout(struct perf_layout *l, const char *titles, const char *rule)
{
	size_t len = strlen(titles);
	size_t from;

	if (!is_rule(rule))
		return false;
	*l = (struct perf_layout){ .known = true };
	from = 1 + strspn(rule + 1, " ");
	while (rule[from] == '.' && l->nr < PERF_TITLES_MAX) {
		size_t to = from + strspn(rule + from, ".");
		size_t next = to + strspn(rule + to, " ");
		size_t end = !rule[next] || to > len ? len : to;

		l->span[l->nr].from = from;
		l->span[l->nr].to = rule[next] ? to : SIZE_MAX;
		add_title(l, from < len ? slice_trimmed(titles + from, end - from)
					: (struct slice){ 0 });
		from = next;
	}
	if (rule[from])
		l->doubt = "it has too many columns";
	judge_titles(l);
	return true;
}

/* What stands between this title and the next or, behind the last, the one before. */
static char separator_beside(const char *titles, const char *title, size_t len)
{
	const char *before = title;
	const char *behind = title + len + strspn(title + len, " ");

	while (before > titles && before[-1] == ' ')
		before--;
	if (!*behind)
		return before > titles + 1 ? before[-1] : '\0';
	return *behind;
}

/* 0: there is none, or a blank. */
static char find_separator(const char *titles)
{
	static const char *const shares[] = { "Overhead", "Self", "Children" };

	for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
		const char *title = strstr(titles, shares[i]);
		char c = title ? separator_beside(titles, title, strlen(shares[i])) : '\0';

		if (c && !isalnum((unsigned char)c))
			return c;
	}
	return '\0';
}

/* The field and what is behind its separator; NULL: it was the last. */
static const char *next_field(const char *s, char separator, struct slice *field)
{
	const char *end = strchr(s, separator);

	*field = slice_trimmed(s, end ? (size_t)(end - s) : strlen(s));
	return end ? end + 1 : NULL;
}

bool perf_separated(struct perf_layout *l, const char *titles)
{
	struct perf_layout new = { .known = true };
	struct slice title;

	if (strncmp(titles, "# ", 2) != 0)
		return false;
	new.separator = find_separator(titles);
	if (!new.separator)
		return false;
	for (const char *s = titles + 2; s && new.nr < PERF_TITLES_MAX;) {
		s = next_field(s, new.separator, &title);
		add_title(&new, title);
	}
	if (!new.children && !new.column[PERF_OVERHEAD].there)
		return false;
	if (strchr("_[]", new.separator))
		new.doubt = "its separator is a character of names";
	judge_titles(&new);
	*l = new;
	return true;
}

/* --- rows --- */

#define WIDER "a value is wider than its column"

/* "24.04%" and a blank or the end behind it. */
static const char *take_percent(const char *s, const char *end, double *percent)
{
	const char *digits = s;
	char *behind;

	while (s < end && is_digit(*s))
		s++;
	if (s == digits || *s != '.' || !is_digit(s[1]))
		return NULL;
	*percent = strtod(digits, &behind);
	return *behind == '%' && (behind[1] == ' ' || behind + 1 >= end) ? behind + 1 : NULL;
}

/* One after the other, as the events of a group stand. Behind the last; NULL: there is none. */
static const char *take_percents(const char *s, const char *end, struct perf_row *row)
{
	const char *last = NULL;

	row->nr_percents = 0;
	while (row->nr_percents < PERF_GROUP_MAX) {
		const char *next =
			take_percent(s + strspn(s, " "), end, &row->percent[row->nr_percents]);

		if (!next || next > end)
			break;
		s = last = next;
		row->nr_percents++;
	}
	return last;
}

static bool is_zero(const struct perf_row *row)
{
	for (size_t i = 0; i < row->nr_percents; i++)
		if (row->percent[i] > 0)
			return false;
	return true;
}

static enum perf_match doubtful(struct perf_row *row, const char *why)
{
	row->doubt = why;
	return PERF_DOUBTFUL;
}

/* "24,04%", as some languages write it. */
static bool has_comma(struct slice s)
{
	size_t i = 0;

	while (i < s.len && is_digit(s.s[i]))
		i++;
	return i && i + 2 < s.len && s.s[i] == ',' && is_digit(s.s[i + 1]);
}

/* The column of shares, which holds nothing else. */
static enum perf_match take_shares(struct slice s, struct perf_row *row)
{
	const char *end = s.s + s.len;
	const char *behind = s.len ? take_percents(s.s, end, row) : NULL;

	if (has_comma(s))
		return doubtful(row, "a share is written with a comma");
	if (!behind)
		return PERF_NONE;
	if (behind != end)
		return row->nr_percents == PERF_GROUP_MAX
			       ? doubtful(row, "a group has too many events")
			       : PERF_DAMAGED;
	for (size_t i = 0; i < row->nr_percents; i++)
		if (row->percent[i] > 100)
			return doubtful(row, "a share is larger than 100 %");
	return PERF_ROW;
}

/* What perf report -v prints before the symbol: "0x115a   B [.] symbol". */
static struct slice without_address(struct slice s)
{
	size_t at = 2;

	if (s.len < 3 || memcmp(s.s, "0x", 2) != 0)
		return s;
	while (at < s.len && isxdigit((unsigned char)s.s[at]))
		at++;
	while (at < s.len && s.s[at] == ' ')
		at++;
	return at + 2 < s.len && s.s[at + 1] == ' ' && s.s[at + 2] == '['
		       ? (struct slice){ s.s + at + 2, s.len - at - 2 }
		       : s;
}

/* "[k] symbol" says where the symbol belongs, which the object says too; perf always writes it. */
static bool take_level(struct slice *symbol)
{
	struct slice s = without_address(*symbol);

	if (s.len <= 4 || s.s[0] != '[' || s.s[2] != ']' || s.s[3] != ' ')
		return false;
	*symbol = slice_trimmed(s.s + 4, s.len - 4);
	return symbol->len;
}

/* Whether two blanks stand before each column. Not so behind a value that is wider than its own. */
static bool is_aligned(const struct perf_layout *l, const char *s, size_t len)
{
	for (size_t i = 0; i < l->nr; i++) {
		size_t from = l->span[i].from;

		if (from < 2 || from > len)
			continue;
		if (s[from - 1] != ' ' || s[from - 2] != ' ')
			return false;
	}
	return true;
}

static enum perf_match row_by_width(const struct perf_layout *l, const char *s,
				    struct perf_row *row)
{
	size_t len = strlen(s);
	size_t share = l->column[PERF_OVERHEAD].nr;
	enum perf_match m;

	if (*s != ' ' || len < l->span[share].from)
		return PERF_NONE;
	for (size_t c = 0; c < NR_PERF_COLUMNS; c++) {
		size_t from = l->span[l->column[c].nr].from;
		size_t to = l->span[l->column[c].nr].to;

		if (!l->column[c].there)
			continue;
		if (from >= len)
			return PERF_DAMAGED;
		row->text[c] = slice_trimmed(s + from, (to < len ? to : len) - from);
		m = c == PERF_OVERHEAD ? take_shares(row->text[c], row) : PERF_ROW;
		/* no call graph begins as far to the left */
		if (m == PERF_NONE && !l->column[c].nr && is_digit(*row->text[c].s))
			return doubtful(row, WIDER);
		if (m != PERF_ROW)
			return m;
		if (!row->text[c].len)
			return PERF_DAMAGED;
	}
	return is_aligned(l, s, len) ? PERF_ROW : doubtful(row, WIDER);
}

static enum perf_match row_by_separator(const struct perf_layout *l, const char *s,
					struct perf_row *row)
{
	struct slice field[PERF_TITLES_MAX] = { 0 };
	enum perf_match m = PERF_NONE;
	const char *at = s;
	size_t nr = 0;

	do {
		struct slice text;

		at = next_field(at, l->separator, &text);
		if (nr < PERF_TITLES_MAX)
			field[nr] = text;
		nr++;
	} while (at);
	if (nr == l->nr)
		m = take_shares(field[l->column[PERF_OVERHEAD].nr], row);
	if (m == PERF_NONE)
		return perf_report_call_graph(s) ? PERF_NONE : PERF_DAMAGED;
	for (size_t c = 0; c < NR_PERF_COLUMNS; c++) {
		if (!l->column[c].there)
			continue;
		row->text[c] = field[l->column[c].nr];
		if (!row->text[c].len)
			return PERF_DAMAGED;
	}
	return m;
}

static enum perf_match row_by_titles(const struct perf_layout *l, const char *s,
				     struct perf_row *row)
{
	enum perf_match m = l->separator ? row_by_separator(l, s, row) : row_by_width(l, s, row);

	if (m != PERF_ROW)
		return m;
	row->caller = l->children && is_zero(row);
	return !l->column[PERF_SYMBOL].there || take_level(&row->text[PERF_SYMBOL]) ? PERF_ROW
										    : PERF_DAMAGED;
}

/* The next of the columns that two blanks separate. */
static const char *next_column(const char *s, struct slice *text)
{
	const char *end;

	s += strspn(s, " ");
	end = strstr(s, "  ");
	if (!end)
		end = s + strlen(s);
	*text = slice_trimmed(s, (size_t)(end - s));
	return end;
}

/* Without titles, two shares are with and without callees, and the first is not the smaller one. */
static enum perf_match shares_by_number(struct perf_row *row)
{
	for (size_t i = 0; i < row->nr_percents; i++)
		if (row->percent[i] > 100)
			return doubtful(row, "a share is larger than 100 %");
	if (row->nr_percents != 2)
		return PERF_ROW;
	if (row->percent[0] < row->percent[1])
		return doubtful(row, "its shares are those of a group, but the titles are missing");
	row->percent[0] = row->percent[1];
	row->nr_percents = 1;
	row->caller = is_zero(row);
	return PERF_ROW;
}

static enum perf_match row_by_blanks(const char *s, struct perf_row *row)
{
	enum perf_match m;

	s = *s == ' ' ? take_percents(s, s + strlen(s), row) : NULL;
	if (!s || !s[strspn(s, " ")])
		return PERF_NONE;
	m = shares_by_number(row);
	for (size_t c = PERF_COMMAND; m == PERF_ROW && c < NR_PERF_COLUMNS; c++) {
		s = next_column(s, &row->text[c]);
		if (!row->text[c].len)
			m = PERF_DAMAGED;
	}
	if (m == PERF_ROW && !take_level(&row->text[PERF_SYMBOL]))
		return doubtful(row, "the titles of its columns are missing");
	return m;
}

enum perf_match perf_report_row(const struct perf_layout *l, const char *s, struct perf_row *row)
{
	*row = (struct perf_row){ .doubt = l->doubt };
	if (l->doubt)
		return PERF_DOUBTFUL;
	return l->known ? row_by_titles(l, s, row) : row_by_blanks(s, row);
}

bool perf_report_call_graph(const char *s)
{
	static const char margin[] = "           ";
	size_t digits = strspn(s, "0123456789");

	return !strncmp(s, margin, sizeof(margin) - 1) ||
	       (digits && (s[digits] == '.' || s[digits] == ' '));
}

/* --- events --- */

/* "anon group { a, b }", of which perf may have cut the end. */
static struct slice without_braces(struct slice s)
{
	const char *open = memmem(s.s, s.len, " { ", 3);
	size_t skip = open ? (size_t)(open - s.s) + 3 : 0;

	if (!open)
		return s;
	s = (struct slice){ s.s + skip, s.len - skip };
	if (s.len >= 2 && !memcmp(s.s + s.len - 2, " }", 2))
		s.len -= 2;
	return s;
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
	if (*group)
		*names = without_braces(*names);
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

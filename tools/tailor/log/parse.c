// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "lib/number.h"
#include "lib/slice.h"
#include "log/parse.h"

#define KERNELTIME "Kerneltime: "
#define KERNELTIME_LEN (sizeof(KERNELTIME) - 1)
#define ERRNO_MAX 4095
/* A task's name has 15 bytes; each may be escaped as two, and foreign tracers print a few more. */
#define TASK_MAX 64
#define TASK_COMM_MAX 15
#define NAME_MAX_LEN 40
/* The year 2286 in us. A number above it is two times glued together. */
#define TIME_US_MAX 10000000000000000ull

/* The last '=' in the 16 bytes before end, or NULL. */
static const char *last_equals(const char *end)
{
#ifdef __SSE2__
	__m128i v = _mm_loadu_si128((const __m128i *)(end - 16));
	unsigned int mask = (unsigned int)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8('=')));

	return mask ? end - 16 + 31 - __builtin_clz(mask) : NULL;
#else
	for (int i = 1; i <= 16; i++)
		if (end[-i] == '=')
			return end - i;
	return NULL;
#endif
}

static bool parse_hex(const char *s, const char *end, uint64_t *out)
{
	uint64_t v = 0;

	if (end == s || end - s > 16)
		return false;
	for (; s < end; s++) {
		unsigned int digit = (unsigned char)*s - '0';

		if (digit > 9) {
			digit = ((unsigned char)*s | 0x20u) - 'a';
			if (digit > 5)
				return false;
			digit += 10;
		}
		v = v << 4 | digit;
	}
	*out = v;
	return true;
}

/* decimal, -decimal, 0xhex (as the 64 bits of a register) or ? */
static bool parse_ret_number(const char *s, const char *end, struct log_event *ev)
{
	uint64_t v;

	ev->ret_kind = LOG_RET_VALUE;
	ev->err = 0;
	if (end - s == 1 && *s == '?') {
		ev->ret_kind = LOG_RET_NONE;
		ev->ret = 0;
		return true;
	}
	if (end - s > 2 && s[0] == '0' && s[1] == 'x') {
		if (!parse_hex(s + 2, end, &v))
			return false;
		ev->ret = (int64_t)v;
	} else if (s < end && *s == '-') {
		if (!parse_u64(s + 1, end, &v) || v > INT64_MAX)
			return false;
		ev->ret = -(int64_t)v;
	} else {
		if (!parse_u64(s, end, &v))
			return false;
		ev->ret = (int64_t)v;
	}
	if (ev->ret < 0 && ev->ret >= -ERRNO_MAX)
		ev->err = (int)-ev->ret;
	return true;
}

/* Where " (EAGAIN)" begins, which must end at end; NULL when it is not that. */
static const char *errno_start(const char *s, const char *end)
{
	const char *name = memrchr(s, '(', (size_t)(end - s));

	if (name < s + 4 || name[-1] != ' ')
		return NULL;
	for (const char *c = name + 1; c < end - 1; c++)
		if ((*c < 'A' || *c > 'Z') && (*c < '0' || *c > '9') && *c != '_')
			return NULL;
	return name - 1;
}

/* "(args)=ret" or "(args)=-11 (EAGAIN)", exactly from s to end; line is where its line begins. */
static bool parse_call(const char *line, const char *s, const char *end, struct log_event *ev)
{
	const char *ret_end = end;
	const char *eq;

	if (end - s < 4 || *s != '(')
		return false;
	if (end[-1] == ')') {
		ret_end = errno_start(s, end);
		if (!ret_end)
			return false;
	}
	eq = ret_end - line >= 16 ? last_equals(ret_end) : NULL;
	if (!eq)
		eq = memrchr(s, '=', (size_t)(ret_end - s));
	if (!eq || eq < s + 2 || eq[-1] != ')')
		return false;
	ev->args = (struct slice){ s + 1, (size_t)(eq - 1 - (s + 1)) };
	return parse_ret_number(eq + 1, ret_end, ev);
}

/*
 * "Kerneltime: 123", exactly; a call that never returned may have "?". Below 0 it says that the
 * clocks of two CPUs differ, and nothing of the call; its result stands.
 */
static bool parse_duration(const char *s, const char *end, struct log_event *ev)
{
	if (end - s <= (long)KERNELTIME_LEN || memcmp(s, KERNELTIME, KERNELTIME_LEN))
		return false;
	s += KERNELTIME_LEN;
	ev->has_duration = true;
	ev->backwards = false;
	if (parse_u64(s, end, &ev->duration))
		return true;
	ev->has_duration = false;
	ev->backwards = *s == '-' && parse_u64(s + 1, end, &ev->duration);
	ev->duration = 0;
	if (ev->backwards)
		return true;
	return ev->ret_kind == LOG_RET_NONE && end - s == 1 && *s == '?';
}

static bool parse_id(const char *s, const char *end, uint32_t *id)
{
	uint64_t v;

	if (!parse_u64(s, end, &v) || v > UINT32_MAX)
		return false;
	*id = (uint32_t)v;
	return true;
}

static bool parse_ids(const struct line *l, struct log_event *ev)
{
	const char *end = l->nr_tabs == 7 ? l->tab[6] : l->end;

	ev->has_ids = true;
	return (l->nr_tabs == 6 || (l->nr_tabs == 7 && end + 1 == l->end)) &&
	       parse_id(l->tab[4] + 1, l->tab[5], &ev->pid) &&
	       parse_id(l->tab[5] + 1, end, &ev->tid);
}

static bool parse_tabs(const struct line *l, enum parse_form form, struct log_event *ev)
{
	const char *end = l->nr_tabs > 4 ? l->tab[4] : l->end;

	ev->task = (struct slice){ l->tab[0] + 1, (size_t)(l->tab[1] - l->tab[0] - 1) };
	ev->syscall = (struct slice){ l->tab[1] + 1, (size_t)(l->tab[2] - l->tab[1] - 1) };
	if (!parse_u64(l->start, l->tab[0], &ev->time) || !ev->task.len ||
	    ev->task.len > TASK_MAX || !ev->syscall.len || ev->syscall.len > NAME_MAX_LEN)
		return false;
	if (!parse_call(l->start, l->tab[2] + 1, l->tab[3], ev) ||
	    !parse_duration(l->tab[3] + 1, end, ev))
		return false;
	if (form == PARSE_SEVEN)
		return parse_ids(l, ev);
	ev->has_ids = false;
	return ev->time < TIME_US_MAX &&
	       (l->nr_tabs == 4 || (l->nr_tabs == 5 && end + 1 == l->end));
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       c == '_';
}

/*
 * Two lines glued together in the middle of their arguments have no tab to betray them when blanks
 * separate the fields; but an opening parenthesis too many.
 */
static bool balanced(struct slice args)
{
	bool quoted = false;
	int depth = 0;

	for (size_t i = 0; i < args.len && depth >= 0; i++) {
		if (args.s[i] == '\\')
			i++;
		else if (args.s[i] == '"')
			quoted = !quoted;
		else if (!quoted)
			depth += (args.s[i] == '(') - (args.s[i] == ')');
	}
	return !depth && !quoted;
}

/* The task may hold blanks, but a tab ends it: up to the first name that is followed by " (". */
static const char *parse_blank_names(const char *s, const char *end, struct log_event *ev)
{
	const char *task = s;
	const char *task_end = s;

	while (s < end) {
		const char *token = s;
		const char *next;

		while (s < end && is_name(*s))
			s++;
		for (next = s; next < end && is_blank(*next); next++)
			;
		if (token > task && s > token && next > s && next < end && *next == '(') {
			ev->task = (struct slice){ task, (size_t)(task_end - task) };
			ev->syscall = (struct slice){ token, (size_t)(s - token) };
			return next;
		}
		while (s < end && !is_blank(*s))
			s++;
		if (memchr(task, '\t', (size_t)(s - task)))
			return NULL;
		task_end = s;
		while (s < end && is_blank(*s))
			s++;
	}
	return NULL;
}

/* The five fields with blanks, or a mixture, as separators. */
static bool parse_blanks(const struct line *l, struct log_event *ev)
{
	const char *end = l->end;
	const char *s = l->start;
	const char *call;
	const char *kernel;

	while (s < end && !is_blank(*s))
		s++;
	if (!parse_u64(l->start, s, &ev->time) || ev->time >= TIME_US_MAX)
		return false;
	while (s < end && is_blank(*s))
		s++;
	while (end > s && is_blank(end[-1]))
		end--;
	call = parse_blank_names(s, end, ev);
	if (!call || ev->task.len > TASK_COMM_MAX || ev->syscall.len > NAME_MAX_LEN)
		return false;
	kernel = memrchr(call, 'K', (size_t)(end - call));
	if (!kernel || !is_blank(kernel[-1]))
		return false;
	for (s = kernel; s > call && is_blank(s[-1]); s--)
		;
	ev->has_ids = false;
	return parse_call(l->start, call, s, ev) && balanced(ev->args) &&
	       parse_duration(kernel, end, ev);
}

bool parse_event(const struct line *l, enum parse_form form, struct log_event *ev)
{
	if (l->dirty)
		return false;
	if (l->nr_tabs >= 4 && l->nr_tabs <= 7 && parse_tabs(l, form, ev))
		return true;
	return form == PARSE_FIVE && parse_blanks(l, ev);
}

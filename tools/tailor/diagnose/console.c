// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "lib/eachline.h"
#include "lib/text.h"
#include "diagnose/console.h"

/* A file is no text when this many of a hundred of its first bytes are control characters. */
#define MAX_CONTROL_PERCENT 5

/* Behind "\e[...m" and its like. */
static const char *skip_escape(const char *s, const char *end)
{
	if (++s == end)
		return s;
	if (*s == '[') {
		while (++s < end && !isalpha((unsigned char)*s) && *s != '~')
			;
	} else if (*s == ']') {
		while (++s < end && *s != '\a' && *s != '\033')
			;
		if (s < end && *s == '\033')
			s++;
	}
	return s < end ? s + 1 : s;
}

/* What a terminal would show of the line, in buf, which has room for it. */
static size_t clean(const char *s, const char *end, char *buf)
{
	size_t len = 0;

	while (s < end) {
		if (*s == '\033') {
			s = skip_escape(s, end);
			continue;
		}
		if (*s == '\t')
			buf[len++] = ' ';
		else if ((unsigned char)*s >= 0x20 && *s != 0x7f)
			buf[len++] = *s;
		s++;
	}
	while (len && buf[len - 1] == ' ')
		len--;
	return len;
}

/* Of "12.345678", " T123" and "C0". */
static bool is_stamp(char c)
{
	return is_digit(c) || c == ' ' || c == '.' || c == 'T' || c == 'C';
}

/* Behind "<6>" and "[   12.345678] " and "[  T123] ". */
static const char *skip_stamp(const char *s, const char *end)
{
	const char *p = s;

	if (end - p > 2 && *p == '<' && is_digit(p[1])) {
		while (p < end && *p != '>')
			p++;
		s = p < end ? ++p : s;
	}
	while (p < end && *p == '[') {
		bool digit = false;

		for (p++; p < end && is_stamp(*p); p++)
			digit |= is_digit(*p);
		if (p == end || *p != ']' || !digit)
			return s;
		for (p++; p < end && *p == ' '; p++)
			;
		s = p;
	}
	return s;
}

struct console_reader {
	struct console *c;
	struct arena *ar;
	uint32_t nr;
	size_t bytes;
};

static int take_line(void *arg, const struct line *l, bool whole, struct terr *err)
{
	struct console_reader *r = arg;
	struct console *c = r->c;
	char *copy = arena_alloc(r->ar, (size_t)(l->end - l->start) + 1);
	struct console_line *v;
	const char *s;
	size_t len;

	(void)whole;
	r->nr++;
	r->bytes += (size_t)(l->end - l->start) + 1;
	v = array_grow(c->v, c->nr, sizeof(*v));
	if (v)
		c->v = v;
	if (!copy || !v)
		return terr_set(err, "%s: out of memory", c->path);
	len = clean(l->start, l->end, copy);
	copy[len] = '\0';
	s = skip_stamp(copy, copy + len);
	v[c->nr++] = (struct console_line){ s, (uint32_t)(copy + len - s), r->nr };
	return 0;
}

/* Consoles hold dirt, of a serial line for instance, but not much. */
static int check_text(const struct console *c, const char *s, size_t len, struct terr *err)
{
	size_t control = 0;

	if (!len)
		return terr_set(err, "%s: it is empty: nothing was said", c->path);
	for (size_t i = 0; i < len; i++)
		control +=
			(unsigned char)s[i] < 0x20 && !strchr("\t\n\r\033\a\b\f", s[i] ? s[i] : 1);
	if (control * 100 > len * MAX_CONTROL_PERCENT)
		return terr_set(err, "%s: it is no text; give the console, or the log of a program",
				c->path);
	return 0;
}

int console_read(struct console *c, const char *path, struct terr *err)
{
	struct console_reader r = { .c = c, .ar = &c->ar };
	struct stream *src = stream_open(path, err);
	const char *s = NULL;
	size_t len = 0;
	int rc = -1;

	c->path = strcmp(path, "-") ? path : "standard input";
	if (src && !stream_peek(src, &s, &len, err) && !check_text(c, s, len, err))
		rc = each_line(src, take_line, &r, err);
	stream_close(src);
	return rc;
}

void console_free(struct console *c)
{
	free(c->v);
	arena_free(&c->ar);
	memset(c, 0, sizeof(*c));
}

/* ---- lines that are the same ---- */

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* A word that is another one in each boot: 0x..., or long, with a digit in it, and all of hex
 * digits. */
static bool is_varying(const char *s, size_t len)
{
	bool digit = false;

	if (len > 2 && s[0] == '0' && s[1] == 'x')
		return true;
	for (size_t i = 0; i < len; i++)
		digit |= is_digit(s[i]);
	return digit && len >= 8 && strspn(s, "0123456789abcdefABCDEF") >= len;
}

static bool is_month(const char *s, const char *end)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	if (end - s < 6 || s[3] != ' ' || (!is_digit(s[4]) && s[4] != ' '))
		return false;
	for (const char *m = months; *m; m += 3)
		if (!strncmp(s, m, 3))
			return true;
	return false;
}

/* Numbers count as 0, addresses and other long hex words too. Never 0. */
static uint64_t shape(const struct console_line *line)
{
	const char *end = line->s + line->len;
	uint64_t h = 14695981039346656037u;

	for (const char *s = line->s; s < end;) {
		const char *word = s;
		char c = *s;

		while (s < end && is_word(*s))
			s++;
		if (s > word && is_varying(word, (size_t)(s - word))) {
			c = '0';
		} else if (is_month(word, end)) {
			s = word + 3;
			c = 'M';
		} else if (is_digit(c)) {
			for (s = word; s < end && is_digit(*s); s++)
				;
			c = '0';
		} else {
			s = word + 1;
			if (c == ' ')
				for (; s < end && *s == ' '; s++)
					;
		}
		h = (h ^ (unsigned char)c) * 1099511628211u;
	}
	return h ? h : 1;
}

static void insert(struct console_known *k, uint64_t h)
{
	size_t i = h & k->mask;

	while (k->slots[i] && k->slots[i] != h)
		i = (i + 1) & k->mask;
	k->nr += !k->slots[i];
	k->slots[i] = h;
}

static int make_room(struct console_known *k, size_t more)
{
	struct console_known bigger = { .mask = k->slots ? k->mask : 1023 };

	while (bigger.mask < 2 * (k->nr + more))
		bigger.mask = 2 * bigger.mask + 1;
	if (k->slots && bigger.mask == k->mask)
		return 0;
	bigger.slots = calloc(bigger.mask + 1, sizeof(*bigger.slots));
	if (!bigger.slots)
		return -1;
	for (size_t i = 0; k->slots && i <= k->mask; i++)
		if (k->slots[i])
			insert(&bigger, k->slots[i]);
	free(k->slots);
	*k = bigger;
	return 0;
}

int console_known_add(struct console_known *k, const struct console *c, struct terr *err)
{
	if (make_room(k, c->nr))
		return terr_set(err, "out of memory");
	for (size_t i = 0; i < c->nr; i++)
		insert(k, shape(&c->v[i]));
	return 0;
}

bool console_is_known(const struct console_known *k, const struct console_line *line)
{
	uint64_t h;

	if (!k->slots)
		return false;
	h = shape(line);
	for (size_t i = h & k->mask; k->slots[i]; i = (i + 1) & k->mask)
		if (k->slots[i] == h)
			return true;
	return false;
}

void console_known_free(struct console_known *k)
{
	free(k->slots);
	memset(k, 0, sizeof(*k));
}

// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "lib/eachline.h"
#include "lib/lines.h"
#include "lib/number.h"
#include "cover/coverage.h"

#define HEADER "# tailor coverage 1"
#define AGAIN "record it again"
#define LINE_BYTES 256
/* No block of code comes near this. */
#define BYTES_MAX (1u << 20)

const char *const cov_phase_names[NR_COV_PHASES] = {
	[COV_BOOT] = "boot",
	[COV_WORKLOAD] = "workload",
	[COV_LATE] = "late",
};

struct coverage_reader {
	struct coverage *c;
	const char *path;
	uint32_t phase; /* bit; 0: none yet */
	bool ended;
};

static int bad_line(const struct coverage_reader *r, const char *what, struct terr *err)
{
	return terr_set(err, "%s:%llu: %s; " AGAIN, r->path, (unsigned long long)r->c->lines, what);
}

static int no_memory(const struct coverage_reader *r, struct terr *err)
{
	return terr_set(err, "%s: out of memory", r->path);
}

/* --- words --- */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Up to 16 digits. NULL: there is none, or there are more. */
static const char *take_hex(const char *s, uint64_t *out)
{
	const char *start = s;
	uint64_t v = 0;

	for (; hex_digit(*s) >= 0; s++)
		v = v << 4 | (uint64_t)hex_digit(*s);
	*out = v;
	return s > start && s <= start + 16 ? s : NULL;
}

static bool is_address(const char *s, uint64_t *out)
{
	if (!s || strncmp(s, "0x", 2) != 0)
		return false;
	s = take_hex(s + 2, out);
	return s && !*s;
}

static bool is_number(const char *s, uint64_t *out)
{
	return s && parse_u64(s, s + strlen(s), out);
}

/* The text behind a prefix; NULL: it has another. */
static char *behind(char *s, const char *prefix)
{
	size_t len = strlen(prefix);

	return strncmp(s, prefix, len) ? NULL : s + len;
}

/* Cuts s at blanks into exactly nr words. */
static bool split(char *s, char **words, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		words[i] = strsep(&s, " ");
		if (!words[i] || !*words[i])
			return false;
	}
	return !s;
}

/* --- lines --- */

static int take_module(struct coverage_reader *r, char *s, struct terr *err)
{
	struct coverage *c = r->c;
	struct cov_module m = { 0 };
	struct cov_module *v;
	char *words[3];

	if (!split(s, words, ARRAY_SIZE(words)) || !is_address(words[1], &m.base) ||
	    !is_number(words[2], &m.bytes))
		return bad_line(r, "not '# module NAME 0xBASE BYTES'", err);
	v = array_grow(c->modules, c->nr_modules, sizeof(*v));
	if (!v)
		return no_memory(r, err);
	c->modules = v;
	m.name = strdup(words[0]);
	v[c->nr_modules++] = m;
	return m.name ? 0 : no_memory(r, err);
}

static int take_section(struct coverage_reader *r, char *s, struct terr *err)
{
	struct coverage *c = r->c;
	struct cov_section section = { 0 };
	struct cov_section *v;
	char *words[3];

	if (!split(s, words, ARRAY_SIZE(words)) || !is_address(words[2], &section.addr))
		return bad_line(r, "not '# section MODULE NAME 0xADDRESS'", err);
	v = array_grow(c->sections, c->nr_sections, sizeof(*v));
	if (!v)
		return no_memory(r, err);
	c->sections = v;
	section.module = strdup(words[0]);
	section.name = strdup(words[1]);
	v[c->nr_sections++] = section;
	return section.module && section.name ? 0 : no_memory(r, err);
}

static int take_phase(struct coverage_reader *r, const char *name, struct terr *err)
{
	for (unsigned int i = 0; i < NR_COV_PHASES; i++)
		if (!strcmp(name, cov_phase_names[i])) {
			r->phase = 1u << i;
			r->c->has_late |= i == COV_LATE;
			return 0;
		}
	return bad_line(r, "a phase that is neither 'boot', 'workload' nor 'late'", err);
}

static int take_end(struct coverage_reader *r, char *s, struct terr *err)
{
	char *words[3];
	uint64_t nr, lost;

	if (!split(s, words, ARRAY_SIZE(words)) || !is_number(words[0], &nr) ||
	    strcmp(words[1], "lost") || !is_number(words[2], &lost) || lost > INT64_MAX)
		return bad_line(r, "not '# end LINES lost NUMBER'", err);
	if (nr != r->c->nr)
		return terr_set(err,
				"%s:%llu: the trailer counts %llu addresses, but %zu stand here; "
				"the file was cut or edited: " AGAIN,
				r->path, (unsigned long long)r->c->lines, (unsigned long long)nr,
				r->c->nr);
	r->c->lost = (int64_t)lost;
	r->ended = true;
	return 0;
}

static int take_value(struct coverage_reader *r, char **value, const char *s, struct terr *err)
{
	if (*value)
		return bad_line(r, "stands here a second time", err);
	if (!*s)
		return bad_line(r, "has no value", err);
	*value = strdup(s);
	return *value ? 0 : no_memory(r, err);
}

/* Others are for people. */
static int take_comment(struct coverage_reader *r, char *s, struct terr *err)
{
	char *rest;

	if ((rest = behind(s, "# phase ")))
		return take_phase(r, rest, err);
	if ((rest = behind(s, "# end ")))
		return take_end(r, rest, err);
	if ((rest = behind(s, "# kernel: ")))
		return take_value(r, &r->c->kernel, rest, err);
	if ((rest = behind(s, "# source: ")))
		return take_value(r, &r->c->source, rest, err);
	if ((rest = behind(s, "# module ")))
		return take_module(r, rest, err);
	if ((rest = behind(s, "# section ")))
		return take_section(r, rest, err);
	if ((rest = behind(s, "# text ")) && !is_address(rest, &r->c->text))
		return bad_line(r, "not '# text 0xADDRESS'", err);
	return 0;
}

static int take_address(struct coverage_reader *r, const char *s, struct terr *err)
{
	struct coverage *c = r->c;
	struct cov_addr a = { .phases = r->phase };
	struct cov_addr *v;
	uint64_t bytes = 0;

	s = take_hex(s, &a.addr);
	if (!s || (*s && *s != '+'))
		return bad_line(r, "neither a comment nor ADDRESS nor ADDRESS+BYTES", err);
	if (*s &&
	    (!is_number(s + 1, &bytes) || !bytes || bytes > BYTES_MAX || a.addr + bytes < a.addr))
		return bad_line(r, "a block of code has no such length", err);
	if (!r->phase)
		return bad_line(r, "an address before the first '# phase'", err);
	a.bytes = (uint32_t)bytes;
	v = array_grow(c->addrs, c->nr, sizeof(*v));
	if (!v)
		return no_memory(r, err);
	c->addrs = v;
	v[c->nr++] = a;
	return 0;
}

static int take_line(void *arg, const struct line *l, bool whole, struct terr *err)
{
	struct coverage_reader *r = arg;
	size_t len = (size_t)(l->end - l->start);
	char text[LINE_BYTES];

	if (!r->c->lines++ && (!whole || strcmp(l->start, HEADER)))
		return bad_line(r, "the first line should be '" HEADER "'", err);
	if (r->ended)
		return bad_line(r, "something stands behind the trailer", err);
	if (l->dirty || l->nr_tabs || len >= sizeof(text))
		return bad_line(r, "holds what no coverage file does", err);
	/* Cut off; that the trailer is missing says so. */
	if (!whole)
		return 0;
	if (*l->start != '#')
		return take_address(r, l->start, err);
	memcpy(text, l->start, len + 1);
	return take_comment(r, text, err);
}

static int read_file(struct coverage_reader *r, struct terr *err)
{
	struct stream *src = stream_open(r->path, err);
	int rc = src ? each_line(src, take_line, r, err) : -1;

	stream_close(src);
	if (!rc && !r->c->lines)
		rc = terr_set(err, "%s: is empty; " AGAIN, r->path);
	if (!rc && !r->c->kernel)
		rc = terr_set(err, "%s: says of no '# kernel:'; " AGAIN, r->path);
	return rc;
}

struct coverage *coverage_read(const char *path, struct terr *err)
{
	struct coverage *c = calloc(1, sizeof(*c));
	struct coverage_reader r = { .c = c, .path = path };
	int rc = -1;

	if (c) {
		c->lost = -1;
		c->path = strdup(path);
	}
	if (c && c->path)
		rc = read_file(&r, err);
	else
		no_memory(&r, err);
	if (!rc)
		return c;
	coverage_free(c);
	return NULL;
}

void coverage_free(struct coverage *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->nr_modules; i++)
		free(c->modules[i].name);
	for (size_t i = 0; i < c->nr_sections; i++) {
		free(c->sections[i].module);
		free(c->sections[i].name);
	}
	free(c->modules);
	free(c->sections);
	free(c->addrs);
	free(c->kernel);
	free(c->source);
	free(c->path);
	free(c);
}

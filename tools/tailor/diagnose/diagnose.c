// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "diagnose/diagnose.h"
#include "diagnose/rootdev.h"

/* Further to the right a line is not looked at: what matters stands before that. */
#define LINE_MAX_LEN 8192
/* Clues of one line. */
#define MAX_LINE_CLUES 64

struct hit {
	struct symptom_hit hit;
	size_t line;
};

/* What was found in each line of a console. */
struct diagnose_scan {
	struct diagnosis *d;
	const struct console *c;
	const struct symptoms *s;
	struct knames *kn;
	struct terr *err;
	uint32_t *errors; /* of each line: the classes that it shows */
	size_t *first;	  /* of each line: its hits are [first[i], first[i + 1]) */
	bool *known;
	struct hit *hits;
	size_t nr_hits;
	size_t line; /* while hits are collected */
	char lower[LINE_MAX_LEN + 1];
	struct clue found[MAX_LINE_CLUES]; /* in the line that is looked at */
	size_t nr_found;
	int said; /* line of the symptoms that the next clue comes from; 0: none */
};

static size_t lower_case(const char *s, size_t len, char *buf)
{
	if (len > LINE_MAX_LEN)
		len = LINE_MAX_LEN;
	for (size_t i = 0; i < len; i++)
		buf[i] = (char)(s[i] >= 'A' && s[i] <= 'Z' ? s[i] + ('a' - 'A') : s[i]);
	buf[len] = '\0';
	return len;
}

/* ---- what stands in the lines ---- */

static int take_hit(void *arg, const struct symptom_hit *hit)
{
	struct diagnose_scan *sc = arg;
	struct hit *hits = array_grow(sc->hits, sc->nr_hits, sizeof(*hits));

	if (!hits)
		return terr_set(sc->err, "out of memory");
	sc->hits = hits;
	hits[sc->nr_hits++] = (struct hit){ *hit, sc->line };
	sc->errors[sc->line] |= sc->s->texts[hit->text].errors;
	return 0;
}

static bool is_path(char c)
{
	return phrase_is_word(c) || (c && strchr("/.:-", c));
}

/* Files that the kernel makes. */
static bool is_kernel_file(const char *path)
{
	return !strncmp(path, "/dev/", 5) || !strncmp(path, "/proc/", 6) ||
	       !strncmp(path, "/sys/", 5) || !strncmp(path, "/lib/modules", 12);
}

/*
 * "open /etc/x.conf: no such file or directory": a file of somebody else is not there, which is no
 * matter of the kernel's. True when a path stands right before these words, and it is no file of
 * the kernel's.
 */
static bool lacks_other_file(const char *line)
{
	const char *words = strcasestr(line, "no such file or directory");
	const char *end = words;
	const char *s;

	while (end > line && !phrase_is_word(end[-1]) && end[-1] != ')')
		end--;
	for (s = end; s > line && is_path(s[-1]);)
		s--;
	return words && s < end && *s == '/' && !is_kernel_file(s);
}

/* What a kernel was told is no answer of it. */
static bool is_question(const char *line)
{
	const char *s = strstr(line, "ommand line: ");

	return s && s - line < 16;
}

/* Takes away what says nothing beside the rest. */
static void weigh_errors(struct diagnose_scan *sc, size_t line)
{
	static const char *const vague[] = { "ENOENT", "ABSENT", "FAIL", "NOSUPPORT" };
	uint32_t errors = sc->errors[line];

	for (size_t i = 0; i < sc->s->nr_errors; i++)
		if (errors & 1u << i)
			sc->errors[line] &= ~sc->s->outweighs[i];
	if (errors && lacks_other_file(sc->c->v[line].s))
		for (size_t i = 0; i < ARRAY_SIZE(vague); i++)
			sc->errors[line] &= ~symptoms_error(sc->s, vague[i]);
}

static int scan_lines(struct diagnose_scan *sc, const struct console_known *known)
{
	const struct console *c = sc->c;

	sc->errors = calloc(c->nr + 1, sizeof(*sc->errors));
	sc->first = calloc(c->nr + 2, sizeof(*sc->first));
	sc->known = calloc(c->nr + 1, sizeof(*sc->known));
	if (!sc->errors || !sc->first || !sc->known)
		return terr_set(sc->err, "out of memory");
	for (size_t i = 0; i < c->nr; i++) {
		size_t len;

		sc->line = i;
		sc->first[i] = sc->nr_hits;
		sc->known[i] = console_is_known(known, &c->v[i]) || is_question(c->v[i].s);
		if (sc->known[i])
			continue;
		len = lower_case(c->v[i].s, c->v[i].len, sc->lower);
		if (symptoms_find(sc->s, sc->lower, len, take_hit, sc))
			return -1;
		weigh_errors(sc, i);
	}
	sc->first[c->nr] = sc->nr_hits;
	return 0;
}

static bool has_text(const struct diagnose_scan *sc, size_t line, uint32_t text)
{
	for (size_t i = sc->first[line]; i < sc->first[line + 1]; i++)
		if (sc->hits[i].hit.text == text)
			return true;
	return false;
}

static bool term_in_line(const struct diagnose_scan *sc, const struct symptom_term *t, size_t line)
{
	if (sc->errors[line] & t->errors)
		return true;
	for (size_t i = 0; i < t->nr_texts; i++)
		if (has_text(sc, line, t->texts[i]))
			return true;
	return false;
}

static bool term_holds(const struct diagnose_scan *sc, const struct symptom_term *t, size_t line)
{
	size_t from = t->near && line > SYMPTOM_NEAR ? line - SYMPTOM_NEAR : t->near ? 0 : line;
	size_t to = t->near ? line + SYMPTOM_NEAR : line;
	bool found = false;

	for (size_t i = from; i <= to && i < sc->c->nr && !found; i++)
		found = term_in_line(sc, t, i);
	return found != t->negated;
}

/* The first term is what was found. */
static bool saying_holds(const struct diagnose_scan *sc, const struct symptom_saying *saying,
			 size_t line)
{
	for (size_t i = 1; i < saying->nr_terms; i++)
		if (!term_holds(sc, &saying->terms[i], line))
			return false;
	return true;
}

/* ---- clues of one line ---- */

static int __attribute__((format(printf, 5, 6)))
add_clue(struct diagnose_scan *sc, const char *symbol, enum clue_strength strength,
	 unsigned int place, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	if (sc->nr_found == MAX_LINE_CLUES)
		return 0;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	sc->found[sc->nr_found++] = (struct clue){
		.said = sc->said,
		.symbol = arena_strndup(&sc->d->ar, symbol, strlen(symbol)),
		.text = arena_strndup(&sc->d->ar, text, strlen(text)),
		.strength = strength,
		.place = place,
	};
	return sc->d->ar.failed ? terr_set(sc->err, "out of memory") : 0;
}

/* What a name stands for, as clues; *place goes on behind them. */
static int add_name(struct diagnose_scan *sc, const char *kind, const char *name, size_t len,
		    enum clue_strength strength, unsigned int *place)
{
	struct kname kname;

	if (knames_find(sc->kn, kind, name, len, &kname, sc->err))
		return -1;
	for (size_t i = 0; i < kname.nr; i++)
		if (add_clue(sc, kname.symbol[i], strength, (*place)++, "%s %.*s%s%s", kind,
			     (int)len, name, kname.where ? ": " : "",
			     kname.where ? kname.where : ""))
			return -1;
	return 0;
}

static int add_saying(struct diagnose_scan *sc, const struct symptom_saying *saying,
		      const char *line, const struct symptom_hit *hit)
{
	enum clue_strength strength = saying->hint ? CLUE_HINT : CLUE_SAID;
	unsigned int place = 0;
	char kind[32];

	sc->said = saying->line;
	for (size_t i = 0; i < saying->nr_symbols; i++) {
		const char *symbol = saying->symbols[i];

		if (*symbol != '{') {
			if (add_clue(sc, symbol, strength, place++, "\"%s\" (symptoms:%d)",
				     sc->s->texts[hit->text].written, saying->line))
				return -1;
			continue;
		}
		snprintf(kind, sizeof(kind), "%.*s", (int)strlen(symbol) - 2, symbol + 1);
		if (add_name(sc, kind, line + hit->name, hit->name_len, strength, &place))
			return -1;
	}
	return 0;
}

static int add_sayings(struct diagnose_scan *sc, size_t line)
{
	for (size_t i = sc->first[line]; i < sc->first[line + 1]; i++) {
		const struct symptom_hit *hit = &sc->hits[i].hit;
		const struct symptom_text *t = &sc->s->texts[hit->text];

		for (size_t j = 0; j < t->nr_first; j++) {
			const struct symptom_saying *saying = &sc->s->sayings[t->first[j]];

			if (saying_holds(sc, saying, line) &&
			    add_saying(sc, saying, sc->c->v[line].s, hit))
				return -1;
		}
	}
	return 0;
}

/* ---- clues that need no symptom ---- */

static size_t word_len(const char *s)
{
	size_t len = 0;

	while (phrase_is_word(s[len]))
		len++;
	return len;
}

/* CONFIG_X in a complaint. What is set with "=" is no complaint about it. */
static int add_named(struct diagnose_scan *sc, size_t line)
{
	static const char word[] = "CONFIG_";
	const char *start = sc->c->v[line].s;
	bool tripwire = strstr(start, "tailor: tripwire: ") != NULL;

	if (!tripwire && !(sc->errors[line] & symptoms_error(sc->s, "LACK")))
		return 0;
	for (const char *s = start; (s = strstr(s, word)); s++) {
		const char *symbol = s + strlen(word);
		size_t len = word_len(symbol);
		char name[128];

		if ((s > start && phrase_is_word(s[-1])) || !len || len >= sizeof(name) ||
		    symbol[len] == '=')
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)len, symbol);
		if (add_clue(sc, name, tripwire ? CLUE_TRIPWIRE : CLUE_NAMED, 0, "%s CONFIG_%s",
			     tripwire ? "tripwire:" : "the line names", name))
			return -1;
	}
	return 0;
}

/* Whether a word is meant as the name of a call: "shmget(", "epoll_wait: ", "mbind failed". */
static bool is_call(const char *start, const char *word, size_t len)
{
	static const char *const verbs[] = { " failed", " failure", " returned",
					     " error",	" syscall", " system call" };
	const char *end = word + len;

	if (*end == '(' || *end == ':' || memchr(word, '_', len))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++)
		if (!strncmp(end, verbs[i], strlen(verbs[i])))
			return true;
	return word - start >= 8 && !strncmp(word - 8, "syscall ", 8);
}

/* System calls that the kernel may lack. In a line near by only those with a bracket behind. */
static int add_calls(struct diagnose_scan *sc, size_t line, bool near)
{
	const char *start = sc->c->v[line].s;

	for (const char *s = start; *s;) {
		unsigned int place = 0;
		size_t len = word_len(s);
		const char *word = s;

		s += len ? len : 1;
		if (!len)
			continue;
		if (near ? word[len] != '(' : !is_call(start, word, len))
			continue;
		for (size_t i = 0; i < 2; i++)
			if (len > 4 && !strncasecmp(word, i ? "sys_" : "__x64_sys_", i ? 4 : 10)) {
				word += i ? 4 : 10;
				len -= i ? 4 : 10;
			}
		if (add_name(sc, "syscall", word, len, CLUE_SAID, &place))
			return -1;
	}
	return 0;
}

/* The line says that a call is not there; which one may stand beside it. */
static int add_missing_calls(struct diagnose_scan *sc, size_t line)
{
	if (!(sc->errors[line] & symptoms_error(sc->s, "ENOSYS")))
		return 0;
	if (add_calls(sc, line, false))
		return -1;
	for (size_t i = line > SYMPTOM_NEAR ? line - SYMPTOM_NEAR : 0;
	     !sc->nr_found && i <= line + SYMPTOM_NEAR && i < sc->c->nr; i++)
		if (i != line && !sc->known[i] && add_calls(sc, i, true))
			return -1;
	return 0;
}

static int add_path(struct diagnose_scan *sc, const char *path, size_t len)
{
	const struct symptom_name *e = knames_path(sc->kn, path, len);
	unsigned int place = 0;

	if (e)
		return add_clue(sc, e->symbol, CLUE_SAID, 0, "path %s", e->name);
	if (len > 5 && !strncmp(path, "/dev/", 5))
		return add_name(sc, "devname", path + 5, len - 5, CLUE_SAID, &place);
	return 0;
}

/* Files of the kernel that are not there. */
static int add_paths(struct diagnose_scan *sc, size_t line)
{
	const char *start = sc->c->v[line].s;

	if (!(sc->errors[line] & symptoms_error(sc->s, "ABSENT")))
		return 0;
	for (const char *s = start; (s = strchr(s, '/')); s++) {
		size_t len = 0;

		if (s > start && (is_path(s[-1]) && s[-1] != ':' && s[-1] != '.'))
			continue;
		while (is_path(s[len]))
			len++;
		while (len && strchr(".:-/", s[len - 1]))
			len--;
		if (len && is_kernel_file(s) && add_path(sc, s, len))
			return -1;
		s += len ? len - 1 : 0;
	}
	return 0;
}

/* ---- all of it ---- */

static bool is_better(const struct clue *a, const struct clue *b)
{
	if (a->strength != b->strength)
		return a->strength < b->strength;
	return a->place < b->place;
}

static int keep_clue(struct diagnose_scan *sc, const struct clue *clue, size_t line)
{
	struct diagnosis *d = sc->d;
	struct clue *v;
	struct clue mine = *clue;
	size_t i;

	mine.console = sc->c;
	mine.line = &sc->c->v[line];
	mine.order = d->order++;
	for (i = 0; i < d->nr && strcmp(d->v[i].symbol, clue->symbol); i++)
		;
	if (i < d->nr) {
		if (is_better(&mine, &d->v[i]))
			d->v[i] = mine;
		return 0;
	}
	v = array_grow(d->v, d->nr, sizeof(*v));
	if (!v)
		return terr_set(sc->err, "out of memory");
	d->v = v;
	v[d->nr++] = mine;
	return 0;
}

static int by_said(const void *a, const void *b)
{
	const struct clue *x = a;
	const struct clue *y = b;

	return (x->said > y->said) - (x->said < y->said);
}

/* A hint counts where the line has no better clue. What stands first in the file comes first. */
static int keep_found(struct diagnose_scan *sc, size_t line)
{
	bool strong = false;

	if (sc->nr_found > 1)
		qsort(sc->found, sc->nr_found, sizeof(*sc->found), by_said);
	sc->said = 0;

	for (size_t i = 0; i < sc->nr_found; i++)
		strong |= sc->found[i].strength < CLUE_HINT;
	for (size_t i = 0; i < sc->nr_found; i++)
		if ((!strong || sc->found[i].strength < CLUE_HINT) &&
		    keep_clue(sc, &sc->found[i], line))
			return -1;
	sc->nr_found = 0;
	return 0;
}

static int find_clues(struct diagnose_scan *sc)
{
	for (size_t i = 0; i < sc->c->nr; i++) {
		if (sc->known[i])
			continue;
		if (add_named(sc, i) || (sc->first[i] < sc->first[i + 1] && add_sayings(sc, i)) ||
		    (sc->errors[i] && (add_missing_calls(sc, i) || add_paths(sc, i))) ||
		    keep_found(sc, i))
			return -1;
	}
	return 0;
}

/* Why there was no root file system, in words of our own. */
static int add_rootdev(struct diagnose_scan *sc)
{
	struct rootdev root;
	size_t nr = sc->nr_hits;

	if (!rootdev_find(sc->c, &root) || sc->known[root.line])
		return 0;
	sc->line = sc->c->nr;
	if (symptoms_find(sc->s, root.words, strlen(root.words), take_hit, sc))
		return -1;
	for (; nr < sc->nr_hits; nr++) {
		const struct symptom_hit *hit = &sc->hits[nr].hit;
		const struct symptom_text *t = &sc->s->texts[hit->text];

		for (size_t j = 0; j < t->nr_first; j++)
			if (add_saying(sc, &sc->s->sayings[t->first[j]], root.words, hit))
				return -1;
	}
	for (size_t i = 0; i < sc->nr_found; i++)
		sc->found[i].text = arena_strndup(&sc->d->ar, root.words, strlen(root.words));
	return keep_found(sc, root.line);
}

int diagnose(struct diagnosis *d, const struct console *c, const struct console_known *known,
	     const struct symptoms *s, struct knames *kn, struct terr *err)
{
	struct diagnose_scan *sc = calloc(1, sizeof(*sc));
	int rc;

	if (!sc)
		return terr_set(err, "out of memory");
	*sc = (struct diagnose_scan){ .d = d, .c = c, .s = s, .kn = kn, .err = err };
	rc = scan_lines(sc, known) || find_clues(sc) || add_rootdev(sc) ? -1 : 0;
	free(sc->errors);
	free(sc->first);
	free(sc->known);
	free(sc->hits);
	free(sc);
	return rc;
}

static int by_strength(const void *a, const void *b)
{
	const struct clue *x = a;
	const struct clue *y = b;

	if (is_better(x, y) || is_better(y, x))
		return is_better(x, y) ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

void diagnosis_sort(struct diagnosis *d)
{
	if (d->nr)
		qsort(d->v, d->nr, sizeof(*d->v), by_strength);
}

void diagnosis_free(struct diagnosis *d)
{
	free(d->v);
	arena_free(&d->ar);
	memset(d, 0, sizeof(*d));
}

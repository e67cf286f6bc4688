// SPDX-License-Identifier: GPL-2.0-only
/* Where things are in the tree: system calls, filesystems, symbols, modules. */
#include <ctype.h>
#include <errno.h>
#include <fts.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "lib/array.h"
#include "ktree/internal.h"
#include "ktree/ktext.h"

/* --- places --- */

struct ktree_places {
	struct ktree_place *v;
	int nr;
	bool failed;
};

static void add_place(struct ktree_places *p, struct ktree_place place)
{
	struct ktree_place *v = array_grow(p->v, (size_t)p->nr, sizeof(*v));

	if (!v) {
		p->failed = true;
		return;
	}
	p->v = v;
	v[p->nr++] = place;
}

static int by_place(const void *a, const void *b)
{
	const struct ktree_place *x = a;
	const struct ktree_place *y = b;
	int rc = strcmp(x->file, y->file);

	if (rc)
		return rc;
	return x->line < y->line ? -1 : x->line > y->line;
}

static int answer(struct ktree *m, struct ktree_places *p, struct ktree_place **out,
		  struct terr *err)
{
	if (p->failed || m->ar.failed || m->kbuild.ar.failed) {
		free(p->v);
		return terr_set(err, "out of memory");
	}
	if (p->nr)
		qsort(p->v, (size_t)p->nr, sizeof(*p->v), by_place);
	*out = p->v;
	return p->nr;
}

static void add_definitions(struct ktree *m, enum definition_kind kind, const char *name,
			    struct ktree_places *p)
{
	ktree_index(m);
	for (const struct definition *d = m->definitions; d; d = d->next)
		if (d->kind == kind && !strcmp(d->name, name))
			add_place(p, (struct ktree_place){ .file = ktree_name(m, d->source),
							   .line = d->line,
							   .last = d->line });
}

int ktree_filesystem(struct ktree *m, const char *name, struct ktree_place **out, struct terr *err)
{
	struct ktree_places p = { 0 };

	add_definitions(m, DEFINES_FILESYSTEM, name, &p);
	if (!p.nr)
		add_definitions(m, DEFINES_FILESYSTEM_ALIAS, name, &p);
	return answer(m, &p, out, err);
}

int ktree_alias(struct ktree *m, const char *alias, struct ktree_place **out, struct terr *err)
{
	struct ktree_places p = { 0 };

	add_definitions(m, DEFINES_ALIAS, alias, &p);
	return answer(m, &p, out, err);
}

/* --- system calls --- */

/* Cuts off the next word of a line. */
static struct ktext next_word(struct ktext *line)
{
	struct ktext w;

	while (line->s < line->end && (*line->s == ' ' || *line->s == '\t'))
		line->s++;
	w.s = line->s;
	while (line->s < line->end && *line->s != ' ' && *line->s != '\t')
		line->s++;
	w.end = line->s;
	return w;
}

static bool text_is(struct ktext t, const char *s)
{
	return (size_t)(t.end - t.s) == strlen(s) && !memcmp(t.s, s, strlen(s));
}

/*
 * "fstat" is defined as newfstat: what the 64-bit table calls the function, without "sys_". As it
 * is where the table has no such call. 0 with an empty entry: the call is known, but has no
 * function.
 */
static void entry_of(const struct ktree *m, const char *name, char *entry, size_t size)
{
	size_t len = 0;
	bool exists;
	struct ktext t = { .s = ktree_map(m, "arch/x86/entry/syscalls/syscall_64.tbl", &len,
					  &exists) };

	snprintf(entry, size, "%s", name);
	if (!t.s)
		return;
	t.end = t.s + len;
	for (const char *s = t.s; s < t.end; s++) {
		struct ktext line = { s, memchr(s, '\n', (size_t)(t.end - s)) ?: t.end };
		struct ktext nr;
		struct ktext abi;
		struct ktext call;
		struct ktext function;

		s = line.end;
		nr = next_word(&line);
		abi = next_word(&line);
		call = next_word(&line);
		function = next_word(&line);
		if (nr.s == nr.end || !isdigit((unsigned char)*nr.s) || text_is(abi, "x32") ||
		    !text_is(call, name))
			continue;
		if (function.end - function.s > 4 && !memcmp(function.s, "sys_", 4))
			snprintf(entry, size, "%.*s", (int)(function.end - function.s - 4),
				 function.s + 4);
		break;
	}
	munmap((void *)t.s, len);
}

/* COND_SYSCALL(name): without its symbol the call fails with ENOSYS. */
static void add_optional(struct ktree *m, const char *entry, struct ktree_places *p)
{
	static const char file[] = "kernel/sys_ni.c";
	char word[128];
	size_t len = 0;
	bool exists;
	struct ktext t = { .s = ktree_map(m, file, &len, &exists) };
	const char *at;

	if (!t.s)
		return;
	t.end = t.s + len;
	snprintf(word, sizeof(word), "\nCOND_SYSCALL(%s)", entry);
	at = ktext_find(t, t.s, word);
	if (at)
		add_place(p, (struct ktree_place){ .file = file,
						   .line = ktext_line_of(t, at) + 1,
						   .last = ktext_line_of(t, at) + 1 });
	munmap((void *)t.s, len);
}

int ktree_syscall(struct ktree *m, const char *name, struct ktree_place **out, struct terr *err)
{
	struct ktree_places p = { 0 };
	char entry[96];

	entry_of(m, name, entry, sizeof(entry));
	add_definitions(m, DEFINES_SYSCALL, entry, &p);
	if (p.nr)
		add_optional(m, entry, &p);
	return answer(m, &p, out, err);
}

/* --- symbols --- */

/* How the condition speaks of the symbol. */
enum sense {
	SENSE_NONE,
	SENSE_ON,
	SENSE_OFF,
};

static enum sense sense_of(struct ktree *m, const struct kcond *c, uint32_t symbol)
{
	struct gates g = { 0 };

	if (ktree_make_gates(m, c, &g))
		return SENSE_NONE;
	for (int i = 0; i < g.nr; i++)
		if (!strcmp(g.v[i].symbol, ktree_name(m, symbol)))
			return g.v[i].negated ? SENSE_OFF : SENSE_ON;
	return SENSE_NONE;
}

/* Neighbouring ranges that say the same of the symbol are one, with the #if lines between them. */
static void add_ranges(struct ktree *m, const struct ksource *s, uint32_t symbol, int last_line,
		       struct ktree_places *p)
{
	enum sense before = SENSE_NONE;

	for (size_t i = 0; i < s->cpp.nr; i++) {
		enum sense sense = sense_of(m, s->cpp.ranges[i].cond, symbol);
		int last = i + 1 < s->cpp.nr ? s->cpp.ranges[i + 1].line - 2 : last_line;

		if (sense != SENSE_NONE && sense == before)
			p->v[p->nr - 1].last = last;
		else if (sense != SENSE_NONE)
			add_place(p, (struct ktree_place){ .file = ktree_name(m, s->name),
							   .line = s->cpp.ranges[i].line,
							   .last = last,
							   .negated = sense == SENSE_OFF });
		before = p->failed ? SENSE_NONE : sense;
	}
}

static bool names_symbol(struct ktext t, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = t.s; (at = ktext_find(t, at, word)); at += len)
		if (at + len == t.end || !ktext_is_word(at[len]) ||
		    ((size_t)(t.end - at) >= len + 7 && !memcmp(at + len, "_MODULE", 7)))
			return true;
	return false;
}

static void add_lines(struct ktree *m, const char *path, uint32_t symbol, const char *word,
		      struct ktree_places *p)
{
	size_t len = 0;
	bool exists;
	struct ktext t = { .s = ktree_map(m, path, &len, &exists) };
	struct ksource *s;
	int last_line;
	bool found;

	if (!t.s)
		return;
	t.end = t.s + len;
	found = names_symbol(t, word);
	last_line = found ? ktext_line_of(t, t.end) - (t.end[-1] == '\n') : 0;
	munmap((void *)t.s, len);
	if (!found)
		return;
	s = ktree_source(m, make_name(&m->kbuild.make, path, strlen(path)));
	if (!s || ktree_find_cond(m, s)) {
		p->failed = true;
		return;
	}
	if (s->known)
		add_ranges(m, s, symbol, last_line, p);
}

static bool is_source_name(const char *name)
{
	return ktree_ends_with(name, ".c") || ktree_ends_with(name, ".h") ||
	       ktree_ends_with(name, ".S");
}

/* All sources and headers below the folders that the kernel is built from. */
static int each_file(struct ktree *m, char **roots, uint32_t symbol, const char *word,
		     struct ktree_places *p, struct terr *err)
{
	size_t skip = strlen(m->tree) + 1;
	FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_NOSTAT | FTS_NOCHDIR, NULL);

	if (!fts)
		return terr_set(err, "%s: %s", m->tree, strerror(errno));
	for (FTSENT *e; (e = fts_read(fts));)
		if ((e->fts_info == FTS_NSOK || e->fts_info == FTS_F) &&
		    is_source_name(e->fts_name))
			add_lines(m, e->fts_path + skip, symbol, word, p);
	fts_close(fts);
	return 0;
}

/* The folder's name if it is a top folder that holds sources of this architecture. */
static const char *root_of(const struct ktree *m, const struct kbuild_dir *d)
{
	const char *name = ktree_name(m, d->name);

	if (!strcmp(name, "arch/x86"))
		return name;
	return *name && !strchr(name, '/') && strcmp(name, "samples") ? name : NULL;
}

static int scan_tree(struct ktree *m, uint32_t symbol, const char *word, struct ktree_places *p,
		     struct terr *err)
{
	char **roots = calloc(m->kbuild.nr_dirs + 2, sizeof(*roots));
	size_t nr = 0;
	int rc = roots ? 0 : terr_set(err, "out of memory");

	for (size_t i = 0; !rc && i <= m->kbuild.nr_dirs; i++) {
		const char *root = i ? root_of(m, &m->kbuild.dirs[i - 1]) : "include";

		if (!root)
			continue;
		if (asprintf(&roots[nr], "%s/%s", m->tree, root) < 0)
			rc = terr_set(err, "out of memory");
		else
			nr++;
	}
	if (!rc) {
		roots[nr] = NULL;
		rc = each_file(m, roots, symbol, word, p, err);
	}
	while (nr)
		free(roots[--nr]);
	free(roots);
	return rc;
}

/* Files that a Makefile names on a condition on the symbol. */
static void add_files(struct ktree *m, uint32_t symbol, struct ktree_places *p)
{
	for (uint32_t i = 0; i < m->kbuild.nr_by_name; i++) {
		const struct kbuild_object *o = m->kbuild.object_of[i];
		enum sense sense = o ? sense_of(m, kbuild_cond(&m->kbuild, o), symbol) : SENSE_NONE;

		if (sense != SENSE_NONE)
			add_place(p, (struct ktree_place){ .file = ktree_name(m, i),
							   .negated = sense == SENSE_OFF });
	}
}

int ktree_symbol(struct ktree *m, const char *symbol, struct ktree_place **out, struct terr *err)
{
	struct ktree_places p = { 0 };
	uint32_t name = make_name(&m->kbuild.make, symbol, strlen(symbol));
	char word[256];

	if (name == INTERN_NONE ||
	    snprintf(word, sizeof(word), "CONFIG_%s", symbol) >= (int)sizeof(word))
		return terr_set(err, "out of memory");
	add_files(m, name, &p);
	if (scan_tree(m, name, word, &p, err)) {
		free(p.v);
		return -1;
	}
	return answer(m, &p, out, err);
}

/* --- modules --- */

static bool same_module(const char *target, const char *name)
{
	const char *slash = strrchr(target, '/');

	for (target = slash ? slash + 1 : target; *target && *name; target++, name++)
		if (*target != *name && !(strchr("-_", *target) && strchr("-_", *name)))
			return false;
	return !*target && !*name;
}

static int add_file(struct ktree_module *module, const char *file)
{
	const char **files;

	for (size_t i = 0; i < module->nr_files; i++)
		if (module->files[i] == file)
			return 0;
	files = array_grow((void *)module->files, module->nr_files, sizeof(*files));
	if (!files)
		return -1;
	module->files = files;
	files[module->nr_files++] = file;
	return 0;
}

static struct ktree_module *module_of(struct ktree *m, const struct kbuild_object *o,
				      struct ktree_module **v, int *nr)
{
	const char *dir = ktree_name(m, m->kbuild.dirs[o->dir].name);
	const char *name = ktree_name(m, o->target);
	struct ktree_module *more;
	struct gates g = { 0 };

	for (int i = 0; i < *nr; i++)
		if ((*v)[i].dir == dir && (*v)[i].name == name)
			return &(*v)[i];
	more = array_grow(*v, (size_t)*nr, sizeof(*more));
	if (!more)
		return NULL;
	*v = more;
	if (ktree_make_gates(m, kbuild_target_cond(&m->kbuild, o), &g))
		return NULL;
	more[*nr] =
		(struct ktree_module){ .dir = dir, .name = name, .gates = g.v, .nr_gates = g.nr };
	return &more[(*nr)++];
}

int ktree_modules(struct ktree *m, const char *name, bool builtin, struct ktree_module **out,
		  struct terr *err)
{
	int nr = 0;

	*out = NULL;
	for (size_t i = 0; i < m->kbuild.nr_objects; i++) {
		const struct kbuild_object *o = m->kbuild.objects[i];
		struct ktree_module *module;

		if (o->kind != KBUILD_MODULE && !(builtin && o->kind == KBUILD_BUILTIN))
			continue;
		if (!same_module(ktree_name(m, o->target), name))
			continue;
		module = module_of(m, o, out, &nr);
		if (!module || add_file(module, ktree_name(m, o->source))) {
			ktree_modules_free(*out, nr);
			*out = NULL;
			return terr_set(err, "out of memory");
		}
	}
	return nr;
}

void ktree_modules_free(struct ktree_module *v, int nr)
{
	for (int i = 0; i < nr; i++)
		free((void *)v[i].files);
	free(v);
}

/* --- all sources --- */

static enum ktree_kind kind_of(struct ktree *m, const struct kbuild_object *first)
{
	enum ktree_kind kind = KMODEL_IMAGE;

	for (const struct kbuild_object *o = first; o; o = o->next) {
		enum kbuild_kind k = kbuild_kind(&m->kbuild, o);

		if (k == KBUILD_BUILTIN)
			return KMODEL_BUILTIN;
		if (k == KBUILD_MODULE)
			kind = KMODEL_MODULE;
	}
	return kind;
}

int ktree_kind_of(struct ktree *m, const char *file, enum ktree_kind *kind)
{
	struct ksource *s = ktree_source_of_path(m, file);
	const struct kbuild_object *o = s ? ktree_find_object(m, s) : NULL;

	if (!o)
		return -1;
	*kind = kind_of(m, o);
	return 0;
}

int ktree_each_source(struct ktree *m, int (*take)(void *arg, const char *file), void *arg)
{
	int rc = 0;

	for (uint32_t i = 0; i < m->kbuild.nr_by_name && !rc; i++)
		if (m->kbuild.object_of[i])
			rc = take(arg, ktree_name(m, i));
	return rc;
}

// SPDX-License-Identifier: GPL-2.0-only
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/cppcond.h"
#include "lib/kbuild.h"
#include "lib/kmodel.h"

struct gates {
	struct kmodel_gate *v;
	int nr;
	bool made;
};

/* A source that includes this one. */
struct includer {
	struct includer *next;
	uint32_t source;
	int line;
};

struct source {
	uint32_t name;
	bool exists;
	bool parsed;
	bool indexed; /* what it includes has been noted */
	bool asked;   /* known is set; also while it is being found out */
	bool known;
	const struct cond *cond; /* of the file */
	struct cpp_source cpp;
	struct gates file_gates;
	struct gates *line_gates; /* one for each of cpp.ranges */
	struct includer *includers;
};

struct kmodel {
	char *tree;
	struct arena ar;
	struct intern names;
	struct kbuild kbuild;
	struct source **sources; /* by number of name */
	size_t nr_sources;
	size_t nr_parsed;
	bool indexed; /* all sources */
};

static const char *name_of(const struct kmodel *m, uint32_t id)
{
	return m->names.names[id].s;
}

/* --- sources --- */

static struct source *source_of(struct kmodel *m, uint32_t name)
{
	if (name == INTERN_NONE)
		return NULL;
	if (name >= m->nr_sources) {
		size_t nr = m->nr_sources ? m->nr_sources : 4096;
		struct source **sources;

		while (nr <= name)
			nr *= 2;
		sources = reallocarray((void *)m->sources, nr, sizeof(struct source *));
		if (!sources)
			return NULL;
		memset((void *)(sources + m->nr_sources), 0,
		       (nr - m->nr_sources) * sizeof(struct source *));
		m->sources = sources;
		m->nr_sources = nr;
	}
	if (!m->sources[name]) {
		struct source *s = arena_alloc(&m->ar, sizeof(*s));

		if (!s)
			return NULL;
		s->name = name;
		m->sources[name] = s;
	}
	return m->sources[name];
}

/* NULL also for an empty file; *exists says which. */
static char *map_source(const struct kmodel *m, const char *name, size_t *len, bool *exists)
{
	char path[PATH_MAX];
	struct stat st;
	void *text = MAP_FAILED;
	int fd;

	*exists = false;
	if ((size_t)snprintf(path, sizeof(path), "%s/%s", m->tree, name) >= sizeof(path))
		return NULL;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	*exists = !fstat(fd, &st) && S_ISREG(st.st_mode);
	*len = *exists ? (size_t)st.st_size : 0;
	if (*len)
		text = mmap(NULL, *len, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	return text == MAP_FAILED ? NULL : text;
}

/* Reads the #if lines, once. -1: out of memory. */
static int parse_source(struct kmodel *m, struct source *s)
{
	size_t len = 0;
	char *text;
	int rc = 0;

	if (s->parsed)
		return 0;
	text = map_source(m, name_of(m, s->name), &len, &s->exists);
	if (text) {
		rc = cpp_parse(&m->ar, &m->names, s->name, text, len, &s->cpp);
		munmap(text, len);
	}
	if (!rc && s->cpp.nr) {
		s->line_gates = arena_alloc(&m->ar, s->cpp.nr * sizeof(*s->line_gates));
		rc = s->line_gates ? 0 : -1;
	}
	s->parsed = !rc;
	m->nr_parsed++;
	return rc;
}

/* --- sources that others include --- */

static bool includes_source(const struct kmodel *m, const char *name)
{
	size_t len = 0;
	bool exists;
	char *text = map_source(m, name, &len, &exists);
	bool found = text && (memmem(text, len, ".c\"", 3) || memmem(text, len, ".S\"", 3));

	if (text)
		munmap(text, len);
	return found;
}

/* Path of what the source from includes as name: beside it. */
static uint32_t included_name(struct kmodel *m, uint32_t from, const char *name)
{
	const char *path = name_of(m, from);
	const char *slash = strrchr(path, '/');
	char buf[PATH_MAX];

	if (snprintf(buf, sizeof(buf), "%.*s%s", slash ? (int)(slash - path) + 1 : 0, path, name) >=
	    (int)sizeof(buf))
		return INTERN_NONE;
	kbuild_clean_path(buf);
	return make_name(&m->kbuild.make, buf, strlen(buf));
}

/* Notes for each source that s includes that it does, and for those what they include. */
static void index_source(struct kmodel *m, struct source *s)
{
	if (s->indexed)
		return;
	s->indexed = true;
	if (!includes_source(m, name_of(m, s->name)) || parse_source(m, s))
		return;
	for (size_t i = 0; i < s->cpp.nr_includes; i++) {
		const struct cpp_include *inc = &s->cpp.includes[i];
		struct source *to =
			inc->name ? source_of(m, included_name(m, s->name, inc->name)) : NULL;
		struct includer *by = arena_alloc(&m->ar, sizeof(*by));

		if (!to || !by)
			continue;
		*by = (struct includer){ to->includers, s->name, inc->line };
		to->includers = by;
		index_source(m, to);
	}
}

/* In the same folder as file, the one above or one below. */
static bool is_near(const char *file, const char *other)
{
	const char *slash = strrchr(file, '/');
	size_t len = slash ? (size_t)(slash - file) + 1 : 0;
	const char *other_slash = strrchr(other, '/');
	size_t other_len = other_slash ? (size_t)(other_slash - other) + 1 : 0;

	if (!strncmp(file, other, len))
		return true;
	return other_len < len && !strncmp(file, other, other_len) &&
	       !memchr(file + other_len, '/', len - other_len - 1);
}

/* Who includes this source: the neighbours are asked first, then all. */
static void find_includers(struct kmodel *m, struct source *s)
{
	for (int all = 0; all < 2 && !s->includers && !m->indexed; all++) {
		for (size_t i = 0; i < m->kbuild.nr_objects; i++) {
			const struct kbuild_object *o = m->kbuild.objects[i];

			if (!o->generated &&
			    (all || is_near(name_of(m, s->name), name_of(m, o->source))))
				index_source(m, source_of(m, o->source));
		}
		m->indexed = all;
	}
}

/* --- conditions --- */

static bool ends_with(const char *s, const char *suffix)
{
	size_t len = strlen(s);
	size_t n = strlen(suffix);

	return len >= n && !strcmp(s + len - n, suffix);
}

/* What the build writes; nothing in it depends on more than the file that uses it. */
static bool is_generated_header(const char *name)
{
	return !strncmp(name, "include/generated/", 18) ||
	       !strncmp(name, "arch/x86/include/generated/", 27) ||
	       !strncmp(name, "include/config/", 15);
}

static int find_cond(struct kmodel *m, struct source *s);

/* On which condition one of its includers brings it in. */
static int cond_of_includers(struct kmodel *m, struct source *s)
{
	const struct cond *all = &cond_false;

	find_includers(m, s);
	for (const struct includer *by = s->includers; by; by = by->next) {
		struct source *from = source_of(m, by->source);

		if (!from || find_cond(m, from))
			return -1;
		if (from->known)
			all = cond_or(
				&m->ar, all,
				cond_and(&m->ar, from->cond, cpp_cond_at(&from->cpp, by->line)));
	}
	s->known = all->op != COND_FALSE;
	s->cond = all;
	return 0;
}

/* Sets s->known and s->cond. -1: out of memory. */
static int find_cond(struct kmodel *m, struct source *s)
{
	const char *name = name_of(m, s->name);
	const struct kbuild_object *object;

	if (s->asked)
		return 0;
	s->asked = true;
	s->cond = &cond_true;
	if (parse_source(m, s))
		return -1;
	object = kbuild_find(&m->kbuild, s->name);
	if (object) {
		s->known = true;
		s->cond = kbuild_cond(&m->kbuild, object);
		return 0;
	}
	if (ends_with(name, ".c") || ends_with(name, ".S"))
		return cond_of_includers(m, s);
	s->known = s->exists || is_generated_header(name);
	return 0;
}

/* --- gates --- */

static enum kmodel_how how_of(const char *file)
{
	const char *slash = strrchr(file, '/');
	const char *base = slash ? slash + 1 : file;

	return !strncmp(base, "Makefile", 8) || !strncmp(base, "Kbuild", 6) ? KMODEL_FILE
									    : KMODEL_LINE;
}

static int make_gates(struct kmodel *m, const struct cond *c, struct gates *g)
{
	struct cond_cnf cnf;
	size_t nr = 0;

	g->made = true;
	if (c->op == COND_TRUE)
		return 0;
	cond_to_cnf(&m->ar, c, &cnf);
	cond_cnf_relax(&cnf);
	for (size_t i = 0; i < cnf.nr; i++)
		nr += cnf.v[i].nr;
	g->v = arena_alloc(&m->ar, nr * sizeof(*g->v));
	for (size_t i = 0; g->v && i < cnf.nr; i++)
		for (size_t j = 0; j < cnf.v[i].nr; j++) {
			const struct cond_lit *lit = &cnf.v[i].lit[j];
			const char *file = name_of(m, lit->file);

			g->v[g->nr++] = (struct kmodel_gate){
				.symbol = name_of(m, lit->symbol),
				.negated = lit->values & COND_N,
				.any = cnf.v[i].nr > 1 ? (unsigned int)i + 1 : 0,
				.how = how_of(file),
				.file = file,
				.line = lit->line,
				.values = lit->values,
			};
		}
	return m->ar.failed || m->kbuild.ar.failed ? -1 : 0;
}

/* The path as the model knows it, in a buffer with room behind it. */
static uint32_t number_of_path(struct kmodel *m, const char *file)
{
	char buf[PATH_MAX];
	size_t len = strlen(file);

	if (len >= sizeof(buf))
		return INTERN_NONE;
	memcpy(buf, file, len + 1);
	kbuild_clean_path(buf);
	return make_name(&m->kbuild.make, buf, strlen(buf));
}

static size_t range_at(const struct cpp_source *s, int line)
{
	size_t low = 0;
	size_t high = s->nr;

	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (s->ranges[mid].line <= line)
			low = mid;
		else
			high = mid;
	}
	return low;
}

int kmodel_gates(struct kmodel *m, const char *file, int line, const struct kmodel_gate **out)
{
	struct source *s = source_of(m, number_of_path(m, file));
	const struct cond *c;
	struct gates *g;

	if (!s || find_cond(m, s) || !s->known)
		return -1;
	c = s->cond;
	g = &s->file_gates;
	if (line > 0 && s->cpp.nr) {
		size_t i = range_at(&s->cpp, line);

		g = &s->line_gates[i];
		if (!g->made)
			c = cond_and(&m->ar, c, s->cpp.ranges[i].cond);
	}
	if (!g->made && make_gates(m, c, g))
		return -1;
	*out = g->v;
	return g->nr;
}

struct kmodel *kmodel_open(const char *tree, struct terr *err)
{
	struct kmodel *m = calloc(1, sizeof(*m));

	if (!m || !(m->tree = strdup(tree))) {
		free(m);
		terr_set(err, "out of memory");
		return NULL;
	}
	if (kbuild_read(&m->kbuild, m->tree, &m->names, err)) {
		kmodel_close(m);
		return NULL;
	}
	return m;
}

void kmodel_close(struct kmodel *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->nr_sources; i++)
		if (m->sources[i])
			cpp_source_free(&m->sources[i]->cpp);
	free((void *)m->sources);
	kbuild_free(&m->kbuild);
	intern_free(&m->names);
	arena_free(&m->ar);
	free(m->tree);
	free(m);
}

void kmodel_size(const struct kmodel *m, struct kmodel_size *size)
{
	*size = (struct kmodel_size){ .makefiles = m->kbuild.nr_makefiles,
				      .parsed = m->nr_parsed,
				      .bytes = m->ar.total + m->kbuild.ar.total };
	for (size_t i = 0; i < m->kbuild.nr_by_name; i++)
		size->sources += m->kbuild.object_of[i] != NULL;
}

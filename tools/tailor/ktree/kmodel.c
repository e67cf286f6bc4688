// SPDX-License-Identifier: GPL-2.0-only
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ktree/internal.h"

/* --- conditions --- */

static bool is_kbuild_dir(const struct kmodel *m, uint32_t name)
{
	return name < m->kbuild.nr_by_name && m->kbuild.dir_of[name];
}

/* What the build writes, there or beside the sources; nothing in it depends on more than its user.
 */
static bool is_generated_header(struct kmodel *m, const char *name)
{
	const char *slash = strrchr(name, '/');

	if (!strncmp(name, "include/generated/", 18) || !strncmp(name, "include/config/", 15) ||
	    !strncmp(name, "arch/x86/include/generated/", 27))
		return true;
	return slash && kmodel_ends_with(name, ".h") &&
	       is_kbuild_dir(m, make_name(&m->kbuild.make, name, (size_t)(slash - name)));
}

/* On which condition one of its includers brings it in. */
static int cond_of_includers(struct kmodel *m, struct ksource *s)
{
	const struct cond *all = &cond_false;

	kmodel_find_includers(m, s);
	for (const struct includer *by = s->includers; by; by = by->next) {
		struct ksource *from = kmodel_source(m, by->source);

		if (!from || kmodel_find_cond(m, from))
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

const struct kbuild_object *kmodel_find_object(struct kmodel *m, const struct ksource *s)
{
	const struct kbuild_object *o = kbuild_find(&m->kbuild, s->name);
	const char *name = kmodel_name(m, s->name);
	char path[PATH_MAX];

	if (o || s->exists || !kmodel_ends_with(name, ".S"))
		return o;
	snprintf(path, sizeof(path), "%.*s.c", (int)strlen(name) - 2, name);
	return kbuild_find(&m->kbuild, make_name(&m->kbuild.make, path, strlen(path)));
}

int kmodel_find_cond(struct kmodel *m, struct ksource *s)
{
	const char *name = kmodel_name(m, s->name);
	const struct kbuild_object *object;

	if (s->asked)
		return 0;
	s->asked = true;
	s->cond = &cond_true;
	if (kmodel_parse(m, s))
		return -1;
	object = kmodel_find_object(m, s);
	if (object) {
		s->known = true;
		s->cond = kbuild_cond(&m->kbuild, object);
		return 0;
	}
	if (kmodel_ends_with(name, ".c") || kmodel_ends_with(name, ".S"))
		return cond_of_includers(m, s);
	s->known = s->exists || is_generated_header(m, name);
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

int kmodel_make_gates(struct kmodel *m, const struct cond *c, struct gates *g)
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
			const char *file = kmodel_name(m, lit->file);

			g->v[g->nr++] = (struct kmodel_gate){
				.symbol = kmodel_name(m, lit->symbol),
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

int kmodel_gates(struct kmodel *m, const char *file, int line, const struct kmodel_gate **out)
{
	struct ksource *s = kmodel_source_of_path(m, file);
	const struct cond *c;
	struct gates *g;

	if (!s || kmodel_find_cond(m, s) || !s->known)
		return -1;
	c = s->cond;
	g = &s->file_gates;
	if (line > 0 && s->cpp.nr) {
		size_t i = cpp_range_at(&s->cpp, line);

		g = &s->line_gates[i];
		if (!g->made)
			c = cond_and(&m->ar, c, s->cpp.ranges[i].cond);
	}
	if (!g->made && kmodel_make_gates(m, c, g))
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

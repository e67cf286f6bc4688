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

static bool is_kbuild_dir(const struct ktree *m, uint32_t name)
{
	return name < m->kbuild.nr_by_name && m->kbuild.dir_of[name];
}

/* What the build writes, there or beside the sources; nothing in it depends on more than its user.
 */
static bool is_generated_header(struct ktree *m, const char *name)
{
	const char *slash = strrchr(name, '/');

	if (!strncmp(name, "include/generated/", 18) || !strncmp(name, "include/config/", 15) ||
	    !strncmp(name, "arch/x86/include/generated/", 27))
		return true;
	return slash && ktree_ends_with(name, ".h") &&
	       is_kbuild_dir(m, make_name(&m->kbuild.make, name, (size_t)(slash - name)));
}

/* On which condition one of its includers brings it in. */
static int cond_of_includers(struct ktree *m, struct ksource *s)
{
	const struct kcond *all = &cond_false;

	ktree_find_includers(m, s);
	for (const struct includer *by = s->includers; by; by = by->next) {
		struct ksource *from = ktree_source(m, by->source);

		if (!from || ktree_find_cond(m, from))
			return -1;
		if (from->known)
			all = kcond_or(
				&m->ar, all,
				kcond_and(&m->ar, from->cond, cpp_cond_at(&from->cpp, by->line)));
	}
	s->known = all->op != COND_FALSE;
	s->cond = all;
	return 0;
}

const struct kbuild_object *ktree_find_object(struct ktree *m, const struct ksource *s)
{
	const struct kbuild_object *o = kbuild_find(&m->kbuild, s->name);
	const char *name = ktree_name(m, s->name);
	char path[PATH_MAX];

	if (o || s->exists || !ktree_ends_with(name, ".S"))
		return o;
	snprintf(path, sizeof(path), "%.*s.c", (int)strlen(name) - 2, name);
	return kbuild_find(&m->kbuild, make_name(&m->kbuild.make, path, strlen(path)));
}

int ktree_find_cond(struct ktree *m, struct ksource *s)
{
	const char *name = ktree_name(m, s->name);
	const struct kbuild_object *object;

	if (s->asked)
		return 0;
	s->asked = true;
	s->cond = &cond_true;
	if (ktree_parse(m, s))
		return -1;
	object = ktree_find_object(m, s);
	if (object) {
		s->known = true;
		s->cond = kbuild_cond(&m->kbuild, object);
		return 0;
	}
	if (ktree_ends_with(name, ".c") || ktree_ends_with(name, ".S"))
		return cond_of_includers(m, s);
	s->known = s->exists || is_generated_header(m, name);
	return 0;
}

/* --- gates --- */

static enum ktree_how how_of(const char *file)
{
	const char *slash = strrchr(file, '/');
	const char *base = slash ? slash + 1 : file;

	return !strncmp(base, "Makefile", 8) || !strncmp(base, "Kbuild", 6) ? KMODEL_FILE
									    : KMODEL_LINE;
}

int ktree_make_gates(struct ktree *m, const struct kcond *c, struct gates *g)
{
	struct kcond_cnf cnf;
	size_t nr = 0;

	g->made = true;
	if (c->op == COND_TRUE)
		return 0;
	kcond_to_cnf(&m->ar, c, &cnf);
	kcond_cnf_relax(&cnf);
	for (size_t i = 0; i < cnf.nr; i++)
		nr += cnf.v[i].nr;
	g->v = arena_alloc(&m->ar, nr * sizeof(*g->v));
	for (size_t i = 0; g->v && i < cnf.nr; i++)
		for (size_t j = 0; j < cnf.v[i].nr; j++) {
			const struct kcond_lit *lit = &cnf.v[i].lit[j];
			const char *file = ktree_name(m, lit->file);

			g->v[g->nr++] = (struct ktree_gate){
				.symbol = ktree_name(m, lit->symbol),
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

int ktree_gates(struct ktree *m, const char *file, int line, const struct ktree_gate **out)
{
	struct ksource *s = ktree_source_of_path(m, file);
	const struct kcond *c;
	struct gates *g;

	if (!s || ktree_find_cond(m, s) || !s->known)
		return -1;
	c = s->cond;
	g = &s->file_gates;
	if (line > 0 && s->cpp.nr) {
		size_t i = cpp_range_at(&s->cpp, line);

		g = &s->line_gates[i];
		if (!g->made)
			c = kcond_and(&m->ar, c, s->cpp.ranges[i].cond);
	}
	if (!g->made && ktree_make_gates(m, c, g))
		return -1;
	*out = g->v;
	return g->nr;
}

struct ktree *ktree_open(const char *tree, struct terr *err)
{
	struct ktree *m = calloc(1, sizeof(*m));

	if (!m || !(m->tree = strdup(tree))) {
		free(m);
		terr_set(err, "out of memory");
		return NULL;
	}
	if (kbuild_read(&m->kbuild, m->tree, &m->names, err)) {
		ktree_close(m);
		return NULL;
	}
	return m;
}

void ktree_close(struct ktree *m)
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

void ktree_size(const struct ktree *m, struct ktree_size *size)
{
	*size = (struct ktree_size){ .makefiles = m->kbuild.nr_makefiles,
				     .parsed = m->nr_parsed,
				     .bytes = m->ar.total + m->kbuild.ar.total };
	for (size_t i = 0; i < m->kbuild.nr_by_name; i++)
		size->sources += m->kbuild.object_of[i] != NULL;
}

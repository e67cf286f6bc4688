// SPDX-License-Identifier: GPL-2.0-only
/* The sources of a tree: each has a number, is mapped when it is asked for, and parsed once. */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ktree/internal.h"

struct ksource *ktree_source(struct ktree *m, uint32_t name)
{
	if (name == INTERN_NONE)
		return NULL;
	if (name >= m->nr_sources) {
		size_t nr = m->nr_sources ? m->nr_sources : 4096;
		struct ksource **sources;

		while (nr <= name)
			nr *= 2;
		sources = reallocarray((void *)m->sources, nr, sizeof(struct ksource *));
		if (!sources)
			return NULL;
		memset((void *)(sources + m->nr_sources), 0,
		       (nr - m->nr_sources) * sizeof(struct ksource *));
		m->sources = sources;
		m->nr_sources = nr;
	}
	if (!m->sources[name]) {
		struct ksource *s = arena_alloc(&m->ar, sizeof(*s));

		if (!s)
			return NULL;
		s->name = name;
		m->sources[name] = s;
	}
	return m->sources[name];
}

struct ksource *ktree_source_of_path(struct ktree *m, const char *file)
{
	char buf[PATH_MAX];
	size_t len = strlen(file);

	if (len >= sizeof(buf))
		return NULL;
	memcpy(buf, file, len + 1);
	kbuild_clean_path(buf);
	return ktree_source(m, make_name(&m->kbuild.make, buf, strlen(buf)));
}

char *ktree_map(const struct ktree *m, const char *name, size_t *len, bool *exists)
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

int ktree_parse(struct ktree *m, struct ksource *s)
{
	size_t len = 0;
	char *text;
	int rc = 0;

	if (s->parsed)
		return 0;
	text = ktree_map(m, ktree_name(m, s->name), &len, &s->exists);
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

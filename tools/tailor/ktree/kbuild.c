// SPDX-License-Identifier: GPL-2.0-only
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/array.h"
#include "ktree/kbuild.h"

void kbuild_clean_path(char *path)
{
	char *to = path;
	char *s = path;

	while (*s) {
		size_t len = strcspn(s, "/");

		if (len == 0 || (len == 1 && *s == '.')) {
			/* nothing */
		} else if (len == 2 && s[0] == '.' && s[1] == '.' && to > path &&
			   !(to - path >= 2 && to[-1] == '.' && to[-2] == '.')) {
			while (to > path && *--to != '/')
				;
		} else {
			if (to > path)
				*to++ = '/';
			memmove(to, s, len);
			to += len;
		}
		s += len;
		s += *s == '/';
	}
	*to = '\0';
}

static const char *name_of(const struct kbuild *k, uint32_t id)
{
	return k->names->names[id].s;
}

static int grow_by_name(struct kbuild *k, uint32_t id)
{
	size_t nr = k->nr_by_name ? k->nr_by_name : 1024;
	uint32_t *dir_of;
	struct kbuild_object **object_of;

	if (id < k->nr_by_name)
		return 0;
	while (nr <= id)
		nr *= 2;
	dir_of = reallocarray(k->dir_of, nr, sizeof(*dir_of));
	if (dir_of)
		k->dir_of = dir_of;
	object_of = reallocarray(k->object_of, nr, sizeof(struct kbuild_object *));
	if (object_of)
		k->object_of = object_of;
	if (!dir_of || !object_of)
		return -1;
	memset(dir_of + k->nr_by_name, 0, (nr - k->nr_by_name) * sizeof(*dir_of));
	memset((void *)(object_of + k->nr_by_name), 0,
	       (nr - k->nr_by_name) * sizeof(struct kbuild_object *));
	k->nr_by_name = nr;
	return 0;
}

/* --- folders --- */

/* Number of the folder, new or not; UINT32_MAX: out of memory. */
static uint32_t dir_number(struct kbuild *k, const char *path)
{
	uint32_t name = make_name(&k->make, path, strlen(path));
	struct kbuild_dir *dirs;

	if (name == INTERN_NONE || grow_by_name(k, name))
		return UINT32_MAX;
	if (k->dir_of[name])
		return k->dir_of[name] - 1;
	dirs = array_grow(k->dirs, k->nr_dirs, sizeof(*dirs));
	if (!dirs)
		return UINT32_MAX;
	k->dirs = dirs;
	dirs[k->nr_dirs] = (struct kbuild_dir){ .name = name };
	k->dir_of[name] = (uint32_t)k->nr_dirs + 1;
	return (uint32_t)k->nr_dirs++;
}

static void add_edge(struct kbuild *k, const char *path, struct kbuild_edge edge)
{
	uint32_t nr = dir_number(k, path);
	struct kbuild_dir *d;
	struct kbuild_edge *edges;

	if (nr == UINT32_MAX) {
		k->failed = true;
		return;
	}
	d = &k->dirs[nr];
	edges = array_grow(d->edges, d->nr_edges, sizeof(*edges));
	if (!edges) {
		k->failed = true;
		return;
	}
	d->edges = edges;
	edges[d->nr_edges++] = edge;
}

/* The top has no edge, it is always read; a circle of folders ends here too. */
static void resolve_dir(struct kbuild *k, uint32_t nr)
{
	struct kbuild_dir *d = &k->dirs[nr];
	const struct kcond *any = &cond_false;
	const struct kcond *builtin = &cond_false;

	if (d->any)
		return;
	d->any = d->builtin = nr ? &cond_false : &cond_true;
	if (!nr)
		return;
	for (size_t i = 0; i < d->nr_edges; i++) {
		const struct kbuild_edge *e = &d->edges[i];
		const struct kbuild_dir *parent = &k->dirs[e->parent];

		resolve_dir(k, e->parent);
		any = kcond_or(&k->ar, any, kcond_and(&k->ar, parent->any, e->cond));
		if (e->builtin)
			builtin = kcond_or(&k->ar, builtin,
					   kcond_and(&k->ar, parent->builtin, e->cond));
	}
	d->any = any;
	d->builtin = builtin;
}

/* --- objects --- */

static void add_note(struct kbuild *k, const struct make_word *w)
{
	struct kbuild_note *notes = array_grow(k->notes, k->nr_notes, sizeof(*notes));

	if (!notes) {
		k->failed = true;
		return;
	}
	k->notes = notes;
	notes[k->nr_notes] = (struct kbuild_note){ w->file, w->line, strdup(w->s) };
	k->failed |= !notes[k->nr_notes].what;
	k->nr_notes++;
}

/* Folder and word to a path of the tree; false when it leads out of it or is too long. */
static bool path_in_tree(const struct kbuild *k, uint32_t dir, const char *word, char *path)
{
	const char *folder = name_of(k, k->dirs[dir].name);
	int len;

	if (*word == *MAKE_TREE)
		len = snprintf(path, PATH_MAX, "%s", word + 1);
	else
		len = snprintf(path, PATH_MAX, "%s%s%s", folder, *folder ? "/" : "", word);
	if (len >= PATH_MAX - 16)
		return false;
	kbuild_clean_path(path);
	return strncmp(path, "..", 2);
}

static bool file_exists(const struct kbuild *k, const char *path)
{
	char full[PATH_MAX];

	return (size_t)snprintf(full, sizeof(full), "%s/%s", k->make.tree, path) < sizeof(full) &&
	       !access(full, R_OK);
}

/* A rule of the Makefile may name another source, as "$(srctree)/lib/x.c". */
static bool find_rule(struct kbuild *k, char *path)
{
	char name[PATH_MAX + 8];
	struct make_words from;
	const char *s;

	snprintf(name, sizeof(name), MAKE_RULE "%s.o", path);
	make_value(&k->make, name, &from);
	if (!from.nr || *from.v[0].s != *MAKE_TREE || strlen(from.v[0].s) >= PATH_MAX)
		return false;
	s = from.v[0].s + 1;
	s += strspn(s, "/");
	if (strchr(s, MAKE_UNKNOWN) || !file_exists(k, s))
		return false;
	memmove(path, s, strlen(s) + 1);
	return true;
}

/*
 * path is an object without ".o"; it becomes the source. The libstub folder of EFI builds
 * %.stub.o from %.o.
 */
static bool find_source(struct kbuild *k, char *path)
{
	static const char *const suffixes[] = { ".c", ".S", ".rs" };
	size_t len = strlen(path);

	if (find_rule(k, path))
		return true;
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
			stpcpy(path + len, suffixes[i]);
			if (file_exists(k, path))
				return true;
		}
		if (len < 5 || memcmp(path + len - 5, ".stub", 5))
			break;
		len -= 5;
	}
	stpcpy(path + len, ".c");
	return false;
}

/* The .o at the end is cut off; false if there is none. */
static bool cut_object(char *path)
{
	size_t len = strlen(path);

	if (len < 3 || strcmp(path + len - 2, ".o"))
		return false;
	path[len - 2] = '\0';
	return true;
}

static void add_object(struct kbuild *k, const struct make_word *word, struct kbuild_object object)
{
	struct kbuild_object **objects;
	struct kbuild_object **at;
	struct kbuild_object *new;
	char path[PATH_MAX];

	if (strchr(word->s, MAKE_UNKNOWN)) {
		add_note(k, word);
		return;
	}
	if (!path_in_tree(k, object.dir, word->s, path) || !cut_object(path))
		return;
	object.generated = !find_source(k, path);
	object.source = make_name(&k->make, path, strlen(path));
	new = arena_alloc(&k->ar, sizeof(*new));
	objects = array_grow((void *)k->objects, k->nr_objects, sizeof(struct kbuild_object *));
	if (!new || !objects || object.source == INTERN_NONE || grow_by_name(k, object.source)) {
		k->failed = true;
		return;
	}
	*new = object;
	k->objects = objects;
	objects[k->nr_objects++] = new;
	at = &k->object_of[object.source];
	while (*at)
		at = &(*at)->next;
	*at = new;
}

/* foo.o of several parts: foo-y, foo-objs and, of a module, foo-m hold them. */
static bool add_parts(struct kbuild *k, const char *stem, const struct kbuild_object *object)
{
	static const char *const suffixes[] = { "-objs", "-y", "-m", "-" };
	bool composite = false;
	char name[PATH_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		struct make_words parts;

		snprintf(name, sizeof(name), "%s%s", stem, suffixes[i]);
		if (!make_defined(&k->make, name))
			continue;
		composite = true;
		if (!suffixes[i][1] || (suffixes[i][1] == 'm' && object->kind != KBUILD_MODULE))
			continue;
		make_value(&k->make, name, &parts);
		for (size_t j = 0; j < parts.nr; j++) {
			struct kbuild_object part = *object;

			part.cond = kcond_and(&k->ar, object->cond, parts.v[j].cond);
			if (part.cond->op != COND_FALSE)
				add_object(k, &parts.v[j], part);
		}
	}
	return composite;
}

static void take_object(struct kbuild *k, uint32_t dir, enum kbuild_kind kind,
			const struct make_word *word)
{
	struct kbuild_object object = {
		.dir = dir, .kind = kind, .cond = word->cond, .whole = word->cond
	};
	char stem[PATH_MAX];

	if ((size_t)snprintf(stem, sizeof(stem), "%s", word->s) >= sizeof(stem) - 16)
		return;
	if (!cut_object(stem) && !strchr(stem, MAKE_UNKNOWN))
		return;
	object.target = make_name(&k->make, stem, strlen(stem));
	if (object.target == INTERN_NONE)
		k->failed = true;
	else if (!add_parts(k, stem, &object))
		add_object(k, word, object);
}

static void take_dir(struct kbuild *k, uint32_t parent, bool builtin, const struct make_word *word)
{
	char path[PATH_MAX];

	if (path_in_tree(k, parent, word->s, path))
		add_edge(k, path,
			 (struct kbuild_edge){
				 .parent = parent, .builtin = builtin, .cond = word->cond });
}

/* The variables that scripts/Makefile.build looks at. */
static const struct {
	const char *name;
	enum kbuild_kind kind;
	bool dirs;  /* each word is a folder */
	bool plain; /* only what was assigned to this very name */
} wanted[] = {
	{ "obj-y", KBUILD_BUILTIN, false, false },
	{ "obj-m", KBUILD_MODULE, false, false },
	{ "lib-y", KBUILD_BUILTIN, false, false },
	{ "lib-m", KBUILD_BUILTIN, false, false },
	{ "extra-y", KBUILD_BUILTIN, false, false },
	{ "always-y", KBUILD_IMAGE, false, false },
	{ "targets", KBUILD_IMAGE, false, false },
	/* Only rules of their own bring these into an image. Of some only cleaning up knows. */
	{ "subdir-y", KBUILD_IMAGE, true, false },
	{ "subdir-m", KBUILD_IMAGE, true, false },
	{ "subdir-", KBUILD_IMAGE, true, true },
};

static void take_variable(struct kbuild *k, uint32_t dir, size_t i)
{
	struct make_words words;

	make_value(&k->make, wanted[i].name, &words);
	for (size_t j = 0; j < words.nr; j++) {
		const struct make_word *w = &words.v[j];
		size_t len = strlen(w->s);

		if (wanted[i].plain && w->computed)
			continue;
		if (wanted[i].dirs || (len && w->s[len - 1] == '/'))
			take_dir(k, dir, wanted[i].kind == KBUILD_BUILTIN, w);
		else if (wanted[i].kind != KBUILD_IMAGE || !strchr(w->s, MAKE_UNKNOWN))
			take_object(k, dir, wanted[i].kind, w);
	}
}

static void read_dir(struct kbuild *k, uint32_t dir)
{
	struct make_scope scope = { .parent = &k->global };
	const char *folder = name_of(k, k->dirs[dir].name);
	char path[PATH_MAX];

	k->make.scope = &scope;
	make_set(&k->make, "obj", *folder ? folder : ".");
	make_set(&k->make, "src", *folder ? folder : ".");
	snprintf(path, sizeof(path), "%s%sKbuild", folder, *folder ? "/" : "");
	if (make_read(&k->make, path)) {
		snprintf(path, sizeof(path), "%s%sMakefile", folder, *folder ? "/" : "");
		if (!*folder || make_read(&k->make, path)) {
			k->make.scope = &k->global;
			make_scope_reset(&scope);
			return;
		}
	}
	k->nr_makefiles++;
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++)
		take_variable(k, dir, i);
	k->failed |= scope.ar.failed;
	k->make.scope = &k->global;
	make_scope_reset(&scope);
}

/*
 * The top Makefile, as if make had called itself already, as it does for another folder: it sets
 * what the root's Kbuild takes from arch/x86/Makefile, and BITS.
 */
static int read_top(struct kbuild *k, struct terr *err)
{
	static const struct {
		const char *name;
		const char *value;
	} given[] = {
		{ "sub_make_done", "1" }, { "abs_srctree", "." },   { "abs_objtree", "." },
		{ "srctree", MAKE_TREE }, { "objtree", MAKE_TREE }, { "ARCH", "x86_64" },
		{ "SUBARCH", "x86" },	  { "SRCARCH", "x86" },
	};

	k->make.scope = &k->global;
	for (size_t i = 0; i < ARRAY_SIZE(given); i++)
		make_set(&k->make, given[i].name, given[i].value);
	if (make_read(&k->make, "Makefile"))
		return terr_set(err, "%s/Makefile cannot be read: is this a kernel tree?",
				k->make.tree);
	for (size_t i = 0; i < ARRAY_SIZE(given); i++)
		make_set(&k->make, given[i].name, given[i].value);
	return 0;
}

int kbuild_read(struct kbuild *k, const char *tree, struct intern *names, struct terr *err)
{
	*k = (struct kbuild){ .names = names };
	k->make = (struct make){ .tree = tree, .ar = &k->ar, .names = names };
	if (read_top(k, err))
		return -1;
	if (!file_exists(k, "arch/x86/Kbuild"))
		return terr_set(err, "%s/arch/x86/Kbuild cannot be read: is this a kernel tree?",
				tree);
	if (dir_number(k, "") == UINT32_MAX)
		return terr_set(err, "out of memory");
	for (uint32_t dir = 0; dir < k->nr_dirs && !k->failed; dir++)
		read_dir(k, dir);
	for (uint32_t dir = 0; dir < k->nr_dirs; dir++)
		resolve_dir(k, dir);
	if (k->failed || k->ar.failed || k->global.ar.failed)
		return terr_set(err, "out of memory");
	return 0;
}

void kbuild_free(struct kbuild *k)
{
	for (size_t i = 0; i < k->nr_dirs; i++)
		free(k->dirs[i].edges);
	for (size_t i = 0; i < k->nr_notes; i++)
		free(k->notes[i].what);
	free(k->dirs);
	free(k->notes);
	free(k->dir_of);
	free((void *)k->object_of);
	free((void *)k->objects);
	make_scope_reset(&k->global);
	arena_free(&k->ar);
}

struct kbuild_object *kbuild_find(const struct kbuild *k, uint32_t source)
{
	return source < k->nr_by_name ? k->object_of[source] : NULL;
}

enum kbuild_kind kbuild_kind(const struct kbuild *k, const struct kbuild_object *o)
{
	if (o->kind == KBUILD_BUILTIN && k->dirs[o->dir].builtin->op == COND_FALSE)
		return KBUILD_IMAGE;
	return o->kind;
}

const struct kcond *kbuild_target_cond(struct kbuild *k, const struct kbuild_object *o)
{
	const struct kcond *own = &cond_false;

	for (size_t i = 0; i < k->nr_objects; i++) {
		const struct kbuild_object *other = k->objects[i];

		if (other->dir == o->dir && other->target == o->target)
			own = kcond_or(&k->ar, own, other->whole);
	}
	return kcond_and(&k->ar, k->dirs[o->dir].any, own);
}

/* An image is looked at only when the kernel itself does not hold the source. */
static bool counts(const struct kbuild *k, const struct kbuild_object *o, bool images)
{
	return images || kbuild_kind(k, o) != KBUILD_IMAGE;
}

/*
 * Objects of one folder share its condition. That obj-y of a folder which is reached as a module
 * stays out is taken into account where nothing else builds it.
 */
static const struct kcond *cond_in_dir(struct kbuild *k, const struct kbuild_object *first,
				       uint32_t dir, bool images)
{
	const struct kcond *own = &cond_false;
	bool only_builtin = true;

	for (const struct kbuild_object *o = first; o; o = o->next) {
		if (o->dir != dir || !counts(k, o, images))
			continue;
		own = kcond_or(&k->ar, own, o->cond);
		only_builtin &= o->kind == KBUILD_BUILTIN;
	}
	if (only_builtin && k->dirs[dir].builtin->op != COND_FALSE)
		return kcond_and(&k->ar, k->dirs[dir].builtin, own);
	return kcond_and(&k->ar, k->dirs[dir].any, own);
}

const struct kcond *kbuild_cond(struct kbuild *k, const struct kbuild_object *first)
{
	const struct kcond *all = &cond_false;
	bool images = true;

	for (const struct kbuild_object *o = first; o; o = o->next)
		images &= kbuild_kind(k, o) == KBUILD_IMAGE;
	for (const struct kbuild_object *o = first; o; o = o->next) {
		const struct kbuild_object *seen = first;

		while (seen != o && (seen->dir != o->dir || !counts(k, seen, images)))
			seen = seen->next;
		if (seen == o && counts(k, o, images))
			all = kcond_or(&k->ar, all, cond_in_dir(k, first, o->dir, images));
	}
	return all;
}

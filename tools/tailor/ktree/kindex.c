// SPDX-License-Identifier: GPL-2.0-only
/* What each source defines, and who includes it. */
#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "ktree/internal.h"
#include "ktree/ktext.h"

static void define_at(struct ktree *m, const struct ksource *s, enum definition_kind kind,
		      const char *name, const char *name_end, int line)
{
	struct definition *d = arena_alloc(&m->ar, sizeof(*d));

	if (!d)
		return;
	*d = (struct definition){
		.next = m->definitions,
		.kind = kind,
		.name = arena_strndup(&m->ar, name, (size_t)(name_end - name)),
		.source = s->name,
		.line = line,
	};
	if (d->name)
		m->definitions = d;
}

static void define(struct ktree *m, const struct ksource *s, struct ktext t,
		   enum definition_kind kind, const char *name, const char *name_end)
{
	define_at(m, s, kind, name, name_end, ktext_line_of(t, name));
}

/* SYSCALL_DEFINE3(name, ...) at the start of a line; the 32-bit ones begin otherwise. */
static void find_syscalls(struct ktree *m, const struct ksource *s, struct ktext t)
{
	static const char word[] = "\nSYSCALL_DEFINE";

	for (const char *at = t.s; (at = ktext_find(t, at, word));) {
		const char *name = at + sizeof(word) - 1;
		const char *end;

		at = name;
		if (t.end - name < 3 || !isdigit((unsigned char)name[0]) || name[1] != '(')
			continue;
		name = end = ktext_skip_blanks(t, name + 2);
		while (end < t.end && ktext_is_word(*end))
			end++;
		define(m, s, t, DEFINES_SYSCALL, name, end);
	}
}

/* The text between the quotes that come after at; NULL when something else comes. */
static const char *quoted(struct ktext t, const char *at, const char **end)
{
	at = ktext_skip_blanks(t, at);
	if (at == t.end || *at != '"')
		return NULL;
	*end = memchr(at + 1, '"', (size_t)(t.end - at - 1));
	return *end ? at + 1 : NULL;
}

/* struct file_system_type x = { ... .name = "ext4" ... }; */
static void find_filesystems(struct ktree *m, const struct ksource *s, struct ktext t)
{
	static const char word[] = "struct file_system_type ";
	const char *end;
	const char *name;

	for (const char *at = t.s; (at = ktext_find(t, at, word));) {
		struct ktext body = t;
		const char *field;

		at += sizeof(word) - 1;
		while (at < t.end && (ktext_is_word(*at) || isspace((unsigned char)*at)))
			at++;
		if (at == t.end || *at != '=')
			continue;
		body.end = ktext_find(t, at, "};") ?: t.end;
		field = ktext_find(body, at, ".name");
		if (!field)
			continue;
		field = ktext_skip_blanks(body, field + 5);
		if (field == body.end || *field != '=')
			continue;
		name = quoted(body, field + 1, &end);
		if (name)
			define(m, s, t, DEFINES_FILESYSTEM, name, end);
	}
	for (const char *at = t.s; (at = ktext_find(t, at, "MODULE_ALIAS_FS("));) {
		at += strlen("MODULE_ALIAS_FS(");
		name = quoted(t, at, &end);
		if (name)
			define(m, s, t, DEFINES_FILESYSTEM_ALIAS, name, end);
	}
}

/* The macros that make an alias, and what they put before the name. */
static const struct {
	const char *macro;
	const char *prefix;
} alias_macros[] = {
	{ "MODULE_ALIAS(", "" },
	{ "MODULE_ALIAS_RTNL_LINK(", "rtnl-link-" },
	{ "MODULE_ALIAS_NFT_EXPR(", "nft-expr-" },
	{ "MODULE_ALIAS_CRYPTO(", "crypto-" },
	{ "MODULE_ALIAS_IP_VS(", "ip_vs_" },
};

/* MODULE_ALIAS("ipt_LOG"); */
static void find_aliases(struct ktree *m, const struct ksource *s, struct ktext t)
{
	for (size_t i = 0; i < ARRAY_SIZE(alias_macros); i++) {
		const char *macro = alias_macros[i].macro;

		for (const char *at = t.s; (at = ktext_find(t, at, macro));) {
			const char *end;
			const char *name = quoted(t, at += strlen(macro), &end);
			char full[128];
			int len = name ? snprintf(full, sizeof(full), "%s%.*s",
						  alias_macros[i].prefix, (int)(end - name), name)
				       : 0;

			if (len > 0 && len < (int)sizeof(full))
				define_at(m, s, DEFINES_ALIAS, full, full + len,
					  ktext_line_of(t, at));
		}
	}
}

static void find_definitions(struct ktree *m, const struct ksource *s, struct ktext t)
{
	if (ktext_find(t, t.s, "MODULE_ALIAS"))
		find_aliases(m, s, t);
	if (ktext_find(t, t.s, "\nSYSCALL_DEFINE"))
		find_syscalls(m, s, t);
	if (ktext_find(t, t.s, "file_system_type") || ktext_find(t, t.s, "MODULE_ALIAS_FS"))
		find_filesystems(m, s, t);
}

/* Path of what the source from includes as name: beside it. */
static uint32_t included_name(struct ktree *m, uint32_t from, const char *name)
{
	const char *path = ktree_name(m, from);
	const char *slash = strrchr(path, '/');
	char buf[PATH_MAX];

	if (snprintf(buf, sizeof(buf), "%.*s%s", slash ? (int)(slash - path) + 1 : 0, path, name) >=
	    (int)sizeof(buf))
		return INTERN_NONE;
	kbuild_clean_path(buf);
	return make_name(&m->kbuild.make, buf, strlen(buf));
}

static void index_source(struct ktree *m, struct ksource *s);

static void index_includes(struct ktree *m, struct ksource *s)
{
	if (ktree_parse(m, s))
		return;
	for (size_t i = 0; i < s->cpp.nr_includes; i++) {
		const struct cpp_include *inc = &s->cpp.includes[i];
		struct ksource *to =
			inc->name ? ktree_source(m, included_name(m, s->name, inc->name)) : NULL;
		struct includer *by = arena_alloc(&m->ar, sizeof(*by));

		if (!to || !by)
			continue;
		*by = (struct includer){ to->includers, s->name, inc->line };
		to->includers = by;
		index_source(m, to);
	}
}

/* Notes what s defines, and for each source that it includes that it does. */
static void index_source(struct ktree *m, struct ksource *s)
{
	struct ktext t;
	size_t len = 0;
	bool exists;
	bool includes;

	if (!s || s->indexed)
		return;
	s->indexed = true;
	t.s = ktree_map(m, ktree_name(m, s->name), &len, &exists);
	if (!t.s)
		return;
	t.end = t.s + len;
	find_definitions(m, s, t);
	includes = ktext_find(t, t.s, ".c\"") || ktext_find(t, t.s, ".S\"");
	munmap((void *)t.s, len);
	if (includes)
		index_includes(m, s);
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

/* near NULL: all. */
static void index_sources(struct ktree *m, const char *near)
{
	if (m->indexed)
		return;
	for (size_t i = 0; i < m->kbuild.nr_objects; i++) {
		const struct kbuild_object *o = m->kbuild.objects[i];

		if (!o->generated && (!near || is_near(near, ktree_name(m, o->source))))
			index_source(m, ktree_source(m, o->source));
	}
	m->indexed = !near;
}

void ktree_find_includers(struct ktree *m, struct ksource *s)
{
	index_sources(m, ktree_name(m, s->name));
	if (!s->includers)
		index_sources(m, NULL);
}

void ktree_index(struct ktree *m)
{
	index_sources(m, NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "lib/lines.h"
#include "cover/addrline.h"
#include "cover/kdebug.h"

/* --- paths --- */

/* Whether a path begins with a folder of the kernel tree's top. */
static bool at_top(const char *path)
{
	static const char *const folders[] = {
		"arch",	 "block",  "certs",    "crypto", "drivers", "fs",    "include", "init",
		"ipc",	 "kernel", "lib",      "mm",	 "net",	    "rust",  "scripts", "security",
		"sound", "usr",	   "io_uring", "virt",	 "samples", "tools",
	};

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		size_t len = strlen(folders[i]);

		if (!strncmp(path, folders[i], len) && path[len] == '/')
			return true;
	}
	return false;
}

/* Takes "." and "name/.." out of a path, in place. */
static void clean_path(char *path)
{
	char *to = path + (*path == '/');
	char *const start = to;
	char *s = to;

	while (*s) {
		size_t len = strcspn(s, "/");
		char *next = s + len + (s[len] == '/');

		if (len == 2 && s[0] == '.' && s[1] == '.' && to > start) {
			for (to--; to > start && to[-1] != '/'; to--)
				;
		} else if (len && !(len == 1 && *s == '.')) {
			memmove(to, s, (size_t)(next - s));
			to += next - s;
		}
		s = next;
	}
	*to = '\0';
}

const char *addrline_path(const char *path, char *buf)
{
	const char *s;

	snprintf(buf, PATH_MAX, "%s", path);
	clean_path(buf);
	for (s = buf; s; s = strchr(s, '/')) {
		s += *s == '/';
		if (at_top(s))
			return s;
	}
	return buf;
}

static uint32_t add_name(struct intern *in, const char *s)
{
	return intern_add_copy(in, s, strlen(s));
}

static uint32_t add_file(struct addrline *al, const char *path)
{
	char buf[PATH_MAX];

	return path ? add_name(&al->files, addrline_path(path, buf)) : ADDRLINE_NONE;
}

/* --- points --- */

static int add_point(struct al_point **points, size_t *nr, const struct al_point *p,
		     struct terr *err)
{
	struct al_point *v = array_grow(*points, *nr, sizeof(*v));

	if (!v)
		return terr_no_memory(err);
	*points = v;
	v[(*nr)++] = *p;
	return 0;
}

/* A module's section, where the guest had it and where it is laid out here. */
struct placed {
	uint64_t guest;
	uint64_t addr;
	uint64_t bytes;
};

struct al_places {
	struct placed *v;
	size_t nr;
};

static int place(struct al_places *places, const struct kdebug_object *obj, const char *section,
		 uint64_t guest, struct terr *err)
{
	for (size_t i = 0; i < obj->nr_texts; i++) {
		struct placed *v;

		if (strcmp(obj->texts[i].name, section) != 0)
			continue;
		v = array_grow(places->v, places->nr, sizeof(*v));
		if (!v)
			return terr_no_memory(err);
		places->v = v;
		v[places->nr++] = (struct placed){ guest, obj->texts[i].addr, obj->texts[i].bytes };
	}
	return 0;
}

static int place_module(struct al_places *places, struct kdebug *kd, const struct coverage *c,
			const struct cov_module *m, struct terr *err)
{
	const struct kdebug_object *obj = kdebug_module(kd, m->name, err);
	bool has_sections = false;
	int rc = obj ? 0 : -1;

	for (size_t i = 0; !rc && i < c->nr_sections; i++)
		if (!strcmp(c->sections[i].module, m->name)) {
			has_sections = true;
			rc = place(places, obj, c->sections[i].name, c->sections[i].addr, err);
		}
	return rc || has_sections ? rc : place(places, obj, ".text", m->base, err);
}

static int add_address(struct addrline *al, const struct al_places *places,
		       const struct cov_addr *a, uint64_t shift, struct terr *err)
{
	struct al_point p = { .addr = a->addr + shift, .phases = a->phases, .bytes = a->bytes };
	bool found = kdebug_object_has(&al->debug->v[0], p.addr);
	int rc = found ? add_point(&al->points, &al->nr_points, &p, err) : 0;

	p.module = true;
	for (size_t i = 0; !rc && !found && i < places->nr; i++) {
		const struct placed *s = &places->v[i];

		if (a->addr - s->guest >= s->bytes)
			continue;
		p.addr = s->addr + (a->addr - s->guest);
		rc = add_point(&al->points, &al->nr_points, &p, err);
	}
	return rc;
}

int addrline_add(struct addrline *al, const struct coverage *c, struct terr *err)
{
	struct kdebug *kd = al->debug;
	uint64_t shift = c->text && kd->text ? kd->text - c->text : 0;
	struct al_places places = { 0 };
	int rc = 0;

	if (*kd->release && strcmp(kd->release, c->kernel) != 0)
		return terr_set(err,
				"%s is of kernel %s, but %s was recorded on %s; give its vmlinux",
				kd->vmlinux, kd->release, c->path, c->kernel);
	for (size_t i = 0; !rc && i < c->nr_modules; i++)
		rc = place_module(&places, kd, c, &c->modules[i], err);
	for (size_t i = 0; !rc && i < c->nr; i++) {
		size_t nr = al->nr_points;

		rc = add_address(al, &places, &c->addrs[i], shift, err);
		al->nr_outside += nr == al->nr_points;
	}
	free(places.v);
	return rc;
}

static int by_addr(const void *a, const void *b)
{
	const struct al_point *x = a;
	const struct al_point *y = b;

	return (x->addr > y->addr) - (x->addr < y->addr);
}

/* The first of the points, which are in order, that is not before addr. */
static size_t find_point(const struct addrline *al, uint64_t addr)
{
	size_t low = 0;
	size_t high = al->nr_points;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (al->points[mid].addr < addr)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static void sort_points(struct addrline *al)
{
	if (al->nr_points)
		qsort(al->points, al->nr_points, sizeof(*al->points), by_addr);
}

static void merge_points(struct addrline *al)
{
	size_t nr = 0;

	for (size_t i = 0; i < al->nr_points; i++) {
		struct al_point *last = nr ? &al->points[nr - 1] : NULL;

		if (last && last->addr == al->points[i].addr)
			last->phases |= al->points[i].phases;
		else
			al->points[nr++] = al->points[i];
	}
	al->nr_points = nr;
}

static void settle_late(struct addrline *al)
{
	for (size_t i = 0; i < al->nr_points; i++) {
		struct al_point *p = &al->points[i];

		if (!(p->phases & 1u << COV_LATE))
			continue;
		if (p->phases != 1u << COV_LATE)
			p->phases &= ~(1u << COV_LATE);
		p->phases |= 1u << COV_WORKLOAD;
	}
}

/* --- units --- */

struct unit {
	struct addrline *al;
	Dwarf_Die die;
	Dwarf_Lines *lines;
	size_t nr_lines;
	Dwarf_Files *files;
	size_t nr_files;
	uint32_t name;
	/* The last path that was asked for: rows of one file stand together. */
	const char *path;
	uint32_t file;
	/* What blocks consist of. */
	struct al_point *inside;
	size_t nr_inside;
};

typedef int (*each_unit_fn)(struct unit *u, struct terr *err);

/* Whether any point is in the unit. */
static bool has_points(const struct addrline *al, Dwarf_Die *unit)
{
	Dwarf_Addr base, start, end;
	ptrdiff_t off = 0;

	while ((off = dwarf_ranges(unit, off, &base, &start, &end)) > 0) {
		size_t i = find_point(al, start);

		if (i < al->nr_points && al->points[i].addr < end)
			return true;
	}
	return false;
}

static int take_unit(struct unit *u, each_unit_fn take, struct terr *err)
{
	u->path = NULL;
	u->name = add_file(u->al, dwarf_diename(&u->die));
	if (u->name == INTERN_NONE && dwarf_diename(&u->die))
		return terr_no_memory(err);
	if (dwarf_getsrclines(&u->die, &u->lines, &u->nr_lines) ||
	    dwarf_getsrcfiles(&u->die, &u->files, &u->nr_files))
		return 0;
	return take(u, err);
}

/* Those that have any of the points, which are in order. */
static int each_unit(struct unit *u, each_unit_fn take, struct terr *err)
{
	const struct kdebug *kd = u->al->debug;
	int rc = 0;

	for (size_t i = 0; i < kd->nr; i++) {
		Dwarf *dw = kd->v[i].dw;
		Dwarf_Off off = 0;
		Dwarf_Off next;
		size_t header;

		while (!rc && dw && !dwarf_nextcu(dw, off, &next, &header, NULL, NULL, NULL)) {
			if (dwarf_offdie(dw, off + header, &u->die) && has_points(u->al, &u->die))
				rc = take_unit(u, take, err);
			off = next;
		}
	}
	return rc;
}

/* The last row that is not behind addr; of several at one address the last, as with addr2line. */
static Dwarf_Line *find_row(const struct unit *u, uint64_t addr, size_t *at)
{
	size_t low = 0;
	size_t high = u->nr_lines;
	Dwarf_Line *row;
	bool end;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		Dwarf_Addr a;

		if (dwarf_lineaddr(dwarf_onesrcline(u->lines, mid), &a) || a <= addr)
			low = mid + 1;
		else
			high = mid;
	}
	*at = low;
	row = low ? dwarf_onesrcline(u->lines, low - 1) : NULL;
	return row && !dwarf_lineendsequence(row, &end) && !end ? row : NULL;
}

/* --- blocks --- */

/* The rows of lines inside of a block stand for its instructions. */
static int expand_block(struct unit *u, struct al_point p, struct terr *err)
{
	uint64_t end = p.addr + p.bytes;
	Dwarf_Addr addr;
	size_t i;

	for (find_row(u, p.addr, &i); i < u->nr_lines; i++) {
		if (dwarf_lineaddr(dwarf_onesrcline(u->lines, i), &addr) || addr >= end)
			break;
		p.addr = addr;
		if (add_point(&u->inside, &u->nr_inside, &p, err))
			return -1;
	}
	return 0;
}

static int expand_unit(struct unit *u, struct terr *err)
{
	struct addrline *al = u->al;
	Dwarf_Addr base, start, end;
	ptrdiff_t off = 0;
	int rc = 0;

	while (!rc && (off = dwarf_ranges(&u->die, off, &base, &start, &end)) > 0)
		for (size_t i = find_point(al, start); !rc && i < al->nr_points; i++) {
			if (al->points[i].addr >= end)
				break;
			if (al->points[i].bytes)
				rc = expand_block(u, al->points[i], err);
		}
	return rc;
}

static int expand_blocks(struct addrline *al, struct terr *err)
{
	struct unit u = { .al = al };
	int rc = each_unit(&u, expand_unit, err);

	for (size_t i = 0; !rc && i < u.nr_inside; i++)
		rc = add_point(&al->points, &al->nr_points, &u.inside[i], err);
	free(u.inside);
	sort_points(al);
	return rc;
}

/* --- lines and functions --- */

static uint32_t file_of(struct unit *u, const char *path)
{
	if (path != u->path) {
		u->path = path;
		u->file = add_file(u->al, path);
	}
	return u->file;
}

static int resolve_line(struct unit *u, struct al_point *p, struct terr *err)
{
	size_t i;
	Dwarf_Line *row = find_row(u, p->addr, &i);
	const char *path = row ? dwarf_linesrc(row, NULL, NULL) : NULL;
	int line;

	p->unit = u->name;
	/* Line 0 is what belongs to none. */
	if (!path || dwarf_lineno(row, &line) || line <= 0)
		return 0;
	p->line = (uint32_t)line;
	p->file = file_of(u, path);
	return p->file == INTERN_NONE ? terr_no_memory(err) : 0;
}

static uint32_t number_of(Dwarf_Die *die, unsigned int name)
{
	Dwarf_Attribute attr;
	Dwarf_Word v;

	return dwarf_formudata(dwarf_attr(die, name, &attr), &v) || v > INT_MAX ? 0 : (uint32_t)v;
}

/* A new scope. ADDRLINE_NONE with *err set. */
static uint32_t new_scope(struct unit *u, Dwarf_Die *die, uint32_t parent, struct terr *err)
{
	struct addrline *al = u->al;
	const char *name = dwarf_diename(die);
	struct al_scope *v = array_grow(al->scopes, al->nr_scopes, sizeof(*v));
	uint32_t call_file = number_of(die, DW_AT_call_file);
	int line = 0;

	if (!v) {
		terr_no_memory(err);
		return ADDRLINE_NONE;
	}
	al->scopes = v;
	v += al->nr_scopes;
	*v = (struct al_scope){ .parent = parent, .call_file = ADDRLINE_NONE };
	v->name = add_name(&al->names, name ? name : "?");
	v->file = add_file(al, dwarf_decl_file(die));
	v->line = dwarf_decl_line(die, &line) ? 0 : (uint32_t)line;
	if (parent != ADDRLINE_NONE && call_file < u->nr_files) {
		v->call_file = add_file(al, dwarf_filesrc(u->files, call_file, NULL, NULL));
		v->call_line = number_of(die, DW_AT_call_line);
	}
	if (v->name == INTERN_NONE) {
		terr_no_memory(err);
		return ADDRLINE_NONE;
	}
	return (uint32_t)al->nr_scopes++;
}

/* Puts the points that the function covers into it, at the first one into a scope of its own. */
static int cover_scope(struct unit *u, Dwarf_Die *die, uint32_t parent, uint32_t *scope,
		       struct terr *err)
{
	struct addrline *al = u->al;
	Dwarf_Addr base, start, end;
	ptrdiff_t off = 0;

	*scope = ADDRLINE_NONE;
	while ((off = dwarf_ranges(die, off, &base, &start, &end)) > 0)
		for (size_t i = find_point(al, start); i < al->nr_points; i++) {
			if (al->points[i].addr >= end)
				break;
			if (*scope == ADDRLINE_NONE)
				*scope = new_scope(u, die, parent, err);
			if (*scope == ADDRLINE_NONE)
				return -1;
			al->points[i].scope = *scope;
		}
	return 0;
}

/* A function and what was inlined into it; blocks only hold more of them. */
static int resolve_scopes(struct unit *u, Dwarf_Die *die, uint32_t parent, struct terr *err)
{
	Dwarf_Die child;

	if (dwarf_child(die, &child))
		return 0;
	do {
		int tag = dwarf_tag(&child);
		uint32_t scope = parent;

		if (tag != DW_TAG_subprogram && tag != DW_TAG_inlined_subroutine &&
		    tag != DW_TAG_lexical_block)
			continue;
		if (tag != DW_TAG_lexical_block) {
			if (cover_scope(u, &child,
					tag == DW_TAG_subprogram ? ADDRLINE_NONE : parent, &scope,
					err))
				return -1;
			if (scope == ADDRLINE_NONE)
				continue;
		}
		if (resolve_scopes(u, &child, scope, err))
			return -1;
	} while (!dwarf_siblingof(&child, &child));
	return 0;
}

/* --- functions of which only symbols tell --- */

static int add_symbol_scope(struct addrline *al, const char *name, struct terr *err)
{
	struct al_scope *v = array_grow(al->scopes, al->nr_scopes, sizeof(*v));

	if (!v)
		return terr_no_memory(err);
	al->scopes = v;
	v += al->nr_scopes++;
	*v = (struct al_scope){ .parent = ADDRLINE_NONE,
				.name = add_name(&al->names, name),
				.file = ADDRLINE_NONE,
				.call_file = ADDRLINE_NONE };
	return v->name == INTERN_NONE ? terr_no_memory(err) : 0;
}

static int resolve_symbols(struct addrline *al, const struct kdebug_object *obj,
			   const struct kdebug_text *text, struct terr *err)
{
	const struct kdebug_symbol *last = NULL;

	for (size_t i = find_point(al, text->addr); i < al->nr_points; i++) {
		struct al_point *p = &al->points[i];
		const struct kdebug_symbol *s;

		if (p->addr >= text->addr + text->bytes)
			break;
		s = p->scope == ADDRLINE_NONE ? kdebug_object_symbol(obj, p->addr) : NULL;
		if (!s)
			continue;
		if (s != last && add_symbol_scope(al, s->name, err))
			return -1;
		last = s;
		p->scope = (uint32_t)al->nr_scopes - 1;
	}
	return 0;
}

static int resolve_unit(struct unit *u, struct terr *err)
{
	struct addrline *al = u->al;
	Dwarf_Addr base, start, end;
	ptrdiff_t off = 0;

	while ((off = dwarf_ranges(&u->die, off, &base, &start, &end)) > 0)
		for (size_t i = find_point(al, start); i < al->nr_points; i++) {
			if (al->points[i].addr >= end)
				break;
			if (resolve_line(u, &al->points[i], err))
				return -1;
		}
	return resolve_scopes(u, &u->die, ADDRLINE_NONE, err);
}

int addrline_resolve(struct addrline *al, struct terr *err)
{
	struct unit u = { .al = al };
	bool has_blocks = false;

	for (size_t i = 0; i < al->nr_points; i++) {
		al->points[i].file = ADDRLINE_NONE;
		al->points[i].unit = ADDRLINE_NONE;
		al->points[i].scope = ADDRLINE_NONE;
		has_blocks |= al->points[i].bytes > 0;
	}
	sort_points(al);
	if (has_blocks && expand_blocks(al, err))
		return -1;
	merge_points(al);
	settle_late(al);
	if (each_unit(&u, resolve_unit, err))
		return -1;
	for (size_t i = 0; i < al->debug->nr; i++) {
		const struct kdebug_object *obj = &al->debug->v[i];

		for (size_t k = 0; k < obj->nr_texts; k++)
			if (resolve_symbols(al, obj, &obj->texts[k], err))
				return -1;
	}
	return 0;
}

size_t addrline_frames(const struct addrline *al, const struct al_point *p,
		       struct al_frame frames[AL_FRAMES_MAX])
{
	struct al_frame f = { p->file, p->line, p->scope };
	size_t nr = 0;

	while (nr < AL_FRAMES_MAX) {
		const struct al_scope *s = f.scope == ADDRLINE_NONE ? NULL : &al->scopes[f.scope];

		if (f.file != ADDRLINE_NONE && f.line)
			frames[nr++] = f;
		if (!s || s->parent == ADDRLINE_NONE)
			break;
		f = (struct al_frame){ s->call_file, s->call_line, s->parent };
	}
	return nr;
}

/* --- open and close --- */

struct addrline *addrline_open(const char *vmlinux, const char *modules, struct terr *err)
{
	struct addrline *al = calloc(1, sizeof(*al));

	if (!al) {
		terr_no_memory(err);
		return NULL;
	}
	al->debug = kdebug_open(vmlinux, modules, err);
	if (al->debug)
		return al;
	addrline_close(al);
	return NULL;
}

void addrline_close(struct addrline *al)
{
	if (!al)
		return;
	kdebug_close(al->debug);
	intern_free(&al->files);
	intern_free(&al->names);
	free(al->scopes);
	free(al->points);
	free(al);
}

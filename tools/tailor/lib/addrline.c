// SPDX-License-Identifier: GPL-2.0-only
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <errno.h>
#include <fts.h>
#include <gelf.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/addrline.h"
#include "lib/lines.h"

/* Code of an object, where its debug information has it. */
struct text {
	char *name;
	uint64_t addr;
	uint64_t bytes;
};

/* For what no debug information names: functions in assembly, copies that the compiler folded. */
struct symbol {
	uint64_t addr;
	uint64_t end;
	const char *name; /* dwfl's */
};

/* vmlinux, or a module. */
struct object {
	char *name;	  /* NULL: vmlinux */
	Dwfl_Module *mod; /* NULL: there is no debug information */
	Dwarf *dw;
	struct text *texts;
	size_t nr_texts;
	struct symbol *symbols; /* of functions, by address */
	size_t nr_symbols;
};

struct module_file {
	char *name; /* of the module: '_' where the file may have '-' */
	char *path;
};

struct al_objects {
	char *vmlinux; /* paths */
	char *modules;
	Dwfl *dwfl;
	struct object *v; /* the first is vmlinux */
	size_t nr;
	struct module_file *files;
	size_t nr_files;
	bool listed; /* files holds what is below modules */
	uint64_t text;
	char release[128]; /* "": vmlinux does not say */
};

static int no_memory(struct terr *err)
{
	return terr_set(err, "out of memory");
}

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
	/* intern_add() reads behind the name. */
	char buf[PATH_MAX + 8];
	size_t len = strnlen(s, PATH_MAX - 1);

	memcpy(buf, s, len);
	memset(buf + len, 0, 8);
	return intern_add(in, buf, len);
}

static uint32_t add_file(struct addrline *al, const char *path)
{
	char buf[PATH_MAX];

	return path ? add_name(&al->files, addrline_path(path, buf)) : ADDRLINE_NONE;
}

/* --- objects --- */

static struct object *new_object(struct al_objects *objs, const char *name, struct terr *err)
{
	struct object *v = array_grow(objs->v, objs->nr, sizeof(*v));
	struct object *obj;

	if (!v) {
		no_memory(err);
		return NULL;
	}
	objs->v = v;
	obj = &v[objs->nr];
	*obj = (struct object){ .name = name ? strdup(name) : NULL };
	if (name && !obj->name) {
		no_memory(err);
		return NULL;
	}
	objs->nr++;
	return obj;
}

static int add_text(struct object *obj, const char *name, const GElf_Shdr *sh, struct terr *err)
{
	struct text *v = array_grow(obj->texts, obj->nr_texts, sizeof(*v));

	if (!v)
		return no_memory(err);
	obj->texts = v;
	v[obj->nr_texts] = (struct text){ strdup(name), sh->sh_addr, sh->sh_size };
	return v[obj->nr_texts++].name ? 0 : no_memory(err);
}

static int add_texts(struct object *obj, Elf *elf, struct terr *err)
{
	Elf_Scn *scn = NULL;
	size_t names;
	GElf_Shdr sh;

	if (elf_getshdrstrndx(elf, &names))
		return terr_set(err, "%s", elf_errmsg(-1));
	while ((scn = elf_nextscn(elf, scn))) {
		const char *name;

		if (!gelf_getshdr(scn, &sh) || !(sh.sh_flags & SHF_EXECINSTR) ||
		    !(sh.sh_flags & SHF_ALLOC) || !sh.sh_size)
			continue;
		name = elf_strptr(elf, names, sh.sh_name);
		if (add_text(obj, name ? name : "", &sh, err))
			return -1;
	}
	return 0;
}

static int add_symbol(struct object *obj, const GElf_Sym *sym, uint64_t addr, const char *name,
		      struct terr *err)
{
	struct symbol *v = array_grow(obj->symbols, obj->nr_symbols, sizeof(*v));

	if (!v)
		return no_memory(err);
	obj->symbols = v;
	v[obj->nr_symbols++] = (struct symbol){ addr, addr + sym->st_size, name };
	return 0;
}

static int by_start(const void *a, const void *b)
{
	const struct symbol *x = a;
	const struct symbol *y = b;

	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	return strcmp(x->name, y->name);
}

static int add_symbols(struct object *obj, struct terr *err)
{
	int nr = dwfl_module_getsymtab(obj->mod);

	for (int i = 1; i < nr; i++) {
		GElf_Sym sym;
		GElf_Addr addr;
		const char *name =
			dwfl_module_getsym_info(obj->mod, i, &sym, &addr, NULL, NULL, NULL);

		/* An entry in assembly is no function, but has a size. */
		if (name && GELF_ST_TYPE(sym.st_info) != STT_OBJECT && sym.st_size &&
		    add_symbol(obj, &sym, addr, name, err))
			return -1;
	}
	if (obj->nr_symbols)
		qsort(obj->symbols, obj->nr_symbols, sizeof(*obj->symbols), by_start);
	return 0;
}

static int find_nothing(Dwfl_Module *mod, void **data, const char *name, Dwarf_Addr base,
			const char *file, const char *link, GElf_Word crc, char **debug)
{
	(void)mod, (void)data, (void)name, (void)base;
	(void)file, (void)link, (void)crc, (void)debug;
	return -1;
}

static int open_object(struct al_objects *objs, struct object *obj, const char *path,
		       struct terr *err)
{
	static const Dwfl_Callbacks callbacks = {
		.find_elf = dwfl_build_id_find_elf,
		.find_debuginfo = find_nothing,
		.section_address = dwfl_offline_section_address,
	};
	Dwarf_Addr bias;
	Elf *elf;

	if (!objs->dwfl)
		objs->dwfl = dwfl_begin(&callbacks);
	if (!objs->dwfl)
		return terr_set(err, "%s: %s", path, dwfl_errmsg(-1));
	dwfl_report_begin_add(objs->dwfl);
	obj->mod = dwfl_report_offline(objs->dwfl, obj->name ? obj->name : "vmlinux", path, -1);
	dwfl_report_end(objs->dwfl, NULL, NULL);
	elf = obj->mod ? dwfl_module_getelf(obj->mod, &bias) : NULL;
	obj->dw = elf ? dwfl_module_getdwarf(obj->mod, &bias) : NULL;
	if (!obj->dw)
		return terr_set(err, "%s: %s; give what has debug information", path,
				dwfl_errmsg(-1));
	return add_texts(obj, elf, err) || add_symbols(obj, err) ? -1 : 0;
}

/* --- vmlinux --- */

/* "Linux version RELEASE ..." where linux_banner is. */
static void read_release(struct al_objects *objs, Elf *elf, const GElf_Sym *sym)
{
	static const char prefix[] = "Linux version ";
	Elf_Scn *scn = elf_getscn(elf, sym->st_shndx);
	Elf_Data *data = scn ? elf_getdata(scn, NULL) : NULL;
	size_t len = sizeof(prefix) - 1;
	GElf_Shdr sh;
	char *s;
	uint64_t rest;

	if (!data || !data->d_buf || !gelf_getshdr(scn, &sh) || sym->st_value < sh.sh_addr ||
	    sym->st_value - sh.sh_addr > data->d_size)
		return;
	s = (char *)data->d_buf + (sym->st_value - sh.sh_addr);
	rest = data->d_size - (sym->st_value - sh.sh_addr);
	if (rest <= len || memcmp(s, prefix, len) != 0)
		return;
	rest -= len;
	if (rest > sizeof(objs->release) - 1)
		rest = sizeof(objs->release) - 1;
	memcpy(objs->release, s + len, rest);
	objs->release[strcspn(objs->release, " ")] = '\0';
}

static int open_vmlinux(struct al_objects *objs, struct terr *err)
{
	struct object *obj = new_object(objs, NULL, err);
	Dwarf_Addr bias;
	int nr;

	if (!obj || open_object(objs, obj, objs->vmlinux, err))
		return -1;
	nr = dwfl_module_getsymtab(obj->mod);
	for (int i = 1; i < nr; i++) {
		GElf_Sym sym;
		const char *name = dwfl_module_getsym(obj->mod, i, &sym, NULL);

		if (name && !strcmp(name, "linux_banner"))
			read_release(objs, dwfl_module_getelf(obj->mod, &bias), &sym);
		else if (name && !strcmp(name, "_text"))
			objs->text = sym.st_value;
	}
	return 0;
}

/* --- modules --- */

static void underline(char *name)
{
	for (; *name; name++)
		if (*name == '-')
			*name = '_';
}

/* NAME.ko or NAME.ko.debug. */
static int add_module_file(struct al_objects *objs, const FTSENT *e, struct terr *err)
{
	struct module_file *v;
	const char *end = strstr(e->fts_name, ".ko");

	if (!end || (end[3] && strcmp(end, ".ko.debug")))
		return 0;
	v = array_grow(objs->files, objs->nr_files, sizeof(*v));
	if (!v)
		return no_memory(err);
	objs->files = v;
	v += objs->nr_files++;
	v->name = strndup(e->fts_name, (size_t)(end - e->fts_name));
	v->path = strdup(e->fts_path);
	if (!v->name || !v->path)
		return no_memory(err);
	underline(v->name);
	return 0;
}

static int list_modules(struct al_objects *objs, struct terr *err)
{
	char *const roots[] = { objs->modules, NULL };
	FTSENT *e;
	FTS *fts;
	int rc = 0;

	if (objs->listed || !objs->modules)
		return 0;
	objs->listed = true;
	fts = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, NULL);
	if (!fts)
		return terr_set(err, "%s: %s", objs->modules, strerror(errno));
	while (!rc && (e = fts_read(fts)))
		if (e->fts_info == FTS_F)
			rc = add_module_file(objs, e, err);
		else if (e->fts_info == FTS_DNR || e->fts_info == FTS_ERR ||
			 (e->fts_info == FTS_NS && !e->fts_level))
			rc = terr_set(err,
				      "%s: %s; give the folder with the modules' debug information",
				      e->fts_path, strerror(e->fts_errno));
	fts_close(fts);
	return rc;
}

static const char *module_path(const struct al_objects *objs, const char *name)
{
	for (size_t i = 0; i < objs->nr_files; i++)
		if (!strcmp(objs->files[i].name, name))
			return objs->files[i].path;
	return NULL;
}

/* Also one without debug information, about which is warned once. */
static struct object *find_module(struct al_objects *objs, const char *name, struct terr *err)
{
	struct object *obj;
	const char *path;

	for (size_t i = 1; i < objs->nr; i++)
		if (!strcmp(objs->v[i].name, name))
			return &objs->v[i];
	if (list_modules(objs, err))
		return NULL;
	obj = new_object(objs, name, err);
	if (!obj)
		return NULL;
	path = module_path(objs, name);
	if (!path)
		fprintf(stderr, "tailor: module %s: no debug information in %s\n", name,
			objs->modules ? objs->modules : "no folder (see --modules)");
	else if (open_object(objs, obj, path, err))
		return NULL;
	return obj;
}

/* --- points --- */

static int add_point(struct al_point **points, size_t *nr, const struct al_point *p,
		     struct terr *err)
{
	struct al_point *v = array_grow(*points, *nr, sizeof(*v));

	if (!v)
		return no_memory(err);
	*points = v;
	v[(*nr)++] = *p;
	return 0;
}

static bool in_text(const struct object *obj, uint64_t addr)
{
	for (size_t i = 0; i < obj->nr_texts; i++)
		if (addr - obj->texts[i].addr < obj->texts[i].bytes)
			return true;
	return false;
}

/* A module's section, where the guest had it and where it is laid out here. */
struct placed {
	uint64_t guest;
	uint64_t addr;
	uint64_t bytes;
};

struct places {
	struct placed *v;
	size_t nr;
};

static int place(struct places *places, const struct object *obj, const char *section,
		 uint64_t guest, struct terr *err)
{
	for (size_t i = 0; i < obj->nr_texts; i++) {
		struct placed *v;

		if (strcmp(obj->texts[i].name, section) != 0)
			continue;
		v = array_grow(places->v, places->nr, sizeof(*v));
		if (!v)
			return no_memory(err);
		places->v = v;
		v[places->nr++] = (struct placed){ guest, obj->texts[i].addr, obj->texts[i].bytes };
	}
	return 0;
}

static int place_module(struct places *places, struct al_objects *objs, const struct coverage *c,
			const struct cov_module *m, struct terr *err)
{
	const struct object *obj = find_module(objs, m->name, err);
	bool has_sections = false;
	int rc = obj ? 0 : -1;

	for (size_t i = 0; !rc && i < c->nr_sections; i++)
		if (!strcmp(c->sections[i].module, m->name)) {
			has_sections = true;
			rc = place(places, obj, c->sections[i].name, c->sections[i].addr, err);
		}
	return rc || has_sections ? rc : place(places, obj, ".text", m->base, err);
}

static int add_address(struct addrline *al, const struct places *places, const struct cov_addr *a,
		       uint64_t shift, struct terr *err)
{
	struct al_point p = { .addr = a->addr + shift, .phases = a->phases, .bytes = a->bytes };
	bool found = in_text(&al->objects->v[0], p.addr);
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
	struct al_objects *objs = al->objects;
	uint64_t shift = c->text && objs->text ? objs->text - c->text : 0;
	struct places places = { 0 };
	int rc = 0;

	if (*objs->release && strcmp(objs->release, c->kernel) != 0)
		return terr_set(err,
				"%s is of kernel %s, but %s was recorded on %s; give its vmlinux",
				objs->vmlinux, objs->release, c->path, c->kernel);
	for (size_t i = 0; !rc && i < c->nr_modules; i++)
		rc = place_module(&places, objs, c, &c->modules[i], err);
	for (size_t i = 0; !rc && i < c->nr; i++) {
		size_t nr = al->nr_points;

		rc = add_address(al, &places, &c->addrs[i], shift, err);
		al->nr_outside += nr == al->nr_points;
	}
	al->has_late |= c->has_late;
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
		return no_memory(err);
	if (dwarf_getsrclines(&u->die, &u->lines, &u->nr_lines) ||
	    dwarf_getsrcfiles(&u->die, &u->files, &u->nr_files))
		return 0;
	return take(u, err);
}

/* Those that have any of the points, which are in order. */
static int each_unit(struct unit *u, each_unit_fn take, struct terr *err)
{
	const struct al_objects *objs = u->al->objects;
	int rc = 0;

	for (size_t i = 0; i < objs->nr; i++) {
		Dwarf *dw = objs->v[i].dw;
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
	return p->file == INTERN_NONE ? no_memory(err) : 0;
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
		no_memory(err);
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
		no_memory(err);
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

static const struct symbol *find_symbol(const struct object *obj, uint64_t addr)
{
	size_t low = 0;
	size_t high = obj->nr_symbols;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (obj->symbols[mid].addr <= addr)
			low = mid + 1;
		else
			high = mid;
	}
	return low && addr < obj->symbols[low - 1].end ? &obj->symbols[low - 1] : NULL;
}

static int add_symbol_scope(struct addrline *al, const char *name, struct terr *err)
{
	struct al_scope *v = array_grow(al->scopes, al->nr_scopes, sizeof(*v));

	if (!v)
		return no_memory(err);
	al->scopes = v;
	v += al->nr_scopes++;
	*v = (struct al_scope){ .parent = ADDRLINE_NONE,
				.name = add_name(&al->names, name),
				.file = ADDRLINE_NONE,
				.call_file = ADDRLINE_NONE };
	return v->name == INTERN_NONE ? no_memory(err) : 0;
}

static int resolve_symbols(struct addrline *al, const struct object *obj, const struct text *text,
			   struct terr *err)
{
	const struct symbol *last = NULL;

	for (size_t i = find_point(al, text->addr); i < al->nr_points; i++) {
		struct al_point *p = &al->points[i];
		const struct symbol *s;

		if (p->addr >= text->addr + text->bytes)
			break;
		s = p->scope == ADDRLINE_NONE ? find_symbol(obj, p->addr) : NULL;
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
	for (size_t i = 0; i < al->objects->nr; i++) {
		const struct object *obj = &al->objects->v[i];

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
	struct al_objects *objs = calloc(1, sizeof(*objs));

	if (!al || !objs) {
		free(al);
		free(objs);
		no_memory(err);
		return NULL;
	}
	al->objects = objs;
	objs->vmlinux = strdup(vmlinux);
	objs->modules = modules ? strdup(modules) : NULL;
	if (!objs->vmlinux || (modules && !objs->modules))
		no_memory(err);
	else if (!open_vmlinux(objs, err))
		return al;
	addrline_close(al);
	return NULL;
}

static void free_objects(struct al_objects *objs)
{
	for (size_t i = 0; i < objs->nr; i++) {
		struct object *obj = &objs->v[i];

		for (size_t k = 0; k < obj->nr_texts; k++)
			free(obj->texts[k].name);
		free(obj->texts);
		free(obj->symbols);
		free(obj->name);
	}
	for (size_t i = 0; i < objs->nr_files; i++) {
		free(objs->files[i].name);
		free(objs->files[i].path);
	}
	dwfl_end(objs->dwfl);
	free(objs->v);
	free(objs->files);
	free(objs->vmlinux);
	free(objs->modules);
	free(objs);
}

void addrline_close(struct addrline *al)
{
	if (!al)
		return;
	free_objects(al->objects);
	intern_free(&al->files);
	intern_free(&al->names);
	free(al->scopes);
	free(al->points);
	free(al);
}

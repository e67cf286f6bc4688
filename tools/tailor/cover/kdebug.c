// SPDX-License-Identifier: GPL-2.0-only
#include <elfutils/libdwfl.h>
#include <errno.h>
#include <fts.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "lib/lines.h"
#include "cover/kdebug.h"

/* --- objects --- */

static struct kdebug_object *new_object(struct kdebug *kd, const char *name, struct terr *err)
{
	struct kdebug_object *v = array_grow(kd->v, kd->nr, sizeof(*v));
	struct kdebug_object *obj;

	if (!v) {
		terr_no_memory(err);
		return NULL;
	}
	kd->v = v;
	obj = &v[kd->nr];
	*obj = (struct kdebug_object){ .name = name ? strdup(name) : NULL };
	if (name && !obj->name) {
		terr_no_memory(err);
		return NULL;
	}
	kd->nr++;
	return obj;
}

static int add_text(struct kdebug_object *obj, const char *name, const GElf_Shdr *sh,
		    struct terr *err)
{
	struct kdebug_text *v = array_grow(obj->texts, obj->nr_texts, sizeof(*v));

	if (!v)
		return terr_no_memory(err);
	obj->texts = v;
	v[obj->nr_texts] = (struct kdebug_text){ strdup(name), sh->sh_addr, sh->sh_size };
	return v[obj->nr_texts++].name ? 0 : terr_no_memory(err);
}

static int add_texts(struct kdebug_object *obj, Elf *elf, struct terr *err)
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

static int add_symbol(struct kdebug_object *obj, const GElf_Sym *sym, uint64_t addr,
		      const char *name, struct terr *err)
{
	struct kdebug_symbol *v = array_grow(obj->symbols, obj->nr_symbols, sizeof(*v));

	if (!v)
		return terr_no_memory(err);
	obj->symbols = v;
	v[obj->nr_symbols++] = (struct kdebug_symbol){ addr, addr + sym->st_size, name };
	return 0;
}

static int by_start(const void *a, const void *b)
{
	const struct kdebug_symbol *x = a;
	const struct kdebug_symbol *y = b;

	if (x->addr != y->addr)
		return x->addr < y->addr ? -1 : 1;
	return strcmp(x->name, y->name);
}

static int add_symbols(struct kdebug_object *obj, struct terr *err)
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

static int open_object(struct kdebug *kd, struct kdebug_object *obj, const char *path,
		       struct terr *err)
{
	static const Dwfl_Callbacks callbacks = {
		.find_elf = dwfl_build_id_find_elf,
		.find_debuginfo = find_nothing,
		.section_address = dwfl_offline_section_address,
	};
	Dwarf_Addr bias;
	Elf *elf;

	if (!kd->dwfl)
		kd->dwfl = dwfl_begin(&callbacks);
	if (!kd->dwfl)
		return terr_set(err, "%s: %s", path, dwfl_errmsg(-1));
	dwfl_report_begin_add(kd->dwfl);
	obj->mod = dwfl_report_offline(kd->dwfl, obj->name ? obj->name : "vmlinux", path, -1);
	dwfl_report_end(kd->dwfl, NULL, NULL);
	elf = obj->mod ? dwfl_module_getelf(obj->mod, &bias) : NULL;
	obj->dw = elf ? dwfl_module_getdwarf(obj->mod, &bias) : NULL;
	if (!obj->dw)
		return terr_set(err, "%s: %s; give what has debug information", path,
				dwfl_errmsg(-1));
	return add_texts(obj, elf, err) || add_symbols(obj, err) ? -1 : 0;
}

/* --- vmlinux --- */

/* "Linux version RELEASE ..." where linux_banner is. */
static void read_release(struct kdebug *kd, Elf *elf, const GElf_Sym *sym)
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
	if (rest > sizeof(kd->release) - 1)
		rest = sizeof(kd->release) - 1;
	memcpy(kd->release, s + len, rest);
	kd->release[strcspn(kd->release, " ")] = '\0';
}

static int open_vmlinux(struct kdebug *kd, struct terr *err)
{
	struct kdebug_object *obj = new_object(kd, NULL, err);
	Dwarf_Addr bias;
	int nr;

	if (!obj || open_object(kd, obj, kd->vmlinux, err))
		return -1;
	nr = dwfl_module_getsymtab(obj->mod);
	for (int i = 1; i < nr; i++) {
		GElf_Sym sym;
		const char *name = dwfl_module_getsym(obj->mod, i, &sym, NULL);

		if (name && !strcmp(name, "linux_banner"))
			read_release(kd, dwfl_module_getelf(obj->mod, &bias), &sym);
		else if (name && !strcmp(name, "_text"))
			kd->text = sym.st_value;
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
static int add_module_file(struct kdebug *kd, const FTSENT *e, struct terr *err)
{
	struct kdebug_file *v;
	const char *end = strstr(e->fts_name, ".ko");

	if (!end || (end[3] && strcmp(end, ".ko.debug")))
		return 0;
	v = array_grow(kd->files, kd->nr_files, sizeof(*v));
	if (!v)
		return terr_no_memory(err);
	kd->files = v;
	v += kd->nr_files++;
	v->name = strndup(e->fts_name, (size_t)(end - e->fts_name));
	v->path = strdup(e->fts_path);
	if (!v->name || !v->path)
		return terr_no_memory(err);
	underline(v->name);
	return 0;
}

static int list_modules(struct kdebug *kd, struct terr *err)
{
	char *const roots[] = { kd->modules, NULL };
	FTSENT *e;
	FTS *fts;
	int rc = 0;

	if (kd->listed || !kd->modules)
		return 0;
	kd->listed = true;
	fts = fts_open(roots, FTS_LOGICAL | FTS_NOCHDIR, NULL);
	if (!fts)
		return terr_set(err, "%s: %s", kd->modules, strerror(errno));
	while (!rc && (e = fts_read(fts)))
		if (e->fts_info == FTS_F)
			rc = add_module_file(kd, e, err);
		else if (e->fts_info == FTS_DNR || e->fts_info == FTS_ERR ||
			 (e->fts_info == FTS_NS && !e->fts_level))
			rc = terr_set(err,
				      "%s: %s; give the folder with the modules' debug information",
				      e->fts_path, strerror(e->fts_errno));
	fts_close(fts);
	return rc;
}

static const char *module_path(const struct kdebug *kd, const char *name)
{
	for (size_t i = 0; i < kd->nr_files; i++)
		if (!strcmp(kd->files[i].name, name))
			return kd->files[i].path;
	return NULL;
}

struct kdebug_object *kdebug_module(struct kdebug *kd, const char *name, struct terr *err)
{
	struct kdebug_object *obj;
	const char *path;

	for (size_t i = 1; i < kd->nr; i++)
		if (!strcmp(kd->v[i].name, name))
			return &kd->v[i];
	if (list_modules(kd, err))
		return NULL;
	obj = new_object(kd, name, err);
	if (!obj)
		return NULL;
	path = module_path(kd, name);
	if (!path)
		fprintf(stderr, "tailor: module %s: no debug information in %s\n", name,
			kd->modules ? kd->modules : "no folder (see --modules)");
	else if (open_object(kd, obj, path, err))
		return NULL;
	return obj;
}

/* --- open and close --- */

struct kdebug *kdebug_open(const char *vmlinux, const char *modules, struct terr *err)
{
	struct kdebug *kd = calloc(1, sizeof(*kd));

	if (!kd) {
		terr_no_memory(err);
		return NULL;
	}
	kd->vmlinux = strdup(vmlinux);
	kd->modules = modules ? strdup(modules) : NULL;
	if (!kd->vmlinux || (modules && !kd->modules))
		terr_no_memory(err);
	else if (!open_vmlinux(kd, err))
		return kd;
	kdebug_close(kd);
	return NULL;
}

void kdebug_close(struct kdebug *kd)
{
	if (!kd)
		return;
	for (size_t i = 0; i < kd->nr; i++) {
		struct kdebug_object *obj = &kd->v[i];

		for (size_t k = 0; k < obj->nr_texts; k++)
			free(obj->texts[k].name);
		free(obj->texts);
		free(obj->symbols);
		free(obj->name);
	}
	for (size_t i = 0; i < kd->nr_files; i++) {
		free(kd->files[i].name);
		free(kd->files[i].path);
	}
	dwfl_end(kd->dwfl);
	free(kd->v);
	free(kd->files);
	free(kd->vmlinux);
	free(kd->modules);
	free(kd);
}

/* --- what is where --- */

bool kdebug_object_has(const struct kdebug_object *obj, uint64_t addr)
{
	for (size_t i = 0; i < obj->nr_texts; i++)
		if (addr - obj->texts[i].addr < obj->texts[i].bytes)
			return true;
	return false;
}

const struct kdebug_symbol *kdebug_object_symbol(const struct kdebug_object *obj, uint64_t addr)
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

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A kernel's files with debug information: vmlinux, and its modules, each opened when it is asked
 * for. Addresses of a module are where it is laid out here, not where a guest had it.
 */
#ifndef TAILOR_COVER_KDEBUG_H
#define TAILOR_COVER_KDEBUG_H

#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/terr.h"

/* Code of an object, where its debug information has it. */
struct kdebug_text {
	char *name;
	uint64_t addr;
	uint64_t bytes;
};

/* For what no debug information names: functions in assembly, copies that the compiler folded. */
struct kdebug_symbol {
	uint64_t addr;
	uint64_t end;
	const char *name; /* dwfl's */
};

/* vmlinux, or a module. */
struct kdebug_object {
	char *name;	  /* NULL: vmlinux */
	Dwfl_Module *mod; /* NULL: there is no debug information */
	Dwarf *dw;
	struct kdebug_text *texts;
	size_t nr_texts;
	struct kdebug_symbol *symbols; /* of functions, by address */
	size_t nr_symbols;
};

struct kdebug_file {
	char *name; /* of the module: '_' where the file may have '-' */
	char *path;
};

struct kdebug {
	char *vmlinux; /* paths */
	char *modules;
	Dwfl *dwfl;
	struct kdebug_object *v; /* the first is vmlinux */
	size_t nr;
	struct kdebug_file *files;
	size_t nr_files;
	bool listed;	   /* files holds what is below modules */
	uint64_t text;	   /* address of _text; 0: not known */
	char release[128]; /* "": vmlinux does not say */
};

/* modules may be NULL: then none is found. NULL with *err set. */
struct kdebug *kdebug_open(const char *vmlinux, const char *modules, struct terr *err);
void kdebug_close(struct kdebug *kd);

/*
 * The module of that name, which is valid until another is asked for; also one without debug
 * information, about which is warned once. NULL with *err set.
 */
struct kdebug_object *kdebug_module(struct kdebug *kd, const char *name, struct terr *err);

/* Whether its code is there. */
bool kdebug_object_has(const struct kdebug_object *obj, uint64_t addr);
/* NULL: no symbol covers it. */
const struct kdebug_symbol *kdebug_object_symbol(const struct kdebug_object *obj, uint64_t addr);

#endif /* TAILOR_COVER_KDEBUG_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a kernel tree says of itself, for x86-64: which Kconfig symbols a source file and a line of
 * it need to be compiled in. Read from the Makefiles and the #if lines; knows no configuration.
 */
#ifndef TAILOR_KTREE_KTREE_H
#define TAILOR_KTREE_KTREE_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/terr.h"

struct ktree;

enum ktree_how {
	KMODEL_FILE, /* a Makefile says so */
	KMODEL_LINE, /* an #if line does */
};

/* Values of a symbol. */
enum {
	KMODEL_N = 1u << 0,
	KMODEL_M = 1u << 1,
	KMODEL_Y = 1u << 2,
};

struct ktree_gate {
	const char *symbol; /* without CONFIG_ */
	bool negated;	    /* holds (also) when the symbol is n */
	unsigned int any;   /* 0: needed alone; equal numbers: one of these is enough */
	enum ktree_how how;
	const char *file; /* where that stands */
	int line;
	unsigned int values; /* for which it holds: #ifdef CONFIG_X wants y, IS_ENABLED(CONFIG_X) y
				or m */
};

/*
 * Reads the Makefiles of the tree; sources are read when they are asked for. NULL with *err set
 * when this is no kernel tree.
 */
struct ktree *ktree_open(const char *tree, struct terr *err);
void ktree_close(struct ktree *m);

/*
 * What has to hold for this line of this file to be compiled in; line 0: for the file. Paths are
 * relative to the tree; "./" and "../" in them are resolved. Returns the number of gates at *out,
 * which is m's; or -1 when the model knows no such file, or memory ran out.
 *
 * A header has the gates of its lines only. A source that others #include has those of its
 * includers. What is not understood adds no gate.
 */
int ktree_gates(struct ktree *m, const char *file, int line, const struct ktree_gate **out);

/* A part of a source: a line, or all lines from line to last; line 0: the whole file. */
struct ktree_place {
	const char *file;
	int line;
	int last;
	bool negated; /* of ktree_symbol(): is there when the symbol is off */
};

/*
 * These answer with the number of places at *out, to be freed; 0: the tree holds none. -1 with *err
 * set. The first of them reads all sources, which takes a second.
 */
int ktree_syscall(struct ktree *m, const char *name, struct ktree_place **out, struct terr *err);
int ktree_filesystem(struct ktree *m, const char *name, struct ktree_place **out, struct terr *err);

/* What answers to an alias of a module, such as rtnl-link-veth or devname:net/tun. */
int ktree_alias(struct ktree *m, const char *alias, struct ktree_place **out, struct terr *err);

/* Files and lines that are compiled in, or left out, because of the symbol. */
int ktree_symbol(struct ktree *m, const char *symbol, struct ktree_place **out, struct terr *err);

/* Something that can be a module (its symbol may turn out not to allow m). */
struct ktree_module {
	const char *dir;
	const char *name; /* as the Makefile has it; a loaded module has '_' for '-' */
	const struct ktree_gate *gates;
	int nr_gates;
	const char **files; /* its sources */
	size_t nr_files;
};

/*
 * Number of modules of this name at *out, '-' and '_' taken as equal; to be freed. With builtin
 * also those that are only ever part of the kernel, such as any file of obj-y.
 */
int ktree_modules(struct ktree *m, const char *name, bool builtin, struct ktree_module **out,
		  struct terr *err);
void ktree_modules_free(struct ktree_module *v, int nr);

enum ktree_kind {
	KMODEL_BUILTIN, /* can be part of vmlinux */
	KMODEL_MODULE,	/* of modules only */
	KMODEL_IMAGE,	/* of boot code, vDSO and the like */
};

/* Each source that a Makefile names, in any order; stops when take() returns other than 0. */
int ktree_each_source(struct ktree *m, int (*take)(void *arg, const char *file), void *arg);

/* What such a source is part of. -1: no Makefile names it. */
int ktree_kind_of(struct ktree *m, const char *file, enum ktree_kind *kind);

/* What the model holds, for reports. */
struct ktree_size {
	size_t makefiles;
	size_t sources; /* that Makefiles name */
	size_t parsed;	/* sources that were asked for */
	size_t bytes;
};

void ktree_size(const struct ktree *m, struct ktree_size *size);

#endif /* TAILOR_KTREE_KTREE_H */

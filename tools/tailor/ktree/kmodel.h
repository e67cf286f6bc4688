/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a kernel tree says of itself, for x86-64: which Kconfig symbols a source file and a line of
 * it need to be compiled in. Read from the Makefiles and the #if lines; knows no configuration.
 */
#ifndef TAILOR_KTREE_KMODEL_H
#define TAILOR_KTREE_KMODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/terr.h"

struct kmodel;

enum kmodel_how {
	KMODEL_FILE, /* a Makefile says so */
	KMODEL_LINE, /* an #if line does */
};

/* Values of a symbol. */
enum {
	KMODEL_N = 1u << 0,
	KMODEL_M = 1u << 1,
	KMODEL_Y = 1u << 2,
};

struct kmodel_gate {
	const char *symbol; /* without CONFIG_ */
	bool negated;	    /* holds (also) when the symbol is n */
	unsigned int any;   /* 0: needed alone; equal numbers: one of these is enough */
	enum kmodel_how how;
	const char *file; /* where that stands */
	int line;
	unsigned int values; /* for which it holds: #ifdef CONFIG_X wants y, IS_ENABLED(CONFIG_X) y
				or m */
};

/*
 * Reads the Makefiles of the tree; sources are read when they are asked for. NULL with *err set
 * when this is no kernel tree.
 */
struct kmodel *kmodel_open(const char *tree, struct terr *err);
void kmodel_close(struct kmodel *m);

/*
 * What has to hold for this line of this file to be compiled in; line 0: for the file. Paths are
 * relative to the tree; "./" and "../" in them are resolved. Returns the number of gates at *out,
 * which is m's; or -1 when the model knows no such file, or memory ran out.
 *
 * A header has the gates of its lines only. A source that others #include has those of its
 * includers. What is not understood adds no gate.
 */
int kmodel_gates(struct kmodel *m, const char *file, int line, const struct kmodel_gate **out);

/* A part of a source: a line, or all lines from line to last; line 0: the whole file. */
struct kmodel_place {
	const char *file;
	int line;
	int last;
	bool negated; /* of kmodel_symbol(): is there when the symbol is off */
};

/*
 * These answer with the number of places at *out, to be freed; 0: the tree holds none. -1 with *err
 * set. The first of them reads all sources, which takes a second.
 */
int kmodel_syscall(struct kmodel *m, const char *name, struct kmodel_place **out, struct terr *err);
int kmodel_filesystem(struct kmodel *m, const char *name, struct kmodel_place **out,
		      struct terr *err);

/* What answers to an alias of a module, such as rtnl-link-veth or devname:net/tun. */
int kmodel_alias(struct kmodel *m, const char *alias, struct kmodel_place **out, struct terr *err);

/* Files and lines that are compiled in, or left out, because of the symbol. */
int kmodel_symbol(struct kmodel *m, const char *symbol, struct kmodel_place **out,
		  struct terr *err);

/* Something that can be a module (its symbol may turn out not to allow m). */
struct kmodel_module {
	const char *dir;
	const char *name; /* as the Makefile has it; a loaded module has '_' for '-' */
	const struct kmodel_gate *gates;
	int nr_gates;
	const char **files; /* its sources */
	size_t nr_files;
};

/*
 * Number of modules of this name at *out, '-' and '_' taken as equal; to be freed. With builtin
 * also those that are only ever part of the kernel, such as any file of obj-y.
 */
int kmodel_modules(struct kmodel *m, const char *name, bool builtin, struct kmodel_module **out,
		   struct terr *err);
void kmodel_modules_free(struct kmodel_module *v, int nr);

enum kmodel_kind {
	KMODEL_BUILTIN, /* can be part of vmlinux */
	KMODEL_MODULE,	/* of modules only */
	KMODEL_IMAGE,	/* of boot code, vDSO and the like */
};

/* Each source that a Makefile names, in any order; stops when take() returns other than 0. */
int kmodel_each_source(struct kmodel *m, int (*take)(void *arg, const char *file), void *arg);

/* What such a source is part of. -1: no Makefile names it. */
int kmodel_kind_of(struct kmodel *m, const char *file, enum kmodel_kind *kind);

/* What the model holds, for reports. */
struct kmodel_size {
	size_t makefiles;
	size_t sources; /* that Makefiles name */
	size_t parsed;	/* sources that were asked for */
	size_t bytes;
};

void kmodel_size(const struct kmodel *m, struct kmodel_size *size);

#endif /* TAILOR_KTREE_KMODEL_H */

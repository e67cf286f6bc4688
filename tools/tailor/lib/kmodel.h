/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a kernel tree says of itself, for x86-64: which Kconfig symbols a source file and a line of
 * it need to be compiled in. Read from the Makefiles and the #if lines; knows no configuration.
 */
#ifndef TAILOR_LIB_KMODEL_H
#define TAILOR_LIB_KMODEL_H

#include <stdbool.h>
#include <stddef.h>

#include "tailor.h"

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

/* What the model holds, for reports. */
struct kmodel_size {
	size_t makefiles;
	size_t sources; /* that Makefiles name */
	size_t parsed;	/* sources that were asked for */
	size_t bytes;
};

void kmodel_size(const struct kmodel *m, struct kmodel_size *size);

#endif /* TAILOR_LIB_KMODEL_H */

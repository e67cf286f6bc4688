/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counts resolved coverage by Kconfig symbol, file, function or line. An address counts for its own
 * line and for each call that was inlined around it, but once for a row.
 */
#ifndef TAILOR_COVER_COVCOUNT_H
#define TAILOR_COVER_COVCOUNT_H

#include "lib/strlist.h"
#include "cover/addrline.h"
#include "kconfig/fragment.h"
#include "ktree/ktree.h"

enum cov_by {
	COV_BY_SYMBOL,
	COV_BY_FILE,
	COV_BY_FUNCTION,
	COV_BY_LINE,
};

/* Why a symbol is needed; the strongest is shown. */
enum cov_how {
	COV_HOW_LINE,	/* an #if around the line */
	COV_HOW_FILE,	/* the Makefile, for code of vmlinux */
	COV_HOW_MODULE, /* the Makefile, for code of a module */
};

extern const char *const cov_how_names[];

struct cov_place {
	uint32_t file; /* ADDRLINE_NONE: nowhere */
	uint32_t line;
};

struct cov_row {
	uint32_t name;	     /* of a function or, in covcount, of a symbol */
	struct cov_place at; /* of a file, line, or of a function's definition */
	enum cov_how how;
	uint64_t addrs[NR_COV_PHASES];
	uint64_t lines[NR_COV_PHASES];
	struct cov_place first[NR_COV_PHASES]; /* of the lowest address */
	const struct al_point *last;	       /* that was counted */
};

/* Keys of up to three numbers to 0, 1, 2, ... */
struct idmap {
	struct idmap_slot *slots;
	uint32_t mask;
	uint32_t nr;
};

struct covcount {
	const struct addrline *al;
	enum cov_by by;
	struct cov_row *rows;
	size_t nr;
	/* What is asked for: a byte for each file and function; NULL: all. */
	char *file_ok;
	char *function_ok;
	/* Of COV_BY_SYMBOL. */
	struct ktree *model;
	const struct fragment *config; /* NULL: what the kernel's configuration was is not known */
	struct intern symbols;	       /* "A", or "A|B" when any of them will do */
	struct idmap needs_of;	       /* file, line -> needs */
	struct cov_needs *needs;
	size_t nr_needs;
	uint64_t unknown_files; /* lines in files that the model does not know */
	uint64_t contradicted;	/* lines that need a symbol that was off */
	/* The rest is of no interest outside. */
	struct idmap row_of;
	struct idmap line_of; /* row, file, line */
	uint8_t *line_phases;
};

/*
 * Counts the points of al, which stays in use. Lists name what is asked for (empty: all); model and
 * config (which may be NULL) only by symbol. covcount_free() is right in both cases.
 */
int covcount(struct covcount *c, const struct addrline *al, enum cov_by by,
	     const struct strlist *files, const struct strlist *functions, struct ktree *model,
	     const struct fragment *config, struct terr *err);
void covcount_free(struct covcount *c);

#endif /* TAILOR_COVER_COVCOUNT_H */

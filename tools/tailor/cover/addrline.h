/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Addresses of a kernel to source lines, by the debug information of its vmlinux and modules, all
 * in one pass: each unit that has any of the addresses is looked at once.
 */
#ifndef TAILOR_COVER_ADDRLINE_H
#define TAILOR_COVER_ADDRLINE_H

#include "lib/intern.h"
#include "cover/coverage.h"

#define ADDRLINE_NONE UINT32_MAX

/*
 * A function, or a place where one was inlined. The line that an address belongs to is in the
 * innermost one; the line that calls it is in its parent.
 */
struct al_scope {
	uint32_t parent; /* ADDRLINE_NONE: no inlined one */
	uint32_t name;	 /* of the function */
	uint32_t file;	 /* where the function is defined, ADDRLINE_NONE: unknown; line 0 */
	uint32_t line;
	uint32_t call_file; /* where it was inlined */
	uint32_t call_line;
};

struct kdebug;

struct al_point {
	uint64_t addr;	 /* in vmlinux, or where addrline lays the module out */
	uint32_t phases; /* bits; late is a part of the workload, see addrline_resolve() */
	uint32_t file;	 /* ADDRLINE_NONE: no line is known */
	uint32_t line;
	uint32_t unit;	/* file that was compiled; ADDRLINE_NONE: no debug information covers it */
	uint32_t scope; /* ADDRLINE_NONE: no function is known */
	uint32_t bytes; /* 0 when resolved */
	bool module;
};

struct addrline {
	struct intern files; /* relative to the tree where they lie in one */
	struct intern names;
	struct al_scope *scopes;
	size_t nr_scopes;
	struct al_point *points; /* by address, each once */
	size_t nr_points;
	size_t nr_outside; /* addresses that are in neither vmlinux nor a module that is known */
	struct kdebug *debug;
};

/* modules may be NULL: then addresses in modules have no line. NULL with *err set. */
struct addrline *addrline_open(const char *vmlinux, const char *modules, struct terr *err);
void addrline_close(struct addrline *al);

/*
 * Adds the addresses of a coverage file, whose modules may lie elsewhere than those of another.
 * What might be several modules (memory of initialisation is used again) is taken for each of them.
 */
int addrline_add(struct addrline *al, const struct coverage *c, struct terr *err);

/*
 * Fills the points, once. What ran in the last tenth of the workload ran in the workload; it is
 * late when it ran neither before that nor in boot, in none of the files.
 */
int addrline_resolve(struct addrline *al, struct terr *err);

/* A line that an address stands for: its own, and those of the calls that were inlined around it.
 */
struct al_frame {
	uint32_t file;
	uint32_t line;
	uint32_t scope; /* that the line is in */
};

#define AL_FRAMES_MAX 64

/* Innermost first. Returns how many; 0: no line is known. */
size_t addrline_frames(const struct addrline *al, const struct al_point *p,
		       struct al_frame frames[AL_FRAMES_MAX]);

static inline const char *addrline_file(const struct addrline *al, uint32_t file)
{
	return al->files.names[file].s;
}

/* The path in the tree of a path that a compiler was given, in buf (PATH_MAX bytes). */
const char *addrline_path(const char *path, char *buf);

#endif /* TAILOR_COVER_ADDRLINE_H */

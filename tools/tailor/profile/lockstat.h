/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * /proc/lock_stat of a kernel with CONFIG_LOCK_STAT, "lock_stat version 0.4": see
 * Documentation/locking/lockstat.rst and kernel/locking/lockdep_proc.c. Classes of one printed
 * name (the kernel cuts names and versions short) are added up.
 */
#ifndef TAILOR_PROFILE_LOCKSTAT_H
#define TAILOR_PROFILE_LOCKSTAT_H

#include "lib/intern.h"
#include "lib/strlist.h"
#include "lib/terr.h"

/* Times are in hundredths of a microsecond, as the file prints them. */
struct lock_times {
	uint64_t nr;
	uint64_t min;
	uint64_t max;
	uint64_t total;
};

/* What was counted for the readers of a class, or for its writers (and plain locks). */
struct lock_side {
	uint64_t con_bounces;
	uint64_t acq_bounces;
	struct lock_times wait; /* nr: contentions */
	struct lock_times hold; /* nr: acquisitions */
	uint64_t line;		/* 0: the file has none */
	bool plain;		/* printed without "-W" */
};

enum lock_role {
	LOCK_WAITS, /* contention point: who waited */
	LOCK_HOLDS, /* contending point: who had the lock meanwhile */
	NR_LOCK_ROLES,
};

/* The first four places of each role that a class saw; readers and writers share them. */
struct lock_point {
	enum lock_role role;
	char *symbol; /* with offset and module */
	uint64_t hits;
};

enum {
	LOCK_WRITERS,
	LOCK_READERS,
	NR_LOCK_SIDES,
};

struct lock_class {
	struct lock_side side[NR_LOCK_SIDES];
	struct lock_point *points;
	size_t nr_points;
};

struct lockstat {
	char *path;
	struct intern names;	    /* without "-W" and "-R" */
	struct lock_class *classes; /* by the number of their name */
	size_t nr;
	uint64_t lines;
	uint64_t disabled; /* line that says the kernel stopped counting; 0: none */
	uint64_t gone;	   /* classes that only the earlier file has */
	uint64_t cut;	   /* line of the last class, when its block does not end; 0: it does */
};

/*
 * One file ("-" and none: standard input), or one from before and one from after a workload in the
 * same boot: then what the first counted is taken away, but minima and maxima stay those of the
 * second. NULL with *err set, which names the file, the line and what to do, also when a count went
 * backwards.
 */
struct lockstat *lockstat_open(char *const *paths, size_t nr, struct terr *err);
void lockstat_free(struct lockstat *ls);

/* As the file prints it, in buf. */
const char *lockstat_name(const struct lockstat *ls, size_t class, unsigned int side, char *buf,
			  size_t len);

/* Whether the file has this side, and its name with or without "-R" and "-W" is among the names. */
bool lockstat_matches(const struct lockstat *ls, size_t class, unsigned int side,
		      const struct strlist *names);

/* The numbers of a side by name, as columns show them and rules ask for them. */
enum lock_column_type {
	LOCK_COUNT,
	LOCK_US,
};

struct lock_column {
	const char *name;
	enum lock_column_type type;
	bool in_text;
};

extern const struct lock_column lock_columns[];
extern const size_t nr_lock_columns;

/* The number of the column of that name; nr_lock_columns: there is none. */
size_t lockstat_column(const char *name);

/* NaN: nothing was timed. */
double lockstat_value(const struct lock_side *side, size_t column);

/*
 * A column over all locks whose name (with or without "-R" and "-W") matches the pattern: counts
 * and totals added up, of the others the largest; 0 when there is none. *line is where the first of
 * them stands, 0: none.
 */
double lockstat_sum(const struct lockstat *ls, const char *pattern, size_t column, uint64_t *line);

/*
 * False when the kernel stopped counting or the file was cut off: what is not there may still have
 * happened. A file cut off between two blocks, or behind a lock that nobody waited for, looks
 * whole.
 */
static inline bool lockstat_complete(const struct lockstat *ls)
{
	return !ls->disabled && !ls->cut && ls->nr;
}

/* What is to be said of a file besides its numbers, on standard error; false: nothing. */
bool lockstat_warn(const struct lockstat *ls);

#endif /* TAILOR_PROFILE_LOCKSTAT_H */

/* SPDX-License-Identifier: GPL-2.0-only */
/* Which missing Kconfig symbols explain what a kernel or a program says. */
#ifndef TAILOR_DIAGNOSE_DIAGNOSE_H
#define TAILOR_DIAGNOSE_DIAGNOSE_H

#include "diagnose/console.h"
#include "diagnose/knames.h"
#include "diagnose/symptoms.h"

/* How much a clue says, the most first. */
enum clue_strength {
	CLUE_TRIPWIRE, /* our kernel's own word */
	CLUE_NAMED,    /* a complaint with CONFIG_X in it */
	CLUE_SAID,     /* a symptom, or a name of the kernel's world */
	CLUE_HINT,     /* a weak symptom */
};

struct clue {
	const char *symbol;
	const struct console *console;
	const struct console_line *line;
	const char *text; /* what in the line told */
	enum clue_strength strength;
	unsigned int place; /* among the symbols of the same words, from 0 */
	int said;	    /* line of the symptoms, 0: none */
	size_t order;	    /* as they were found */
};

struct diagnosis {
	struct arena ar;
	struct clue *v; /* one for each symbol */
	size_t nr;
	size_t order;
};

/* Adds what this console tells; lines in known are no clue. -1 with *err set. */
int diagnose(struct diagnosis *d, const struct console *c, const struct console_known *known,
	     const struct symptoms *s, struct knames *kn, struct terr *err);

/* Puts the best first. */
void diagnosis_sort(struct diagnosis *d);
void diagnosis_free(struct diagnosis *d);

#endif /* TAILOR_DIAGNOSE_DIAGNOSE_H */

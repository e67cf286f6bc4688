/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The small files of a run folder and of an exact profile, line by line: "key: value" files, and
 * comma-separated ones whose fields hold no comma. What stands in them reaches terminals and pages,
 * so they must be UTF-8 without control characters.
 */
#ifndef TAILOR_LIB_LINES_H
#define TAILOR_LIB_LINES_H

#include <stddef.h>

#include "lib/terr.h"

/*
 * struct lines - a file cut into lines
 * @path, @number: where the current line stands, for messages
 * @again:         what to do when the file is damaged ("measure the arm again")
 * @text:          the line without its end
 */
struct lines {
	char *path;
	const char *again;
	char *contents;
	char *rest;
	char *text;
	unsigned int number;
};

/*
 * Opens dir/name; hint says what the folder should have been. 0, or -1 with *err set; lines_close()
 * is right in both cases.
 */
int lines_open(struct lines *l, const char *dir, const char *name, const char *hint,
	       const char *again, struct terr *err);
void lines_close(struct lines *l);

/* 1 with the next line, 0 at the end, -1 with *err set. */
int lines_next(struct lines *l, struct terr *err);

/* The first line must be this header. 0, or -1 with *err set. */
int lines_header(struct lines *l, const char *header, struct terr *err);

/* Cuts the line into exactly nr fields. 0, or -1 with *err set. */
int lines_split(const struct lines *l, char **fields, size_t nr, const char *header,
		struct terr *err);

/* A decimal number; hex, inf, nan and blanks are none. 0, or -1. */
int lines_number(const char *s, double *out);

struct keyval {
	char *key;
	char *value;
};

/*
 * "key: value" lines; blank lines and # comments are left out, and a key stands once. Written by
 * the project's own scripts they begin with "format: 2" and end with "facts_end: N", the number of
 * the others: then a file that was cut off is refused, and so is one of which they tell the lines.
 */
struct keyvals {
	size_t nr;
	struct keyval *v;
};

#define KEYVALS_FORMAT "2"

/* As lines_open(), and keyvals_free() is right in both cases. */
int keyvals_read(struct keyvals *kv, const char *dir, const char *name, const char *hint,
		 struct terr *err);
void keyvals_free(struct keyvals *kv);

/* NULL: there is no such key. */
const char *keyvals_get(const struct keyvals *kv, const char *key);

/*
 * Whether path has the number of lines that the key says; always, when the facts are of old. 0, or
 * -1 with *err set.
 */
int keyvals_count(const struct keyvals *kv, const char *key, const char *path, size_t nr,
		  struct terr *err);

#endif /* TAILOR_LIB_LINES_H */

// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "lib/csv.h"
#include "lib/slurp.h"
#include "lib/strlist.h"
#include "lib/sum.h"
#include "cover/covered.h"

enum covered_column {
	C_SYMBOL,
	C_BOOT,
	C_WORKLOAD,
	C_LATE,
	C_FIRST_WORKLOAD,
	C_PROMPT,
	C_NEEDS,
	NR_COLUMNS,
};

static const char *const column_names[NR_COLUMNS] = {
	[C_SYMBOL] = "symbol",
	[C_BOOT] = "boot",
	[C_WORKLOAD] = "workload",
	[C_LATE] = "late",
	[C_FIRST_WORKLOAD] = "first_workload",
	[C_PROMPT] = "prompt",
	[C_NEEDS] = "needs",
};

#define MAX_CELLS 32
#define LATE "# late: "
#define OF " of "
#define END "# end: rows="
#define AGAIN "make it anew with tailor cover --by=symbol --format=csv"

/* The file while it is read. */
struct covered_reader {
	struct covered *c;
	int line;
	int at[NR_COLUMNS]; /* in which cell each column stands */
	int nr_cells;	    /* 0: the heading is still to come */
	bool whole;	    /* as far as its header tells: nothing was lost or left out */
	bool ended;	    /* the trailer was read */
	struct terr *err;
};

/* The number of cells, or -1: too many. */
static int cells_of(char *line, char **cell)
{
	size_t nr = csv_split(line, cell, MAX_CELLS);

	return nr > MAX_CELLS ? -1 : (int)nr;
}

static int read_heading(struct covered_reader *r, char *line)
{
	char *cell[MAX_CELLS];

	r->nr_cells = cells_of(line, cell);
	for (int c = 0; c < NR_COLUMNS; c++) {
		r->at[c] = -1;
		for (int i = 0; i < r->nr_cells; i++)
			if (!strcmp(cell[i], column_names[c]))
				r->at[c] = i;
		if (r->at[c] < 0 && c != C_LATE)
			return terr_set(r->err,
					"%s:%d: no column \"%s\"; make the file with tailor cover "
					"--by=symbol --format=csv",
					r->c->path, r->line, column_names[c]);
	}
	return 0;
}

static int read_count(const struct covered_reader *r, const char *s, uint64_t *out)
{
	char *end;

	errno = 0;
	*out = strtoull(s, &end, 10);
	if (*s >= '0' && *s <= '9' && !*end && !errno && *out <= SUM_MAX)
		return 0;
	return terr_set(r->err, "%s:%d: \"%s\" is not a count", r->c->path, r->line, s);
}

/* Blank-separated names, cut up in place. */
static int read_names(const struct covered_reader *r, char *s, struct namelist *out)
{
	char *save;

	for (char *name = strtok_r(s, " ", &save); name; name = strtok_r(NULL, " ", &save)) {
		if (namelist_add(out, name))
			return terr_set(r->err, "%s: out of memory", r->c->path);
	}
	return 0;
}

static int read_symbol(struct covered_reader *r, char *line)
{
	struct covered *c = r->c;
	char *cell[MAX_CELLS];
	struct covered_symbol *s;
	int nr = cells_of(line, cell);

	if (nr != r->nr_cells)
		return terr_set(r->err, "%s:%d: %d values, but %d columns; the line is torn",
				c->path, r->line, nr, r->nr_cells);
	s = array_grow(c->v, c->nr, sizeof(*s));
	if (!s)
		return terr_set(r->err, "%s: out of memory", c->path);
	c->v = s;
	s = &c->v[c->nr++];
	*s = (struct covered_symbol){
		.symbol = cell[r->at[C_SYMBOL]],
		.first_workload = cell[r->at[C_FIRST_WORKLOAD]],
		.prompt = !strcmp(cell[r->at[C_PROMPT]], "yes"),
		.line = r->line,
	};
	if (read_count(r, cell[r->at[C_BOOT]], &s->boot) ||
	    read_count(r, cell[r->at[C_WORKLOAD]], &s->workload) ||
	    (r->at[C_LATE] >= 0 && read_count(r, cell[r->at[C_LATE]], &s->late)))
		return -1;
	return read_names(r, cell[r->at[C_NEEDS]], &s->needs);
}

static int read_end(struct covered_reader *r, const char *rows)
{
	uint64_t nr;

	if (read_count(r, rows, &nr))
		return -1;
	if (nr != r->c->nr)
		return terr_set(r->err,
				"%s:%d: the trailer counts %llu rows, but %zu stand here; the file "
				"was cut or edited: " AGAIN,
				r->c->path, r->line, (unsigned long long)nr, r->c->nr);
	r->ended = true;
	return 0;
}

/* Others are for people. */
static int read_comment(struct covered_reader *r, char *line)
{
	struct covered *c = r->c;
	char *of;

	if (!strcmp(line, "# complete: yes"))
		r->whole = true;
	if (!strncmp(line, END, strlen(END)))
		return read_end(r, line + strlen(END));
	if (strncmp(line, LATE, strlen(LATE)) != 0)
		return 0;
	c->has_late = true;
	of = strstr(line, OF);
	if (of) {
		*of = '\0';
		if (!read_count(r, line + strlen(LATE), &c->late) &&
		    !read_count(r, of + strlen(OF), &c->workload))
			return 0;
	}
	return terr_set(r->err, "%s:%d: not \"" LATE "NUMBER" OF "NUMBER\"", c->path, r->line);
}

static int by_symbol(const void *a, const void *b)
{
	return strcmp(((const struct covered_symbol *)a)->symbol,
		      ((const struct covered_symbol *)b)->symbol);
}

static int sort(struct covered *c, struct terr *err)
{
	if (c->nr)
		qsort(c->v, c->nr, sizeof(*c->v), by_symbol);
	for (size_t i = 1; i < c->nr; i++)
		if (!strcmp(c->v[i - 1].symbol, c->v[i].symbol))
			return terr_set(err, "%s:%d: %s stands in line %d too; keep one of them",
					c->path, c->v[i].line, c->v[i].symbol, c->v[i - 1].line);
	return 0;
}

static int read_line(struct covered_reader *r, char *line)
{
	r->line++;
	if (r->ended)
		return terr_set(r->err, "%s:%d: something stands behind the trailer; " AGAIN,
				r->c->path, r->line);
	if (*line == '#')
		return read_comment(r, line);
	return r->nr_cells ? read_symbol(r, line) : read_heading(r, line);
}

static void judge(struct covered *c, const struct covered_reader *r)
{
	if (!r->ended)
		c->incomplete = "the coverage has no \"# end:\" line as its last: it was cut off";
	else if (!r->whole)
		c->incomplete = "some of the coverage was lost or left out";
	c->complete = !c->incomplete;
}

int covered_load(struct covered *c, const char *path, struct terr *err)
{
	struct covered_reader r = { .c = c, .err = err };
	char *line;
	char *rest;
	size_t len;
	bool whole;

	*c = (struct covered){ .path = path };
	c->text = slurp(path, &len, err);
	if (!c->text)
		return -1;
	rest = c->text;
	whole = len && c->text[len - 1] == '\n';
	while ((line = slurp_line(&rest)))
		if (read_line(&r, line))
			return -1;
	if (!r.nr_cells)
		return terr_set(err, "%s is empty or was cut off; " AGAIN, path);
	if (!whole)
		return terr_set(err,
				"%s:%d: the last line has no end, the file was cut off; " AGAIN,
				path, r.line);
	judge(c, &r);
	return sort(c, err);
}

void covered_free(struct covered *c)
{
	for (size_t i = 0; i < c->nr; i++)
		free(c->v[i].needs.v);
	free(c->v);
	free(c->text);
	memset(c, 0, sizeof(*c));
}

const struct covered_symbol *covered_find(const struct covered *c, const char *symbol)
{
	struct covered_symbol key = { .symbol = symbol };

	return c->nr ? bsearch(&key, c->v, c->nr, sizeof(*c->v), by_symbol) : NULL;
}

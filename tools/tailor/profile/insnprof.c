// SPDX-License-Identifier: GPL-2.0-only
/* Reader of an exact profile; the format stands in insnprof.h. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "profile/insnprof.h"

#define PROFILE_FOLDER "the folder that bench/profile wrote"
#define PROFILE_AGAIN "run bench/profile again"
#define CSV_HEADER "kind,name,arm,insn_per_request"
/* The sums of the folded stacks and of profile.csv are of the same instructions, but for digits. */
#define SUM_TOLERANCE 1e-4
#define FRAME_MAX 512
#define FRAMES_MAX 1024

enum insnprof_column {
	COL_KIND,
	COL_NAME,
	COL_ARM,
	COL_INSN,
	NR_COLUMNS,
};

const char *insnprof_fact(const struct insn_profile *p, const char *key)
{
	return keyvals_get(&p->facts, key);
}

bool insnprof_is_behind_card(const struct insn_profile *p)
{
	const char *client = insnprof_fact(p, "client");

	return client && !strcmp(client, "behind a card");
}

static struct insn_arm *find_arm(const struct insn_profile *p, const char *name)
{
	for (size_t i = 0; i < p->nr_arms; i++)
		if (!strcmp(p->arms[i].name, name))
			return &p->arms[i];
	return NULL;
}

const struct insn_arm *insnprof_arm(const struct insn_profile *p, const char *name)
{
	return find_arm(p, name);
}

/* profile.facts */

static int add_arm(struct insn_profile *p, const char *name, size_t len, struct terr *err)
{
	struct insn_arm *arm = array_grow(p->arms, p->nr_arms, sizeof(*arm));

	if (!arm)
		return terr_no_memory(err);
	p->arms = arm;
	arm += p->nr_arms++;
	*arm = (struct insn_arm){ .total = NAN, .user = NAN, .first = INSN_ROOT };
	arm->name = strndup(name, len);
	return arm->name ? 0 : terr_no_memory(err);
}

static int read_arms(struct insn_profile *p, struct terr *err)
{
	const char *rest = insnprof_fact(p, "arms");

	while (*rest) {
		size_t len = strcspn(rest, " ");

		if (len && add_arm(p, rest, len, err))
			return -1;
		rest += len + (rest[len] == ' ');
	}
	if (!p->nr_arms)
		return terr_set(err, "%s/profile.facts: 'arms' names none; " PROFILE_AGAIN, p->dir);
	for (size_t i = 0; i < p->nr_arms; i++)
		if (find_arm(p, p->arms[i].name) != &p->arms[i])
			return terr_set(err,
					"%s/profile.facts: 'arms' names '%s' twice; " PROFILE_AGAIN,
					p->dir, p->arms[i].name);
	return 0;
}

static int read_facts(struct insn_profile *p, struct terr *err)
{
	static const char *const needed[] = { "scenario", "operation", "operations", "accelerator",
					      "arms" };
	double operations;

	if (keyvals_read(&p->facts, p->dir, "profile.facts", PROFILE_FOLDER, err))
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(needed); i++)
		if (!insnprof_fact(p, needed[i]))
			return terr_set(err, "%s/profile.facts: no '%s: ...' line; " PROFILE_AGAIN,
					p->dir, needed[i]);
	if (lines_number(insnprof_fact(p, "operations"), &operations) || operations < 1)
		return terr_set(err, "%s/profile.facts: operations is '%s'; " PROFILE_AGAIN, p->dir,
				insnprof_fact(p, "operations"));
	return read_arms(p, err);
}

/* profile.csv */

static struct insn_row *row_of(struct insn_profile *p, struct insn_rows *rows, const char *name)
{
	struct insn_row *row;

	for (size_t i = rows->nr; i--;)
		if (!strcmp(rows->v[i].name, name))
			return &rows->v[i];
	row = array_grow(rows->v, rows->nr, sizeof(*row));
	if (!row)
		return NULL;
	rows->v = row;
	row += rows->nr++;
	row->name = strdup(name);
	row->insn = calloc(p->nr_arms, sizeof(*row->insn));
	return row->name && row->insn ? row : NULL;
}

static int read_figure(struct insn_profile *p, const struct lines *l, struct terr *err)
{
	char *fields[NR_COLUMNS];
	struct insn_rows *rows = NULL;
	struct insn_arm *arm;
	struct insn_row *row;
	double insn;

	if (lines_split(l, fields, NR_COLUMNS, CSV_HEADER, err))
		return -1;
	arm = find_arm(p, fields[COL_ARM]);
	if (!arm)
		return terr_set(err, "%s:%u: '%s' is no arm of profile.facts; " PROFILE_AGAIN,
				l->path, l->number, fields[COL_ARM]);
	if (lines_number(fields[COL_INSN], &insn) || insn < 0)
		return terr_set(err, "%s:%u: '%.40s' is no number of instructions; " PROFILE_AGAIN,
				l->path, l->number, fields[COL_INSN]);
	if (!strcmp(fields[COL_KIND], "total"))
		arm->total = insn;
	else if (!strcmp(fields[COL_KIND], "user"))
		arm->user = insn;
	else if (!strcmp(fields[COL_KIND], "folder"))
		rows = &p->folders;
	else if (!strcmp(fields[COL_KIND], "function"))
		rows = &p->functions;
	if (!rows)
		return 0;
	row = row_of(p, rows, fields[COL_NAME]);
	if (!row)
		return terr_no_memory(err);
	row->insn[arm - p->arms] = insn;
	return 0;
}

static double largest(const struct insn_row *row, size_t nr_arms)
{
	double most = 0;

	for (size_t i = 0; i < nr_arms; i++)
		most = fmax(most, row->insn[i]);
	return most;
}

static int by_largest(const void *a, const void *b, void *arg)
{
	size_t nr_arms = *(size_t *)arg;
	double x = largest(a, nr_arms);
	double y = largest(b, nr_arms);

	if (x != y)
		return x < y ? 1 : -1;
	return strcmp(((const struct insn_row *)a)->name, ((const struct insn_row *)b)->name);
}

static void sort_rows(struct insn_profile *p, struct insn_rows *rows)
{
	if (rows->nr)
		qsort_r(rows->v, rows->nr, sizeof(*rows->v), by_largest, &p->nr_arms);
}

static int read_figures(struct insn_profile *p, struct terr *err)
{
	struct lines l;
	int rc = lines_open(&l, p->dir, "profile.csv", PROFILE_FOLDER, PROFILE_AGAIN, err);

	if (!rc)
		rc = lines_header(&l, CSV_HEADER, err);
	while (!rc && (rc = lines_next(&l, err)) > 0)
		rc = read_figure(p, &l, err);
	for (size_t i = 0; !rc && i < p->nr_arms; i++)
		if (!(p->arms[i].total > 0) || !(p->arms[i].user <= p->arms[i].total))
			rc = terr_set(
				err,
				"%s: total and user of the arm '%s' are absent, or do not fit "
				"one another; " PROFILE_AGAIN,
				l.path, p->arms[i].name);
	/* the heading and the end were counted, too */
	if (!rc)
		rc = keyvals_count(&p->facts, "figures", l.path, l.number - 2, err);
	lines_close(&l);
	sort_rows(p, &p->folders);
	sort_rows(p, &p->functions);
	return rc;
}

/* ARM.folded */

/* "f.constprop.0", "f.part.0.cold": what a compiler made of f counts as f, so that arms agree. */
static size_t without_suffix(const char *s, size_t len)
{
	static const char *const suffixes[] = { ".constprop", ".isra", ".part", ".cold" };

	for (size_t i = 1; i < len; i++)
		for (size_t k = 0; s[i] == '.' && k < ARRAY_SIZE(suffixes); k++)
			if (!strncmp(s + i, suffixes[k], strlen(suffixes[k])))
				return i;
	return len;
}

static uint32_t first_child(const struct insn_arm *arm, uint32_t node)
{
	return node == INSN_ROOT ? arm->first : arm->nodes[node].child;
}

/* The child of parent with this name, a new one when there is none; INSN_ROOT without memory. */
static uint32_t child_of(struct insn_arm *arm, uint32_t parent, uint32_t name)
{
	struct insn_node *new;
	uint32_t i;

	for (i = first_child(arm, parent); i != INSN_ROOT; i = arm->nodes[i].next)
		if (arm->nodes[i].name == name)
			return i;
	new = array_grow(arm->nodes, arm->nr_nodes, sizeof(*new));
	if (!new)
		return INSN_ROOT;
	arm->nodes = new;
	arm->nodes[arm->nr_nodes] = (struct insn_node){
		.name = name,
		.parent = parent,
		.child = INSN_ROOT,
		.next = first_child(arm, parent),
	};
	if (parent == INSN_ROOT)
		arm->first = arm->nr_nodes;
	else
		arm->nodes[parent].child = arm->nr_nodes;
	return arm->nr_nodes++;
}

static uint32_t add_frame(struct insn_profile *p, struct insn_arm *arm, uint32_t parent,
			  const char *s, size_t len)
{
	/* What is interned is read in words of 8 bytes. */
	char room[FRAME_MAX + 8] = { 0 };
	uint32_t name;

	len = without_suffix(s, len);
	memcpy(room, s, len < FRAME_MAX ? len : FRAME_MAX);
	name = intern_add(&p->names, room, strlen(room));
	return name == INTERN_NONE ? INSN_ROOT : child_of(arm, parent, name);
}

static int read_stack(struct insn_profile *p, struct insn_arm *arm, const struct lines *l,
		      double operations, struct terr *err)
{
	char *blank = strrchr(l->text, ' ');
	uint32_t node = INSN_ROOT;
	const char *s = l->text;
	size_t depth = 0;
	double insn;

	if (!blank || blank == s || lines_number(blank + 1, &insn) || insn < 0)
		return terr_set(
			err, "%s:%u: not 'frame;frame;... instructions': '%.60s'; " PROFILE_AGAIN,
			l->path, l->number, l->text);
	while (s < blank) {
		size_t len = strcspn(s, ";");

		if (len > (size_t)(blank - s))
			len = (size_t)(blank - s);
		if (!len || ++depth > FRAMES_MAX)
			return terr_set(
				err,
				"%s:%u: a frame without a name, or more than %d; " PROFILE_AGAIN,
				l->path, l->number, FRAMES_MAX);
		node = add_frame(p, arm, node, s, len);
		if (node == INSN_ROOT)
			return terr_no_memory(err);
		s += len + 1;
	}
	arm->nodes[node].self += insn / operations;
	return 0;
}

/* Totals from below: a parent stands before its children. Returns that of all first frames. */
static double add_totals(struct insn_arm *arm)
{
	double all = 0;

	for (uint32_t i = arm->nr_nodes; i--;) {
		struct insn_node *n = &arm->nodes[i];

		n->total += n->self;
		if (n->parent == INSN_ROOT)
			all += n->total;
		else
			arm->nodes[n->parent].total += n->total;
	}
	return all;
}

/* The sums are not exact enough to miss a small stack. */
static int count_stacks(const struct insn_profile *p, const struct insn_arm *arm,
			const struct lines *l, struct terr *err)
{
	char *key;
	int rc;

	if (asprintf(&key, "stacks.%s", arm->name) < 0)
		return terr_no_memory(err);
	rc = keyvals_count(&p->facts, key, l->path, l->number - 1, err);
	free(key);
	return rc;
}

static int read_folded(struct insn_profile *p, struct insn_arm *arm, struct terr *err)
{
	struct lines l = { 0 };
	double operations;
	double all;
	char *name;
	int rc;

	lines_number(insnprof_fact(p, "operations"), &operations);
	if (asprintf(&name, "%s.folded", arm->name) < 0)
		return terr_no_memory(err);
	rc = lines_open(&l, p->dir, name, PROFILE_FOLDER, PROFILE_AGAIN, err);
	while (!rc && (rc = lines_next(&l, err)) > 0)
		rc = read_stack(p, arm, &l, operations, err);
	all = add_totals(arm);
	if (!rc && fabs(all - arm->total) > SUM_TOLERANCE * arm->total)
		rc = terr_set(err,
			      "%s: its stacks have %.0f instructions, the arm has %.0f in "
			      "profile.csv; " PROFILE_AGAIN,
			      l.path, all, arm->total);
	if (!rc)
		rc = count_stacks(p, arm, &l, err);
	lines_close(&l);
	free(name);
	return rc;
}

/*
 * struct matcher - finds the counterparts of an arm's nodes in another arm
 * @list: nodes of b; what was found for a node stands behind what was found for its caller
 */
struct matcher {
	struct insn_arm *a;
	const struct insn_arm *b;
	uint32_t *list;
	size_t nr;
};

static int found(struct matcher *m, uint32_t node)
{
	uint32_t *list = array_grow(m->list, m->nr, sizeof(*list));

	if (!list)
		return -1;
	m->list = list;
	m->list[m->nr++] = node;
	return 0;
}

/* Whether node has a sibling of this name, below its nearest caller that has a counterpart. */
static bool has_sibling(const struct matcher *m, uint32_t node, uint32_t top, uint32_t name)
{
	do {
		node = m->a->nodes[node].parent;
		for (uint32_t i = first_child(m->a, node); i != INSN_ROOT; i = m->a->nodes[i].next)
			if (m->a->nodes[i].name == name)
				return true;
	} while (node != top);
	return false;
}

/* Finds node's function below caller, a node of b: at once, or behind frames that only b has. */
static int look_below(struct matcher *m, uint32_t node, uint32_t top, uint32_t caller, bool deep)
{
	uint32_t name = m->a->nodes[node].name;
	int rc = 0;

	for (uint32_t i = first_child(m->b, caller); !rc && i != INSN_ROOT;
	     i = m->b->nodes[i].next) {
		if (m->b->nodes[i].name == name)
			rc = found(m, i);
		else if (deep && !has_sibling(m, node, top, m->b->nodes[i].name))
			rc = look_below(m, node, top, i, deep);
	}
	return rc;
}

/*
 * The counterparts of node and of what it calls; those of its caller top are list[from..to[. What
 * stands in between has none.
 */
static int match(struct matcher *m, uint32_t node, uint32_t top, size_t from, size_t to)
{
	size_t start = m->nr;
	double other = 0;
	bool own;
	int rc = 0;

	for (size_t i = from; !rc && i < to; i++)
		rc = look_below(m, node, top, m->list[i], false);
	for (size_t i = from; !rc && m->nr == start && i < to; i++)
		rc = look_below(m, node, top, m->list[i], true);
	own = m->nr > start;
	for (size_t i = start; i < m->nr; i++)
		other += m->b->nodes[m->list[i]].total;
	if (own) {
		top = node;
		from = start;
		to = m->nr;
	}
	for (uint32_t i = m->a->nodes[node].child; !rc && i != INSN_ROOT; i = m->a->nodes[i].next) {
		rc = match(m, i, top, from, to);
		if (!own)
			other += m->a->nodes[i].other;
	}
	m->a->nodes[node].other = other;
	m->nr = start;
	return rc;
}

static int match_arm(struct insn_arm *a, const struct insn_arm *b, struct terr *err)
{
	struct matcher m = { .a = a, .b = b };
	int rc = found(&m, INSN_ROOT);

	for (uint32_t i = a->first; !rc && i != INSN_ROOT; i = a->nodes[i].next)
		rc = match(&m, i, INSN_ROOT, 0, 1);
	free(m.list);
	return rc ? terr_no_memory(err) : 0;
}

int insnprof_read_figures(struct insn_profile *p, const char *dir, struct terr *err)
{
	memset(p, 0, sizeof(*p));
	p->dir = strdup(dir);
	if (!p->dir)
		return terr_no_memory(err);
	return read_facts(p, err) || read_figures(p, err) ? -1 : 0;
}

int insnprof_read(struct insn_profile *p, const char *dir, struct terr *err)
{
	if (insnprof_read_figures(p, dir, err))
		return -1;
	for (size_t i = 0; i < p->nr_arms; i++)
		if (read_folded(p, &p->arms[i], err))
			return -1;
	for (size_t i = 0; i < p->nr_arms; i++)
		if (match_arm(&p->arms[i], &p->arms[i ? 0 : p->nr_arms - 1], err))
			return -1;
	return 0;
}

static void free_rows(struct insn_rows *rows)
{
	for (size_t i = 0; i < rows->nr; i++) {
		free(rows->v[i].name);
		free(rows->v[i].insn);
	}
	free(rows->v);
}

void insnprof_free(struct insn_profile *p)
{
	for (size_t i = 0; i < p->nr_arms; i++) {
		free(p->arms[i].name);
		free(p->arms[i].nodes);
	}
	free(p->arms);
	free_rows(&p->folders);
	free_rows(&p->functions);
	intern_free(&p->names);
	keyvals_free(&p->facts);
	free(p->dir);
	memset(p, 0, sizeof(*p));
}

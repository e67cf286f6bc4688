// SPDX-License-Identifier: GPL-2.0-only
/* tailor graph: the tree of calls with what each took, "what takes needlessly long". */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmds/logcmd.h"
#include "output/json.h"
#include "output/out.h"
#include "profile/callgraph.h"
#include "options.h"

/* The tree in the order it is shown: children behind their parent, the most interesting first. */
struct order {
	const struct callgraph *cg;
	const char *sort;
	uint32_t *rows; /* node of each row */
	uint32_t nr;
	/* Children of each node, in rows of nodes: from[n] to from[n + 1]; the last is the root. */
	uint32_t *children;
	uint32_t *from;
};

static const char *const sort_columns[] = { "total_us", "self_us", "calls", "function" };

static int check_sort(const char *sort, struct terr *err)
{
	for (size_t i = 0; sort && i < ARRAY_SIZE(sort_columns); i++)
		if (!strcmp(sort, sort_columns[i]))
			return 0;
	return sort ? terr_set(
			      err,
			      "--sort=%s: no such column (columns: total_us, self_us, calls, function)",
			      sort)
		    : 0;
}

static int by_column(const void *a, const void *b, void *arg)
{
	const struct order *o = arg;
	const struct cg_node *x = &o->cg->nodes[*(const uint32_t *)a];
	const struct cg_node *y = &o->cg->nodes[*(const uint32_t *)b];
	uint64_t vx = x->total;
	uint64_t vy = y->total;

	if (o->sort && !strcmp(o->sort, "self_us")) {
		vx = cg_self(x);
		vy = cg_self(y);
	} else if (o->sort && !strcmp(o->sort, "calls")) {
		vx = x->calls;
		vy = y->calls;
	} else if (o->sort && !strcmp(o->sort, "function")) {
		vx = vy;
	}
	return vx != vy ? (vx < vy ? 1 : -1) : strcmp(cg_name(o->cg, x), cg_name(o->cg, y));
}

/* Groups the nodes by their parents: counts, then sums, then places. */
static void group(struct order *o)
{
	const struct callgraph *cg = o->cg;
	uint32_t n = cg->nr_nodes;

	for (uint32_t i = 0; i < n; i++)
		o->from[(cg->nodes[i].parent == CG_ROOT ? n : cg->nodes[i].parent) + 1]++;
	for (uint32_t i = 0; i <= n; i++)
		o->from[i + 1] += o->from[i];
	for (uint32_t i = n; i--;) {
		uint32_t parent = cg->nodes[i].parent == CG_ROOT ? n : cg->nodes[i].parent;

		o->children[--o->from[parent + 1]] = i;
	}
	/* Placing moved each end to its start: from[p + 1] is now where the children of p begin. */
	for (uint32_t i = 0; i <= n; i++)
		o->from[i] = o->from[i + 1];
	o->from[n + 1] = n;
	for (uint32_t i = 0; i <= n; i++)
		if (o->from[i + 1] > o->from[i] + 1)
			qsort_r(o->children + o->from[i], o->from[i + 1] - o->from[i],
				sizeof(*o->children), by_column, o);
}

/* Depth first, without recursion: a log may be thousands of calls deep. */
static void walk(struct order *o, uint32_t *pending)
{
	uint32_t n = o->cg->nr_nodes;
	uint32_t top = 0;

	for (uint32_t i = o->from[n + 1]; i-- > o->from[n];)
		pending[top++] = o->children[i];
	while (top) {
		uint32_t node = pending[--top];

		o->rows[o->nr++] = node;
		for (uint32_t i = o->from[node + 1]; i-- > o->from[node];)
			pending[top++] = o->children[i];
	}
}

static void order_free(struct order *o)
{
	free(o->rows);
	free(o->children);
	free(o->from);
}

static int order_init(struct order *o, const struct callgraph *cg, const char *sort)
{
	size_t n = (size_t)cg->nr_nodes + 2;
	uint32_t *pending = calloc(n, sizeof(*pending));

	*o = (struct order){ .cg = cg, .sort = sort };
	o->rows = calloc(n, sizeof(*o->rows));
	o->children = calloc(n, sizeof(*o->children));
	o->from = calloc(n, sizeof(*o->from));
	if (pending && o->rows && o->children && o->from) {
		group(o);
		walk(o, pending);
		free(pending);
		return 0;
	}
	free(pending);
	order_free(o);
	return -1;
}

/* "a;b;c" of a node; to be freed. */
static char *stack_of(const struct callgraph *cg, const struct cg_node *n)
{
	size_t len = 0;
	char *text;
	char *s;

	for (const struct cg_node *p = n;; p = &cg->nodes[p->parent]) {
		len += cg->functions.names[p->function].len + 1;
		if (p->parent == CG_ROOT)
			break;
	}
	text = malloc(len);
	if (!text)
		return NULL;
	s = text + len;
	for (const struct cg_node *p = n;; p = &cg->nodes[p->parent]) {
		*--s = p == n ? '\0' : ';';
		s -= cg->functions.names[p->function].len;
		memcpy(s, cg_name(cg, p), cg->functions.names[p->function].len);
		if (p->parent == CG_ROOT)
			return text;
	}
}

static int add_row(struct out_table *t, const struct callgraph *cg, const struct cg_node *n)
{
	char *stack = stack_of(cg, n);
	char *tree = NULL;
	int rc = -1;

	if (stack && asprintf(&tree, "%*s%s", 2 * (int)n->depth, "", cg_name(cg, n)) >= 0) {
		const union out_cell cells[] = {
			{ .s = stack },
			{ .s = cg_name(cg, n) },
			{ .u = n->depth },
			{ .u = n->calls },
			{ .r = logcmd_time((double)n->total, cg->unit) },
			{ .r = logcmd_time((double)cg_self(n), cg->unit) },
			{ .u = n->missing },
			{ .s = tree },
		};

		rc = out_table_add(t, cells);
	}
	free(stack);
	free(tree);
	return rc;
}

static struct out_table *make_table(const struct order *o)
{
	static const struct out_col cols[] = {
		{ .name = "stack" },
		{ .name = "function" },
		{ .name = "depth", .type = OUT_UINT },
		{ .name = "calls", .heading = "calls", .type = OUT_UINT },
		{ .name = "total_us", .heading = "total_us", .type = OUT_REAL },
		{ .name = "self_us", .heading = "self_us", .type = OUT_REAL },
		{ .name = "missing_exits", .heading = "missing", .type = OUT_UINT },
		{ .name = "tree", .heading = "function", .formats = OUT_IN_TEXT },
	};
	struct out_table *t = logcmd_table(cols, ARRAY_SIZE(cols), o->cg->unit);

	for (uint32_t i = 0; t && i < o->nr; i++)
		if (add_row(t, o->cg, &o->cg->nodes[o->rows[i]])) {
			out_table_free(t);
			return NULL;
		}
	return t;
}

static int write_folded(const struct order *o, FILE *f)
{
	for (uint32_t i = 0; i < o->nr; i++) {
		const struct cg_node *n = &o->cg->nodes[o->rows[i]];
		char *stack;

		if (!cg_self(n))
			continue;
		stack = stack_of(o->cg, n);
		if (!stack)
			return -1;
		fprintf(f, "%s %llu\n", stack, (unsigned long long)cg_self(n));
		free(stack);
	}
	return 0;
}

struct edge {
	uint32_t from;
	uint32_t to;
	uint64_t calls;
	uint64_t total;
};

static int by_ends(const void *a, const void *b)
{
	const struct edge *x = a;
	const struct edge *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	return (x->to > y->to) - (x->to < y->to);
}

/* Calls from one function to another, over all chains they occur in. */
static int write_edges(const struct callgraph *cg, FILE *f)
{
	struct edge *edges = calloc((size_t)cg->nr_nodes + 1, sizeof(*edges));
	size_t nr = 0;

	if (!edges)
		return -1;
	for (uint32_t i = 0; i < cg->nr_nodes; i++) {
		const struct cg_node *n = &cg->nodes[i];

		if (n->parent != CG_ROOT)
			edges[nr++] = (struct edge){ cg->nodes[n->parent].function, n->function,
						     n->calls, n->total };
	}
	qsort(edges, nr, sizeof(*edges), by_ends);
	for (size_t i = 0; i < nr; i++) {
		if (i + 1 < nr && !by_ends(&edges[i], &edges[i + 1])) {
			edges[i + 1].calls += edges[i].calls;
			edges[i + 1].total += edges[i].total;
			continue;
		}
		fprintf(f, "\t\"%s\" -> \"%s\" [label=\"%llu x\\n%.*f %s\"];\n",
			cg->functions.names[edges[i].from].s, cg->functions.names[edges[i].to].s,
			(unsigned long long)edges[i].calls, cg->unit == LOG_UNIT_NS ? 3 : 0,
			logcmd_time((double)edges[i].total, cg->unit),
			cg->unit == LOG_UNIT_CYCLES ? "cycles" : "us");
	}
	free(edges);
	return 0;
}

/* Total times of a function cannot be added over its chains (recursion), its own times can. */
static int write_dot(const struct callgraph *cg, FILE *f)
{
	uint64_t *self = calloc((size_t)cg->functions.nr + 1, sizeof(*self));
	uint64_t *calls = calloc((size_t)cg->functions.nr + 1, sizeof(*calls));
	int rc = self && calls ? 0 : -1;

	for (uint32_t i = 0; !rc && i < cg->nr_nodes; i++) {
		self[cg->nodes[i].function] += cg_self(&cg->nodes[i]);
		calls[cg->nodes[i].function] += cg->nodes[i].calls;
	}
	fputs("digraph calls {\n\tnode [shape=box];\n", f);
	for (uint32_t i = 0; !rc && i < cg->functions.nr; i++)
		if (calls[i])
			fprintf(f, "\t\"%s\" [label=\"%s\\n%llu x, self %.*f %s\"];\n",
				cg->functions.names[i].s, cg->functions.names[i].s,
				(unsigned long long)calls[i], cg->unit == LOG_UNIT_NS ? 3 : 0,
				logcmd_time((double)self[i], cg->unit),
				cg->unit == LOG_UNIT_CYCLES ? "cycles" : "us");
	if (!rc)
		rc = write_edges(cg, f);
	fputs("}\n", f);
	free(self);
	free(calls);
	return rc;
}

static int write_table(const struct order *o, enum tailor_format format, FILE *f)
{
	struct out_table *t = make_table(o);
	json_t *root;
	int rc;

	if (!t)
		return -1;
	if (format == FORMAT_JSON) {
		root = json_pack("{s:o, s:I, s:I, s:o}", "input", out_json_input(&o->cg->input),
				 "missing_exits", (json_int_t)o->cg->missing_exits, "stray_exits",
				 (json_int_t)o->cg->stray_exits, "rows", out_json_rows(t));
		rc = root ? out_json_dump(root, f) : -1;
	} else {
		rc = out_table_print(t, format, f);
	}
	out_table_free(t);
	return rc;
}

static int write_answer(const struct order *order, const struct opts *o, struct terr *err)
{
	struct out out;
	int rc;

	if (out_open(&out, o->output, err))
		return -1;
	errno = 0;
	if (o->format == FORMAT_FOLDED)
		rc = write_folded(order, out.f);
	else if (o->format == FORMAT_DOT)
		rc = write_dot(order->cg, out.f);
	else
		rc = write_table(order, o->format, out.f);
	if (!rc)
		return out_close(&out, err);
	out_abort(&out);
	return terr_set(err, "cannot write: %s", strerror(errno ? errno : ENOMEM));
}

/* Says what is missing, and what did not match. */
static int verdict(const struct callgraph *cg, const struct opts *o)
{
	const struct log_input *in = &cg->input;
	bool mismatched = cg->missing_exits || cg->stray_exits;

	if (mismatched)
		fprintf(stderr,
			"tailor: %llu calls have no exit, %llu exits no call: they have no time\n",
			(unsigned long long)cg->missing_exits, (unsigned long long)cg->stray_exits);
	return (log_input_warn(in) || mismatched) && o->strict ? EXIT_FOUND : EXIT_FINE;
}

int cmd_graph(const struct opts *o, struct terr *err)
{
	struct callgraph *cg;
	struct order order;
	int rc = -1;

	if (check_sort(o->sort, err))
		return -1;
	cg = callgraph_read(&o->events, o->paths, o->nr_paths, err);
	if (!cg)
		return -1;
	if (order_init(&order, cg, o->sort)) {
		terr_set(err, "out of memory");
	} else {
		if (!write_answer(&order, o, err))
			rc = verdict(cg, o);
		order_free(&order);
	}
	callgraph_free(cg);
	return rc;
}

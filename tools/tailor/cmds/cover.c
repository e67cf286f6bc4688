// SPDX-License-Identifier: GPL-2.0-only
/* tailor cover: what ran of a kernel, by Kconfig symbol, file, function, line or address. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "lib/strlist.h"
#include "cmds/kconfcmd.h"
#include "cover/covcount.h"
#include "cover/resolved.h"
#include "kconfig/kneeds.h"
#include "output/json.h"
#include "output/out.h"
#include "output/table.h"
#include "options.h"

#define BY_ADDRESS "address"

static const char *const by_names[] = {
	[COV_BY_SYMBOL] = "symbol",
	[COV_BY_FILE] = "file",
	[COV_BY_FUNCTION] = "function",
	[COV_BY_LINE] = "line",
};

struct cover {
	const struct opts *o;
	struct resolved ran;
	uint32_t phases; /* that a row must have something of */
	bool by_address;
	enum cov_by by;
	struct ktree *model;
	struct kconfig *kconfig;
	struct fragment config;
	struct covcount count;
};

/* --- what is asked --- */

static int parse_by(struct cover *c, const char *by, struct terr *err)
{
	if (!by)
		return 0;
	if (!strcmp(by, BY_ADDRESS)) {
		c->by_address = true;
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(by_names); i++)
		if (!strcmp(by, by_names[i])) {
			c->by = (enum cov_by)i;
			return 0;
		}
	return terr_set(err, "--by=%s is neither symbol, file, function, line nor address", by);
}

static int parse_phase(struct cover *c, const char *phase, struct terr *err)
{
	c->phases = (1u << NR_COV_PHASES) - 1;
	if (!phase)
		return 0;
	for (unsigned int i = 0; i < NR_COV_PHASES; i++)
		if (!strcmp(phase, cov_phase_names[i])) {
			c->phases = 1u << i;
			return 0;
		}
	return terr_set(err, "--phase=%s is neither boot, workload nor late", phase);
}

static int parse(struct cover *c, struct terr *err)
{
	const struct opts *o = c->o;
	bool by_symbol;

	if (parse_by(c, o->by, err) || parse_phase(c, o->phase, err))
		return -1;
	if (!o->nr_paths)
		return terr_set(err, "no coverage file (see \"tailor cover --help\")");
	by_symbol = c->by == COV_BY_SYMBOL && !c->by_address;
	if (by_symbol && !o->tree)
		return terr_set(err, "--by=symbol needs the kernel's source: give --tree, or "
				     "another --by");
	if (!by_symbol && (o->tree || o->kconfig))
		return terr_set(err, "--%s is only of use with --by=symbol",
				o->tree ? "tree" : "kconfig");
	return 0;
}

/* What is to be said besides the rows; false: nothing that --strict is about. */
static bool warn(const struct cover *c)
{
	bool warned = resolved_warn(&c->ran);

	if (c->count.unknown_files)
		fprintf(stderr, "tailor: %llu lines are of files that %s does not build\n",
			(unsigned long long)c->count.unknown_files, c->o->tree);
	if (c->count.contradicted)
		fprintf(stderr, "tailor: %llu lines need what is off in %s\n",
			(unsigned long long)c->count.contradicted, c->o->config);
	return warned;
}

/* --- rows --- */

static void place_text(const struct cover *c, struct cov_place at, char *buf, size_t len)
{
	if (at.file == ADDRLINE_NONE)
		*buf = '\0';
	else
		snprintf(buf, len, "%s:%u", addrline_file(c->ran.al, at.file), at.line);
}

static const char *place_file(const struct cover *c, struct cov_place at)
{
	return at.file == ADDRLINE_NONE ? NULL : addrline_file(c->ran.al, at.file);
}

#define COUNT(column)                                                 \
	{                                                             \
		.name = #column, .heading = #column, .type = OUT_UINT \
	}

static const struct out_col symbol_cols[] = {
	{ .name = "symbol", .heading = "symbol" },
	{ .name = "how", .heading = "how" },
	COUNT(boot),
	COUNT(workload),
	COUNT(late),
	COUNT(boot_lines),
	COUNT(workload_lines),
	{ .name = "first_boot", .heading = "first_boot" },
	{ .name = "first_workload", .heading = "first_workload" },
	{ .name = "prompt", .formats = OUT_IN_CSV | OUT_IN_JSON },
	{ .name = "needs", .formats = OUT_IN_CSV | OUT_IN_JSON },
};

static const struct out_col file_cols[] = {
	{ .name = "file", .heading = "file" },
	COUNT(boot),
	COUNT(workload),
	COUNT(boot_lines),
	COUNT(workload_lines),
};

static const struct out_col function_cols[] = {
	{ .name = "function", .heading = "function" },
	COUNT(boot),
	COUNT(workload),
	COUNT(boot_lines),
	COUNT(workload_lines),
	{ .name = "file", .heading = "file" },
	COUNT(line),
};

static const struct out_col line_cols[] = {
	{ .name = "file", .heading = "file" },
	COUNT(line),
	COUNT(boot),
	COUNT(workload),
};

static const struct {
	const struct out_col *cols;
	size_t nr;
} columns[] = {
	[COV_BY_SYMBOL] = { symbol_cols, ARRAY_SIZE(symbol_cols) },
	[COV_BY_FILE] = { file_cols, ARRAY_SIZE(file_cols) },
	[COV_BY_FUNCTION] = { function_cols, ARRAY_SIZE(function_cols) },
	[COV_BY_LINE] = { line_cols, ARRAY_SIZE(line_cols) },
};

/* Whether a configuration can ask for it, and what it has to ask for too. */
static void needs_text(const struct cover *c, const char *symbol, const char **prompt, char *buf,
		       size_t len)
{
	const struct ksym *sym = kconfig_find(c->kconfig, symbol);
	struct kneeds needs = { .nr = 0 };
	size_t n = 0;

	*buf = '\0';
	*prompt = sym && ksym_has_prompt(sym) ? "yes" : "no";
	if (sym)
		ksym_needs(sym, &needs);
	for (size_t i = 0; i < needs.nr && n < len; i++)
		n += (size_t)snprintf(buf + n, len - n, "%s%s", i ? " " : "", needs.v[i]->name);
}

static int add_symbol(struct out_table *t, const struct cover *c, const struct cov_row *r)
{
	const char *symbol = c->count.symbols.names[r->name].s;
	char first_boot[PATH_MAX + 16];
	char first_workload[PATH_MAX + 16];
	char needs[4096];
	const char *prompt;

	place_text(c, r->first[COV_BOOT], first_boot, sizeof(first_boot));
	place_text(c, r->first[COV_WORKLOAD], first_workload, sizeof(first_workload));
	needs_text(c, symbol, &prompt, needs, sizeof(needs));
	return out_table_add(t, (const union out_cell[]){ { .s = symbol },
							  { .s = cov_how_names[r->how] },
							  { .u = r->addrs[COV_BOOT] },
							  { .u = r->addrs[COV_WORKLOAD] },
							  { .u = r->addrs[COV_LATE] },
							  { .u = r->lines[COV_BOOT] },
							  { .u = r->lines[COV_WORKLOAD] },
							  { .s = first_boot },
							  { .s = first_workload },
							  { .s = prompt },
							  { .s = needs } });
}

static int add_row(struct out_table *t, const struct cover *c, const struct cov_row *r)
{
	const union out_cell boot = { .u = r->addrs[COV_BOOT] };
	const union out_cell workload = { .u = r->addrs[COV_WORKLOAD] };
	const union out_cell boot_lines = { .u = r->lines[COV_BOOT] };
	const union out_cell workload_lines = { .u = r->lines[COV_WORKLOAD] };
	const union out_cell file = { .s = place_file(c, r->at) };
	const union out_cell line = { .u = r->at.line };

	switch (c->by) {
	case COV_BY_SYMBOL:
		return add_symbol(t, c, r);
	case COV_BY_FILE:
		return out_table_add(t, (const union out_cell[]){ file, boot, workload, boot_lines,
								  workload_lines });
	case COV_BY_FUNCTION:
		return out_table_add(
			t, (const union out_cell[]){ { .s = c->ran.al->names.names[r->name].s },
						     boot,
						     workload,
						     boot_lines,
						     workload_lines,
						     file,
						     line });
	case COV_BY_LINE:
		return out_table_add(t, (const union out_cell[]){ file, line, boot, workload });
	}
	return -1;
}

static bool is_shown(const struct cover *c, const struct cov_row *r)
{
	uint64_t nr = 0;

	for (unsigned int i = 0; i < NR_COV_PHASES; i++)
		if (c->phases & 1u << i)
			nr += r->addrs[i];
	return nr && (c->by != COV_BY_SYMBOL ||
		      strlist_match(&c->o->symbol, c->count.symbols.names[r->name].s));
}

static int by_place(const struct cover *c, const struct cov_row *x, const struct cov_row *y)
{
	const char *a = place_file(c, x->at);
	const char *b = place_file(c, y->at);
	int diff = strcmp(a ? a : "", b ? b : "");

	return diff ? diff : (x->at.line > y->at.line) - (x->at.line < y->at.line);
}

static const char *name_of(const struct cover *c, const struct cov_row *r)
{
	if (c->by == COV_BY_SYMBOL)
		return c->count.symbols.names[r->name].s;
	return c->by == COV_BY_FUNCTION ? c->ran.al->names.names[r->name].s : "";
}

/* Lines in their order, the rest by what ran in the workload, then in boot. */
static int by_use(const void *a, const void *b, void *arg)
{
	const struct cov_row *x = a;
	const struct cov_row *y = b;
	const struct cover *c = arg;
	int diff = 0;

	for (int i = COV_WORKLOAD; c->by != COV_BY_LINE && !diff && i >= 0; i--)
		diff = (x->addrs[i] < y->addrs[i]) - (x->addrs[i] > y->addrs[i]);
	if (!diff)
		diff = strcmp(name_of(c, x), name_of(c, y));
	return diff ? diff : by_place(c, x, y);
}

static struct out_table *make_rows(struct cover *c)
{
	struct out_table *t = out_table_new(columns[c->by].cols, columns[c->by].nr);

	if (c->count.nr)
		qsort_r(c->count.rows, c->count.nr, sizeof(*c->count.rows), by_use, c);
	for (size_t i = 0; t && i < c->count.nr; i++)
		if (is_shown(c, &c->count.rows[i]) && add_row(t, c, &c->count.rows[i])) {
			out_table_free(t);
			return NULL;
		}
	return t;
}

/* --- addresses --- */

static const struct out_col address_cols[] = {
	{ .name = "address", .heading = "address" },
	COUNT(boot),
	COUNT(workload),
	{ .name = "file", .heading = "file" },
	COUNT(line),
	{ .name = "function", .heading = "function" },
	{ .name = "inlined_into", .heading = "inlined_into" },
};

/* "function file:line < function file:line", from the inside out. */
static void chain_text(const struct cover *c, const struct al_frame *frames, size_t nr, char *buf,
		       size_t len)
{
	size_t n = 0;

	*buf = '\0';
	for (size_t i = 1; i < nr && n < len; i++) {
		const char *name =
			c->ran.al->names.names[c->ran.al->scopes[frames[i].scope].name].s;

		n += (size_t)snprintf(buf + n, len - n, "%s%s %s:%u", i > 1 ? " < " : "", name,
				      addrline_file(c->ran.al, frames[i].file), frames[i].line);
	}
}

static bool is_asked(const struct cover *c, const struct al_point *p, const char *function)
{
	const char *file = p->file == ADDRLINE_NONE ? "" : addrline_file(c->ran.al, p->file);

	return p->phases & c->phases && strlist_match(&c->o->file, file) &&
	       strlist_match(&c->o->function, function);
}

static int add_address(struct out_table *t, const struct cover *c, const struct al_point *p)
{
	const char *function = p->scope == ADDRLINE_NONE
				       ? ""
				       : c->ran.al->names.names[c->ran.al->scopes[p->scope].name].s;
	struct al_frame frames[AL_FRAMES_MAX];
	size_t nr = addrline_frames(c->ran.al, p, frames);
	char address[24];
	char chain[4096];

	if (!is_asked(c, p, function))
		return 0;
	snprintf(address, sizeof(address), "%016llx", (unsigned long long)p->addr);
	chain_text(c, frames, nr, chain, sizeof(chain));
	return out_table_add(
		t, (const union out_cell[]){ { .s = address },
					     { .u = !!(p->phases & 1u << COV_BOOT) },
					     { .u = !!(p->phases & 1u << COV_WORKLOAD) },
					     { .s = p->file == ADDRLINE_NONE
							    ? NULL
							    : addrline_file(c->ran.al, p->file) },
					     { .u = p->line },
					     { .s = function },
					     { .s = chain } });
}

static struct out_table *make_addresses(const struct cover *c)
{
	struct out_table *t = out_table_new(address_cols, ARRAY_SIZE(address_cols));

	for (size_t i = 0; t && i < c->ran.al->nr_points; i++)
		if (add_address(t, c, &c->ran.al->points[i])) {
			out_table_free(t);
			return NULL;
		}
	return t;
}

/* --- the answer --- */

/* Of the workload's addresses; null: not known. */
static json_t *json_late(const struct cover *c)
{
	return resolved_has_late(&c->ran) ? json_integer((json_int_t)c->ran.nr_late) : json_null();
}

static int print_json(const struct cover *c, const struct out_table *t, FILE *f)
{
	json_t *root = json_pack(
		"{s:{s:o, s:b, s:I, s:I, s:I, s:I, s:o}, s:o}", "input", "kernel",
		out_json_string(c->ran.files[0]->kernel), "complete",
		(int)resolved_complete(&c->ran), "addresses", (json_int_t)c->ran.al->nr_points,
		"outside", (json_int_t)c->ran.al->nr_outside, "without_line",
		(json_int_t)c->ran.nr_without_line, "workload", (json_int_t)c->ran.nr_workload,
		"late", json_late(c), "rows", out_json_rows(t));

	return root ? out_json_dump(root, f) : -1;
}

/* Whether rows may be left out because nobody asked for them. */
static bool is_selection(const struct opts *o)
{
	return o->top || o->phase || o->symbol.nr || o->file.nr || o->function.nr;
}

/* Plans are made from it: what is cut off its end must be missed. */
static int print_csv(const struct cover *c, const struct out_table *t, FILE *f)
{
	fprintf(f, "# tailor cover 1\n# kernel: %s\n# complete: %s\n", c->ran.files[0]->kernel,
		is_selection(c->o)	     ? "no, rows were selected"
		: resolved_complete(&c->ran) ? "yes"
					     : "no");
	if (resolved_has_late(&c->ran))
		fprintf(f, "# late: %zu of %zu\n", c->ran.nr_late, c->ran.nr_workload);
	if (out_table_print(t, FORMAT_CSV, f))
		return -1;
	fprintf(f, "# end: rows=%zu\n", out_table_rows(t));
	return 0;
}

static int print_answer(const struct cover *c, const struct out_table *t, FILE *f)
{
	if (c->o->format == FORMAT_JSON)
		return print_json(c, t, f);
	if (c->o->format == FORMAT_CSV)
		return print_csv(c, t, f);
	return out_table_print(t, c->o->format, f);
}

static int write_table(const struct cover *c, struct out_table *t, struct terr *err)
{
	struct out out;

	if (c->o->sort && out_table_sort(t, c->o->sort, err))
		return -1;
	out_table_top(t, c->o->top);
	if (out_open(&out, c->o->output, err))
		return -1;
	errno = 0;
	if (!print_answer(c, t, out.f))
		return out_close(&out, err);
	out_abort(&out);
	return terr_set(err, "cannot write: %s", strerror(errno ? errno : ENOMEM));
}

static int count(struct cover *c, struct terr *err)
{
	const struct opts *o = c->o;

	if (c->by_address)
		return 0;
	if (o->tree) {
		c->model = ktree_open(o->tree, err);
		c->kconfig = c->model ? kconfcmd_load(o, o->tree, o->config, err) : NULL;
		if (!c->kconfig || (o->config && fragment_load(&c->config, o->config, err)))
			return -1;
	}
	return covcount(&c->count, c->ran.al, c->by, &o->file, &o->function, c->model,
			o->config ? &c->config : NULL, err);
}

static int answer(struct cover *c, struct terr *err)
{
	struct out_table *t;
	bool warned;
	int rc;

	if (parse(c, err) ||
	    resolved_read(&c->ran, c->o->paths, c->o->nr_paths, c->o->vmlinux, c->o->modules,
			  err) ||
	    count(c, err))
		return -1;
	warned = warn(c);
	t = c->by_address ? make_addresses(c) : make_rows(c);
	rc = t ? write_table(c, t, err) : terr_no_memory(err);
	out_table_free(t);
	if (rc)
		return -1;
	return warned && c->o->strict ? EXIT_FOUND : EXIT_FINE;
}

int cmd_cover(const struct opts *o, struct terr *err)
{
	struct cover c = { .o = o };
	int rc = answer(&c, err);

	covcount_free(&c.count);
	resolved_free(&c.ran);
	ktree_close(c.model);
	kconfig_close(c.kconfig);
	fragment_free(&c.config);
	return rc;
}

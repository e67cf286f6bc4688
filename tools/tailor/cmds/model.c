// SPDX-License-Identifier: GPL-2.0-only
/* tailor model: which symbols a file, line, module, device, filesystem or system call needs. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kconfig/fragment.h"
#include "ktree/ktree.h"
#include "ktree/modalias.h"
#include "output/table.h"
#include "options.h"

struct model_setting {
	const char *symbol;
	const char *value;
};

struct model {
	const struct opts *o;
	struct ktree *k;
	struct modalias aliases;
	struct fragment config;
	struct model_setting *settings; /* of config, by symbol */
	struct out_table *table;
	bool missed; /* some query had no answer */
};

enum model_column {
	COL_QUERY,
	COL_WHAT,
	COL_FILE,
	COL_LINES,
	COL_PART,
	COL_SYMBOL,
	COL_VALUES,
	COL_ANY,
	COL_HOW,
	COL_STATED,
	COL_CONFIG,
	COL_HOLDS,
	NR_COLUMNS,
};

/* What the rows of one answer share. */
struct subject {
	const char *query;
	const char *what;
	const char *file;
	int line;
	int last;
	const char *part;
};

/* --- configuration --- */

static int by_symbol(const void *a, const void *b)
{
	return strcmp(((const struct model_setting *)a)->symbol,
		      ((const struct model_setting *)b)->symbol);
}

static int load_config(struct model *m, struct terr *err)
{
	if (!m->o->config)
		return 0;
	if (fragment_load(&m->config, m->o->config, err))
		return -1;
	m->settings = calloc(m->config.nr + 1, sizeof(*m->settings));
	if (!m->settings)
		return terr_set(err, "out of memory");
	for (size_t i = 0; i < m->config.nr; i++)
		m->settings[i] =
			(struct model_setting){ m->config.v[i].symbol, m->config.v[i].value };
	qsort(m->settings, m->config.nr, sizeof(*m->settings), by_symbol);
	return 0;
}

static const char *value_of(const struct model *m, const char *symbol)
{
	const struct model_setting key = { symbol, NULL };
	const struct model_setting *found =
		bsearch(&key, m->settings, m->config.nr, sizeof(key), by_symbol);

	return found ? found->value : "n";
}

/* A number or a text counts as y, an empty text as n: so does #ifdef. */
static unsigned int value_bit(const char *value)
{
	if (!strcmp(value, "n") || !strcmp(value, "\"\""))
		return KMODEL_N;
	return strcmp(value, "m") ? KMODEL_Y : KMODEL_M;
}

/* --- rows --- */

static const char *values_text(unsigned int values)
{
	static const char *const texts[] = { "", "n", "m", "n m", "y", "n y", "y m", "any" };

	return texts[values & 7];
}

static void lines_text(const struct subject *s, char *buf, size_t size)
{
	if (!s->line)
		*buf = '\0';
	else if (s->last > s->line)
		snprintf(buf, size, "%d-%d", s->line, s->last);
	else
		snprintf(buf, size, "%d", s->line);
}

/* gate NULL: nothing is needed. */
static int add_row(struct model *m, const struct subject *s, const struct ktree_gate *gate,
		   struct terr *err)
{
	union out_cell cells[NR_COLUMNS] = {
		[COL_QUERY].s = s->query,
		[COL_WHAT].s = s->what,
		[COL_FILE].s = s->file,
		[COL_PART].s = s->part,
	};
	char lines[32];
	char any[16] = "";
	char stated[512] = "";

	lines_text(s, lines, sizeof(lines));
	cells[COL_LINES].s = lines;
	if (gate) {
		cells[COL_SYMBOL].s = gate->symbol;
		cells[COL_VALUES].s = values_text(gate->values);
		if (gate->any)
			snprintf(any, sizeof(any), "%u", gate->any);
		cells[COL_ANY].s = any;
		cells[COL_HOW].s = gate->how == KMODEL_FILE ? "file" : "line";
		if (gate->file)
			snprintf(stated, sizeof(stated), "%s:%d", gate->file, gate->line);
		cells[COL_STATED].s = stated;
	}
	if (gate && m->o->config) {
		const char *value = value_of(m, gate->symbol);

		cells[COL_CONFIG].s = value;
		cells[COL_HOLDS].s = gate->values & value_bit(value) ? "yes" : "no";
	}
	return out_table_add(m->table, cells) ? terr_set(err, "out of memory") : 0;
}

static int add_gates(struct model *m, const struct subject *s, const struct ktree_gate *gates,
		     int nr, struct terr *err)
{
	if (!nr)
		return add_row(m, s, NULL, err);
	for (int i = 0; i < nr; i++)
		if (add_row(m, s, &gates[i], err))
			return -1;
	return 0;
}

static const char *part_of(struct model *m, const char *file)
{
	static const char *const names[] = {
		[KMODEL_BUILTIN] = "vmlinux",
		[KMODEL_MODULE] = "module",
		[KMODEL_IMAGE] = "image",
	};
	enum ktree_kind kind;

	return ktree_kind_of(m->k, file, &kind) ? "" : names[kind];
}

/* --- queries --- */

static int no_answer(struct model *m, const char *query, const char *why)
{
	fprintf(stderr, "tailor: %s: %s\n", query, why);
	m->missed = true;
	return 0;
}

static int ask_place(struct model *m, struct subject *s, struct terr *err)
{
	const struct ktree_gate *gates;
	int nr = ktree_gates(m->k, s->file, s->line, &gates);

	s->part = part_of(m, s->file);
	if (nr < 0)
		return no_answer(m, s->query,
				 "not built for x86-64 by any Makefile of this tree, nor a header");
	return add_gates(m, s, gates, nr, err);
}

/* "net/ipv4/tcp.c" or "net/ipv4/tcp.c:1234" */
static int ask_file(struct model *m, const char *query, struct terr *err)
{
	char *file = strdup(query);
	char *colon = file ? strrchr(file, ':') : NULL;
	struct subject s = { .query = query, .what = "file", .file = file };
	int rc;

	if (!file)
		return terr_set(err, "out of memory");
	if (colon) {
		char *end;
		long line = strtol(colon + 1, &end, 10);

		if (*end || line < 1 || line > 10000000) {
			free(file);
			return terr_set(err, "%s: what follows the colon is no line", query);
		}
		*colon = '\0';
		s.what = "line";
		s.line = s.last = (int)line;
	}
	rc = ask_place(m, &s, err);
	free(file);
	return rc;
}

static bool has_gate(const struct ktree_module *module, const struct ktree_gate *gate)
{
	for (int i = 0; i < module->nr_gates; i++)
		if (!module->gates[i].any && !strcmp(module->gates[i].symbol, gate->symbol))
			return true;
	return false;
}

/* Of its sources what they need beyond the module itself. */
static int add_module_files(struct model *m, const char *query, const struct ktree_module *module,
			    struct terr *err)
{
	for (size_t i = 0; i < module->nr_files; i++) {
		struct subject s = { .query = query,
				     .what = "module",
				     .file = module->files[i],
				     .part = part_of(m, module->files[i]) };
		const struct ktree_gate *gates;
		int nr = ktree_gates(m->k, module->files[i], 0, &gates);
		bool more = false;

		for (int j = 0; j < nr; j++) {
			if (!gates[j].any && has_gate(module, &gates[j]))
				continue;
			more = true;
			if (add_row(m, &s, &gates[j], err))
				return -1;
		}
		if (!more && add_row(m, &s, NULL, err))
			return -1;
	}
	return 0;
}

/* Number of modules of this name. */
static int add_modules(struct model *m, const char *query, const char *what, const char *name,
		       bool builtin, struct terr *err)
{
	struct ktree_module *modules;
	int nr = ktree_modules(m->k, name, builtin, &modules, err);
	int rc = 0;

	for (int i = 0; i < nr && !rc; i++) {
		struct subject s = { .query = query, .what = what };
		char *path = NULL;

		if (asprintf(&path, "%s/%s.ko", modules[i].dir, modules[i].name) < 0) {
			rc = terr_set(err, "out of memory");
			break;
		}
		s.file = path;
		rc = add_gates(m, &s, modules[i].gates, modules[i].nr_gates, err);
		free(path);
		if (!rc)
			rc = add_module_files(m, query, &modules[i], err);
	}
	if (nr >= 0)
		ktree_modules_free(modules, nr);
	return rc ? -1 : nr;
}

/* The same module may drive a device by several patterns. */
static bool seen_before(const struct modalias *a, const char *device, const char *module,
			size_t end)
{
	const struct modalias_entry *e;
	size_t i = 0;

	while ((e = ktree_modalias_next(a, device, &i)) && i < end)
		if (!strcmp(e->module, module))
			return true;
	return false;
}

static int ask_device(struct model *m, const char *query, struct terr *err)
{
	const struct modalias_entry *e;
	size_t i = 0;
	bool found = false;

	if (!m->o->modules)
		return terr_set(err,
				"%s: to look up a device, give --modules DIR, the folder with "
				"modules.alias of a built kernel (/lib/modules/RELEASE)",
				query);
	while ((e = ktree_modalias_next(&m->aliases, query, &i))) {
		int nr;

		if (seen_before(&m->aliases, query, e->module, i))
			continue;
		nr = add_modules(m, query, "device", e->module, true, err);
		if (nr < 0)
			return -1;
		found |= nr > 0;
	}
	return found ? 0 : no_answer(m, query, "no module of that kernel drives this device");
}

/* Number of places. */
static int add_places(struct model *m, const char *query, const char *what,
		      const struct ktree_place *v, int nr, struct terr *err)
{
	for (int i = 0; i < nr; i++) {
		struct subject s = { .query = query,
				     .what = what,
				     .file = v[i].file,
				     .line = v[i].line,
				     .last = v[i].last };

		if (ask_place(m, &s, err))
			return -1;
	}
	return nr;
}

static int ask_symbol(struct model *m, const char *query, const char *symbol, struct terr *err)
{
	struct ktree_place *v;
	int nr = ktree_symbol(m->k, symbol, &v, err);
	int rc = 0;

	if (nr < 0)
		return -1;
	for (int i = 0; i < nr && !rc; i++) {
		const struct ktree_gate gate = {
			.symbol = symbol,
			.values = v[i].negated ? KMODEL_N : KMODEL_Y,
			.how = v[i].line ? KMODEL_LINE : KMODEL_FILE,
		};
		const struct subject s = { .query = query,
					   .what = "symbol",
					   .file = v[i].file,
					   .line = v[i].line,
					   .last = v[i].last,
					   .part = part_of(m, v[i].file) };

		rc = add_row(m, &s, &gate, err);
	}
	free(v);
	if (!rc && !nr)
		return no_answer(m, query, "no file and no line of this tree depends on it");
	return rc;
}

/* Number of places where a filesystem or system call of this name is defined. */
static int ask_definitions(struct model *m, const char *query, struct terr *err)
{
	struct ktree_place *v;
	int nr = ktree_filesystem(m->k, query, &v, err);
	int nr_syscalls;

	if (nr < 0)
		return -1;
	nr = add_places(m, query, "filesystem", v, nr, err);
	free(v);
	nr_syscalls = nr < 0 ? -1 : ktree_syscall(m->k, query, &v, err);
	if (nr_syscalls < 0)
		return -1;
	nr_syscalls = add_places(m, query, "syscall", v, nr_syscalls, err);
	free(v);
	return nr_syscalls < 0 ? -1 : nr + nr_syscalls;
}

/* A word may be the name of a module, a filesystem and a system call at once. */
static int ask_word(struct model *m, const char *query, struct terr *err)
{
	int nr_modules = add_modules(m, query, "module", query, false, err);
	int nr = nr_modules < 0 ? -1 : ask_definitions(m, query, err);

	if (!nr && !nr_modules)
		nr = add_modules(m, query, "module", query, true, err);
	if (nr < 0)
		return -1;
	if (!nr && !nr_modules)
		no_answer(m, query,
			  "no module, filesystem or system call of this tree has that name");
	return 0;
}

static bool is_file(const char *query)
{
	size_t len = strcspn(query, ":");

	return strchr(query, '/') ||
	       (len > 2 && query[len - 2] == '.' && strchr("chS", query[len - 1]));
}

static bool is_symbol(const char *s)
{
	bool letter = false;

	for (; *s; s++) {
		if (!isupper((unsigned char)*s) && !isdigit((unsigned char)*s) && *s != '_')
			return false;
		letter |= isupper((unsigned char)*s);
	}
	return letter;
}

static int ask(struct model *m, const char *query, struct terr *err)
{
	if (!strncmp(query, "CONFIG_", 7))
		return ask_symbol(m, query, query + 7, err);
	if (is_symbol(query))
		return ask_symbol(m, query, query, err);
	if (is_file(query))
		return ask_file(m, query, err);
	return strchr(query, ':') ? ask_device(m, query, err) : ask_word(m, query, err);
}

/* One query a line. */
static int ask_stdin(struct model *m, struct terr *err)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t len;
	int rc = 0;

	while (!rc && (len = getline(&line, &size, stdin)) > 0) {
		if (line[len - 1] == '\n')
			line[len - 1] = '\0';
		if (*line)
			rc = ask(m, line, err);
	}
	if (!rc && ferror(stdin))
		rc = terr_set(err, "standard input cannot be read: %s", strerror(errno));
	free(line);
	return rc;
}

struct all {
	struct model *m;
	struct terr *err;
};

static int ask_source(void *arg, const char *file)
{
	struct all *all = arg;

	return ask_file(all->m, file, all->err);
}

static int ask_all(struct model *m, struct terr *err)
{
	struct all all = { m, err };
	int rc = 0;

	if (m->o->all && ktree_each_source(m->k, ask_source, &all))
		return -1;
	for (size_t i = 0; !rc && i < m->o->nr_paths; i++)
		rc = strcmp(m->o->paths[i], "-") ? ask(m, m->o->paths[i], err) : ask_stdin(m, err);
	return rc;
}

/* --- the answer --- */

static struct out_table *new_table(const struct opts *o)
{
	static const struct out_col cols[NR_COLUMNS] = {
		[COL_QUERY] = { .name = "query", .heading = "query" },
		[COL_WHAT] = { .name = "what", .heading = "what" },
		[COL_FILE] = { .name = "file", .heading = "file" },
		[COL_LINES] = { .name = "lines", .heading = "lines" },
		[COL_PART] = { .name = "part", .heading = "part" },
		[COL_SYMBOL] = { .name = "symbol", .heading = "symbol" },
		[COL_VALUES] = { .name = "values", .heading = "values" },
		[COL_ANY] = { .name = "any", .heading = "any" },
		[COL_HOW] = { .name = "how", .heading = "how" },
		[COL_STATED] = { .name = "stated", .heading = "stated at" },
		[COL_CONFIG] = { .name = "config", .heading = "config" },
		[COL_HOLDS] = { .name = "holds", .heading = "holds" },
	};

	return out_table_new(cols, o->config ? NR_COLUMNS : COL_CONFIG);
}

static int answer(struct model *m, struct terr *err)
{
	if (load_config(m, err) ||
	    (m->o->modules && ktree_modalias_load(&m->aliases, m->o->modules, err)))
		return -1;
	m->k = ktree_open(m->o->tree, err);
	if (!m->k || ask_all(m, err))
		return -1;
	return out_table_write(m->table, m->o->format, m->o->output, NULL, err);
}

int cmd_model(const struct opts *o, struct terr *err)
{
	struct model m = { .o = o };
	int rc;

	if (!o->tree)
		return terr_set(
			err, "no kernel source: give --tree DIR (scripts/kernel-tree prints one)");
	if (!o->nr_paths && !o->all)
		return terr_set(err, "nothing to look up (see \"tailor model --help\")");
	m.table = new_table(o);
	rc = m.table ? answer(&m, err) : terr_set(err, "out of memory");
	out_table_free(m.table);
	ktree_close(m.k);
	ktree_modalias_free(&m.aliases);
	fragment_free(&m.config);
	free(m.settings);
	if (rc)
		return -1;
	return m.missed ? EXIT_FOUND : EXIT_FINE;
}

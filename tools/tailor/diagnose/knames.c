// SPDX-License-Identifier: GPL-2.0-only
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose/knames.h"
#include "ktree/ktree.h"

/* No name in a message is longer. */
#define NAME_MAX_LEN 80

/* A question that was answered. */
struct knames_answer {
	struct knames_answer *next;
	const char *kind;
	const char *name;
	struct kname kname;
};

#define NR_BUCKETS 256

struct knames {
	const struct symptoms *symptoms;
	struct ktree *model; /* NULL: there is no tree */
	struct arena ar;
	struct symptom_name *table; /* by kind and name */
	size_t nr_table;
	struct knames_answer *answers[NR_BUCKETS];
};

/* ---- the table ---- */

static int by_name(const void *a, const void *b)
{
	const struct symptom_name *x = a;
	const struct symptom_name *y = b;
	int rc = strcmp(x->kind, y->kind);

	if (!rc)
		rc = strcmp(x->name, y->name);
	return rc ? rc : (x->line > y->line) - (x->line < y->line);
}

/* The kind of name that a clause of Used-by asks for; NULL: none that stands in messages. */
static const char *kind_of(const struct rule *rule, const struct clause *c)
{
	if (c->kind == CLAUSE_SYSCALL && c->op == OP_PRESENT)
		return strstr(rule->source, "kernel/sys_ni.c:") ||
				       strstr(rule->source, "arch/x86/kernel/ioport.c:")
			       ? "syscall"
			       : NULL;
	if (c->kind == CLAUSE_PARAM && c->op == OP_EQUAL && c->sub && !strcmp(c->sub, "family"))
		return "family";
	if (c->kind == CLAUSE_FACT && c->op == OP_HAS && !strcmp(c->name, "filesystem"))
		return "filesystem";
	return NULL;
}

/* Of several rules that speak of a name the one that speaks of the fewest is the nearest. */
static void add_rule(struct knames *kn, const struct rule *rule)
{
	for (size_t i = 0; !rule->always && !rule->patch && i < rule->nr_used_by; i++) {
		const struct clause *c = &rule->used_by[i];
		const char *kind = kind_of(rule, c);
		const char *name = kind && c->kind != CLAUSE_SYSCALL ? c->value[0] : c->name;

		if (kind)
			kn->table[kn->nr_table++] = (struct symptom_name){
				.kind = kind,
				.name = name,
				.symbol = rule->symbol,
				.line = 1000000 + (int)rule->nr_used_by,
			};
	}
}

static int build_table(struct knames *kn, const struct ruleset *rules)
{
	size_t max = kn->symptoms->nr_names + 1;

	for (size_t i = 0; i < rules->nr; i++)
		max += rules->v[i].nr_used_by;
	kn->table = calloc(max, sizeof(*kn->table));
	if (!kn->table)
		return -1;
	for (size_t i = 0; i < kn->symptoms->nr_names; i++)
		kn->table[kn->nr_table++] = kn->symptoms->names[i];
	for (size_t i = 0; i < rules->nr; i++)
		add_rule(kn, &rules->v[i]);
	qsort(kn->table, kn->nr_table, sizeof(*kn->table), by_name);
	return 0;
}

/* The first entry of this kind and name or behind it. */
static size_t find_entry(const struct knames *kn, const char *kind, const char *name)
{
	const struct symptom_name key = { .kind = kind, .name = name, .line = -1 };
	size_t low = 0;
	size_t high = kn->nr_table;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (by_name(&kn->table[mid], &key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* Whether an entry "loop*" or "loop" is for this name. */
static bool is_for(const char *entry, const char *name, size_t len)
{
	size_t n = strlen(entry);

	if (n && entry[n - 1] == '*')
		return len >= n - 1 && !memcmp(entry, name, n - 1);
	return n == len && !memcmp(entry, name, n);
}

static bool of_kind(const struct knames *kn, size_t i, const char *kind)
{
	return i < kn->nr_table && !strcmp(kn->table[i].kind, kind);
}

const char *knames_table(const struct knames *kn, const char *kind, const char *name)
{
	size_t i = find_entry(kn, kind, name);
	const char *best = NULL;
	size_t best_len = 0;

	if (of_kind(kn, i, kind) && !strcmp(kn->table[i].name, name))
		return kn->table[i].symbol;
	for (i = find_entry(kn, kind, ""); of_kind(kn, i, kind); i++) {
		size_t n = strlen(kn->table[i].name);

		if (n > best_len && is_for(kn->table[i].name, name, strlen(name))) {
			best = kn->table[i].symbol;
			best_len = n;
		}
	}
	return best;
}

/* Of any process: "/proc/123/ns" is as "/proc/self/ns". */
static void plain_path(const char *path, size_t len, char *buf, size_t size)
{
	size_t digits = len > 6 && !memcmp(path, "/proc/", 6) ? strspn(path + 6, "0123456789") : 0;

	if (digits)
		snprintf(buf, size, "/proc/self%.*s", (int)(len - 6 - digits), path + 6 + digits);
	else
		snprintf(buf, size, "%.*s", (int)len, path);
}

/* "/dev/fuse" is also for "/dev/fuse/x", "/dev/loop*" for "/dev/loop0p1". */
const struct symptom_name *knames_path(const struct knames *kn, const char *path, size_t len)
{
	const struct symptom_name *best = NULL;
	size_t best_len = 0;
	char buf[256];

	plain_path(path, len, buf, sizeof(buf));
	for (size_t i = find_entry(kn, "path", ""); of_kind(kn, i, "path"); i++) {
		size_t n = strlen(kn->table[i].name);

		if (n > best_len &&
		    !fnmatch(kn->table[i].name, buf, FNM_PATHNAME | FNM_LEADING_DIR)) {
			best = &kn->table[i];
			best_len = n;
		}
	}
	return best;
}

/* ---- the tree ---- */

static void add_symbol(struct knames *kn, struct kname *out, const char *symbol)
{
	for (size_t i = 0; i < out->nr; i++)
		if (!strcmp(out->symbol[i], symbol))
			return;
	symbol = arena_strndup(&kn->ar, symbol, strlen(symbol));
	if (symbol && out->nr < KNAMES_MAX)
		out->symbol[out->nr++] = symbol;
}

static void set_where(struct knames *kn, struct kname *out, const struct ktree_gate *gate)
{
	char where[256];

	if (out->where || !gate->file)
		return;
	snprintf(where, sizeof(where), "%s:%d", gate->file, gate->line);
	out->where = arena_strndup(&kn->ar, where, strlen(where));
}

/*
 * Gates go from the menus down to the thing itself: the last one is the nearest. What an #if line
 * says comes after that, and what the Makefile says is then the second.
 */
static void add_gates(struct knames *kn, struct kname *out, const struct ktree_gate *gates, int nr)
{
	bool had_file = false;

	for (int i = nr - 1; i >= 0 && !had_file; i--) {
		const struct ktree_gate *g = &gates[i];

		if (g->negated)
			continue;
		add_symbol(kn, out, g->symbol);
		set_where(kn, out, g);
		had_file = g->how == KMODEL_FILE && !(g->any && i && gates[i - 1].any == g->any);
	}
}

static void add_places(struct knames *kn, struct kname *out, struct ktree_place *v, int nr)
{
	for (int i = 0; i < nr; i++) {
		const struct ktree_gate *gates;
		int n = strcmp(v[i].file, "kernel/sys_ni.c")
				? ktree_gates(kn->model, v[i].file, v[i].line, &gates)
				: 0;

		if (n > 0)
			add_gates(kn, out, gates, n);
	}
	free(v);
}

static int ask_modules(struct knames *kn, struct kname *out, const char *name, struct terr *err)
{
	struct ktree_module *v;
	int nr = ktree_modules(kn->model, name, false, &v, err);

	for (int i = 0; i < nr; i++)
		add_gates(kn, out, v[i].gates, v[i].nr_gates);
	if (nr >= 0)
		ktree_modules_free(v, nr);
	return nr < 0 ? -1 : 0;
}

/* A call that each kernel has is no answer. */
static int ask_syscall(struct knames *kn, struct kname *out, const char *name, struct terr *err)
{
	struct ktree_place *v;
	int nr = ktree_syscall(kn->model, name, &v, err);
	bool optional = false;

	if (nr < 0)
		return -1;
	for (int i = 0; i < nr; i++)
		optional |= !strcmp(v[i].file, "kernel/sys_ni.c");
	add_places(kn, out, v, optional ? nr : 0);
	return 0;
}

static int ask_places(struct knames *kn, struct kname *out, const char *name,
		      int (*find)(struct ktree *m, const char *name, struct ktree_place **out,
				  struct terr *err),
		      struct terr *err)
{
	struct ktree_place *v;
	int nr = find(kn->model, name, &v, err);

	if (nr < 0)
		return -1;
	add_places(kn, out, v, nr);
	return 0;
}

/* One of "module xt_%", "alias rtnl-link-%", "filesystem %", "syscall %". */
static int ask_form(struct knames *kn, struct kname *out, const char *form, const char *name,
		    struct terr *err)
{
	const char *what = strchr(form, ' ') + 1;
	const char *at = strchr(what, '%');
	char full[256];

	snprintf(full, sizeof(full), "%.*s%s%s", (int)(at - what), what, name, at + 1);
	if (!strncmp(form, "module ", 7))
		return ask_modules(kn, out, full, err);
	if (!strncmp(form, "syscall ", 8))
		return ask_syscall(kn, out, full, err);
	if (!strncmp(form, "filesystem ", 11))
		return ask_places(kn, out, full, ktree_filesystem, err);
	return ask_places(kn, out, full, ktree_alias, err);
}

static int ask_tree(struct knames *kn, const char *kind, const char *name, struct kname *out,
		    struct terr *err)
{
	const struct symptom_kind *k = kn->model ? symptoms_kind(kn->symptoms, kind) : NULL;

	if (!k)
		return 0;
	for (size_t i = 0; i < k->nr_tree && !out->nr; i++)
		if (ask_form(kn, out, k->tree[i], name, err))
			return -1;
	return 0;
}

/* ---- questions ---- */

/* Aliases of modules, as modprobe is asked for them, are names of another kind. */
static const struct {
	const char *prefix;
	const char *kind;
} aliases[] = {
	{ "fs-", "filesystem" }, { "rtnl-link-", "link" }, { "crypto-", "cipher" },
	{ "nft-expr-", "nft" },	 { "net-pf-", "pf" },	   { "ipt_", "match" },
	{ "ip6t_", "match" },	 { "xt_", "match" },	   { "nft_", "nft" },
	{ "sch_", "qdisc" },	 { "cls_", "classifier" }, { "act_", "action" },
	{ "iptable_", "table" }, { "tcp_", "congestion" }, { "dm-", "dm" },
	{ "dm_", "dm" },
};

static int ask(struct knames *kn, const char *kind, const char *name, struct kname *out,
	       struct terr *err)
{
	const char *symbol;

	if (ask_tree(kn, kind, name, out, err))
		return -1;
	symbol = out->nr ? NULL : knames_table(kn, kind, name);
	if (symbol)
		add_symbol(kn, out, symbol);
	for (size_t i = 0; !out->nr && !strcmp(kind, "module") && i < ARRAY_SIZE(aliases); i++) {
		size_t n = strlen(aliases[i].prefix);

		if (!strncmp(name, aliases[i].prefix, n) &&
		    ask(kn, aliases[i].kind, name + n, out, err))
			return -1;
	}
	return 0;
}

/* The name without its folder and ".ko", as modprobe may print it. */
static void plain_name(const char *kind, const char *name, size_t len, char *buf)
{
	bool path = !strcmp(kind, "path");
	const char *slash = path ? NULL : memrchr(name, '/', len);
	char *ko;

	if (slash) {
		len -= (size_t)(slash + 1 - name);
		name = slash + 1;
	}
	if (len >= NAME_MAX_LEN)
		len = 0;
	memcpy(buf, name, len);
	buf[len] = '\0';
	ko = strstr(buf, ".ko");
	if (ko && !strcmp(kind, "module"))
		*ko = '\0';
}

int knames_find(struct knames *kn, const char *kind, const char *name, size_t len,
		struct kname *out, struct terr *err)
{
	char buf[NAME_MAX_LEN];
	struct knames_answer *a;
	unsigned int bucket = 0;

	plain_name(kind, name, len, buf);
	for (const char *c = buf; *c; c++)
		bucket = bucket * 31 + (unsigned char)*c;
	bucket %= NR_BUCKETS;
	for (a = kn->answers[bucket]; a; a = a->next)
		if (!strcmp(a->kind, kind) && !strcmp(a->name, buf))
			break;
	if (!a) {
		a = arena_alloc(&kn->ar, sizeof(*a));
		if (!a)
			return terr_set(err, "out of memory");
		a->kind = arena_strndup(&kn->ar, kind, strlen(kind));
		a->name = arena_strndup(&kn->ar, buf, strlen(buf));
		if (!a->kind || !a->name || (*buf && ask(kn, kind, buf, &a->kname, err)))
			return terr_set(err, "out of memory");
		a->next = kn->answers[bucket];
		kn->answers[bucket] = a;
	}
	*out = a->kname;
	return 0;
}

struct knames *knames_open(const struct symptoms *s, const struct ruleset *rules, const char *tree,
			   struct terr *err)
{
	struct knames *kn = calloc(1, sizeof(*kn));

	if (!kn) {
		terr_set(err, "out of memory");
		return NULL;
	}
	kn->symptoms = s;
	if (build_table(kn, rules)) {
		terr_set(err, "out of memory");
		knames_close(kn);
		return NULL;
	}
	if (tree)
		kn->model = ktree_open(tree, err);
	if (tree && !kn->model) {
		knames_close(kn);
		return NULL;
	}
	return kn;
}

void knames_close(struct knames *kn)
{
	if (!kn)
		return;
	ktree_close(kn->model);
	arena_free(&kn->ar);
	free(kn->table);
	free(kn);
}

// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "lib/strlist.h"
#include "lib/suggest.h"
#include "options.h"

#ifndef TAILOR_VERSION
#define TAILOR_VERSION "unknown"
#endif

enum opt_kind {
	OPT_FLAG,   /* bool */
	OPT_STRING, /* const char * */
	OPT_LIST,   /* struct strlist; may be repeated, commas separate */
	OPT_MANY,   /* struct strlist; may be repeated, or followed by more words up to an option */
	OPT_UINT,   /* unsigned int */
	OPT_REAL,   /* double, not negative */
	OPT_TIME,   /* struct log_time */
	OPT_FORMAT, /* enum tailor_format */
	OPT_HELP,
};

struct opt_row {
	unsigned int cmds;
	char letter;
	const char *name;
	const char *arg;
	enum opt_kind kind;
	size_t offset;
	const char *help;
};

#define F(field) offsetof(struct opts, field)

/* clang-format off */
static const struct opt_row rows[] = {
	{ CMD_ALL & ~CMD_REPORT, 'f', "format", "FORMAT", OPT_FORMAT, F(format), "How to print the answer" },
	{ CMD_TABLE | CMD_GRAPH | CMD_COMPARE | CMD_MODEL | CMD_CHECK | CMD_AUDIT | CMD_DIAGNOSE, 'o', "output", "FILE", OPT_STRING, F(output),
	  "Write the answer to FILE instead of standard output" },
	{ CMD_LOG | CMD_GRAPH | CMD_PLAN, 't', "task", "NAME", OPT_LIST, F(events.task), "Only these tasks" },
	{ CMD_LOG | CMD_GRAPH, 'p', "pid", "PID", OPT_LIST, F(events.pid), "Only these process ids" },
	{ CMD_LOG, 0, "tid", "TID", OPT_LIST, F(events.tid), "Only these thread ids" },
	{ CMD_LOG, 's', "syscall", "NAME", OPT_LIST, F(events.syscall), "Only these system calls" },
	{ CMD_LOG, 'e', "errno", "NAME", OPT_LIST, F(events.errnos),
	  "Only calls that failed with these errors (names or numbers; \"any\" for all that failed)" },
	{ CMD_LOG, 0, "since", "TIME", OPT_TIME, F(events.since),
	  "Only events at TIME or later: seconds, or with a unit ns, us, ms, s; +TIME counts from the first event" },
	{ CMD_LOG, 0, "until", "TIME", OPT_TIME, F(events.until), "Only events before TIME" },
	{ CMD_LOCKS, 'l', "lock", "NAME", OPT_LIST, F(lock), "Only these locks" },
	{ CMD_LOCKS, 0, "points", NULL, OPT_FLAG, F(points), "Show who waited for each lock, and for whom" },
	{ CMD_HOTSPOTS, 'c', "command", "NAME", OPT_LIST, F(command), "Only these commands" },
	{ CMD_HOTSPOTS, 'd', "object", "NAME", OPT_LIST, F(object), "Only these programs, libraries and kernels" },
	{ CMD_HOTSPOTS, 0, "symbol", "NAME", OPT_LIST, F(symbol), "Only these functions" },
	{ CMD_HOTSPOTS, 0, "event", "NAME", OPT_STRING, F(event), "The event to show (default: the first)" },
	{ CMD_HOTSPOTS, 0, "input", "KIND", OPT_STRING, F(input),
	  "Kind of the profile: report, script or folded (default: what its first line tells)" },
	{ CMD_COVER, 0, "vmlinux", "FILE", OPT_STRING, F(vmlinux),
	  "Kernel with debug information (default: that of the release below /usr/lib/debug)" },
	{ CMD_COVER, 0, "modules", "DIR", OPT_STRING, F(modules),
	  "Folder with its modules' debug information (default: below /usr/lib/debug; with --vmlinux none)" },
	{ CMD_COVER, 0, "tree", "DIR", OPT_STRING, F(tree), "The kernel's source, for --by=symbol" },
	{ CMD_COVER, 0, "config", "FILE", OPT_STRING, F(config),
	  "Its configuration: where one of several symbols is enough, show those that were on" },
	{ CMD_COVER, 'b', "by", "KIND", OPT_STRING, F(by),
	  "What a row is: symbol (default), file, function, line or address" },
	{ CMD_COVER, 0, "phase", "NAME", OPT_STRING, F(phase), "Only what ran in this phase: boot, workload or late" },
	{ CMD_COVER, 0, "file", "NAME", OPT_LIST, F(file), "Only lines of these source files" },
	{ CMD_COVER, 0, "function", "NAME", OPT_LIST, F(function), "Only lines of these functions, also where they were inlined" },
	{ CMD_COVER, 0, "symbol", "NAME", OPT_LIST, F(symbol), "Only these Kconfig symbols" },
	{ CMD_TABLE | CMD_GRAPH, 'S', "sort", "COLUMN", OPT_STRING, F(sort), "Order the rows by COLUMN" },
	{ CMD_TABLE | CMD_DIAGNOSE, 'n', "top", "N", OPT_UINT, F(top), "Only the first N rows" },
	{ CMD_PARAMS, 0, "min-share", "SHARE", OPT_REAL, F(min_share),
	  "Only values that make up at least this share of the calls (0 to 1; default 0.9)" },
	{ CMD_TABLE | CMD_GRAPH | CMD_AUDIT, 0, "strict", NULL, OPT_FLAG, F(strict),
	  "Exit with 1 when a line was not understood or the log is not complete" },
	{ CMD_LOG, 'j', "threads", "N", OPT_UINT, F(threads), "Read with N threads (default: one per processor)" },

	{ CMD_PLAN | CMD_AUDIT, 0, "facts", "FILE", OPT_LIST, F(facts), "Facts collected in the guest" },
	{ CMD_PLAN | CMD_AUDIT, 0, "rules", "PATH", OPT_LIST, F(rules),
	  "Rule files or folders instead of the installed ones" },
	{ CMD_PLAN, 0, "base", "FILE", OPT_LIST, F(base),
	  "Fragment that the kernel gets in any case, instead of the installed floor.config and bed-qemu.config" },
	{ CMD_PLAN, 0, "keep", "SYMBOL", OPT_LIST, F(keep), "Do not remove this symbol; if it is a patch's, do not apply the patch" },
	{ CMD_PLAN | CMD_AUDIT, 0, "patches", "DIR", OPT_STRING, F(patches),
	  "Folder of patches to choose from instead of the installed one; none: no patches" },
	{ CMD_PLAN, 0, "measured", "FILE", OPT_STRING, F(measured),
	  "File that says what symbols and patches gained on this appliance (see bench/patches)" },
	{ CMD_PLAN, 0, "repairs", "FILE", OPT_STRING, F(repairs),
	  "What scripts/repair put back, and why: these symbols stay, these patches are not applied" },
	{ CMD_PLAN, 0, "locks", "FILE", OPT_LIST, F(locks),
	  "Copy of /proc/lock_stat, or two of them: from before and from after the workload" },
	{ CMD_PLAN, 0, "hotspots", "FILE", OPT_STRING, F(hotspots), "Profile of the workload, as perf printed it" },
	{ CMD_PLAN, 0, "coverage", "FILE", OPT_STRING, F(coverage),
	  "Symbols whose code ran, as tailor cover --by=symbol --format=csv wrote them" },
	{ CMD_PLAN | CMD_CHECK | CMD_COVER, 0, "kconfig", "FILE", OPT_STRING, F(kconfig),
	  "What the kernel's Kconfig files say, as scripts/kconfig-model wrote it" },
	{ CMD_PLAN, 0, "trust", "LEVEL", OPT_STRING, F(trust),
	  "single: one trusted application, so removals that fail open are made; shared (default): they are not" },
	{ CMD_PLAN, 0, "target", "NAMES", OPT_STRING, F(target),
	  "What the kernel will run on: kvm, xen, microsoft, vmware, tcg, metal (default: what the facts "
	  "say; kvm and tcg for an emulated guest)" },
	{ CMD_PLAN, 0, "accept-incomplete", NULL, OPT_FLAG, F(accept_incomplete),
	  "Let removals rest on a log that is not complete" },
	{ CMD_PLAN, 0, "accept-growing", NULL, OPT_FLAG, F(accept_growing),
	  "Let removals rest on a profile whose last tenth still brought something new" },
	{ CMD_PLAN | CMD_REPORT, 0, "out", "PATH", OPT_STRING, F(out), "Where to write the result" },
	{ CMD_PLAN | CMD_REPORT, 0, "appliance", "NAME", OPT_STRING, F(appliance), "Name of the appliance" },

	{ CMD_AUDIT, 0, "dmesg", "FILE", OPT_LIST, F(dmesg),
	  "Console or dmesg of the tailored guest: what its tripwires reported" },
	{ CMD_MODEL, 0, "tree", "DIR", OPT_STRING, F(tree), "Kernel source to look into" },
	{ CMD_MODEL, 0, "config", "FILE", OPT_STRING, F(config), "Also say what holds in this configuration" },
	{ CMD_MODEL, 0, "modules", "DIR", OPT_STRING, F(modules),
	  "Folder with modules.alias of a built kernel, to look up devices" },
	{ CMD_MODEL, 0, "all", NULL, OPT_FLAG, F(all), "Also answer for every source that a Makefile names" },
	{ CMD_CHECK, 0, "tree", "DIR", OPT_STRING, F(tree),
	  "Source of the kernel (default: the link \"source\" beside CONFIG)" },
	{ CMD_CHECK, 'a', "all", NULL, OPT_FLAG, F(all), "Explain every symbol of CONFIG" },
	{ CMD_CHECK, 0, "stock", "FILE", OPT_STRING, F(stock),
	  "Explain what is on in this configuration and off in CONFIG" },
	{ CMD_CHECK, 'v', "verbose", NULL, OPT_FLAG, F(verbose), "Show the settings that match too" },

	{ CMD_DIAGNOSE, 0, "known", "CONSOLE", OPT_LIST, F(known), "Console of a good boot: its lines are no clue" },
	{ CMD_DIAGNOSE, 0, "tree", "DIR", OPT_STRING, F(tree), "The kernel's source, to look up names" },
	{ CMD_DIAGNOSE, 0, "plan", "DIR", OPT_STRING, F(plan),
	  "Plan of the kernel: what it removed comes first, what it kept is left out" },
	{ CMD_DIAGNOSE, 0, "symptoms", "FILE", OPT_STRING, F(symptoms), "File of symptoms instead of the installed one" },

	{ CMD_COMPARE, 0, "threshold", "PERCENT", OPT_REAL, F(threshold),
	  "Exit with 1 when a metric got significantly worse by more than PERCENT (default 1)" },
	{ CMD_COMPARE | CMD_REPORT, 0, "alpha", "P", OPT_REAL, F(alpha), "Significance level (default 0.05)" },
	{ CMD_COMPARE | CMD_REPORT, 0, "by-run", NULL, OPT_FLAG, F(by_run),
	  "Take each run as a sample, as if runs of one boot were independent: too optimistic for a verdict" },

	{ CMD_REPORT | CMD_EXPLAIN, 0, "plan", "DIR", OPT_STRING, F(plan), "Plan folder to show" },
	{ CMD_REPORT, 0, "runs", "DIR", OPT_MANY, F(runs), "Run folders to show, the first is the baseline" },
	{ CMD_REPORT, 0, "log", "FILE", OPT_LIST, F(log), "System call log to show" },
	{ CMD_REPORT, 0, "callgraph", "FILE", OPT_STRING, F(callgraph), "Call-graph log to show" },
	{ CMD_REPORT | CMD_COMPARE, 0, "insn-profile", "DIR", OPT_STRING, F(insn_profile),
	  "Exact profile to show: the folder that bench/profile wrote" },
	{ CMD_REPORT, 0, "assets", "DIR", OPT_STRING, F(assets), "What to embed (default: where scripts/install-report-assets puts it)" },

	{ CMD_ALL, 'h', "help", NULL, OPT_HELP, 0, "Show this help" },
};

static const struct {
	const char *name;
	enum tailor_format format;
	unsigned int cmds;
} formats[] = {
	{ "text", FORMAT_TEXT, CMD_ALL },
	{ "json", FORMAT_JSON, CMD_ALL & ~CMD_REPORT },
	{ "csv", FORMAT_CSV, CMD_TABLE | CMD_GRAPH | CMD_COMPARE | CMD_PLAN | CMD_MODEL | CMD_CHECK | CMD_AUDIT | CMD_DIAGNOSE },
	{ "folded", FORMAT_FOLDED, CMD_GRAPH },
	{ "dot", FORMAT_DOT, CMD_GRAPH },
};
/* clang-format on */

static void format_names(unsigned int cmd, char *buf, size_t len)
{
	size_t n = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		if ((formats[i].cmds & cmd) && n < len)
			n += (size_t)snprintf(buf + n, len - n, "%s%s", n ? ", " : "",
					      formats[i].name);
}

void opts_help(FILE *f, const struct cmd *cmd)
{
	fprintf(f, "Usage: tailor %s [OPTION]... %s\n%s.\n\nOptions:\n", cmd->name, cmd->args,
		cmd->summary);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct opt_row *r = &rows[i];
		char left[64];
		char names[64];

		if (!(r->cmds & cmd->bit))
			continue;
		snprintf(left, sizeof(left), "%c%c%s --%s%s%s", r->letter ? '-' : ' ',
			 r->letter ? r->letter : ' ', r->letter ? "," : " ", r->name,
			 r->arg ? "=" : "", r->arg ? r->arg : "");
		fprintf(f, "  %-26s %s", left, r->help);
		if (r->kind == OPT_FORMAT) {
			format_names(cmd->bit, names, sizeof(names));
			fprintf(f, ": %s", names);
		}
		fputc('\n', f);
	}
}

static void help_all(FILE *f, const struct cmd *cmds)
{
	fprintf(f, "Usage: tailor COMMAND [OPTION]... [FILE]...\n"
		   "Tailors the Linux guest kernel of one virtual appliance.\n\nCommands:\n");
	for (const struct cmd *c = cmds; c->name; c++)
		fprintf(f, "  %-10s %s\n", c->name, c->summary);
	fprintf(f, "\n\"tailor COMMAND --help\" lists the options of a command.\n");
}

static int list_add(struct strlist *l, const char *s, size_t len, struct terr *err)
{
	char *copy = strndup(s, len);

	if (copy && !strlist_add(l, copy))
		return 0;
	free(copy);
	return terr_set(err, "out of memory");
}

static int parse_list(struct strlist *l, const char *arg, struct terr *err)
{
	while (*arg) {
		size_t len = strcspn(arg, ",");

		if (len && list_add(l, arg, len, err))
			return -1;
		arg += len + (arg[len] == ',');
	}
	return 0;
}

static int parse_uint(unsigned int *out, const char *name, const char *arg, struct terr *err)
{
	char *end;
	unsigned long v;

	errno = 0;
	v = strtoul(arg, &end, 10);
	if (!isdigit((unsigned char)arg[0]) || *end || errno || v > 1000000000ul)
		return terr_set(err, "--%s=%s is not a whole number", name, arg);
	*out = (unsigned int)v;
	return 0;
}

static int parse_real(double *out, const char *name, const char *arg, struct terr *err)
{
	char *end;
	double v = strtod(arg, &end);

	if (end == arg || *end || !(v >= 0 && v < 1e18))
		return terr_set(err, "--%s=%s is not a number of 0 or more", name, arg);
	*out = v;
	return 0;
}

/* Whole digits only: a double has too few for nanoseconds since the epoch. */
static int parse_time(struct log_time *t, const char *name, const char *arg, struct terr *err)
{
	static const struct {
		const char *unit;
		uint64_t ns;
	} units[] = { { "", 1000000000 },
		      { "s", 1000000000 },
		      { "ms", 1000000 },
		      { "us", 1000 },
		      { "ns", 1 } };
	const char *s = arg;
	uint64_t whole = 0;
	uint64_t part = 0;
	uint64_t scale = 1;

	t->relative = *s == '+';
	s += t->relative;
	if (!isdigit((unsigned char)*s))
		goto bad;
	for (; isdigit((unsigned char)*s); s++)
		if (__builtin_mul_overflow(whole, 10, &whole) ||
		    __builtin_add_overflow(whole, (uint64_t)(*s - '0'), &whole))
			goto bad;
	if (*s == '.')
		for (s++; isdigit((unsigned char)*s); s++)
			if (scale < 1000000000) {
				part = part * 10 + (uint64_t)(*s - '0');
				scale *= 10;
			}
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (strcmp(s, units[i].unit))
			continue;
		if (__builtin_mul_overflow(whole, units[i].ns, &t->ns) ||
		    __builtin_add_overflow(t->ns, part * units[i].ns / scale, &t->ns))
			goto bad;
		t->set = true;
		return 0;
	}
bad:
	return terr_set(err,
			"--%s=%s is not a time (example: 1262593069.5, 1262593069500000us, +2s)",
			name, arg);
}

static int parse_format(struct opts *o, const char *arg, struct terr *err)
{
	char names[64];

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		if (!strcmp(arg, formats[i].name) && (formats[i].cmds & o->cmd->bit)) {
			o->format = formats[i].format;
			return 0;
		}
	format_names(o->cmd->bit, names, sizeof(names));
	return terr_set(err, "--format=%s is not supported by \"%s\" (supported: %s)", arg,
			o->cmd->name, names);
}

static int set_option(struct opts *o, const struct opt_row *r, char *arg, struct terr *err)
{
	void *field = (char *)o + r->offset;

	switch (r->kind) {
	case OPT_FLAG:
		*(bool *)field = true;
		return 0;
	case OPT_STRING:
		*(const char **)field = arg;
		return 0;
	case OPT_LIST:
		return parse_list(field, arg, err);
	case OPT_MANY:
		return list_add(field, arg, strlen(arg), err);
	case OPT_UINT:
		return parse_uint(field, r->name, arg, err);
	case OPT_REAL:
		return parse_real(field, r->name, arg, err);
	case OPT_TIME:
		return parse_time(field, r->name, arg, err);
	case OPT_FORMAT:
		return parse_format(o, arg, err);
	case OPT_HELP:
		opts_help(stdout, o->cmd);
		return OPTS_DONE;
	}
	return 0;
}

/* The table in the form getopt_long() wants it, for one command. */
struct getopt_tables {
	struct option longs[ARRAY_SIZE(rows) + 1];
	const char *names[ARRAY_SIZE(rows)];
	size_t nr;
	char shorts[2 * ARRAY_SIZE(rows) + 2];
};

static void build_tables(struct getopt_tables *t, unsigned int cmd)
{
	char *s = t->shorts;

	memset(t, 0, sizeof(*t));
	*s++ = ':';
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct opt_row *r = &rows[i];

		if (!(r->cmds & cmd))
			continue;
		t->names[t->nr] = r->name;
		t->longs[t->nr++] = (struct option){
			.name = r->name,
			.has_arg = r->arg ? required_argument : no_argument,
			.val = 256 + (int)i,
		};
		if (r->letter) {
			*s++ = r->letter;
			if (r->arg)
				*s++ = ':';
		}
	}
}

static const struct opt_row *find_row(int val)
{
	if (val >= 256)
		return &rows[val - 256];
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].letter == val)
			return &rows[i];
	return NULL;
}

static int unknown_option(const struct opts *o, const struct getopt_tables *t, char *word,
			  struct terr *err)
{
	const char *near;

	if (strncmp(word, "--", 2) || !word[2])
		return terr_set(err, "unknown option -%c (see \"tailor %s --help\")", optopt,
				o->cmd->name);
	word[strcspn(word, "=")] = '\0';
	near = suggest_name(word + 2, t->names, t->nr);
	if (near && !strcmp(near, word + 2))
		return terr_set(err, "option %s takes no argument", word);
	return terr_set(err, "unknown option %s%s%s%s (see \"tailor %s --help\")", word,
			near ? ": did you mean --" : "", near ? near : "", near ? "?" : "",
			o->cmd->name);
}

static int parse_options(struct opts *o, int argc, char **argv, struct terr *err)
{
	struct getopt_tables t;
	int val;

	build_tables(&t, o->cmd->bit);
	opterr = 0;
	optind = 0;
	while ((val = getopt_long(argc, argv, t.shorts, t.longs, NULL)) != -1) {
		const struct opt_row *r;
		int rc;

		if (val == ':')
			return terr_set(err, "option %s needs an argument", argv[optind - 1]);
		if (val == '?')
			return unknown_option(o, &t, argv[optind - 1], err);
		r = find_row(val);
		rc = set_option(o, r, optarg, err);
		if (rc)
			return rc;
		for (; r->kind == OPT_MANY && optind < argc && argv[optind][0] != '-'; optind++)
			if (set_option(o, r, argv[optind], err))
				return -1;
	}
	o->nr_paths = (size_t)(argc - optind);
	o->paths = argv + optind;
	return OPTS_RUN;
}

static const struct cmd *find_command(const struct cmd *cmds, const char *name, struct terr *err)
{
	const char *names[32];
	size_t nr = 0;
	const char *near;

	for (const struct cmd *c = cmds; c->name; c++) {
		if (!strcmp(name, c->name))
			return c;
		if (nr < ARRAY_SIZE(names))
			names[nr++] = c->name;
	}
	near = suggest_name(name, names, nr);
	terr_set(err, "unknown command %s%s%s%s (see \"tailor --help\")", name,
		 near ? ": did you mean " : "", near ? near : "", near ? "?" : "");
	return NULL;
}

int opts_parse(struct opts *o, const struct cmd *cmds, int argc, char **argv, struct terr *err)
{
	*o = (struct opts){ .min_share = 0.9, .threshold = -1, .alpha = 0.05, .trust = "shared" };

	if (argc < 2)
		return terr_set(err, "no command (see \"tailor --help\")");
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		printf("tailor %s\n", TAILOR_VERSION);
		return OPTS_DONE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") ||
	    (!strcmp(argv[1], "help") && argc == 2)) {
		help_all(stdout, cmds);
		return OPTS_DONE;
	}
	if (!strcmp(argv[1], "help")) {
		o->cmd = find_command(cmds, argv[2], err);
		if (!o->cmd)
			return -1;
		opts_help(stdout, o->cmd);
		return OPTS_DONE;
	}
	o->cmd = find_command(cmds, argv[1], err);
	return o->cmd ? parse_options(o, argc - 1, argv + 1, err) : -1;
}

/* Rows of several commands may share a list. */
static void list_free(struct strlist *l)
{
	for (size_t i = 0; i < l->nr; i++)
		free(l->v[i]);
	free(l->v);
	*l = (struct strlist){ 0 };
}

void opts_free(struct opts *o)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].kind == OPT_LIST || rows[i].kind == OPT_MANY)
			list_free((struct strlist *)((char *)o + rows[i].offset));
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Folds QEMU's log of executed instructions into stacks: the exact profile of a request.
 *
 * usage: insn-profile SYSTEM_MAP MARK REQUESTS [SKIP] <LOG >FOLDED
 *   SYSTEM_MAP  of the kernel in the guest, sorted by address
 *   MARK        kernel function that is entered once for each request
 *   REQUESTS    how many requests to count
 *   SKIP        how many requests to let pass before (default 0)
 * LOG is what "-d exec,nochain" writes with single stepping on: a line for each instruction. What
 * is before the entry of MARK that follows SKIP requests does not count, and the program ends with
 * the entry of MARK after REQUESTS more. Prints "frame;frame;... instructions" a stack, the whole
 * of all requests that count. A frame of a function follows that of its caller; the first is "user"
 * or "kernel". Exit: 0, 1 when the log ends too early or something cannot be read.
 *
 * The log may leave programs out: what only runs on the way from a program into the kernel tells
 * that nothing is below.
 *
 * Calls are known by the address of the instruction alone: the first of a function is a call (or a
 * jump that a tail call became), any other one in another function a return. A task that is
 * switched out leaves its stack behind, which is found again by the function that it returns to.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stacks/tree.h"

#define KERNEL_START 0xffff800000000000ULL
/* System.map does not cover modules; the kernel text of x86-64 ends where they start. */
#define MODULES_START 0xffffffffa0000000ULL
#define MAX_DEPTH 128
#define MAX_SUSPENDED 64

struct symbol {
	uint64_t addr;
	char *name;
};

struct symbols {
	struct symbol *v;
	size_t nr;
};

struct stack {
	uint32_t symbol[MAX_DEPTH];
	uint32_t node[MAX_DEPTH];
	uint32_t depth;
};

/* Functions that are entered from a program only, and how many frames belong to the entry. */
static const struct {
	const char *name;
	uint32_t frames;
} from_program[] = {
	{ "entry_SYSCALL_64", 1 },
	{ "xen_entry_SYSCALL_64", 1 },
	{ "sync_regs", 3 }, /* an exception, error_entry() and this */
};
#define NR_FROM_PROGRAM (sizeof(from_program) / sizeof(from_program[0]))

struct profile {
	struct symbols syms;
	struct tree tree;
	struct stack now;
	struct stack suspended[MAX_SUSPENDED];
	uint32_t nr_suspended;
	uint32_t user, modules, switch_to, mark;
	uint32_t from_program[NR_FROM_PROGRAM];
	uint64_t requests, skipped, wanted; /* requests: after those that are skipped */
	bool no_memory;
	uint64_t *last_insn; /* where the last instruction was counted */
};

static int fail(const char *what)
{
	fprintf(stderr, "insn-profile: %s: %s\n", what, errno ? strerror(errno) : "bad input");
	return -1;
}

static int add_symbol(struct symbols *s, uint64_t addr, const char *name)
{
	if (!(s->nr & (s->nr - 1))) {
		struct symbol *v = realloc(s->v, (s->nr ? 2 * s->nr : 1) * sizeof(*v));

		if (!v)
			return -1;
		s->v = v;
	}
	s->v[s->nr].addr = addr;
	s->v[s->nr].name = strdup(name);
	return s->v[s->nr++].name ? 0 : -1;
}

/* Of several names of one address the first counts. */
static int read_symbols(struct symbols *s, const char *path)
{
	FILE *f = fopen(path, "r");
	char type, name[512];
	uint64_t addr;
	int rc = f ? 0 : -1;

	while (!rc && fscanf(f, "%lx %c %511s", &addr, &type, name) == 3)
		if (strchr("tTwW", type) && addr >= KERNEL_START &&
		    (!s->nr || s->v[s->nr - 1].addr < addr))
			rc = add_symbol(s, addr, name);
	if (f)
		fclose(f);
	return rc || !s->nr ? fail(path) : 0;
}

/* The symbol of this name; the number of symbols when there is none. */
static uint32_t name_of(const struct symbols *s, const char *name)
{
	for (size_t i = 0; i < s->nr; i++)
		if (!strcmp(s->v[i].name, name))
			return (uint32_t)i;
	return (uint32_t)s->nr;
}

/* The function that an address of the kernel lies in. */
static uint32_t find_symbol(const struct symbols *s, uint64_t addr)
{
	size_t low = 0, high = s->nr;

	while (high - low > 1) {
		size_t mid = (low + high) / 2;

		if (s->v[mid].addr <= addr)
			low = mid;
		else
			high = mid;
	}
	return (uint32_t)low;
}

static void push(struct profile *p, uint32_t symbol)
{
	struct stack *s = &p->now;
	uint32_t node;

	if (s->depth == MAX_DEPTH)
		return;
	node = tree_child(&p->tree, s->depth ? s->node[s->depth - 1] : 0, symbol);
	p->no_memory |= !node;
	s->symbol[s->depth] = symbol;
	s->node[s->depth] = node;
	s->depth++;
}

/* Leaves the stack with symbol on top; false when it is not there. */
static bool pop_to(struct stack *s, uint32_t symbol)
{
	for (uint32_t i = s->depth; i--;)
		if (s->symbol[i] == symbol) {
			s->depth = i + 1;
			return true;
		}
	return false;
}

static void suspend(struct profile *p)
{
	if (p->nr_suspended == MAX_SUSPENDED) {
		memmove(p->suspended, p->suspended + 1,
			(MAX_SUSPENDED - 1) * sizeof(p->suspended[0]));
		p->nr_suspended--;
	}
	p->suspended[p->nr_suspended++] = p->now;
}

/* Of the stacks left behind, the one that was left last and has the symbol. */
static bool resume(struct profile *p, uint32_t symbol)
{
	for (uint32_t i = p->nr_suspended; i--;)
		if (pop_to(&p->suspended[i], symbol)) {
			p->now = p->suspended[i];
			p->nr_suspended--;
			memmove(p->suspended + i, p->suspended + i + 1,
				(p->nr_suspended - i) * sizeof(p->suspended[0]));
			return true;
		}
	return false;
}

static void start_stack(struct profile *p, uint32_t symbol)
{
	p->now.depth = 0;
	push(p, symbol);
}

/* Forgets all but the last frames of the stack. */
static void keep_top(struct profile *p, uint32_t frames)
{
	const struct stack was = p->now;
	uint32_t first = was.depth > frames ? was.depth - frames : 0;

	p->now.depth = 0;
	for (uint32_t i = first; i < was.depth; i++)
		push(p, was.symbol[i]);
}

static void enter_kernel(struct profile *p, uint32_t symbol, bool first)
{
	struct stack *s = &p->now;

	if (s->depth && s->symbol[s->depth - 1] == symbol)
		return;
	if (first) {
		/* From a program straight into the kernel: nothing is below. */
		if (s->depth && s->symbol[0] == p->user)
			s->depth = 0;
		if (symbol == p->switch_to)
			suspend(p);
		push(p, symbol);
		for (size_t i = 0; i < NR_FROM_PROGRAM; i++)
			if (symbol == p->from_program[i])
				keep_top(p, from_program[i].frames);
		return;
	}
	if (!pop_to(s, symbol) && !resume(p, symbol))
		push(p, symbol);
}

static void count(struct profile *p, uint64_t addr)
{
	struct stack *s = &p->now;

	if (addr < KERNEL_START) {
		if (s->depth != 1 || s->symbol[0] != p->user)
			start_stack(p, p->user);
	} else if (addr >= MODULES_START) {
		if (!s->depth || s->symbol[s->depth - 1] != p->modules)
			push(p, p->modules);
	} else {
		uint32_t symbol = find_symbol(&p->syms, addr);
		bool first = p->syms.v[symbol].addr == addr;

		if (first && symbol == p->mark) {
			if (p->skipped)
				p->skipped--;
			else
				p->requests++;
		}
		enter_kernel(p, symbol, first);
	}
	p->last_insn = NULL;
	if (p->requests && p->requests <= p->wanted) {
		p->last_insn = &p->tree.v[s->node[s->depth - 1]].insn;
		(*p->last_insn)++;
	}
}

/* "Trace 0: 0x... [cs_base/pc/flags/cflags]": the second number in brackets. */
static int read_line(struct profile *p, const char *line)
{
	const char *bracket;

	if (strncmp(line, "Trace ", 6)) {
		/* A block that was logged, but then not executed, or will be once more. */
		if (p->last_insn && (!strncmp(line, "Stopped execution", 17) ||
				     !strncmp(line, "cpu_io_recompile", 16))) {
			(*p->last_insn)--;
			p->last_insn = NULL;
		}
		return 0;
	}
	bracket = strchr(line, '[');
	bracket = bracket ? strchr(bracket, '/') : NULL;
	if (!bracket)
		return fail(line);
	count(p, strtoull(bracket + 1, NULL, 16));
	return p->no_memory ? fail("memory") : 0;
}

static void print_stack(const struct profile *p, uint32_t node)
{
	const struct node *n = &p->tree.v[node];

	if (n->parent)
		print_stack(p, n->parent);
	else
		fputs(n->symbol == p->user ? "user" : "kernel", stdout);
	if (n->symbol != p->user)
		printf(";%s", p->syms.v[n->symbol].name);
}

static int print(const struct profile *p)
{
	for (uint32_t i = 1; i < p->tree.nr; i++) {
		if (!p->tree.v[i].insn)
			continue;
		print_stack(p, i);
		printf(" %lu\n", p->tree.v[i].insn);
	}
	return fflush(stdout) ? fail("standard output") : 0;
}

static int read_log(struct profile *p)
{
	size_t room = 0;
	char *line = NULL;
	int rc = 0;

	while (!rc && p->requests <= p->wanted && getline(&line, &room, stdin) > 0)
		rc = read_line(p, line);
	free(line);
	if (!rc && p->requests <= p->wanted) {
		fprintf(stderr, "insn-profile: the log ends after %lu of %lu requests\n",
			p->requests ? p->requests - 1 : 0, p->wanted);
		rc = -1;
	}
	return rc;
}

int main(int argc, char **argv)
{
	static struct profile p;

	if (argc < 4 || argc > 5 || (p.wanted = strtoull(argv[3], NULL, 10)) == 0) {
		fprintf(stderr,
			"usage: insn-profile SYSTEM_MAP MARK REQUESTS [SKIP] <LOG >FOLDED\n");
		return 2;
	}
	p.skipped = argc == 5 ? strtoull(argv[4], NULL, 10) : 0;
	if (read_symbols(&p.syms, argv[1]))
		return 1;
	p.mark = name_of(&p.syms, argv[2]);
	p.switch_to = name_of(&p.syms, "__switch_to_asm");
	for (size_t i = 0; i < NR_FROM_PROGRAM; i++)
		p.from_program[i] = name_of(&p.syms, from_program[i].name);
	if (p.mark == p.syms.nr) {
		fprintf(stderr, "insn-profile: %s has no function %s\n", argv[1], argv[2]);
		return 1;
	}
	/* Above every address that find_symbol() is asked for. */
	p.user = (uint32_t)p.syms.nr;
	p.modules = p.user + 1;
	if (add_symbol(&p.syms, UINT64_MAX - 1, "user") ||
	    add_symbol(&p.syms, UINT64_MAX, "modules")) {
		fail("memory");
		return 1;
	}
	if (!tree_start(&p.tree)) {
		fail("memory");
		return 1;
	}
	return read_log(&p) || print(&p) ? 1 : 0;
}

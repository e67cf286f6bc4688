// SPDX-License-Identifier: GPL-2.0-only
/*
 * Leads CPUs through code by hand, for the shadow stacks of bench/stacks.
 *
 * usage: shadow SYMBOLS <STEPS >FOLDED
 * A step is "CPU user INSN" or "CPU FUNCTION FIRST SP INSN": the CPU, whether this is the
 * function's first instruction (0 or 1), the stack pointer (hexadecimal) and how many instructions
 * run.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../stacks/shadow.h"

#define NR_CPUS 2

int main(int argc, char **argv)
{
	static struct stack cpus[NR_CPUS];
	static struct shadow s;
	unsigned int cpu, first;
	uint64_t sp, insn;
	char name[64];

	if (argc != 2 || shadow_open(&s, argv[1]))
		return 2;
	while (scanf("%u %63s", &cpu, name) == 2 && cpu < NR_CPUS) {
		uint32_t symbol = symbols_named(&s.symbols, name);

		if (!strcmp(name, "user")) {
			if (scanf("%" SCNu64, &insn) != 1)
				return 2;
			cpus[cpu].depth = 0;
			s.user_insn += insn;
			continue;
		}
		if (scanf("%u %" SCNx64 " %" SCNu64, &first, &sp, &insn) != 3 ||
		    symbol == s.symbols.nr)
			return 2;
		if (shadow_wants_sp(&s, &cpus[cpu], symbol, first))
			shadow_enter(&s, &cpus[cpu], symbol, first, sp);
		shadow_count(&s, &cpus[cpu], insn);
	}
	shadow_print(&s, stdout);
	return s.no_memory || !feof(stdin);
}

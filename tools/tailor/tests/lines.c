// SPDX-License-Identifier: GPL-2.0-only
/* Prints FILE:LINE for each row of the line tables of the given ELF files that has instructions. */
#include <elfutils/libdwfl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* The next row is elsewhere: this one is not only a mark of a statement that is gone. */
static bool has_instructions(Dwarf_Lines *lines, size_t i, size_t nr)
{
	Dwarf_Addr at = 0;
	Dwarf_Addr next = 0;

	return i + 1 < nr && !dwarf_lineaddr(dwarf_onesrcline(lines, i), &at) &&
	       !dwarf_lineaddr(dwarf_onesrcline(lines, i + 1), &next) && at != next;
}

static void print_unit(Dwarf_Die *unit)
{
	Dwarf_Lines *lines;
	size_t nr;

	if (dwarf_getsrclines(unit, &lines, &nr))
		return;
	for (size_t i = 0; i < nr; i++) {
		Dwarf_Line *row = dwarf_onesrcline(lines, i);
		const char *file = dwarf_linesrc(row, NULL, NULL);
		bool end = true;
		int line = 0;

		dwarf_lineendsequence(row, &end);
		dwarf_lineno(row, &line);
		if (!end && line && file && has_instructions(lines, i, nr))
			printf("%s:%d\n", file, line);
	}
}

/* libdwfl also relocates the line tables of modules. */
static int print_file(const char *path)
{
	static const Dwfl_Callbacks callbacks = {
		.find_elf = dwfl_build_id_find_elf,
		.find_debuginfo = dwfl_standard_find_debuginfo,
		.section_address = dwfl_offline_section_address,
	};
	Dwfl *dwfl = dwfl_begin(&callbacks);
	Dwfl_Module *module = dwfl ? dwfl_report_offline(dwfl, "", path, -1) : NULL;
	Dwarf_Die *unit = NULL;
	Dwarf_Addr bias;

	if (!module || dwfl_report_end(dwfl, NULL, NULL) || !dwfl_module_getdwarf(module, &bias)) {
		fprintf(stderr, "%s: %s\n", path, dwfl_errmsg(-1));
		dwfl_end(dwfl);
		return -1;
	}
	while ((unit = dwfl_module_nextcu(module, unit, &bias)))
		print_unit(unit);
	dwfl_end(dwfl);
	return 0;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (print_file(argv[i]))
			return EXIT_FAILURE;
	return EXIT_SUCCESS;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prints "function folder" for each function of a vmlinux with debug information: the folder of the
 * kernel source that its unit lies in. Of two functions of one name the first counts.
 *
 * usage: symbol-folders VMLINUX
 */
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int print_function(Dwarf_Die *die, void *folder)
{
	const char *name = dwarf_diename(die);
	Dwarf_Addr entry;

	if (name && !dwarf_entrypc(die, &entry))
		printf("%s %s\n", name, (const char *)folder);
	return DWARF_CB_OK;
}

/* The name of a unit is its path from the top of the tree; of one in assembly, with the tree's own.
 */
static void print_unit(Dwarf_Die *unit)
{
	const char *name = dwarf_diename(unit);
	char folder[256];
	char *slash, *arch;

	if (!name)
		return;
	arch = strstr(name, "/arch/");
	snprintf(folder, sizeof(folder), "%s", arch ? arch + 1 : name);
	slash = strrchr(folder, '/');
	if (slash)
		*slash = '\0';
	dwarf_getfuncs(unit, print_function, folder, 0);
}

int main(int argc, char **argv)
{
	Dwarf_Off offset = 0, next;
	size_t header_bytes;
	Dwarf *dw;
	int fd;

	if (argc != 2) {
		fprintf(stderr, "usage: symbol-folders VMLINUX\n");
		return 2;
	}
	fd = open(argv[1], O_RDONLY);
	dw = fd < 0 ? NULL : dwarf_begin(fd, DWARF_C_READ);
	if (!dw) {
		fprintf(stderr, "symbol-folders: %s: %s\n", argv[1],
			fd < 0 ? "cannot be opened" : dwarf_errmsg(-1));
		return 1;
	}
	while (!dwarf_nextcu(dw, offset, &next, &header_bytes, NULL, NULL, NULL)) {
		Dwarf_Die unit;

		if (dwarf_offdie(dw, offset + header_bytes, &unit))
			print_unit(&unit);
		offset = next;
	}
	dwarf_end(dw);
	close(fd);
	return 0;
}

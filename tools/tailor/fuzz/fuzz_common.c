// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz/fuzz_common.h"

void fuzz_check(bool holds)
{
	if (!holds)
		abort();
}

void fuzz_read(const uint8_t *data, size_t size, const fuzz_reader *readers, size_t nr)
{
	char path[64];
	int fd;

	if (!size)
		return;
	fd = memfd_create("file", MFD_CLOEXEC);
	fuzz_check(fd >= 0 && write(fd, data + 1, size - 1) == (ssize_t)size - 1);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	readers[(uint8_t)(*data - '0') % nr](path);
	close(fd);
}

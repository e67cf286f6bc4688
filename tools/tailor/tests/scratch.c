// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/scratch.h"

char scratch[SCRATCH_PATH];

static void new_name(char *path)
{
	snprintf(path, SCRATCH_PATH, "/tmp/%.32s.XXXXXX", program_invocation_short_name);
}

int make_scratch_file(void **state)
{
	int fd;

	new_name(scratch);
	fd = mkstemp(scratch);
	*state = scratch;
	return fd < 0 || close(fd) ? -1 : 0;
}

int make_scratch_folder(void **state)
{
	new_name(scratch);
	*state = scratch;
	return mkdtemp(scratch) ? 0 : -1;
}

int remove_scratch(void **state)
{
	DIR *d = opendir(scratch);
	struct dirent *e;
	int rc;

	(void)state;
	while (d && (e = readdir(d)))
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			unlink(scratch_in(e->d_name));
	rc = d ? rmdir(scratch) : unlink(scratch);
	if (d)
		closedir(d);
	scratch[0] = '\0';
	return rc;
}

static void write_bytes(const char *path, const char *text, size_t len)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	assert_int_equal(fclose(f), 0);
}

void scratch_write(const char *text)
{
	write_bytes(scratch, text, strlen(text));
}

char *scratch_in(const char *name)
{
	static char path[SCRATCH_PATH + 256];

	snprintf(path, sizeof(path), "%s/%s", scratch, name);
	return path;
}

void scratch_put(const char *name, const char *text, size_t len)
{
	write_bytes(scratch_in(name), text, len);
}

const char *file_of(const char *text)
{
	static char path[SCRATCH_PATH];
	int fd;

	new_name(path);
	fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	write_bytes(path, text, strlen(text));
	return path;
}

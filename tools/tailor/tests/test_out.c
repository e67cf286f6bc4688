// SPDX-License-Identifier: GPL-2.0-only
/*
 * output/out.c where the disk is full: what was in the file is in it still. This program's own
 * write() is the disk, so that it is full anywhere, and behind each byte once.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "output/out.h"
#include "tests/scratch.h"

#define OLD "what was there before, and is longer"
#define NEW "the answer"

static char file[SCRATCH_PATH + 8];
static char other[SCRATCH_PATH + 8];

/* Bytes that the disk takes yet, and how often it is full before it takes anything again. */
static long room = LONG_MAX;
static int refusals;

ssize_t write(int fd, const void *buf, size_t n)
{
	struct stat st;

	if (fd > STDERR_FILENO && !fstat(fd, &st) && S_ISREG(st.st_mode)) {
		if (n && !room && refusals) {
			if (!--refusals)
				room = LONG_MAX;
			errno = ENOSPC;
			return -1;
		}
		if ((long)n > room)
			n = (size_t)room;
		room -= room == LONG_MAX ? 0 : (long)n;
	}
	return syscall(SYS_write, fd, buf, n);
}

/* A file with two names, which is filled and not replaced. */
static void make_old(void)
{
	room = LONG_MAX;
	unlink(other);
	scratch_put("file", OLD, strlen(OLD));
	assert_int_equal(link(file, other), 0);
}

static void expect(const char *path, const char *text)
{
	char got[128];
	FILE *f = fopen(path, "r");
	size_t n;

	assert_non_null(f);
	n = fread(got, 1, sizeof(got) - 1, f);
	got[n] = '\0';
	fclose(f);
	assert_string_equal(got, text);
}

static size_t nr_files(void)
{
	char command[128];
	FILE *p;
	size_t nr = 0;

	snprintf(command, sizeof(command), "ls -A %s | wc -l", scratch);
	p = popen(command, "r");
	assert_non_null(p);
	assert_int_equal(fscanf(p, "%zu", &nr), 1);
	pclose(p);
	return nr;
}

/* 0: the answer is in the file; else nothing was lost. */
static int answer(long bytes, int full, struct terr *err)
{
	struct out out;

	make_old();
	if (out_open(&out, file, err))
		return -1;
	fputs(NEW, out.f);
	room = bytes;
	refusals = full;
	return out_close(&out, err);
}

static void a_full_disk_takes_nothing_away(void **state)
{
	/* the copy of the old file, and the answer in its place */
	long needed = (long)(strlen(OLD) + strlen(NEW));

	(void)state;
	for (long bytes = 0; bytes < needed; bytes++) {
		struct terr err = { "" };

		if (!answer(bytes, 1, &err))
			fail_msg("%ld bytes do", bytes);
		expect(file, OLD);
		expect(other, OLD);
		assert_int_equal(nr_files(), 2);
		assert_non_null(strstr(err.msg, "No space left on device"));
	}
}

static void it_is_filled_where_there_is_room(void **state)
{
	struct terr err = { "" };

	(void)state;
	assert_int_equal(answer((long)(strlen(OLD) + strlen(NEW)), 1, &err), 0);
	expect(file, NEW);
	expect(other, NEW);
	assert_int_equal(nr_files(), 2);
}

/* A file system that cannot even write over what is there: the copy stays, and is named. */
static void what_cannot_be_put_back_is_kept(void **state)
{
	static const char says[] = "; what was there before is in ";
	struct terr err = { "" };
	char *kept;

	(void)state;
	assert_int_equal(answer((long)strlen(OLD) + 3, 2, &err), -1);
	kept = strstr(err.msg, says);
	assert_non_null(kept);
	kept += strlen(says);
	expect(kept, OLD);
	assert_int_equal(nr_files(), 3);
	unlink(kept);
}

static int make_names(void **state)
{
	if (make_scratch_folder(state))
		return -1;
	snprintf(file, sizeof(file), "%s/file", scratch);
	snprintf(other, sizeof(other), "%s/other", scratch);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_full_disk_takes_nothing_away),
		cmocka_unit_test(it_is_filled_where_there_is_room),
		cmocka_unit_test(what_cannot_be_put_back_is_kept),
	};

	return cmocka_run_group_tests_name("out", tests, make_names, remove_scratch);
}

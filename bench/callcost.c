// SPDX-License-Identifier: GPL-2.0-only
/*
 * usage: callcost COUNT
 *
 * Prints "CALL NS" for some system calls: CPU time of this task for each of COUNT calls. On the
 * counting clock a ns is an instruction; what the task is interrupted for is part of it.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define FILE_PATH "/var/www/appliance/index.html"

static int file_fd;

static void call_getppid(void)
{
	syscall(SYS_getppid);
}

static void call_pread(void)
{
	char buffer[64];

	if (pread(file_fd, buffer, sizeof(buffer), 0) != sizeof(buffer))
		err(1, "pread");
}

static void call_stat(void)
{
	struct stat st;

	if (syscall(SYS_stat, FILE_PATH, &st))
		err(1, "stat");
}

static long long cpu_time_ns(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now))
		err(1, "clock_gettime");
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void measure(const char *name, void (*call)(void), long count)
{
	long long start;

	call(); /* what only the first call has to do */
	start = cpu_time_ns();
	for (long i = 0; i < count; i++)
		call();
	printf("%s %.1f\n", name, (double)(cpu_time_ns() - start) / (double)count);
}

int main(int argc, char **argv)
{
	long count = argc == 2 ? atol(argv[1]) : 0;

	if (count <= 0)
		errx(2, "usage: callcost COUNT");
	file_fd = open(FILE_PATH, O_RDONLY);
	if (file_fd < 0)
		err(1, FILE_PATH);
	measure("getppid", call_getppid, count);
	measure("pread-64", call_pread, count);
	measure("stat", call_stat, count);
	return 0;
}

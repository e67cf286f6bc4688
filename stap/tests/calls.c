// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes system calls whose number, arguments and results are known, for the tests of the logs.
 *
 * usage: calls MODE COUNT
 *   exact  COUNT each of getppid, stat and a failing openat, and one of each special call
 *   flood  COUNT of getppid as a real-time task, which starves the reader of the log
 *   sleep  sleeps COUNT times; prints the task's own counts of context switches
 *   block  forks a task that stays inside pause(), and prints its pid
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PATH_BYTES 300

static void on_signal(int nr)
{
	(void)nr;
}

static void call_ia32(void)
{
	long ret;

	/* getpid of the 32-bit table: number 20 */
	__asm__ volatile("int $0x80" : "=a"(ret) : "a"(20L) : "memory", "r8", "r9", "r10", "r11");
	if (ret != getpid())
		errx(1, "int 0x80 gave %ld", ret);
}

static void make_special_calls(void)
{
	const struct timespec pause_ns = { .tv_nsec = 5000000 };
	char path[PATH_BYTES + 1];
	struct stat st;
	pid_t child;

	memset(path, 'x', PATH_BYTES);
	path[PATH_BYTES] = '\0';
	syscall(SYS_stat, path, &st);
	syscall(SYS_stat, "/quo\"te\\tab\tend\n\377", &st);
	syscall(SYS_stat, (char *)8, &st);
	syscall(SYS_nanosleep, &pause_ns, NULL);
	call_ia32();
	signal(SIGUSR1, on_signal);
	syscall(SYS_kill, getpid(), SIGUSR1);
	child = fork();
	if (child < 0)
		err(1, "fork");
	if (!child) {
		prctl(PR_SET_NAME, "tab\tand\\back");
		syscall(SYS_getpgrp);
		execl("/bin/true", "true", NULL);
		_exit(1);
	}
	if (waitpid(child, NULL, 0) != child)
		err(1, "waitpid");
	syscall(SYS_rename, "/no/such/old", "/no/such/new");
}

static void make_exact_calls(long count)
{
	struct stat st;

	for (long i = 0; i < count; i++) {
		syscall(SYS_getppid);
		if (syscall(SYS_stat, "/etc/passwd", &st))
			err(1, "stat");
		syscall(SYS_openat, AT_FDCWD, "/no/such/file", O_RDONLY, 0);
	}
	make_special_calls();
	printf("pid %d\n", getpid());
}

static void flood(long count)
{
	const struct sched_param param = { .sched_priority = 50 };

	if (sched_setscheduler(0, SCHED_FIFO, &param))
		err(1, "sched_setscheduler");
	for (long i = 0; i < count; i++)
		syscall(SYS_getppid);
	printf("pid %d\n", getpid());
}

static long switches(const char *key)
{
	FILE *status = fopen("/proc/self/status", "r");
	char line[256];
	long value = -1;

	if (!status)
		err(1, "/proc/self/status");
	while (fgets(line, sizeof(line), status))
		if (!strncmp(line, key, strlen(key)))
			value = atol(line + strlen(key));
	fclose(status);
	return value;
}

static void sleep_often(long count)
{
	const struct timespec pause_ns = { .tv_nsec = 1000000 };
	long voluntary = switches("voluntary_ctxt_switches:");
	long forced = switches("nonvoluntary_ctxt_switches:");

	for (long i = 0; i < count; i++)
		nanosleep(&pause_ns, NULL);
	printf("pid %d\nvoluntary %ld\nforced %ld\n", getpid(),
	       switches("voluntary_ctxt_switches:") - voluntary,
	       switches("nonvoluntary_ctxt_switches:") - forced);
}

static void block(void)
{
	pid_t child = fork();

	if (child < 0)
		err(1, "fork");
	if (!child) {
		fclose(stdout);
		for (;;)
			pause();
	}
	printf("pid %d\n", child);
}

int main(int argc, char **argv)
{
	const char *mode = argc > 1 ? argv[1] : "";
	long count = argc > 2 ? atol(argv[2]) : 0;

	if (!strcmp(mode, "exact"))
		make_exact_calls(count);
	else if (!strcmp(mode, "flood"))
		flood(count);
	else if (!strcmp(mode, "sleep"))
		sleep_often(count);
	else if (!strcmp(mode, "block"))
		block();
	else
		errx(2, "usage: calls exact|flood|sleep|block COUNT");
	return 0;
}

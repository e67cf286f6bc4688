// SPDX-License-Identifier: GPL-2.0-only
/*
 * cputime PID...		print "PID NS" for each process: CPU time of all its threads
 * cputime --run CMD [ARG...]	run CMD, then print "child CPU_NS WALL_NS TSC_CYCLES" on standard
 *				error (CPU time of CMD's process, the rest from start to end of
 *CMD); exit as CMD
 * cputime --power-on		execute the mark that bench/boot-insn.c counts to, and print
 *"power_on TSC_CYCLES NS": since the machine was switched on, firmware and unpacking of the kernel
 *included
 *
 * The POSIX CPU clock of a process reads sum_exec_runtime, which is in ns and not sampled by
 * ticks; on the counting clock of the beds 1 ns is 1 instruction. A thread counts what ran while
 * it was current: interrupts and softirqs in its context included.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

static int read_cputime_ns(pid_t pid, long long *ns)
{
	struct timespec ts;
	clockid_t clock;
	int err = clock_getcpuclockid(pid, &clock);

	if (err)
		return err;
	if (clock_gettime(clock, &ts))
		return errno;
	*ns = ts.tv_sec * 1000000000LL + ts.tv_nsec;
	return 0;
}

static int print_cputime(pid_t pid)
{
	long long ns;
	int err = read_cputime_ns(pid, &ns);

	if (err) {
		fprintf(stderr, "cputime: process %d: %s\n", (int)pid, strerror(err));
		return 1;
	}
	printf("%d %lld\n", (int)pid, ns);
	return 0;
}

static long long read_wall_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

static int run(char **argv)
{
	long long cpu_ns, wall_ns = read_wall_ns();
	unsigned long long cycles = __rdtsc();
	siginfo_t info;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		execvp(argv[0], argv);
		fprintf(stderr, "cputime: %s: %s\n", argv[0], strerror(errno));
		_exit(127);
	}
	/* The clock is gone once the child is reaped, so look first. */
	if (pid < 0 || waitid(P_PID, pid, &info, WEXITED | WNOWAIT) ||
	    read_cputime_ns(pid, &cpu_ns) || waitpid(pid, &status, 0) < 0) {
		fprintf(stderr, "cputime: cannot follow %s: %s\n", argv[0], strerror(errno));
		return 126;
	}
	fprintf(stderr, "child %lld %lld %llu\n", cpu_ns, read_wall_ns() - wall_ns,
		__rdtsc() - cycles);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/*
 * The TSC of a virtual machine starts at 0 when it is switched on; how long a cycle is, the
 * kernel's clock tells.
 */
static int print_power_on(void)
{
	const struct timespec calibration = { .tv_nsec = 10000000 };
	unsigned long long start, cycles;
	long long wall_ns;

	asm volatile("nopl 0x7a110001(%%rax)" ::: "memory");
	start = __rdtsc();
	wall_ns = read_wall_ns();
	nanosleep(&calibration, NULL);
	wall_ns = read_wall_ns() - wall_ns;
	cycles = __rdtsc() - start;
	printf("power_on %llu %.0f\n", start, (double)start * (double)wall_ns / (double)cycles);
	return 0;
}

int main(int argc, char **argv)
{
	int failed = 0;

	if (argc < 2 || (!strcmp(argv[1], "--run") && argc < 3)) {
		fprintf(stderr,
			"usage: cputime PID... | cputime --run CMD [ARG...] | cputime --power-on\n");
		return 2;
	}
	if (!strcmp(argv[1], "--run"))
		return run(argv + 2);
	if (!strcmp(argv[1], "--power-on"))
		return print_power_on();
	for (int i = 1; i < argc; i++)
		failed |= print_cputime(atoi(argv[i]));
	return failed;
}

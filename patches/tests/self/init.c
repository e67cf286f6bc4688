// SPDX-License-Identifier: GPL-2.0-only
/*
 * Init of the guest in which the self-tests run. Results go to the second serial port as TAP
 * lines, ended by "# end". What it runs is told by the words after "--" on the command line:
 *
 *	trial   every test of /tests with its switch off, on and off again, in a trial kernel
 *	final   every test of /tests once, in a kernel that has all options as constants
 *	NAME ARGUMENT...	the program /tests/NAME, which prints the results itself
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define TESTS "/tests"
#define SWITCHES "/sys/kernel/debug/tailor"
#define RESULTS "/dev/ttyS1"
#define TAINT_AUX (1L << 16)

static void result(bool ok, const char *what, const char *name)
{
	printf("%s - %s: %s\n", ok ? "ok" : "not ok", name, what);
}

/* 0 or errno */
static int put(const char *dir, const char *name, const char *value)
{
	char path[256];
	int fd, err = 0;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY);
	if (fd < 0)
		return errno;
	if (write(fd, value, strlen(value)) < 0)
		err = errno;
	close(fd);
	return err;
}

static long get(const char *dir, const char *name)
{
	char path[256], buf[32] = "";
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return -1;
	n = read(fd, buf, sizeof(buf) - 1);
	close(fd);
	return n > 0 ? atol(buf) : -1;
}

/* The exit status of the program TESTS/argv[0]; its lines are dropped when quiet. */
static int run_program(char *const *argv, bool quiet)
{
	char path[300];
	int status;
	pid_t pid;

	snprintf(path, sizeof(path), TESTS "/%s", argv[0]);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		if (quiet)
			dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
		execv(path, argv);
		_exit(127);
	}
	return pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status)
		       ? -1
		       : WEXITSTATUS(status);
}

static int run(const char *name, const char *arg, bool quiet)
{
	char *const argv[] = { (char *)name, (char *)arg, NULL };

	return run_program(argv, quiet);
}

/* How often the kernel log holds the words, or -1. */
static int times_logged(const char *words)
{
	static char log[1 << 18];
	int n = klogctl(3 /* read all */, log, sizeof(log) - 1);
	int nr = 0;

	if (n < 0)
		return -1;
	log[n] = '\0';
	for (const char *p = log; (p = strstr(p, words)); p++)
		nr++;
	return nr;
}

/* The kernel log holds that many lines about the option. */
static bool announced_times(const char *name, int times)
{
	char words[64];

	snprintf(words, sizeof(words), "tailor: %s: ", name);
	return times_logged(words) == times;
}

/* An option that fails open taints the kernel, others do not. */
static bool taint_is_right(void)
{
	bool tainted = get("/proc/sys/kernel", "tainted") & TAINT_AUX;

	return tainted == (times_logged("(fails open)") > 0);
}

static void try_switch(const char *name, const char *test)
{
	result(get(SWITCHES, name) == 0, "is off at boot", name);
	result(announced_times(name, 0), "is not announced while it is off", name);
	result(put(SWITCHES, name, "2") == EINVAL && get(SWITCHES, name) == 0, "refuses a 2", name);
	run(test, "off", false);
	if (run(test, "differs", true) == 0)
		result(run(test, "on", true) == 1, "its test fails when the switch has no effect",
		       name);
	else
		result(run(test, "on", true) == 0, "no program notices it", name);
	result(put(SWITCHES, name, "1") == 0 && get(SWITCHES, name) == 1, "is switched on", name);
	result(announced_times(name, 1), "is announced", name);
	run(test, "on", false);
	result(put(SWITCHES, name, "0") == 0 && get(SWITCHES, name) == 0, "is switched off", name);
	run(test, "off", false);
	put(SWITCHES, name, "1");
	result(announced_times(name, 1), "is announced only once", name);
	put(SWITCHES, name, "0");
}

static void upper(char *to, const char *from, size_t size)
{
	size_t i = 0;

	for (; from[i] && i + 1 < size; i++)
		to[i] = (char)toupper((unsigned char)from[i]);
	to[i] = '\0';
}

static int is_test(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static void run_tests(bool trial)
{
	struct dirent **test;
	int nr = scandir(TESTS, &test, is_test, alphasort);
	char name[64];
	DIR *dir;

	result(taint_is_right(), "is tainted when something fails open, and only then", "kernel");
	for (int i = 0; i < nr; i++) {
		upper(name, test[i]->d_name, sizeof(name));
		if (trial) {
			try_switch(name, test[i]->d_name);
		} else {
			result(announced_times(name, 1), "is announced at boot", name);
			if (nr == 1)
				run(test[i]->d_name, "on", false);
		}
	}
	if (!trial)
		return;
	result(taint_is_right(), "is tainted by switches that fail open, and only by those",
	       "kernel");
	dir = opendir(SWITCHES);
	for (struct dirent *d; dir && (d = readdir(dir));) {
		char path[300], lower[64];
		size_t j = 0;

		if (d->d_name[0] == '.')
			continue;
		for (; d->d_name[j] && j + 1 < sizeof(lower); j++)
			lower[j] = (char)tolower((unsigned char)d->d_name[j]);
		lower[j] = '\0';
		snprintf(path, sizeof(path), TESTS "/%s", lower);
		result(access(path, X_OK) == 0, "has a self-test", d->d_name);
	}
}

static int mounts(void)
{
	if (mount("proc", "/proc", "proc", 0, NULL) || mount("sys", "/sys", "sysfs", 0, NULL) ||
	    mount("tmp", "/tmp", "tmpfs", 0, NULL))
		return -1;
	if (mount("dev", "/dev", "devtmpfs", 0, NULL) && errno != EBUSY)
		return -1;
	return mount("debug", "/sys/kernel/debug", "debugfs", 0, NULL);
}

int main(int argc, char **argv)
{
	const char *job = argc > 1 ? argv[1] : "trial";

	if (getpid() != 1) {
		fprintf(stderr,
			"init: this is the init of a test guest, it runs as process 1 only\n");
		return 2;
	}
	if (mounts() || !freopen(RESULTS, "w", stdout)) {
		perror("init: cannot set the guest up");
	} else {
		setvbuf(stdout, NULL, _IOLBF, 0);
		if (!strcmp(job, "trial") || !strcmp(job, "final"))
			run_tests(!strcmp(job, "trial"));
		else
			result(run_program(argv + 1, false) == 0, "ran to the end", job);
		printf("# end\n");
		fflush(stdout);
		fsync(STDOUT_FILENO);
	}
	sync();
	return reboot(RB_AUTOBOOT);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's own tests in a trial kernel, each with all switches off and with all on. What counts
 * is that both give the same results and the same exit status; prints TAP.
 *
 *	kselftest PROGRAM...	as they are called in /tests
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../self/net.h"
#include "../self/switches.h"

#define TESTS "/tests"
#define DIR "/tmp/kselftest" /* a fresh tmpfs for each run */
#define OUTPUT DIR ".output"
#define LIMIT_S 120
#define ROUNDS 3 /* some of them race with the clock of a busy machine */
#define MAX_OUTPUT (1 << 20)
#define EXIT_SKIP 4

struct outcome {
	int status; /* of wait() */
	int results;
	char lines[MAX_OUTPUT]; /* the results only */
};

static int fresh_dir(void)
{
	umount2(DIR, MNT_DETACH);
	if (mkdir(DIR, 0755) && errno != EEXIST)
		return -1;
	return mount("kselftest", DIR, "tmpfs", 0, "mode=0755,size=64m") || chdir(DIR) ? -1 : 0;
}

/* "ok 3 name of 4711": the number and whether it passed; names may hold processes and times. */
static void take_line(struct outcome *o, const char *line)
{
	const char *p = line + strspn(line, "# \t");
	size_t used = strlen(o->lines), len;

	if (!strncmp(p, "[PASS]", 6) || !strncmp(p, "[FAIL]", 6))
		len = 6;
	else if (!strncmp(p, "ok ", 3) || !strncmp(p, "not ok ", 7))
		len = strcspn(p, "0123456789") + strspn(p + strcspn(p, "0123456789"), "0123456789");
	else
		return;
	snprintf(o->lines + used, sizeof(o->lines) - used, "%.*s\n", (int)len, p);
	o->results++;
}

static int take_output(struct outcome *o)
{
	FILE *in = fopen(OUTPUT, "r");
	char line[1024];

	o->results = 0;
	o->lines[0] = '\0';
	if (!in)
		return -1;
	while (fgets(line, sizeof(line), in))
		take_line(o, line);
	fclose(in);
	return 0;
}

static int run(const char *name, struct outcome *o)
{
	char path[300];
	pid_t pid;

	snprintf(path, sizeof(path), TESTS "/%s", name);
	if (fresh_dir())
		return -1;
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		int out = open(OUTPUT, O_WRONLY | O_CREAT | O_TRUNC, 0644);

		setsid();
		dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
		dup2(out, STDOUT_FILENO);
		dup2(out, STDERR_FILENO);
		close_range(3, ~0U, 0);
		alarm(LIMIT_S);
		execl(path, path, NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &o->status, 0) != pid)
		return -1;
	kill(-pid, SIGKILL);
	return take_output(o);
}

static void say_how(const struct outcome *o)
{
	if (WIFSIGNALED(o->status))
		printf("signal %d", WTERMSIG(o->status));
	else
		printf("exit %d", WEXITSTATUS(o->status));
	printf(", %d results", o->results);
}

static bool is_good(const char *line)
{
	return !strncmp(line, "ok ", 3) || !strncmp(line, "[PASS]", 6);
}

/* What it did not pass. */
static void print_bad(const char *when, const struct outcome *o)
{
	printf("# with the switches %s: ", when);
	say_how(o);
	for (const char *p = o->lines; *p; p = strchr(p, '\n') + 1)
		if (!is_good(p))
			printf(", %.*s", (int)strcspn(p, "\n"), p);
	printf("\n");
}

static int run_both(const char *name, const struct switches *s, struct outcome *off,
		    struct outcome *on)
{
	return switches_set(s, false) || run(name, off) || switches_set(s, true) || run(name, on) ||
			       switches_set(s, false)
		       ? -1
		       : 0;
}

static bool is_same(const struct outcome *a, const struct outcome *b)
{
	return a->status == b->status && !strcmp(a->lines, b->lines);
}

static int try_one(const char *name, const struct switches *s)
{
	static struct outcome off, on;
	bool same = false, skipped;

	for (int round = 0; round < ROUNDS && !same; round++) {
		if (run_both(name, s, &off, &on)) {
			printf("not ok - kselftest: %s: %s\n", name, strerror(errno));
			return 1;
		}
		same = is_same(&off, &on);
		if (!same || off.status) {
			print_bad("off", &off);
			print_bad("on", &on);
		}
	}
	skipped = same && WIFEXITED(off.status) && WEXITSTATUS(off.status) == EXIT_SKIP;
	printf("%s - kselftest: %s: ", same ? "ok" : "not ok", name);
	say_how(&off);
	printf(", the same with the switches on%s\n",
	       skipped ? " # SKIP this kernel lacks what it tests" : "");
	return same ? 0 : 1;
}

static int is_test(const struct dirent *d)
{
	return d->d_name[0] != '.' && strcmp(d->d_name, "kselftest");
}

int main(void)
{
	static struct switches s;
	struct dirent **test;
	int failed = 0, nr = scandir(TESTS, &test, is_test, alphasort);

	if (nr <= 0) {
		printf("not ok - kselftest: no tests in " TESTS "\n");
		return 1;
	}
	if (switches_find(&s, NULL) || net_set_loopback(true)) {
		printf("not ok - kselftest: no switches, or no loopback: %s\n", strerror(errno));
		return 1;
	}
	for (int i = 0; i < nr; i++)
		failed |= try_one(test[i]->d_name, &s);
	return failed;
}

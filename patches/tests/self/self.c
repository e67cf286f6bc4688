// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "self.h"

/* Above every errno: the check itself could not be made. */
#define SELF_BROKEN 255

/* An executed copy of the test ends with this at once. */
#define SELF_EXECUTED "executed"

int self_errno(long rc)
{
	return rc < 0 ? errno : 0;
}

int try_open(const char *path, int flags)
{
	int fd = open(path, flags, 0644);
	int err = self_errno(fd);

	if (fd >= 0)
		close(fd);
	return err;
}

int try_exec(const char *path)
{
	char *const argv[] = { (char *)path, SELF_EXECUTED, NULL };
	char *const envp[] = { NULL };
	int status;
	pid_t pid = fork();

	if (pid < 0)
		return errno;
	if (pid == 0) {
		execve(path, argv, envp);
		_exit(errno);
	}
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return SELF_BROKEN;
	return WEXITSTATUS(status);
}

static int set_owner(const char *path, unsigned int mode, unsigned int uid)
{
	return chown(path, uid, uid) || chmod(path, mode) ? -1 : 0;
}

int self_file(const char *path, unsigned int mode, unsigned int uid)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	int rc = fd < 0 || write(fd, "data\n", 5) != 5 ? -1 : 0;

	if (fd >= 0)
		close(fd);
	return rc ? -1 : set_owner(path, mode, uid);
}

int self_program(const char *path, unsigned int mode, unsigned int uid)
{
	static char buf[65536];
	int in = open("/proc/self/exe", O_RDONLY);
	int out = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	ssize_t n = -1;

	while (in >= 0 && out >= 0 && (n = read(in, buf, sizeof(buf))) > 0)
		if (write(out, buf, (size_t)n) != n)
			n = -1;
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	return n ? -1 : set_owner(path, mode, uid);
}

int self_sysctl(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY);
	ssize_t n = fd < 0 ? -1 : write(fd, value, strlen(value));

	if (fd >= 0)
		close(fd);
	return n == (ssize_t)strlen(value) ? 0 : -1;
}

/* The operation as that user, in a process of its own: the errno it ended with. */
static int run_as(unsigned int uid, int (*op)(void))
{
	int status;
	pid_t pid = fork();

	if (pid < 0)
		return SELF_BROKEN;
	if (pid == 0) {
		if (uid &&
		    (setgroups(0, NULL) || setresgid(uid, uid, uid) || setresuid(uid, uid, uid)))
			_exit(SELF_BROKEN);
		_exit(op());
	}
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return SELF_BROKEN;
	return WEXITSTATUS(status);
}

static const char *error_name(int err)
{
	if (err == SELF_BROKEN)
		return "broken";
	return err ? strerrorname_np(err) : "success";
}

static int fresh_dir(void)
{
	umount2(SELF_DIR, MNT_DETACH);
	if (mkdir(SELF_DIR, 0755) && errno != EEXIST)
		return -1;
	return mount("self", SELF_DIR, "tmpfs", 0, "mode=0755,size=64m");
}

static int differs(const struct self_test *test)
{
	for (size_t i = 0; i < test->nr_checks; i++)
		if (test->checks[i].off != test->checks[i].on)
			return 0;
	return 1;
}

int self_main(const struct self_test *test, int argc, char **argv)
{
	int on, failed = 0;

	if (argc == 2 && !strcmp(argv[1], SELF_EXECUTED))
		return 0;
	if (argc == 2 && !strcmp(argv[1], "differs"))
		return differs(test);
	if (argc != 2 || (strcmp(argv[1], "on") && strcmp(argv[1], "off"))) {
		fprintf(stderr, "usage: %s on|off|differs\n", test->name);
		return 2;
	}
	on = !strcmp(argv[1], "on");
	umask(022);
	if (fresh_dir() || chdir(SELF_DIR) || test->setup()) {
		printf("not ok - %s %s: set-up failed: %s\n", test->name, argv[1], strerror(errno));
		return 1;
	}
	for (size_t i = 0; i < test->nr_checks; i++) {
		const struct self_check *c = &test->checks[i];
		int want = on ? c->on : c->off;
		int got = run_as(c->uid, c->op);

		printf("%s - %s %s: %s: %s\n", got == want ? "ok" : "not ok", test->name, argv[1],
		       c->what, error_name(want));
		if (got != want) {
			printf("# got %s\n", error_name(got));
			failed = 1;
		}
	}
	return failed;
}

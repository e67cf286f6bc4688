// SPDX-License-Identifier: GPL-2.0-only
/* One change after the other: what a memo must not outlive, and what must not take memos away. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../self/switches.h"
#include "walk.h"

#define NAMESPACE_LIMIT "/proc/sys/user/max_user_namespaces"
#define NAMESPACE_WAIT_NS 5000000000L
#define TIMES 3 /* the file system says that there are no ACLs, that is remembered, and a memo */

/* The path leads to that many bytes, or ends with -errno, however often it is asked. */
static bool always(const struct asker *asker, const char *path, int want)
{
	for (int i = 0; i < TIMES; i++) {
		int said = asker_ask(asker, path);

		if (said != want) {
			printf("# %s: time %d: %d, not %d\n", path, i, said, want);
			return false;
		}
	}
	return true;
}

/* Root that may pass others' directories by a capability, until its profile takes that away. */
static bool profile(void)
{
	const char *const path = WALK_DISK "/home/user/sub/file";
	struct asker asker;
	bool good;

	if (walk_load(WALK_GRANTS) || walk_make(path, 1) ||
	    chown(WALK_DISK "/home/user", WALK_USER, WALK_USER) ||
	    chmod(WALK_DISK "/home/user", 0700) || asker_start(&asker, true))
		return false;
	good = always(&asker, path, 1) && !walk_load(WALK_REFUSES) &&
	       always(&asker, path, -EACCES) && !walk_load(WALK_GRANTS) && always(&asker, path, 1);
	return !asker_end(&asker) && good;
}

/* ACLs count, or do not, as the file system is configured. */
static bool reconfigure(void)
{
	const char *const path = WALK_OTHER "/acl/sub/file";
	struct asker asker;
	bool good;
	int held;

	if (walk_make(path, 1) || walk_set_acl(WALK_OTHER "/acl", 0755, 0) ||
	    walk_reconfigure(WALK_OTHER, "noacl", NULL, NULL) || asker_start(&asker, false))
		return false;
	/* What nobody uses is forgotten at that time. */
	held = open(WALK_OTHER "/acl/sub", O_PATH);
	good = held >= 0 && always(&asker, path, 1) &&
	       !walk_reconfigure(WALK_OTHER, "acl", NULL, NULL) && always(&asker, path, -EACCES);
	close(held);
	return !asker_end(&asker) && good;
}

/* A file system that changes a mode when it is mounted again. */
static bool debugfs_mode(void)
{
	const char *const path = "/sys/kernel/debug/tailor/none";
	struct asker asker;
	bool good;

	if (walk_reconfigure("/sys/kernel/debug", NULL, "mode", "0755") ||
	    asker_start(&asker, false))
		return false;
	good = always(&asker, path, -ENOENT) &&
	       !walk_reconfigure("/sys/kernel/debug", NULL, "mode", "0700") &&
	       always(&asker, path, -EACCES);
	return !asker_end(&asker) && good;
}

/* What was granted while nobody was asked is not granted afterwards. */
static bool other_switch(void)
{
	const char *const path = WALK_DISK "/secret/sub/file";
	struct asker asker;
	bool good;

	if (walk_make(path, 1) || chmod(WALK_DISK "/secret", 0700) || asker_start(&asker, false))
		return false;
	good = always(&asker, path, -EACCES) && !switch_set("NO_DAC", true) &&
	       always(&asker, path, 1) && !switch_set("NO_DAC", false) &&
	       always(&asker, path, -EACCES);
	return !asker_end(&asker) && good;
}

/* Modes and ACLs, of the first directory and of the last. */
static bool closed(const char *dir)
{
	const char *const path = WALK_DISK "/open/sub/file";
	struct asker asker;
	bool good;

	if (walk_make(path, 1) || asker_start(&asker, false))
		return false;
	good = always(&asker, path, 1) && !walk_set_acl(dir, 0755, 0) &&
	       always(&asker, path, -EACCES) && !walk_set_acl(dir, 0755, -1) &&
	       always(&asker, path, 1) && !walk_set_acl(dir, 0711, 1) && always(&asker, path, 1) &&
	       !walk_set_acl(dir, 0700, -1) && always(&asker, path, -EACCES) && !chmod(dir, 0755) &&
	       always(&asker, path, 1) && !chmod(dir, 0750) && always(&asker, path, -EACCES) &&
	       !chmod(dir, 0751) && always(&asker, path, 1) && !chmod(dir, 0755);
	return !asker_end(&asker) && good;
}

static bool closed_first(void)
{
	return closed(WALK_DISK "/open");
}

static bool closed_last(void)
{
	return closed(WALK_DISK "/open/sub");
}

static long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000L + t.tv_nsec;
}

/* A name space of users ends with its last process, whatever that has walked. */
static int in_namespace(int nr)
{
	const long end = now_ns() + NAMESPACE_WAIT_NS;
	char path[64];

	/* The end of the ones before is worked off by another task. */
	while (unshare(CLONE_NEWUSER))
		if (errno != ENOSPC || now_ns() > end || sched_yield())
			return errno;
	snprintf(path, sizeof(path), WALK_DISK "/deep/%d/sub/file", nr);
	for (int i = 0; i < TIMES; i++)
		if (walk_ask(path, false) != 1 || walk_ask(path, true) != 1)
			return EIO;
	return 0;
}

static bool namespaces(void)
{
	char path[64];

	if (walk_write(NAMESPACE_LIMIT, "4"))
		return false;
	for (int nr = 0; nr < 20; nr++) {
		int status;
		pid_t pid;

		snprintf(path, sizeof(path), WALK_DISK "/deep/%d/sub/file", nr);
		/* The way is new to who walks it: a mode that changes leaves no memo. */
		if (walk_make(path, 1) || chmod(WALK_DISK "/deep", 0755))
			return false;
		pid = fork();
		if (!pid)
			_exit(in_namespace(nr));
		if (pid < 0 || waitpid(pid, &status, 0) != pid || status) {
			printf("# name space %d: %s\n", nr, strerror(WEXITSTATUS(status)));
			return false;
		}
	}
	return true;
}

static const struct {
	const char *name, *what;
	bool (*holds)(void);
} facts[] = {
	{ "profile", "a capability that a profile takes back", profile },
	{ "reconfigure", "ACLs that a file system begins to look at", reconfigure },
	{ "debugfs", "a mode that mounting again sets", debugfs_mode },
	{ "switch", "what another switch granted", other_switch },
	{ "first", "a first directory that closes", closed_first },
	{ "last", "a last directory that closes", closed_last },
	{ "namespaces", "name spaces of users that end", namespaces },
};

bool walk_facts(const char *only)
{
	bool good = true;

	for (int round = 0; round < 3; round++) {
		const bool on = round == 1;

		if (switch_set(WALK_SWITCH, on))
			return false;
		for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
			bool ok;

			if (only ? strcmp(only, facts[i].name)
				 : facts[i].holds == namespaces && access(NAMESPACE_LIMIT, F_OK))
				continue;
			ok = facts[i].holds();
			printf("%s - walk: %s, with the switch %s\n", ok ? "ok" : "not ok",
			       facts[i].what,
			       on      ? "on"
			       : round ? "off again"
				       : "off");
			good = good && ok;
		}
	}
	return good;
}

/* --- costs */

#define COST_PATH WALK_DISK "/cost/a/b/c/d/file"
#define COST_DIR WALK_DISK "/cost/a/b/c/d"

static bool nothing(int i)
{
	(void)i;
	return true;
}

/* Each makes credentials of its own. */
static bool accesses(int i)
{
	char path[64];

	snprintf(path, sizeof(path), WALK_DISK "/deep/%d/sub/file", i % 10);
	return !access(path, R_OK);
}

static bool files_come_and_go(int i)
{
	(void)i;
	return !walk_make(COST_DIR "/new", 2) && !link(COST_DIR "/new", COST_DIR "/linked") &&
	       !unlink(COST_DIR "/linked") && !unlink(COST_DIR "/new");
}

static bool directories_come_and_go(int i)
{
	(void)i;
	return !mkdir("/tmp/new", 0755) && !rename("/tmp/new", "/tmp/newer") &&
	       !rmdir("/tmp/newer");
}

static bool others_ask(int i)
{
	(void)i;
	return !seteuid(WALK_USER) && walk_ask(COST_PATH, false) == 1 && !seteuid(0);
}

/* Instructions of a stat() after each of those, or -1. */
static long cost_after(bool (*event)(int))
{
	const int n = 200;
	long sum = 0;

	for (int i = -TIMES; i < n; i++) {
		struct stat st;
		long start;

		if (!event(i < 0 ? 0 : i))
			return -1;
		start = now_ns();
		if (stat(COST_PATH, &st))
			return -1;
		if (i >= 0)
			sum += now_ns() - start;
	}
	return sum / n;
}

bool walk_costs(void)
{
	static const struct {
		const char *what;
		bool (*event)(int);
	} events[] = {
		{ "nothing else", nothing },
		{ "access() to ten other directories", accesses },
		{ "files that come and go", files_come_and_go },
		{ "directories that come and go elsewhere", directories_come_and_go },
		{ "another user", others_ask },
	};
	bool good = true;
	char path[64];
	long off;

	for (int i = 0; i < 10; i++) {
		snprintf(path, sizeof(path), WALK_DISK "/deep/%d/sub/file", i);
		if (walk_make(path, 1))
			return false;
	}
	if (walk_make(COST_PATH, 1) || switch_set(WALK_SWITCH, false))
		return false;
	off = cost_after(nothing);
	if (switch_set(WALK_SWITCH, true))
		return false;
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		long on = cost_after(events[i].event);
		bool ok = on > 0 && on < off * 9 / 10;

		printf("%s - walk: a walk again costs less after %s\n# %ld instructions with the clock read twice, %ld "
		       "without memos\n",
		       ok ? "ok" : "not ok", events[i].what, on, off);
		good = good && ok;
	}
	return good;
}

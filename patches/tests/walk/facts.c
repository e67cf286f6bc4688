// SPDX-License-Identifier: GPL-2.0-only
/* One change after the other: what a memo must not outlive, and what must not take memos away. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
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

bool walk_always(const struct asker *asker, const char *path, int want)
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
	good = walk_always(&asker, path, 1) && !walk_load(WALK_REFUSES) &&
	       walk_always(&asker, path, -EACCES) && !walk_load(WALK_GRANTS) &&
	       walk_always(&asker, path, 1);
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
	good = held >= 0 && walk_always(&asker, path, 1) &&
	       !walk_reconfigure(WALK_OTHER, "acl", NULL, NULL) &&
	       walk_always(&asker, path, -EACCES);
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
	good = walk_always(&asker, path, -ENOENT) &&
	       !walk_reconfigure("/sys/kernel/debug", NULL, "mode", "0700") &&
	       walk_always(&asker, path, -EACCES);
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
	good = walk_always(&asker, path, -EACCES) && !switch_set("NO_DAC", true) &&
	       walk_always(&asker, path, 1) && !switch_set("NO_DAC", false) &&
	       walk_always(&asker, path, -EACCES);
	return !asker_end(&asker) && good;
}

/* Modes and ACLs, of the first directory and of the last. */
static bool closed(const char *dir)
{
	const char *const path = WALK_DISK "/open/sub/file";
	struct asker asker;
	bool good;

	if (walk_make(path, 1) || walk_set_acl(dir, 0755, -1) || asker_start(&asker, false))
		return false;
	good = walk_always(&asker, path, 1) && !walk_set_acl(dir, 0755, 0) &&
	       walk_always(&asker, path, -EACCES) && !walk_set_acl(dir, 0755, -1) &&
	       walk_always(&asker, path, 1) && !walk_set_acl(dir, 0711, 1) &&
	       walk_always(&asker, path, 1) && !walk_set_acl(dir, 0700, -1) &&
	       walk_always(&asker, path, -EACCES) && !chmod(dir, 0755) &&
	       walk_always(&asker, path, 1) && !chmod(dir, 0750) &&
	       walk_always(&asker, path, -EACCES) && !chmod(dir, 0751) &&
	       walk_always(&asker, path, 1) && !chmod(dir, 0755);
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

/* A directory that is removed, is asked for when it is not there, and is made again. */
static bool removed(void)
{
	const char *const path = WALK_DISK "/gone/sub/file";
	struct asker asker;
	bool good;

	if (walk_make(path, 1) || asker_start(&asker, false))
		return false;
	good = walk_always(&asker, path, 1) && !unlink(path) &&
	       walk_always(&asker, path, -ENOENT) && !rmdir(WALK_DISK "/gone/sub") &&
	       walk_always(&asker, path, -ENOENT) && !walk_make(path, 2) &&
	       walk_always(&asker, path, 2);
	return !asker_end(&asker) && good;
}

static const struct {
	const char *name, *what;
	bool (*holds)(void);
	bool (*holds_in)(bool on); /* instead: in the midst of a walk that waits */
	bool more;
} facts[] = {
	{ "profile", "a capability that a profile takes back", profile, NULL, false },
	{ "reconfigure", "ACLs that a file system begins to look at", reconfigure, NULL, false },
	{ "debugfs", "a mode that mounting again sets", debugfs_mode, NULL, false },
	{ "switch", "what another switch granted", other_switch, NULL, false },
	{ "first", "a first directory that closes", closed_first, NULL, false },
	{ "last", "a last directory that closes", closed_last, NULL, false },
	{ "namespaces", "name spaces of users that end", namespaces, NULL, false },
	{ "removed", "a directory that is removed", removed, NULL, false },
	{ "mounts", "a mount, however far its number moves", walk_mounts, NULL, false },
	{ "twice", "a path from two mounts of a directory", walk_begins_in_mounts, NULL, false },
	{ "two", "a path from two directories", walk_begins_in_dirs, NULL, false },
	{ "across", "a walk that must not cross mounts", walk_no_xdev, NULL, false },
	{ "raw", "an ACL that XFS is told behind the back", walk_raw_acl, NULL, true },
	{ "client", "a mode that another client changes", walk_other_client, NULL, true },
	{ "renamed", "a directory that is renamed in the midst of a walk", NULL, walk_renamed,
	  true },
	{ "replaced", "a directory that is replaced in the midst of a walk", NULL, walk_replaced,
	  true },
	{ "below", "a directory that is moved below a mount in the midst of a walk", NULL,
	  walk_moved_below, true },
};

bool walk_facts(const char *only, bool more)
{
	/* A walk that waits needs a CPU beside that of who lets it go on. */
	const bool waits = more && sysconf(_SC_NPROCESSORS_ONLN) > 1;
	bool good = true;

	for (int round = 0; round < 3; round++) {
		const bool on = round == 1;

		for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
			bool ok;

			if (switch_set(WALK_SWITCH, on))
				return false;
			if (only && strcmp(only, facts[i].name))
				continue;
			if (!only && (facts[i].holds_in ? !waits : facts[i].more && !more))
				continue;
			ok = facts[i].holds ? facts[i].holds() : facts[i].holds_in(on);
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
#define COST_TIMES 200
/* Nobody else may search the first directory: no memo may pass it. */
#define SHUT_DIR WALK_DISK "/shut"
#define SHUT_FILE "a/b/c/d/file"

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

/* Voids all memos. */
static bool mode_changes(int i)
{
	return !chmod(WALK_DISK "/deep", i % 2 ? 0755 : 0751);
}

static int by_size(const void *a, const void *b)
{
	const long x = *(const long *)a, y = *(const long *)b;

	return (x > y) - (x < y);
}

/* Instructions of a stat() of that path after each of those, or -1: the median, since a journal may
 * be written meanwhile. */
static long cost_after(bool (*event)(int), const char *path)
{
	long cost[COST_TIMES];

	for (int i = -TIMES; i < COST_TIMES; i++) {
		struct stat st;
		long start;

		if (!event(i < 0 ? 0 : i))
			return -1;
		start = now_ns();
		if (stat(path, &st))
			return -1;
		if (i >= 0)
			cost[i] = now_ns() - start;
	}
	qsort(cost, COST_TIMES, sizeof(cost[0]), by_size);
	return cost[COST_TIMES / 2];
}

/* What concerns no memo of that path leaves it; off: what the walk costs without one. */
static bool hits(long off)
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

	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++) {
		const long on = cost_after(events[i].event, COST_PATH);
		const bool ok = on > 0 && on < off * 9 / 10;

		printf("%s - walk: a walk again costs less after %s\n# %ld instructions with the clock read twice, %ld "
		       "without memos\n",
		       ok ? "ok" : "not ok", events[i].what, on, off);
		good = good && ok;
	}
	return good;
}

/* What a walk pays for memos that it cannot have. */
static const struct miss {
	const char *what, *path;
	bool (*event)(int);
	long may_add; /* percent */
} misses[] = {
	{ "begins where none fits", SHUT_FILE, nothing, 5 },
	{ "passes where none fits", SHUT_DIR "/" SHUT_FILE, nothing, 20 },
	{ "was forgotten each time", COST_PATH, mode_changes, 60 },
};

#define NR_MISSES (sizeof(misses) / sizeof(misses[0]))

static bool miss_costs(const long *off)
{
	bool good = true;

	for (size_t i = 0; i < NR_MISSES; i++) {
		const struct miss *miss = &misses[i];
		const long on = cost_after(miss->event, miss->path);
		const bool ok = on > 0 && (on - off[i]) * 100 <= off[i] * miss->may_add;

		printf("%s - walk: a walk that %s costs at most %ld %% more\n# %ld instructions with the clock read twice, %ld with the switch off\n",
		       ok ? "ok" : "not ok", miss->what, miss->may_add, on, off[i]);
		good = good && ok;
	}
	return good;
}

bool walk_costs(void)
{
	long off, off_miss[NR_MISSES];
	char path[64];
	bool good;

	for (int i = 0; i < 10; i++) {
		snprintf(path, sizeof(path), WALK_DISK "/deep/%d/sub/file", i);
		if (walk_make(path, 1))
			return false;
	}
	if (walk_make(COST_PATH, 1) || walk_make(SHUT_DIR "/" SHUT_FILE, 1) ||
	    chmod(SHUT_DIR, 0700) || chdir(SHUT_DIR) || switch_set(WALK_SWITCH, false))
		return false;
	off = cost_after(nothing, COST_PATH);
	for (size_t i = 0; i < NR_MISSES; i++)
		off_miss[i] = cost_after(misses[i].event, misses[i].path);
	if (switch_set(WALK_SWITCH, true))
		return false;
	good = hits(off);
	return miss_costs(off_miss) && good;
}

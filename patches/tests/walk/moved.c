// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is moved between the end of a walk and its memo. The kernel of mutations.patch lets a walk
 * wait there; its directories must not have been walked with memos before, since a mark on them
 * voids the memo anyway. So everything is made with the switch off, and moved by descriptors.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../self/switches.h"
#include "walk.h"

#define HOLD "/sys/kernel/debug/walk_hold" /* the task whose next walk waits */
#define HELD "/sys/kernel/debug/walk_held" /* 1 while it does */
#define PLAIN "/plain"			   /* WALK_DISK without what is mounted on it */

struct site {
	char top[64], path[96];
	int dir[3];
};

/* A folder that no walk has passed: TOP is NAME with a number that is new. */
static void site_name(struct site *site, const char *name, const char *path)
{
	static unsigned int nr;

	snprintf(site->top, sizeof(site->top), WALK_DISK "/%s%u", name, nr++);
	snprintf(site->path, sizeof(site->path), "%.60s/%.30s", site->top, path);
	for (int i = 0; i < 3; i++)
		site->dir[i] = -1;
}

static int open_dir(const char *top, const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", top, name);
	return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static bool make_file(const char *top, const char *name, int size)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", top, name);
	return !walk_make(path, size);
}

static void site_close(const struct site *site)
{
	for (int i = 0; i < 3; i++)
		if (site->dir[i] >= 0)
			close(site->dir[i]);
}

static bool is_held(void)
{
	char c = 0;
	int fd = open(HELD, O_RDONLY);
	bool held = read(fd, &c, 1) == 1 && c == '1';

	close(fd);
	return held;
}

/* The walk of who is asked waits (with memos), or the answer is there. */
static bool waits(const struct asker *asker)
{
	struct pollfd answer = { .fd = asker->from, .events = POLLIN };

	while (poll(&answer, 1, 1) == 0)
		if (is_held())
			return true;
	return false;
}

/*
 * The path leads to that many bytes (or -errno) before the move and to the others after it. A walk
 * in whose midst it happened may say either: it begins anew where its last directory has moved.
 */
static bool moves(struct site *site, bool on, int before, bool (*move)(const struct site *),
		  int after)
{
	struct asker asker;
	char pid[16];
	bool good, held;
	int answer;

	if (asker_start(&asker, false))
		return false;
	snprintf(pid, sizeof(pid), "%d", (int)asker.pid);
	good = walk_always(&asker, site->path, before) && !switch_set(WALK_SWITCH, on) &&
	       !walk_write(HOLD, pid) && asker_send(&asker, site->path);
	if (good) {
		held = waits(&asker);
		if (held != on)
			printf("# %s: the walk %s\n", site->path, held ? "waited" : "did not wait");
		good = move(site) && held == on;
		good = !walk_write(HELD, "0") && !walk_write(HOLD, "0") && good;
		answer = asker_answer(&asker);
		if (answer != before && answer != after)
			printf("# %s: %d in its midst, neither %d nor %d\n", site->path, answer,
			       before, after);
		good = good && (answer == before || answer == after) &&
		       walk_always(&asker, site->path, after);
	}
	return !asker_end(&asker) && good;
}

static bool rename_it(const struct site *site)
{
	return !renameat(site->dir[0], "a", site->dir[0], "b");
}

bool walk_renamed(bool on)
{
	struct site site;
	bool good;

	site_name(&site, "renamed", "a/sub/file");
	good = !switch_set(WALK_SWITCH, false) && make_file(site.top, "a/sub/file", 1) &&
	       (site.dir[0] = open_dir(site.top, "")) >= 0 &&
	       moves(&site, on, 1, rename_it, -ENOENT);
	site_close(&site);
	return good;
}

/* The directory is gone, and another one has its name. */
static bool replace_it(const struct site *site)
{
	int dir, file = -1;
	bool good;

	if (unlinkat(site->dir[0], "sub", AT_REMOVEDIR) || mkdirat(site->dir[0], "sub", 0755))
		return false;
	dir = openat(site->dir[0], "sub", O_PATH | O_DIRECTORY);
	if (dir >= 0)
		file = openat(dir, "file", O_WRONLY | O_CREAT, 0644);
	good = file >= 0 && write(file, "x", 1) == 1;
	close(file);
	close(dir);
	return good;
}

bool walk_replaced(bool on)
{
	struct site site;
	bool good;

	site_name(&site, "replaced", "a/sub/file");
	good = !switch_set(WALK_SWITCH, false) && make_file(site.top, "a/sub/file", 1) &&
	       !unlink(site.path) && (site.dir[0] = open_dir(site.top, "a")) >= 0 &&
	       /* Somebody is still in it: its dentry is not used again. */
	       (site.dir[1] = open_dir(site.top, "a/sub")) >= 0 &&
	       moves(&site, on, -ENOENT, replace_it, 1);
	site_close(&site);
	return good;
}

/* From d/m to e/m, on which something is mounted; then e becomes d. */
static bool move_below(const struct site *site)
{
	return !renameat(site->dir[0], "sub", site->dir[1], "sub") &&
	       !renameat2(site->dir[2], "d", site->dir[2], "e", RENAME_EXCHANGE);
}

bool walk_moved_below(bool on)
{
	struct site site;
	char from[128], to[128], plain[192];
	bool good;

	site_name(&site, "below", "d/m/sub/file");
	snprintf(from, sizeof(from), "%s/other", site.top);
	snprintf(to, sizeof(to), "%s/e/m", site.top);
	snprintf(plain, sizeof(plain), PLAIN "%.60s", site.top + strlen(WALK_DISK));
	good = !switch_set(WALK_SWITCH, false) && make_file(site.top, "d/m/sub/file", 1) &&
	       make_file(site.top, "other/sub/file", 2) && make_file(site.top, "e/m/file", 3) &&
	       (!mkdir(PLAIN, 0755) || errno == EEXIST) &&
	       !mount(WALK_DISK, PLAIN, NULL, MS_BIND, NULL) &&
	       !mount(from, to, NULL, MS_BIND, NULL) &&
	       (site.dir[0] = open_dir(plain, "d/m")) >= 0 &&
	       (site.dir[1] = open_dir(plain, "e/m")) >= 0 &&
	       (site.dir[2] = open_dir(site.top, "")) >= 0 && moves(&site, on, 1, move_below, 2);
	site_close(&site);
	umount2(PLAIN, MNT_DETACH);
	return good;
}

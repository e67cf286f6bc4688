// SPDX-License-Identifier: GPL-2.0-only
/*
 * All changes at the same time, and processes that ask where absolute paths lead. Who changes a
 * place says before and after each change in which state it is. An answer is right if some state in
 * which the place was between the question and the answer has it: while a place stands still there
 * is one right answer.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../self/switches.h"
#include "walk.h"

#define MAX_STATES 4
#define ASKED_IN_STATE 6 /* so many answers are waited for before the next change */
#define NR_USERS 2
#define NO_ANSWER 99

struct place {
	const char *what, *path;
	int (*change)(unsigned int state); /* from the state before; 0 or errno */
	unsigned int nr_states;
	int answer[MAX_STATES];
	int between;   /* an answer that a change may have on its way, or NO_ANSWER */
	bool confined; /* who asks is root in the profile, not a user */
};

/* What processes share of a place. The epoch is twice the number of changes, odd while one is under
 * way. */
struct shared {
	atomic_uint epoch;
	atomic_uint asked, still, wrong;
	_Atomic int said;	/* the first wrong answer */
	atomic_uint said_in[2]; /* the epochs before and after it */
	atomic_int broken;	/* errno of a change that failed */
};

static struct shared *shared;
static atomic_bool *stop;

/* --- the changes */

static int exchange(unsigned int state)
{
	(void)state;
	return renameat2(AT_FDCWD, WALK_DISK "/exchange/here", AT_FDCWD,
			 WALK_DISK "/exchange/there", RENAME_EXCHANGE)
		       ? errno
		       : 0;
}

static int move(unsigned int state)
{
	return (state ? rename(WALK_DISK "/move/srv", WALK_DISK "/move/gone")
		      : rename(WALK_DISK "/move/gone", WALK_DISK "/move/srv"))
		       ? errno
		       : 0;
}

static int make_again(unsigned int state)
{
	if (state % 2 == 0)
		return walk_make(WALK_DISK "/again/srv/www/file", state ? 2 : 1) ? errno : 0;
	return unlink(WALK_DISK "/again/srv/www/file") || rmdir(WALK_DISK "/again/srv/www") ||
			       rmdir(WALK_DISK "/again/srv")
		       ? errno
		       : 0;
}

static int mount_over(unsigned int state)
{
	return (state ? mount(WALK_DISK "/over", WALK_DISK "/mount/srv", NULL, MS_BIND, NULL)
		      : umount2(WALK_DISK "/mount/srv", MNT_DETACH))
		       ? errno
		       : 0;
}

static int set_acl(unsigned int state)
{
	static const struct {
		unsigned int mode;
		int user_may;
	} acl[] = { { 0755, -1 }, { 0755, 0 }, { 0755, -1 }, { 0700, -1 } };

	return walk_set_acl(WALK_DISK "/acl/srv", acl[state].mode, acl[state].user_may);
}

static int set_mode(unsigned int state)
{
	return chmod(WALK_DISK "/mode/srv", state ? 0700 : 0755) ? errno : 0;
}

static int reconfigure(unsigned int state)
{
	return walk_reconfigure(WALK_OTHER, state ? "noacl" : "acl", NULL, NULL);
}

static int load(unsigned int state)
{
	return walk_load(state ? WALK_REFUSES : WALK_GRANTS);
}

static const struct place places[] = {
	{ "directories that are exchanged",
	  WALK_DISK "/exchange/here/www/file",
	  exchange,
	  2,
	  { 1, 2 },
	  NO_ANSWER,
	  false },
	{ "a directory that is renamed",
	  WALK_DISK "/move/srv/www/file",
	  move,
	  2,
	  { 1, -ENOENT },
	  NO_ANSWER,
	  false },
	{ "directories that are removed and made again",
	  WALK_DISK "/again/srv/www/file",
	  make_again,
	  4,
	  { 1, -ENOENT, 2, -ENOENT },
	  NO_ANSWER,
	  false },
	{ "a mount that comes and goes",
	  WALK_DISK "/mount/srv/www/file",
	  mount_over,
	  2,
	  { 1, 2 },
	  NO_ANSWER,
	  false },
	{ "an ACL that changes",
	  WALK_DISK "/acl/srv/www/file",
	  set_acl,
	  4,
	  { 1, -EACCES, 1, -EACCES },
	  NO_ANSWER,
	  false },
	{ "a mode that changes",
	  WALK_DISK "/mode/srv/www/file",
	  set_mode,
	  2,
	  { 1, -EACCES },
	  NO_ANSWER,
	  false },
	{ "a file system that is reconfigured",
	  WALK_OTHER "/race/srv/www/file",
	  reconfigure,
	  2,
	  { -EACCES, 1 },
	  NO_ANSWER,
	  false },
	{ "a profile that is loaded again",
	  WALK_DISK "/profile/srv/www/file",
	  load,
	  2,
	  { 1, -EACCES },
	  NO_ANSWER,
	  true },
};

#define NR_PLACES (sizeof(places) / sizeof(places[0]))

static bool make_places(void)
{
	for (size_t i = 0; i < NR_PLACES; i++)
		if (walk_make(places[i].path, 1))
			return false;
	return !walk_make(WALK_DISK "/exchange/there/www/file", 2) &&
	       !walk_make(WALK_DISK "/over/www/file", 2) &&
	       !walk_set_acl(WALK_OTHER "/race/srv", 0755, 0) &&
	       !walk_reconfigure(WALK_OTHER, "acl", NULL, NULL) &&
	       !chown(WALK_DISK "/profile/srv", WALK_USER, WALK_USER) &&
	       !chmod(WALK_DISK "/profile/srv", 0700) && !walk_load(WALK_GRANTS) &&
	       !walk_make(WALK_DISK "/root1/www/html/file", 1) &&
	       !walk_make(WALK_DISK "/root2/www/html/file", 2);
}

/* --- who asks */

static bool is_right(const struct place *place, int said, unsigned int from, unsigned int to)
{
	const unsigned int last = (to + 1) / 2;

	if (from / 2 + place->nr_states <= last ||
	    (said == place->between && (from != to || from % 2)))
		return true;
	for (unsigned int change = from / 2; change <= last; change++)
		if (place->answer[change % place->nr_states] == said)
			return true;
	return false;
}

static void ask(size_t nr, bool by_open)
{
	struct shared *s = &shared[nr];
	const unsigned int from = atomic_load(&s->epoch);
	const int said = walk_ask(places[nr].path, by_open);
	const unsigned int to = atomic_load(&s->epoch);

	if (!is_right(&places[nr], said, from, to) && !atomic_fetch_add(&s->wrong, 1)) {
		s->said = said;
		s->said_in[0] = from;
		s->said_in[1] = to;
	}
	if (from == to && from % 2 == 0)
		atomic_fetch_add(&s->still, 1);
	atomic_fetch_add(&s->asked, 1);
}

static int asks(bool confined)
{
	unsigned int n = 0;

	if (confined ? walk_confine() : walk_become(WALK_USER))
		return 1;
	for (; !atomic_load(stop); n++) {
		for (size_t i = 0; i < NR_PLACES; i++)
			if (places[i].confined == confined)
				ask(i, n & 1);
		sched_yield();
	}
	return 0;
}

/* The same path from two roots. */
static int asks_from_roots(void)
{
	static const char *const roots[] = { WALK_DISK "/root1", WALK_DISK "/root2" };
	int top = open("/", O_RDONLY | O_DIRECTORY);

	for (unsigned int n = 0; !atomic_load(stop); n++) {
		if (chroot(roots[n % 2]))
			return 1;
		for (int i = 0; i < 4; i++)
			if (walk_ask("/www/html/file", i & 1) != (int)(n % 2) + 1)
				return 2;
		if (fchdir(top) || chroot("."))
			return 1;
		sched_yield();
	}
	return 0;
}

/* --- who changes */

static int changes(size_t nr, unsigned int rounds)
{
	const struct place *place = &places[nr];
	struct shared *s = &shared[nr];

	for (unsigned int change = 1; change <= rounds; change++) {
		const unsigned int seen = atomic_load(&s->asked);

		while (atomic_load(&s->asked) - seen < ASKED_IN_STATE && !atomic_load(stop))
			sched_yield();
		atomic_fetch_add(&s->epoch, 1);
		s->broken = place->change(change % place->nr_states);
		if (s->broken)
			return 1;
		atomic_fetch_add(&s->epoch, 1);
	}
	return 0;
}

static int drops_caches(void)
{
	while (!atomic_load(stop)) {
		if (walk_write("/proc/sys/vm/drop_caches", "2"))
			return 1;
		for (int i = 0; i < 200 && !atomic_load(stop); i++)
			sched_yield();
	}
	return 0;
}

static int flips(void)
{
	for (unsigned int n = 0; !atomic_load(stop); n++) {
		if (switch_set(WALK_SWITCH, n & 1))
			return 1;
		for (int i = 0; i < 50 && !atomic_load(stop); i++)
			sched_yield();
	}
	return 0;
}

enum role { CHANGES, ASKS, ASKS_CONFINED, ASKS_FROM_ROOTS, DROPS_CACHES, FLIPS };

static pid_t start(enum role role, size_t nr, unsigned int rounds)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	switch (role) {
	case CHANGES:
		_exit(changes(nr, rounds));
	case ASKS:
		_exit(asks(false));
	case ASKS_CONFINED:
		_exit(asks(true));
	case ASKS_FROM_ROOTS:
		_exit(asks_from_roots());
	case DROPS_CACHES:
		_exit(drops_caches());
	case FLIPS:
		_exit(flips());
	}
	_exit(1);
}

static bool report(unsigned int rounds)
{
	bool good = true;

	for (size_t i = 0; i < NR_PLACES; i++) {
		struct shared *s = &shared[i];
		const bool ok =
			!s->wrong && !s->broken && s->epoch == 2 * rounds && s->still >= rounds;

		printf("%s - walk: %s: %u answers, %u while it stood still, %u changes\n",
		       ok ? "ok" : "not ok", places[i].what, s->asked, s->still, s->epoch / 2);
		if (s->broken)
			printf("# a change failed: %s\n", strerror(s->broken));
		if (s->wrong)
			printf("# %u wrong answers, the first %d from epoch %u to %u\n", s->wrong,
			       s->said, s->said_in[0], s->said_in[1]);
		good = good && ok;
	}
	return good;
}

/* How many walks went on from a memo, as the kernel of mutations.patch counts; 0 if it does not
 * say. */
static unsigned long hits(void)
{
	char number[16] = "";
	int fd = open("/sys/kernel/debug/walk_hits", O_RDONLY);
	ssize_t len = read(fd, number, sizeof(number) - 1);

	close(fd);
	return len > 0 ? strtoul(number, NULL, 10) : 0;
}

/* In each round a place stands still for some answers: one of them at least must be from a memo. */
static bool report_hits(unsigned long nr, unsigned int rounds)
{
	const bool ok = nr > NR_PLACES * rounds;

	printf("%s - walk: memos are used in the race: %lu times\n", ok ? "ok" : "not ok", nr);
	return ok;
}

bool walk_race(unsigned int rounds, bool flip, bool more)
{
	pid_t changer[NR_PLACES], other[NR_USERS + 4];
	size_t nr_others = 0;
	const unsigned long hits_before = hits();
	bool good = true, roots = true;
	int status;

	shared = mmap(NULL, (NR_PLACES + 1) * sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED || !make_places() || switch_set(WALK_SWITCH, true))
		return false;
	/* What nobody uses is forgotten when a file system is reconfigured. */
	if (open(WALK_OTHER "/race/srv/www", O_PATH | O_CLOEXEC) < 0)
		return false;
	stop = (atomic_bool *)&shared[NR_PLACES];
	for (int i = 0; i < NR_USERS; i++)
		other[nr_others++] = start(ASKS, 0, 0);
	other[nr_others++] = start(ASKS_CONFINED, 0, 0);
	other[nr_others++] = start(ASKS_FROM_ROOTS, 0, 0);
	other[nr_others++] = start(DROPS_CACHES, 0, 0);
	if (flip)
		other[nr_others++] = start(FLIPS, 0, 0);
	for (size_t i = 0; i < NR_PLACES; i++)
		changer[i] = start(CHANGES, i, rounds);
	for (size_t i = 0; i < NR_PLACES; i++)
		waitpid(changer[i], &status, 0);
	atomic_store(stop, true);
	for (size_t i = 0; i < nr_others; i++)
		if (waitpid(other[i], &status, 0) != other[i] || status) {
			printf("# process %zu ended with %x\n", i, (unsigned int)status);
			roots = false;
		}
	good = report(rounds);
	printf("%s - walk: one path from two roots, and all processes ended well\n",
	       roots ? "ok" : "not ok");
	if (more)
		good = report_hits(hits() - hits_before, rounds) && good;
	return good && roots;
}

// SPDX-License-Identifier: GPL-2.0-only
/* Mounts that come, where a walk begins, and file systems that decide by themselves. */
#define _GNU_SOURCE
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "walk.h"

#define TIMES 3

static bool bind_to(const char *from, const char *to)
{
	return !mount(from, to, NULL, MS_BIND, NULL);
}

/* Moves the sequence number of mounts by one, and voids nothing else. */
static bool number_moves(int times)
{
	for (int i = 0; i < times; i++)
		if (mount(NULL, WALK_OTHER, NULL, MS_REMOUNT | MS_BIND | (i & 1 ? MS_NOATIME : 0),
			  NULL))
			return false;
	return true;
}

/* Something is mounted, and however often the number moves until somebody asks. */
bool walk_mounts(void)
{
	const char *const path = WALK_DISK "/mounts/srv/www/file";
	struct asker asker;
	bool good;

	if (walk_make(path, 1) || walk_make(WALK_DISK "/mounts/over/www/file", 2) ||
	    asker_start(&asker, false))
		return false;
	good = true;
	for (int times = 0; good && times < 4; times++) {
		good = walk_always(&asker, path, 1) &&
		       bind_to(WALK_DISK "/mounts/over", WALK_DISK "/mounts/srv") &&
		       number_moves(times) && walk_always(&asker, path, 2);
		/* A memo of what was mounted is void before that is freed. */
		if (chmod(WALK_DISK "/mounts", times & 1 ? 0755 : 0751) ||
		    umount2(WALK_DISK "/mounts/srv", MNT_DETACH))
			good = false;
	}
	return !asker_end(&asker) && good;
}

/* The path from each directory, in turns: as many bytes as its place in the list. */
static int ask_from(const char *const *dirs, const char *path)
{
	if (walk_become(WALK_USER))
		return 1;
	for (int turn = 0; turn < 2; turn++)
		for (int i = 0; dirs[i]; i++) {
			if (chdir(dirs[i]))
				return 2;
			for (int time = 0; time < TIMES; time++)
				if (walk_ask(path, true) != i + 1)
					return 3;
		}
	return 0;
}

static bool in_child_asks_from(const char *const *dirs, const char *path)
{
	int status;
	pid_t pid = fork();

	if (!pid)
		_exit(ask_from(dirs, path));
	return pid > 0 && waitpid(pid, &status, 0) == pid && !status;
}

/* One directory, in two mounts. */
bool walk_begins_in_mounts(void)
{
	static const char *const dirs[] = { "/once", "/twice", NULL };
	bool good;

	if (walk_make(WALK_DISK "/begin/sub/www/file", 1) ||
	    walk_make(WALK_DISK "/begin-over/www/file", 2) ||
	    (mkdir("/once", 0755) && errno != EEXIST) || (mkdir("/twice", 0755) && errno != EEXIST))
		return false;
	good = bind_to(WALK_DISK "/begin", "/once") && bind_to(WALK_DISK "/begin", "/twice") &&
	       bind_to(WALK_DISK "/begin-over", "/twice/sub") &&
	       in_child_asks_from(dirs, "sub/www/file");
	umount2("/once", MNT_DETACH);
	umount2("/twice", MNT_DETACH);
	return good;
}

/* Two directories, in one mount. */
bool walk_begins_in_dirs(void)
{
	static const char *const dirs[] = { WALK_DISK "/first", WALK_DISK "/second", NULL };

	return !walk_make(WALK_DISK "/first/sub/www/file", 1) &&
	       !walk_make(WALK_DISK "/second/sub/www/file", 2) &&
	       in_child_asks_from(dirs, "sub/www/file");
}

static int crosses(const char *path)
{
	struct open_how how = { .flags = O_RDONLY, .resolve = RESOLVE_NO_XDEV };

	if (walk_become(WALK_USER))
		return 1;
	for (int time = 0; time < TIMES; time++) {
		long fd;

		if (walk_ask(path, true) != 1)
			return 2;
		fd = syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));
		if (fd >= 0 || errno != EXDEV)
			return 3;
	}
	return 0;
}

/* Who must not leave a mount does not, though others did. */
bool walk_no_xdev(void)
{
	const char *const path = WALK_DISK "/across/srv/file";
	int status;
	pid_t pid;

	if (walk_make(path, 1))
		return false;
	pid = fork();
	if (!pid)
		_exit(crosses(path));
	return pid > 0 && waitpid(pid, &status, 0) == pid && !status;
}

/* An ACL as XFS stores it, beside the one that the kernel knows: the user may do nothing. */
static bool set_raw_acl(const char *dir)
{
	struct entry {
		uint32_t tag, id;
		uint16_t may, pad;
	};
	const struct {
		uint32_t count;
		struct entry entry[5];
	} acl = {
		htobe32(5),
		{ { htobe32(1), htobe32(UINT32_MAX), htobe16(7), 0 },	  /* the owner */
		  { htobe32(2), htobe32(WALK_USER), 0, 0 },		  /* this user */
		  { htobe32(4), htobe32(UINT32_MAX), htobe16(5), 0 },	  /* the group */
		  { htobe32(0x10), htobe32(UINT32_MAX), htobe16(5), 0 },  /* the mask */
		  { htobe32(0x20), htobe32(UINT32_MAX), htobe16(5), 0 } } /* others */
	};

	return !setxattr(dir, "trusted.SGI_ACL_FILE", &acl, sizeof(acl), 0);
}

bool walk_raw_acl(void)
{
	const char *const dir = WALK_XFS "/acl", *const path = WALK_XFS "/acl/sub/file";
	struct asker asker;
	bool good;

	if (walk_make(path, 1) || asker_start(&asker, false))
		return false;
	good = walk_always(&asker, path, 1) && set_raw_acl(dir) &&
	       walk_always(&asker, path, -EACCES);
	good = !removexattr(dir, "trusted.SGI_ACL_FILE") && good && walk_always(&asker, path, 1);
	return !asker_end(&asker) && good;
}

/* A directory of a server, whose mode another client changes: who asks for it hears of it, and
 * knows it from then on. */
bool walk_other_client(void)
{
	const char *const path = WALK_CLIENT "/dir/sub/file";
	struct asker asker;
	struct stat st;
	int dir, sub;
	bool good;

	if (walk_make(path, 1) || chmod(WALK_CLIENT "/dir", 0755) || asker_start(&asker, false))
		return false;
	/*
	 * What nobody uses is asked for again. The other client is in this kernel, too, so its
	 * chmod() voids all memos, which that of another machine would not: the walks after it
	 * make new ones.
	 */
	dir = open(WALK_CLIENT "/dir", O_PATH | O_CLOEXEC);
	sub = open(WALK_CLIENT "/dir/sub", O_PATH | O_CLOEXEC);
	good = sub >= 0 && walk_always(&asker, path, 1) && !chmod(WALK_CLIENT_2 "/dir", 0700) &&
	       walk_always(&asker, path, 1) && !fstat(dir, &st) && (st.st_mode & 0777) == 0700 &&
	       walk_always(&asker, path, -EACCES);
	close(sub);
	close(dir);
	return !asker_end(&asker) && good;
}

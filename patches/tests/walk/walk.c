// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does a path still lead to the same place, and may it be walked? Everything that changes the
 * answer, with the memos of walks on and off.
 *
 * walk facts [NAME]: one change after the other, each with the answer that it must have
 * walk costs: what does not concern a path does not make its walk dearer; needs a clock that counts
 * walk race ROUNDS [flip]: all changes at the same time; flip: and the switch
 * walk set NAME VALUE ...: writes to /sys/kernel/debug/NAME first, then goes on with the words that
 * follow walk more ...: first of all words: also what only the kernel of mutations.patch has
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "walk.h"

int walk_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY), err = 0;

	if (fd < 0)
		return errno;
	if (write(fd, text, strlen(text)) < 0)
		err = errno;
	close(fd);
	return err;
}

int walk_make(const char *path, int size)
{
	char part[256];
	int fd, rc;

	for (const char *p = path + 1; (p = strchr(p, '/')); p++) {
		snprintf(part, sizeof(part), "%.*s", (int)(p - path), path);
		if (mkdir(part, 0755) && errno != EEXIST)
			return -1;
	}
	/* It is there as a whole, or not at all. */
	snprintf(part, sizeof(part), "%s.new", path);
	fd = open(part, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	rc = fd < 0 || write(fd, "xxxxxxxx", (size_t)size) != size ? -1 : 0;
	if (fd >= 0)
		close(fd);
	return rc || rename(part, path) ? -1 : 0;
}

int walk_ask(const char *path, bool by_open)
{
	struct stat st;
	char bytes[16];
	int fd, n;

	if (!by_open)
		return stat(path, &st) ? -errno : (int)st.st_size;
	fd = open(path, O_RDONLY);
	if (fd < 0)
		return -errno;
	n = (int)read(fd, bytes, sizeof(bytes));
	close(fd);
	return n;
}

int walk_load(const char *policy)
{
	static char blob[65536];
	int in = open(policy, O_RDONLY);
	ssize_t len = in < 0 ? -1 : read(in, blob, sizeof(blob));
	int out = open("/sys/kernel/security/apparmor/.replace", O_WRONLY);
	int err = len > 0 && out >= 0 && write(out, blob, (size_t)len) == len ? 0 : errno;

	close(in);
	close(out);
	return err;
}

int walk_confine(void)
{
	return walk_write("/proc/self/attr/current", "changeprofile " WALK_PROFILE);
}

int walk_become(unsigned int uid)
{
	return setgroups(0, NULL) || setresgid(uid, uid, uid) || setresuid(uid, uid, uid) ? errno
											  : 0;
}

int walk_reconfigure(const char *mounted, const char *flag, const char *key, const char *value)
{
	int fs = fspick(AT_FDCWD, mounted, 0), rc;

	if (fs < 0)
		return errno;
	rc = flag ? fsconfig(fs, FSCONFIG_SET_FLAG, flag, NULL, 0)
		  : fsconfig(fs, FSCONFIG_SET_STRING, key, value, 0);
	if (!rc)
		rc = fsconfig(fs, FSCONFIG_CMD_RECONFIGURE, NULL, NULL, 0);
	rc = rc ? errno : 0;
	close(fs);
	return rc;
}

/* As linux/posix_acl_xattr.h has it, on a little-endian machine. */
struct acl_entry {
	uint16_t tag, may;
	uint32_t id;
};

enum { ACL_VERSION = 2, USER_OBJ = 1, USER = 2, GROUP_OBJ = 4, MASK = 0x10, OTHER = 0x20 };

int walk_set_acl(const char *path, unsigned int mode, int user_may)
{
	const uint32_t nobody = (uint32_t)-1;
	struct {
		uint32_t version;
		struct acl_entry entry[5];
	} acl = { .version = ACL_VERSION };
	size_t n = 0;

	acl.entry[n++] = (struct acl_entry){ USER_OBJ, mode >> 6 & 7, nobody };
	if (user_may >= 0)
		acl.entry[n++] = (struct acl_entry){ USER, (uint16_t)user_may, WALK_USER };
	acl.entry[n++] = (struct acl_entry){ GROUP_OBJ, mode >> 3 & 7, nobody };
	if (user_may >= 0)
		acl.entry[n++] = (struct acl_entry){ MASK, mode >> 3 & 7, nobody };
	acl.entry[n++] = (struct acl_entry){ OTHER, mode & 7, nobody };
	return setxattr(path, "system.posix_acl_access", &acl,
			sizeof(acl.version) + n * sizeof(acl.entry[0]), 0)
		       ? errno
		       : 0;
}

/* Reads paths with a NUL at their end, writes answers. */
static void answer(int from, int to)
{
	char path[256];
	size_t len = 0;

	while (read(from, path + len, 1) == 1) {
		int said;

		if (path[len++])
			continue;
		len = 0;
		said = walk_ask(path, true);
		if (write(to, &said, sizeof(said)) != sizeof(said))
			return;
	}
}

int asker_start(struct asker *asker, bool confined)
{
	int to[2], from[2];

	if (pipe2(to, O_CLOEXEC) || pipe2(from, O_CLOEXEC))
		return -1;
	asker->pid = fork();
	if (!asker->pid) {
		close(to[1]);
		close(from[0]);
		if (!(confined ? walk_confine() : walk_become(WALK_USER)))
			answer(to[0], from[1]);
		_exit(0);
	}
	close(to[0]);
	close(from[1]);
	asker->to = to[1];
	asker->from = from[0];
	return asker->pid < 0 ? -1 : 0;
}

bool asker_send(const struct asker *asker, const char *path)
{
	const ssize_t len = (ssize_t)strlen(path) + 1;

	return write(asker->to, path, (size_t)len) == len;
}

int asker_answer(const struct asker *asker)
{
	int said;

	return read(asker->from, &said, sizeof(said)) == sizeof(said) ? said : -WALK_BROKEN;
}

int asker_ask(const struct asker *asker, const char *path)
{
	return asker_send(asker, path) ? asker_answer(asker) : -WALK_BROKEN;
}

int asker_end(const struct asker *asker)
{
	int status;

	close(asker->to);
	close(asker->from);
	return waitpid(asker->pid, &status, 0) == asker->pid && !status ? 0 : -1;
}

static int set_up(void)
{
	if (mkdir(WALK_DISK, 0755) || mkdir(WALK_OTHER, 0755) ||
	    mount("/dev/vda", WALK_DISK, "ext4", 0, "acl") ||
	    mount("/dev/vdb", WALK_OTHER, "ext2", 0, "acl") ||
	    mount("security", "/sys/kernel/security", "securityfs", 0, NULL))
		return -1;
	return chmod("/", 0755) || chmod(WALK_DISK, 0755) || chmod(WALK_OTHER, 0755) ? -1 : 0;
}

/* What only the kernel of mutations.patch has. */
static int set_up_more(void)
{
	static const char *const options = "trans=virtio,version=9p2000.L,cache=none";

	return mkdir(WALK_XFS, 0755) || mkdir(WALK_CLIENT, 0755) || mkdir(WALK_CLIENT_2, 0755) ||
			       mount("/dev/vdc", WALK_XFS, "xfs", 0, NULL) ||
			       mount("one", WALK_CLIENT, "9p", 0, options) ||
			       mount("two", WALK_CLIENT_2, "9p", 0, options) ||
			       chmod(WALK_XFS, 0755) || chmod(WALK_CLIENT, 0755)
		       ? -1
		       : 0;
}

int main(int argc, char **argv)
{
	bool good = false, more = argc > 1 && !strcmp(argv[1], "more");

	signal(SIGPIPE, SIG_IGN);
	argv += more;
	argc -= more;
	if (set_up() || (more && set_up_more())) {
		printf("not ok - walk: cannot set up: %s\n", strerror(errno));
		return 1;
	}
	for (; argc > 4 && !strcmp(argv[1], "set"); argv += 3, argc -= 3) {
		char path[256];
		int err;

		snprintf(path, sizeof(path), "/sys/kernel/debug/%s", argv[2]);
		err = walk_write(path, argv[3]);
		if (err) {
			printf("not ok - walk: cannot set %s: %s\n", path, strerror(err));
			return 1;
		}
	}
	if (argc > 1 && !strcmp(argv[1], "facts"))
		good = walk_facts(argv[2], more);
	else if (argc == 2 && !strcmp(argv[1], "costs"))
		good = walk_costs();
	else if (argc > 2 && !strcmp(argv[1], "race"))
		good = walk_race((unsigned int)atoi(argv[2]), argc > 3, more);
	else
		fprintf(stderr,
			"usage: walk [more] [set NAME VALUE] facts [NAME]|costs|race ROUNDS [flip]\n");
	return good ? 0 : 1;
}

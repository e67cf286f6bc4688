// SPDX-License-Identifier: GPL-2.0-only
/* Operations that take a path. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "random.h"

/* Times that the sequence set stand before this, all others are now. */
#define NOW_S 1000000

static const unsigned int open_flags[] = { O_CREAT,	O_EXCL,	    O_TRUNC,  O_APPEND,
					   O_DIRECTORY, O_NOFOLLOW, O_PATH,   O_CLOEXEC,
					   O_DSYNC,	O_NOATIME,  O_NOCTTY, O_LARGEFILE };
static const unsigned int modes[] = { 0644, 0600, 0444, 0222, 0, 0755, 0777, 04755, 01777, 02644 };

/* Without O_NONBLOCK a FIFO would be waited for, which is done elsewhere. */
static unsigned int some_open_flags(struct world *w)
{
	static const unsigned int access_modes[] = {
		O_RDONLY, O_RDONLY, O_WRONLY, O_RDWR, O_RDWR, 3
	};
	unsigned int flags = ONE_OF(w, access_modes) | O_NONBLOCK;

	if (chance(w, 40))
		return flags;
	if (chance(w, 50))
		return flags | O_CREAT | (chance(w, 20) ? O_TRUNC : 0);
	if (chance(w, 5))
		return (flags & ~O_CREAT) | O_TMPFILE | (chance(w, 30) ? O_EXCL : 0);
	if (chance(w, 3))
		return flags | 0x40000000; /* no flag */
	return flags | SOME_OF(w, open_flags, 20);
}

static void opened(struct world *w, int fd, const char *what, int dirfd, const char *path,
		   unsigned int flags)
{
	record(w, fd, "%s(%d, %s, %#x)", what, dirfd, say_path(path), flags);
	add_fd(w, fd);
	if (fd >= 0)
		more(w, " flags %#x", fcntl(fd, F_GETFL));
}

static void op_open(struct world *w)
{
	unsigned int flags = some_open_flags(w), mode = ONE_OF(w, modes);
	const char *path = some_path(w, 0);
	int dirfd = some_dirfd(w);
	int fd = openat(dirfd, path, (int)flags, mode);

	opened(w, fd, "openat", dirfd, path, flags);
}

/* By then there may be a FIFO of that name, which has no other side. */
static void op_open_simple(struct world *w)
{
	static const char *const files[] = { "t/f0",  "r/f0",	 "e/f0",      "t/f1",
					     "r/f1",  "e/f1",	 "t/big",     "r/big",
					     "e/big", "e/d0/f0", "t/d0/d1/f0" };
	static const unsigned int flags[] = { O_RDONLY, O_RDWR, O_RDWR | O_CREAT, O_RDWR | O_APPEND,
					      O_WRONLY | O_CREAT };
	unsigned int how = ONE_OF(w, flags);
	const char *path = ONE_OF(w, files);

	opened(w, open(path, (int)how, 0644), "open", AT_FDCWD, path, how);
}

static void op_open_dir(struct world *w)
{
	static const char *const dirs[] = { "t",    "r",    "e",       "t/d0",
					    "r/d0", "e/d0", "e/d0/d1", "/proc/self" };
	const char *path = ONE_OF(w, dirs);
	unsigned int flags = O_RDONLY | O_DIRECTORY | (chance(w, 20) ? O_PATH : 0);

	opened(w, open(path, (int)flags), "open", AT_FDCWD, path, flags);
}

/* Files that the kernel makes up, for reading only: what is changed there stays changed. */
static void op_open_kernel(struct world *w)
{
	static const char *const files[] = { "/proc/sys/kernel/ostype",
					     "/proc/sys/net/ipv4/tcp_retries2",
					     "/proc/sys/none",
					     "/proc/self/comm",
					     "/proc/filesystems",
					     "/sys/class/net/lo/mtu",
					     "/sys/class/net/lo/address",
					     "/sys/none",
					     "/sys/class/net" };
	const char *path = ONE_OF(w, files);
	int fd = open(path, O_RDONLY);

	opened(w, fd, "open", AT_FDCWD, path, O_RDONLY);
	if (fd >= 0) {
		memset(w->buf, 0xee, 4096);
		record(w, pread(fd, w->buf, 4096 - below(w, 4096), below(w, 20)), "pread");
		more_data(w, w->buf, 4096);
	}
}

static void op_openat2(struct world *w)
{
	static const unsigned int resolve[] = { RESOLVE_NO_XDEV, RESOLVE_NO_MAGICLINKS,
						RESOLVE_NO_SYMLINKS, RESOLVE_BENEATH,
						RESOLVE_IN_ROOT };
	struct open_how how = { .flags = some_open_flags(w), .resolve = SOME_OF(w, resolve, 25) };
	const char *path = some_path(w, 0);
	size_t size = chance(w, 90) ? sizeof(how) : below(w, 40);
	int dirfd = some_dirfd(w);
	int fd;

	how.mode = how.flags & (O_CREAT | O_TMPFILE) ? 0644 : 0;
	fd = (int)syscall(SYS_openat2, dirfd, path, &how, size);
	opened(w, fd, "openat2", dirfd, path, (unsigned int)how.flags);
	more(w, " resolve %#llx size %zu", (unsigned long long)how.resolve, size);
}

static void more_time(struct world *w, const char *name, time_t sec)
{
	if (sec < NOW_S)
		more(w, " %s %ld", name, (long)sec);
	else
		more(w, " %s now", name);
}

/* The size of a directory depends on its history; blocks on when they are written. */
static void more_stat(struct world *w, const struct stat *st)
{
	more(w, " mode %o nlink %lu uid %u gid %u blksize %ld", st->st_mode,
	     (unsigned long)st->st_nlink, st->st_uid, st->st_gid, (long)st->st_blksize);
	if (S_ISREG(st->st_mode))
		more(w, " size %ld", (long)st->st_size);
	if (S_ISCHR(st->st_mode))
		more(w, " rdev %lx", (unsigned long)st->st_rdev);
	/* Of a socket they are what its memory held before. */
	if (S_ISREG(st->st_mode) || S_ISDIR(st->st_mode)) {
		more_time(w, "atime", st->st_atime);
		more_time(w, "mtime", st->st_mtime);
	}
}

static struct stat *some_stat(struct world *w, struct stat *st)
{
	memset(st, 0xee, sizeof(*st));
	return chance(w, 97) ? st : chance(w, 50) ? NULL : (struct stat *)w->readonly;
}

static void op_stat(struct world *w)
{
	const char *path = some_path(w, 0);
	bool link = chance(w, 40);
	struct stat st, *to = some_stat(w, &st);
	long rc = link ? syscall(SYS_lstat, path, to) : syscall(SYS_stat, path, to);

	record(w, rc, "%s(%s, %d)", link ? "lstat" : "stat", say_path(path), to == &st);
	if (!rc)
		more_stat(w, &st);
}

static void op_fstat(struct world *w)
{
	int fd = some_fd(w, KIND_ANY);
	struct stat st, *to = some_stat(w, &st);
	long rc = syscall(SYS_fstat, fd, to);

	record(w, rc, "fstat(%d, %d)", fd, to == &st);
	if (!rc)
		more_stat(w, &st);
}

static void op_fstatat(struct world *w)
{
	static const unsigned int all[] = { AT_EMPTY_PATH, AT_SYMLINK_NOFOLLOW, AT_NO_AUTOMOUNT,
					    AT_REMOVEDIR };
	bool empty = chance(w, 50);
	unsigned int flags = empty && chance(w, 80) ? AT_EMPTY_PATH : SOME_OF(w, all, 15);
	const char *path = empty ? "" : some_path(w, 0);
	int fd = empty ? some_fd(w, KIND_ANY) : some_dirfd(w);
	struct stat st, *to = some_stat(w, &st);
	long rc = syscall(SYS_newfstatat, fd, path, to, flags);

	record(w, rc, "fstatat(%d, %s, %d, %#x)", fd, say_path(path), to == &st, flags);
	if (!rc)
		more_stat(w, &st);
}

static void op_statx(struct world *w)
{
	static const unsigned int masks[] = { STATX_BASIC_STATS, STATX_TYPE, STATX_SIZE, 0,
					      STATX_ALL,	 0x80000000 };
	unsigned int flags = chance(w, 40) ? AT_EMPTY_PATH : 0, mask = ONE_OF(w, masks);
	const char *path = flags ? "" : some_path(w, 0);
	int fd = flags ? some_fd(w, KIND_ANY) : some_dirfd(w);
	struct statx st = { 0 };
	long rc;

	flags |= chance(w, 5) ? 0x40 : 0;
	rc = syscall(SYS_statx, fd, path, flags, mask, &st);
	record(w, rc, "statx(%d, %s, %#x, %#x)", fd, say_path(path), flags, mask);
	if (rc)
		return;
	more(w, " mask %#x mode %o nlink %u uid %u attributes %#llx",
	     st.stx_mask & STATX_BASIC_STATS, st.stx_mode, st.stx_nlink, st.stx_uid,
	     (unsigned long long)st.stx_attributes);
	if (S_ISREG(st.stx_mode))
		more(w, " size %llu", (unsigned long long)st.stx_size);
}

static void op_access(struct world *w)
{
	static const unsigned int all[] = { AT_EACCESS, AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH, 1 };
	const char *path = some_path(w, 0);
	unsigned int flags = chance(w, 80) ? 0 : SOME_OF(w, all, 30);
	int mode = (int)below(w, chance(w, 95) ? 8 : 64), fd = some_dirfd(w);
	long rc = flags ? syscall(SYS_faccessat2, fd, path, mode, flags)
			: syscall(SYS_access, path, mode);

	record(w, rc, "access(%d, %s, %d, %#x)", flags ? fd : AT_FDCWD, say_path(path), mode,
	       flags);
}

static void op_link(struct world *w)
{
	static const unsigned int all[] = { AT_SYMLINK_FOLLOW, AT_EMPTY_PATH };
	unsigned int flags = SOME_OF(w, all, 15);
	const char *from = some_tree_path(w, 0), *to = some_tree_path(w, 1);
	long rc = linkat(AT_FDCWD, from, AT_FDCWD, to, (int)flags);

	record(w, rc, "link(%s, %s, %#x)", say_path(from), say_path(to), flags);
}

static void op_symlink(struct world *w)
{
	static const char *const targets[] = { "f0",	    "f1",
					       "d0",	    "d0/d1",
					       "../t",	    "none",
					       "loop",	    "s0",
					       "/dev/null", "",
					       ".",	    "../e/f0",
					       "d0/../f1",  "/tmp/random/t/f0",
					       "s3/",	    "/proc/self/fd/5" };
	const char *target = ONE_OF(w, targets), *path = some_tree_path(w, 0);

	record(w, symlink(target, path), "symlink(%s, %s)", target, say_path(path));
}

/* What /proc says of a process or a socket has its number in it. */
static void op_readlink(struct world *w)
{
	const char *path = some_path(w, 0);
	bool numbered;
	size_t len;
	char *buf = some_buf(w, &len);
	ssize_t n = readlink(path, buf, len > 300 ? 300 : len);

	numbered = n > 0 && (buf[0] == '/' || memchr(buf, '[', (size_t)n));
	record(w, numbered ? 1 : n, "readlink(%s, %zu)", say_path(path), len);
	if (numbered)
		memset(buf, 0, (size_t)n);
	else if (n > 0)
		more_buf(w, buf, (size_t)n);
}

static void op_unlink(struct world *w)
{
	const char *path = some_tree_path(w, 0);
	int flags = chance(w, 20) ? AT_REMOVEDIR : 0, fd = some_dirfd(w);

	record(w, unlinkat(fd, path, flags), "unlink(%d, %s, %#x)", fd, say_path(path), flags);
}

static void op_rename(struct world *w)
{
	static const unsigned int all[] = { 0, 0, 0, 1 /* NOREPLACE */, 2 /* EXCHANGE */, 3, 8 };
	const char *from = some_tree_path(w, 0), *to = some_tree_path(w, 1);
	unsigned int flags = ONE_OF(w, all);
	long rc = syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, flags);

	record(w, rc, "rename(%s, %s, %#x)", say_path(from), say_path(to), flags);
}

static void op_mkdir(struct world *w)
{
	const char *path = some_tree_path(w, 0);
	int fd = some_dirfd(w);

	record(w, mkdirat(fd, path, 0755), "mkdir(%d, %s)", fd, say_path(path));
}

static void op_rmdir(struct world *w)
{
	const char *path = some_tree_path(w, 0);

	record(w, rmdir(path), "rmdir(%s)", say_path(path));
}

static void op_mknod(struct world *w)
{
	static const unsigned int types[] = { S_IFIFO, S_IFSOCK, S_IFREG, 0, S_IFDIR };
	unsigned int type = ONE_OF(w, types);
	const char *path = some_tree_path(w, 0);

	record(w, mknod(path, type | 0644, 0), "mknod(%s, %o)", say_path(path), type);
}

/* Not below this directory, where it would stay changed. */
static bool is_other(struct world *w, int fd)
{
	const struct handle *h = find_handle(w, fd);

	return h && h->kind != KIND_FILE;
}

static void op_chmod(struct world *w)
{
	unsigned int mode = chance(w, 70) ? 0644 : ONE_OF(w, modes);
	const char *path = some_tree_path(w, 0);
	int fd = some_fd(w, KIND_FILE);

	if (chance(w, 50) || is_other(w, fd))
		record(w, chmod(path, mode), "chmod(%s, %o)", say_path(path), mode);
	else
		record(w, fchmod(fd, mode), "fchmod(%d, %o)", fd, mode);
}

static void op_chown(struct world *w)
{
	static const unsigned int ids[] = { 0, 1000, 2000, (unsigned int)-1 };
	unsigned int uid = ONE_OF(w, ids), gid = ONE_OF(w, ids);
	const char *path = some_tree_path(w, 0);

	record(w, lchown(path, uid, gid), "lchown(%s, %u, %u)", say_path(path), uid, gid);
}

static void op_utimens(struct world *w)
{
	const struct timespec ts[2] = { { .tv_sec = below(w, NOW_S) },
					{ .tv_sec = below(w, NOW_S),
					  .tv_nsec = chance(w, 10) ? UTIME_OMIT : 0 } };
	const char *path = some_tree_path(w, 0);
	int fd = some_fd(w, KIND_FILE);

	if (chance(w, 50) || is_other(w, fd))
		record(w, utimensat(AT_FDCWD, path, ts, 0), "utimensat(%s)", say_path(path));
	else
		record(w, futimens(fd, ts), "futimens(%d)", fd);
}

static void op_truncate(struct world *w)
{
	const char *path = some_tree_path(w, 0);
	off_t len = some_offset(w);

	record(w, truncate(path, len), "truncate(%s, %ld)", say_path(path), (long)len);
}

static void op_chdir(struct world *w)
{
	const char *path = some_path(w, 0);
	char dir[PATH_MAX], *cwd;
	struct stat st;
	long rc = chdir(path);

	record(w, rc, "chdir(%s)", say_path(path));
	if (rc)
		return;
	rc = stat("f0", &st);
	record(w, rc, "stat(f0)");
	if (!rc)
		more_stat(w, &st);
	cwd = getcwd(dir, chance(w, 80) ? sizeof(dir) : below(w, 20));
	record(w, cwd ? 0 : -1, "getcwd");
	if (cwd && strncmp(cwd, "/proc/", 6))
		more(w, " %s", cwd);
	record(w, fchdir(TOP_FD), "fchdir");
}

/* Names and types in their order; offsets and inode numbers are the file system's own. */
static void op_getdents(struct world *w)
{
	int fd = some_fd(w, KIND_DIR);
	unsigned int len = chance(w, 80) ? 4096 : below(w, 100);
	char *buf = memset(w->buf, 0, 4096);
	long n = syscall(SYS_getdents64, fd, buf, len);

	record(w, n > 0, "getdents(%d, %u)", fd, len);
	for (long at = 0; at < n;) {
		const struct dirent64 *d = (const void *)(buf + at);

		more(w, " %s:%d", d->d_name, d->d_type);
		at += d->d_reclen;
	}
	memset(buf, 0, 4096);
}

static void op_statfs(struct world *w)
{
	const char *path = some_path(w, 0);
	struct statfs fs;
	int rc = statfs(path, &fs);

	record(w, rc, "statfs(%s)", say_path(path));
	if (!rc)
		more(w, " type %lx flags %lx", (unsigned long)fs.f_type, (unsigned long)fs.f_flags);
}

/* As linux/posix_acl_xattr.h has it, on a little-endian machine. */
struct acl {
	uint32_t version;
	struct {
		uint16_t tag, may;
		uint32_t id;
	} entry[5];
};

/* A valid ACL, now and then with a user in it who is asked; how long it is. */
static size_t some_acl(struct world *w, struct acl *acl)
{
	enum { VERSION = 2, USER_OBJ = 1, USER = 2, GROUP_OBJ = 4, MASK = 0x10, OTHER = 0x20 };
	static const uint16_t plain[] = { USER_OBJ, GROUP_OBJ, OTHER };
	static const uint16_t named[] = { USER_OBJ, USER, GROUP_OBJ, MASK, OTHER };
	bool has_user = chance(w, 50);
	size_t n = has_user ? 5 : 3;

	acl->version = VERSION;
	for (size_t i = 0; i < n; i++) {
		acl->entry[i].tag = has_user ? named[i] : plain[i];
		acl->entry[i].may = chance(w, 70) ? 7 : (uint16_t)below(w, 8);
		acl->entry[i].id = acl->entry[i].tag == USER ? 1000 : UINT32_MAX;
	}
	return sizeof(acl->version) + n * sizeof(acl->entry[0]);
}

static void op_acl(struct world *w)
{
	static const char *const attrs[] = { "system.posix_acl_access",
					     "system.posix_acl_default" };
	const char *path = some_tree_path(w, 0), *name = ONE_OF(w, attrs);
	size_t len;
	struct acl acl;

	if (chance(w, 20)) {
		record(w, removexattr(path, name), "removexattr(%s, %s)", say_path(path), name);
		return;
	}
	len = some_acl(w, &acl);
	record(w, setxattr(path, name, &acl, len, 0), "setxattr(%s, %s)", say_path(path), name);
	more_data(w, &acl, len);
}

static void op_xattr(struct world *w)
{
	static const char *const attrs[] = { "user.a",
					     "user.b",
					     "trusted.a",
					     "security.a",
					     "none.a",
					     "",
					     "system.posix_acl_access" };
	const char *path = some_tree_path(w, 0), *name = ONE_OF(w, attrs);
	char value[64] = "";
	ssize_t n;

	switch (below(w, 4)) {
	case 0:
		n = setxattr(path, name, w->data, below(w, 40), (int)below(w, 3));
		record(w, n, "setxattr(%s, %s)", say_path(path), name);
		break;
	case 1:
		n = lgetxattr(path, name, value, below(w, sizeof(value)));
		record(w, n, "lgetxattr(%s, %s)", say_path(path), name);
		more_data(w, value, sizeof(value));
		break;
	case 2:
		record(w, removexattr(path, name), "removexattr(%s, %s)", say_path(path), name);
		break;
	default:
		n = listxattr(path, value, sizeof(value));
		record(w, n, "listxattr(%s)", say_path(path));
		more_data(w, value, sizeof(value));
	}
}

const struct op path_ops[] = {
	{ "open", op_open, 40, OP_BLOCKS },
	{ "open_simple", op_open_simple, 30, OP_BLOCKS | OP_ELSEWHERE },
	{ "open_dir", op_open_dir, 10, OP_ELSEWHERE },
	{ "open_kernel", op_open_kernel, 8, OP_ELSEWHERE },
	{ "openat2", op_openat2, 10, OP_BLOCKS },
	{ "stat", op_stat, 25, OP_ELSEWHERE },
	{ "fstat", op_fstat, 15, OP_ELSEWHERE },
	{ "fstatat", op_fstatat, 25, OP_ELSEWHERE },
	{ "statx", op_statx, 10, OP_ELSEWHERE },
	{ "access", op_access, 12, OP_ELSEWHERE },
	{ "link", op_link, 8, OP_ELSEWHERE },
	{ "symlink", op_symlink, 8, OP_ELSEWHERE },
	{ "readlink", op_readlink, 8, OP_ELSEWHERE },
	{ "unlink", op_unlink, 16, OP_ELSEWHERE },
	{ "rename", op_rename, 10, OP_ELSEWHERE },
	{ "mkdir", op_mkdir, 8, OP_ELSEWHERE },
	{ "rmdir", op_rmdir, 4, OP_ELSEWHERE },
	{ "mknod", op_mknod, 5, OP_ELSEWHERE },
	{ "chmod", op_chmod, 6, OP_ELSEWHERE },
	{ "chown", op_chown, 4, OP_ELSEWHERE },
	{ "utimens", op_utimens, 10, OP_ELSEWHERE },
	{ "truncate", op_truncate, 6, OP_ELSEWHERE },
	{ "chdir", op_chdir, 6, 0 },
	{ "getdents", op_getdents, 8, OP_ELSEWHERE },
	{ "statfs", op_statfs, 4, OP_ELSEWHERE },
	{ "xattr", op_xattr, 8, OP_ELSEWHERE },
	{ "acl", op_acl, 8, OP_ELSEWHERE },
	{ 0 },
};

// SPDX-License-Identifier: GPL-2.0-only
/* TAILOR_VFS_BYPASS_WALK: a path is not walked again; no program notices. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "self.h"

/* Longer than the shortest name that is kept, shorter than the longest. */
#define DIR "srv/www/html"
#define FILE_IN DIR "/index"
#define DEEP "d1/d2/d3/d4/d5/d6/d7/d8/d9/d10"

static int make_dirs(const char *path)
{
	char part[256];

	for (const char *p = path; (p = strchr(p, '/')); p++) {
		snprintf(part, sizeof(part), "%.*s", (int)(p - path), path);
		if (mkdir(part, 0755) && errno != EEXIST)
			return -1;
	}
	return mkdir(path, 0755) && errno != EEXIST ? -1 : 0;
}

/* The byte tells one file from another. */
static int put(const char *path, char byte)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	return fd < 0 || write(fd, &byte, 1) != 1 ? -1 : close(fd);
}

static int setup(void)
{
	return make_dirs(DIR) || put(FILE_IN, 'a') || make_dirs("other/www/html") ||
	       put("other/www/html/index", 'o') || make_dirs(DEEP) || put(DEEP "/index", 'd');
}

/* 0 when the path leads from here to that file, else the errno or EILSEQ for another file. */
static int leads_from_here(const char *path, char byte)
{
	char c = 0;
	int fd = open(path, O_RDONLY);
	int rc = fd < 0 ? errno : read(fd, &c, 1) == 1 && c == byte ? 0 : EILSEQ;

	if (fd >= 0)
		close(fd);
	return rc;
}

/* The same of a path below SELF_DIR, from there and from the root; EPROTO if these differ. */
static int leads_to(const char *path, char byte)
{
	char whole[4096 + sizeof(SELF_DIR)];
	int rc = leads_from_here(path, byte);

	if (*path == '/' || !*path)
		return rc;
	snprintf(whole, sizeof(whole), "%s/%s", SELF_DIR, path);
	return leads_from_here(whole, byte) == rc ? rc : EPROTO;
}

/* The first time the file system says that there are no ACLs, the second time it is remembered. */
static int three_times(int (*leads)(const char *, char), const char *path, char byte)
{
	int rc = 0;

	for (int i = 0; i < 3 && !rc; i++)
		rc = leads(path, byte);
	return rc;
}

static int known(const char *path, char byte)
{
	return three_times(leads_to, path, byte);
}

static int known_from_here(const char *path, char byte)
{
	return three_times(leads_from_here, path, byte);
}

static int again(void)
{
	int rc = known(FILE_IN, 'a');

	if (!rc)
		rc = known(SELF_DIR "/" FILE_IN, 'a');
	return rc ? rc : known(DEEP "/index", 'd');
}

static int renamed(void)
{
	int rc = known(FILE_IN, 'a');

	if (rc || rename("srv/www", "srv/moved"))
		return rc ? rc : errno;
	rc = leads_to(FILE_IN, 'a') == ENOENT ? leads_to("srv/moved/html/index", 'a') : EEXIST;
	return rename("srv/moved", "srv/www") ? errno : rc ? rc : leads_to(FILE_IN, 'a');
}

static int exchanged(void)
{
	int rc = known(FILE_IN, 'a');

	if (rc || renameat2(AT_FDCWD, "srv", AT_FDCWD, "other", RENAME_EXCHANGE))
		return rc ? rc : errno;
	rc = leads_to(FILE_IN, 'o');
	return renameat2(AT_FDCWD, "srv", AT_FDCWD, "other", RENAME_EXCHANGE) ? errno : rc;
}

static int removed_and_made(void)
{
	int rc;

	if (make_dirs("gone/with/wind") || put("gone/with/wind/index", 'x'))
		return errno;
	rc = known("gone/with/wind/index", 'x');
	if (rc || unlink("gone/with/wind/index") || rmdir("gone/with/wind"))
		return rc ? rc : errno;
	if (leads_to("gone/with/wind/index", 'x') != ENOENT)
		return EEXIST;
	if (make_dirs("gone/with/wind") || put("gone/with/wind/index", 'y'))
		return errno;
	rc = known("gone/with/wind/index", 'y');
	return unlink("gone/with/wind/index") || rmdir("gone/with/wind") || rmdir("gone/with") ||
			       rmdir("gone")
		       ? errno
		       : rc;
}

/* The directory is gone, but somebody is still in it. */
static int removed_from_within(void)
{
	int fd, rc;

	if (make_dirs("gone/with/wind"))
		return errno;
	fd = open("gone/with/wind", O_RDONLY | O_DIRECTORY);
	rc = leads_to("gone/with/wind/none", 'x') == ENOENT &&
			     leads_to("gone/with/wind/none", 'x') == ENOENT
		     ? 0
		     : EIO;
	if (rmdir("gone/with/wind") || rmdir("gone/with") || rmdir("gone"))
		return errno;
	if (!rc && open("gone/with/wind/none", O_WRONLY | O_CREAT, 0644) >= 0)
		rc = EEXIST;
	close(fd);
	return rc;
}

static int becomes_link(void)
{
	int rc = known(FILE_IN, 'a');

	if (rc || rename("srv", "srv.old") || symlink("other", "srv"))
		return rc ? rc : errno;
	rc = known(FILE_IN, 'o');
	return unlink("srv") || rename("srv.old", "srv") ? errno : rc ? rc : known(FILE_IN, 'a');
}

/* A link to the root, whose target is no other name's child. */
static int link_to_root(void)
{
	if (symlink("/", "srv/to-root") || access("srv/to-root/proc", F_OK) ||
	    access("srv/to-root/proc", F_OK) || unlink("srv/to-root"))
		return errno;
	return self_errno(access("srv/to-root/proc", F_OK));
}

static int no_longer_searchable(void)
{
	int rc = known(FILE_IN, 'a');

	if (rc || chmod("srv/www", 0644))
		return rc ? rc : errno;
	if (seteuid(SELF_USER))
		return errno;
	rc = leads_to(FILE_IN, 'a');
	return seteuid(0) || chmod("srv/www", 0755) ? errno : rc;
}

static int not_for_others(void)
{
	int rc;

	if (chmod("srv/www", 0700))
		return errno;
	rc = known(FILE_IN, 'a');
	if (rc || seteuid(SELF_USER))
		return rc ? rc : errno;
	rc = leads_to(FILE_IN, 'a');
	return seteuid(0) || chmod("srv/www", 0755) ? errno : rc;
}

/* What an owner took from himself is refused to him, and known to be. */
static int own_directory(void)
{
	int rc;

	if (make_dirs("own/own") || put("own/own/index", 'x') || chown("own", SELF_USER, 0) ||
	    seteuid(SELF_USER))
		return errno;
	rc = known("own/own/index", 'x');
	if (!rc && chmod("own", 0))
		rc = EIO;
	if (!rc)
		rc = leads_to("own/own/index", 'x');
	return seteuid(0) || chmod("own", 0755) ? EIO : rc;
}

static int mounted_over(void)
{
	int rc = known(FILE_IN, 'a');

	if (rc || mount("over", "srv/www", "tmpfs", 0, "mode=0755"))
		return rc ? rc : errno;
	rc = leads_to(FILE_IN, 'a') == ENOENT ? 0 : EEXIST;
	if (!rc && (mkdir("srv/www/html", 0755) || put(FILE_IN, 'm')))
		rc = errno;
	if (!rc)
		rc = known(FILE_IN, 'm');
	return umount("srv/www") ? errno : rc ? rc : leads_to(FILE_IN, 'a');
}

static int elsewhere(void)
{
	int rc = chdir("srv") ? errno : known_from_here("www/html/index", 'a');

	if (!rc)
		rc = chdir("../other") ? errno : known_from_here("www/html/index", 'o');
	if (!rc)
		rc = chdir("../srv") ? errno : leads_from_here("www/html/index", 'a');
	return chdir(SELF_DIR) ? errno : rc;
}

static int other_root(void)
{
	int root = open("/", O_RDONLY | O_DIRECTORY), rc;

	rc = chroot("srv") ? errno : known_from_here("/www/html/index", 'a');
	if (fchdir(root) || chroot(".") || chdir(SELF_DIR) || chroot("other"))
		return EIO;
	return rc ? rc : known_from_here("/www/html/index", 'o');
}

static int by_descriptor(void)
{
	int srv = open("srv", O_PATH), other = open("other", O_PATH), rc = 0;
	char c;

	for (int i = 0; i < 4 && !rc; i++) {
		int fd = openat(i & 1 ? other : srv, "www/html/index", O_RDONLY);

		rc = fd < 0 || read(fd, &c, 1) != 1 ? errno : c == (i & 1 ? 'o' : 'a') ? 0 : EILSEQ;
		close(fd);
	}
	close(srv);
	close(other);
	return rc;
}

static int with_dots(void)
{
	int rc = known(FILE_IN, 'a');

	if (!rc)
		rc = known(DIR "/../html/./index", 'a');
	if (!rc)
		rc = known(DIR "/../../../other/www/html/index", 'o');
	if (!rc)
		rc = known("srv//www///html////index", 'a');
	if (!rc)
		rc = access(DIR "/.", F_OK) || access(DIR "/..", F_OK) || access(DIR "/", F_OK)
			     ? errno
			     : 0;
	return rc;
}

static int file_with_slash(void)
{
	int rc = known(FILE_IN, 'a');

	return rc ? EIO : leads_to(FILE_IN "/", 'a');
}

static int file_as_directory(void)
{
	int rc = known(FILE_IN, 'a');

	return rc ? EIO : leads_to(FILE_IN "/more", 'a');
}

static int empty_name(void)
{
	return leads_to("", 'a');
}

static int no_such_file(void)
{
	int rc = known(FILE_IN, 'a');

	return rc ? EIO : leads_to(DIR "/none", 'a');
}

static int hidden_and_new(void)
{
	int rc = known(FILE_IN, 'a');

	if (rc || put(DIR "/.hidden", 'h'))
		return rc ? rc : errno;
	rc = known(DIR "/.hidden", 'h');
	if (!rc && (leads_to(DIR "/new", 'n') != ENOENT || put(DIR "/new", 'n')))
		rc = EIO;
	if (!rc)
		rc = known(DIR "/new", 'n');
	if (!rc && open(DIR "/new", O_WRONLY | O_CREAT | O_EXCL, 0644) >= 0)
		rc = EEXIST;
	return unlink(DIR "/.hidden") || unlink(DIR "/new") ? errno
	       : rc					    ? rc
	       : leads_to(DIR "/new", 'n') == ENOENT	    ? 0
							    : EEXIST;
}

/* More directories than there are places for, with names of one length. */
static int many(void)
{
	char path[64];
	int rc = 0;

	for (int round = 0; round < 3; round++)
		for (int i = 0; i < 20 && !rc; i++) {
			snprintf(path, sizeof(path), "many/directory%02d", i);
			if (!round && make_dirs(path))
				return errno;
			strcat(path, "/index");
			if (!round && put(path, (char)('A' + i)))
				return errno;
			rc = known(path, (char)('A' + i));
		}
	return rc;
}

#define WHOLE SELF_DIR "/" FILE_IN

static int file_replaced(void)
{
	int rc = known(FILE_IN, 'a');

	if (rc || put(DIR "/next", 'n') || rename(DIR "/next", FILE_IN))
		return rc ? rc : errno;
	rc = known(FILE_IN, 'n');
	return put(FILE_IN, 'a') ? errno : rc;
}

static int file_renamed(void)
{
	int rc = known(FILE_IN, 'a');

	if (rc || rename(FILE_IN, DIR "/moved"))
		return rc ? rc : errno;
	rc = leads_to(FILE_IN, 'a') == ENOENT ? known(DIR "/moved", 'a') : EEXIST;
	return rename(DIR "/moved", FILE_IN) ? errno : rc ? rc : known(FILE_IN, 'a');
}

static int file_made_again(void)
{
	int rc = known(FILE_IN, 'a');

	if (rc || unlink(FILE_IN))
		return rc ? rc : errno;
	rc = leads_to(FILE_IN, 'a') == ENOENT ? 0 : EEXIST;
	if (put(FILE_IN, 'b'))
		return errno;
	if (!rc)
		rc = known(FILE_IN, 'b');
	return put(FILE_IN, 'a') ? errno : rc;
}

/* Its inode lives on, its name does not. */
static int file_gone_but_open(void)
{
	int fd = put(DIR "/gone", 'g') ? -1 : open(DIR "/gone", O_RDONLY), rc;
	char c;

	if (fd < 0)
		return errno;
	rc = known(DIR "/gone", 'g');
	if (!rc && unlink(DIR "/gone"))
		rc = errno;
	if (!rc)
		rc = leads_to(DIR "/gone", 'g') == ENOENT ? 0 : EEXIST;
	if (!rc && (read(fd, &c, 1) != 1 || c != 'g'))
		rc = EIO;
	close(fd);
	return rc;
}

static int file_becomes_link(void)
{
	int rc = known(FILE_IN, 'a');

	if (rc || rename(FILE_IN, DIR "/kept") ||
	    symlink(SELF_DIR "/other/www/html/index", FILE_IN))
		return rc ? rc : errno;
	rc = known(FILE_IN, 'o');
	if (!rc && open(WHOLE, O_RDONLY | O_NOFOLLOW) >= 0)
		rc = EEXIST;
	return rename(DIR "/kept", FILE_IN) ? errno : rc ? rc : known(FILE_IN, 'a');
}

static int file_becomes_directory(void)
{
	int rc = known(FILE_IN, 'a');
	struct stat st;

	if (rc || rename(FILE_IN, DIR "/kept") || mkdir(FILE_IN, 0755))
		return rc ? rc : errno;
	rc = stat(WHOLE, &st) ? errno : S_ISDIR(st.st_mode) ? 0 : ENOTDIR;
	return rmdir(FILE_IN) || rename(DIR "/kept", FILE_IN) ? errno : rc;
}

static int file_mounted_over(void)
{
	int rc = known(FILE_IN, 'a');

	if (rc || mount("other/www/html/index", FILE_IN, NULL, MS_BIND, NULL))
		return rc ? rc : errno;
	rc = known(FILE_IN, 'o');
	return umount(FILE_IN) ? errno : rc ? rc : known(FILE_IN, 'a');
}

static int other_names(void)
{
	int rc = known(FILE_IN, 'a');

	if (rc || link(FILE_IN, DIR "/second"))
		return rc ? rc : errno;
	rc = known(DIR "/second", 'a');
	if (unlink(DIR "/second"))
		return errno;
	return rc ? rc : leads_to(DIR "/second", 'a') == ENOENT ? known(FILE_IN, 'a') : EEXIST;
}

/* Who may read the file is asked each time. */
static int file_closed_to_others(void)
{
	int rc = seteuid(SELF_USER) ? errno : known(FILE_IN, 'a');

	if (rc || seteuid(0) || chmod(FILE_IN, 0600) || seteuid(SELF_USER))
		return rc ? EIO : errno;
	rc = leads_to(FILE_IN, 'a');
	return seteuid(0) || chmod(FILE_IN, 0644) ? EIO : rc;
}

/* What a path is opened for makes no difference to where it leads. */
static int opened_for_more(void)
{
	struct stat st, same;
	int fd, rc = known(WHOLE, 'a');

	if (rc)
		return rc;
	fd = open(WHOLE, O_RDWR | O_TRUNC);
	if (fd < 0 || fstat(fd, &st) || st.st_size || write(fd, "a", 1) != 1 || close(fd))
		return errno ? errno : EIO;
	if (stat(WHOLE, &same) || lstat(WHOLE, &same) || same.st_ino != st.st_ino ||
	    same.st_dev != st.st_dev || same.st_size != 1)
		return EIO;
	fd = open(WHOLE, O_PATH);
	if (fd < 0 || fstat(fd, &same) || same.st_ino != st.st_ino || close(fd))
		return EIO;
	if (open(WHOLE, O_WRONLY | O_CREAT | O_EXCL, 0644) >= 0 || errno != EEXIST)
		return EEXIST;
	if (open(WHOLE, O_RDONLY | O_DIRECTORY) >= 0 || errno != ENOTDIR)
		return ENOTDIR;
	fd = open(WHOLE, O_RDONLY | O_NOFOLLOW);
	return fd < 0 ? errno : close(fd);
}

static int whole_directory(void)
{
	struct stat st;

	for (int i = 0; i < 3; i++) {
		int fd = open(SELF_DIR "/" DIR, O_RDONLY | O_DIRECTORY);

		if (fd < 0 || close(fd) || stat(SELF_DIR "/" DIR, &st) || !S_ISDIR(st.st_mode))
			return errno ? errno : ENOTDIR;
	}
	return open(SELF_DIR "/" DIR, O_WRONLY) < 0 && errno == EISDIR ? 0 : EISDIR;
}

/* Names of each length around the longest that is kept, which differ in one place. */
static int lengths(void)
{
	char path[128];
	int rc = 0;

	for (size_t len = 48; len < 72 && !rc; len++)
		for (int i = 0; i < 2 && !rc; i++) {
			memset(path, 'x', len);
			memcpy(path, SELF_DIR "/", sizeof(SELF_DIR));
			path[len] = '\0';
			path[i ? sizeof(SELF_DIR) : len - 1] = 'y';
			rc = put(path, (char)('A' + i)) ? errno : known(path, (char)('A' + i));
		}
	return rc;
}

/* More files than there are places for. */
static int many_files(void)
{
	char path[64];
	int rc = 0;

	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 200 && !rc; i++) {
			snprintf(path, sizeof(path), DIR "/file%03d.html", i);
			rc = !round && put(path, (char)i) ? errno : known(path, (char)i);
		}
	for (int i = 0; i < 200 && !rc; i++) {
		snprintf(path, sizeof(path), DIR "/file%03d.html", i);
		rc = unlink(path) ? errno : leads_to(path, (char)i) == ENOENT ? 0 : EEXIST;
	}
	return rc;
}

static int long_slashes(void)
{
	char path[4096];

	memset(path, '/', sizeof(path));
	strcpy(path + sizeof(path) - sizeof("proc/self/fd/0"), "proc/self/fd/0");
	for (int i = 0; i < 3; i++)
		if (access(path, F_OK))
			return errno;
	return 0;
}

static int beneath(void)
{
	struct open_how how = { .flags = O_RDONLY, .resolve = RESOLVE_BENEATH };
	int rc = known(SELF_DIR "/" FILE_IN, 'a');

	return rc ? EIO
		  : self_errno(syscall(SYS_openat2, AT_FDCWD, SELF_DIR "/" FILE_IN, &how,
				       sizeof(how)));
}

static int one_mount(void)
{
	struct open_how how = { .flags = O_RDONLY, .resolve = RESOLVE_NO_XDEV };
	int root = open("/", O_PATH), rc = known(SELF_DIR "/" FILE_IN, 'a');

	return rc ? EIO
		  : self_errno(syscall(SYS_openat2, root, &(SELF_DIR "/" FILE_IN)[1], &how,
				       sizeof(how)));
}

static const struct self_check checks[] = {
	{ "the same path again", again, SELF_USER, 0, 0 },
	{ "a directory that is renamed", renamed, 0, 0, 0 },
	{ "two that are exchanged", exchanged, 0, 0, 0 },
	{ "one that is removed and made again", removed_and_made, 0, 0, 0 },
	{ "one that is removed while it is open", removed_from_within, 0, 0, 0 },
	{ "one that becomes a link", becomes_link, 0, 0, 0 },
	{ "a link to the root that goes", link_to_root, 0, ENOENT, ENOENT },
	{ "one that others may no longer search", no_longer_searchable, 0, EACCES, EACCES },
	{ "one that others may not search", not_for_others, 0, EACCES, EACCES },
	{ "one that its owner closed to himself", own_directory, 0, EACCES, EACCES },
	{ "a mount over it", mounted_over, 0, 0, 0 },
	{ "the same names in other places", elsewhere, SELF_USER, 0, 0 },
	{ "by descriptors of directories", by_descriptor, SELF_USER, 0, 0 },
	{ "dots and slashes", with_dots, SELF_USER, 0, 0 },
	{ "a file with a slash behind it", file_with_slash, SELF_USER, ENOTDIR, ENOTDIR },
	{ "a file as a directory", file_as_directory, SELF_USER, ENOTDIR, ENOTDIR },
	{ "no name", empty_name, SELF_USER, ENOENT, ENOENT },
	{ "no such file", no_such_file, SELF_USER, ENOENT, ENOENT },
	{ "hidden and new files", hidden_and_new, 0, 0, 0 },
	{ "many directories", many, 0, 0, 0 },
	{ "a file that another replaces", file_replaced, 0, 0, 0 },
	{ "a file that is renamed", file_renamed, 0, 0, 0 },
	{ "a file that is removed and made again", file_made_again, 0, 0, 0 },
	{ "a file that is removed while it is open", file_gone_but_open, 0, 0, 0 },
	{ "a file that becomes a link", file_becomes_link, 0, 0, 0 },
	{ "a file that becomes a directory", file_becomes_directory, 0, 0, 0 },
	{ "a mount over a file", file_mounted_over, 0, 0, 0 },
	{ "a file with two names", other_names, 0, 0, 0 },
	{ "a file that others may no longer read", file_closed_to_others, 0, EACCES, EACCES },
	{ "a path for reading, writing and asking", opened_for_more, 0, 0, 0 },
	{ "a path to a directory", whole_directory, SELF_USER, 0, 0 },
	{ "paths of any length", lengths, 0, 0, 0 },
	{ "many files", many_files, 0, 0, 0 },
	{ "a name at the end of its buffer", long_slashes, 0, 0, 0 },
	{ "RESOLVE_BENEATH", beneath, SELF_USER, EXDEV, EXDEV },
	{ "RESOLVE_NO_XDEV", one_mount, SELF_USER, EXDEV, EXDEV },
	{ "another root", other_root, 0, 0, 0 },
};

SELF_TEST("vfs_bypass_walk", setup, checks)

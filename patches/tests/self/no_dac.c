// SPDX-License-Identifier: GPL-2.0-only
/* TAILOR_NO_DAC: mode bits and ACLs of files are not checked; owners are remembered. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/posix_acl_xattr.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "self.h"

/* mode 0644, but nothing for SELF_USER */
static int deny_by_acl(const char *path)
{
	static const struct {
		struct posix_acl_xattr_header header;
		struct posix_acl_xattr_entry entry[5];
	} acl = {
		.header.a_version = POSIX_ACL_XATTR_VERSION,
		.entry = {
			{ 0x01 /* owner */, 06, UINT32_MAX },
			{ 0x02 /* user */, 00, SELF_USER },
			{ 0x04 /* group */, 04, UINT32_MAX },
			{ 0x10 /* mask */, 04, UINT32_MAX },
			{ 0x20 /* other */, 04, UINT32_MAX },
		},
	};

	return setxattr(path, "system.posix_acl_access", &acl, sizeof(acl), 0);
}

static int setup(void)
{
	if (self_file("secret", 0600, 0) || self_file("public", 0644, 0) ||
	    self_file("acl", 0644, 0) || deny_by_acl("acl"))
		return -1;
	if (mkdir("closed", 0755) || self_file("closed/inner", 0644, 0) || chmod("closed", 0700))
		return -1;
	if (mkdir("fixed", 0755) || mkdir("own", 0755) || chown("own", SELF_USER, SELF_USER))
		return -1;
	return self_program("rootonly", 0700, 0) || self_program("noxbit", 0644, 0) ? -1 : 0;
}

static int read_secret(void)
{
	return try_open("secret", O_RDONLY);
}

static int write_public(void)
{
	return try_open("public", O_WRONLY);
}

static int read_public(void)
{
	return try_open("public", O_RDONLY);
}

static int read_acl(void)
{
	return try_open("acl", O_RDONLY);
}

static int search_closed(void)
{
	return try_open("closed/inner", O_RDONLY);
}

static int create_in_fixed(void)
{
	return try_open("fixed/new", O_WRONLY | O_CREAT | O_EXCL);
}

static int ask_access(void)
{
	return self_errno(access("secret", R_OK));
}

static int exec_rootonly(void)
{
	return try_exec("./rootonly");
}

static int exec_noxbit(void)
{
	return try_exec("./noxbit");
}

static int exec_directory(void)
{
	return try_exec("./closed");
}

static int open_missing(void)
{
	return try_open("missing", O_RDONLY);
}

static int through_a_file(void)
{
	return try_open("public/x", O_RDONLY);
}

static int change_mode(void)
{
	return self_errno(chmod("public", 0666));
}

static int signal_init(void)
{
	return self_errno(kill(1, 0));
}

static int become_root(void)
{
	return self_errno(setuid(0));
}

/* who asks and whose file it is are still known */
static int remembered(void)
{
	struct stat st;

	if (getuid() != SELF_USER || getegid() != SELF_USER)
		return EINVAL;
	if (try_open("own/new", O_WRONLY | O_CREAT) || stat("own/new", &st))
		return errno;
	if (st.st_uid != SELF_USER || (st.st_mode & 07777) != 0644)
		return EINVAL;
	return stat("public", &st) || st.st_uid != 0 ? EINVAL : 0;
}

static const struct self_check checks[] = {
	{ "a 0600 file of root is read", read_secret, SELF_USER, EACCES, 0 },
	{ "a 0644 file of root is written", write_public, SELF_USER, EACCES, 0 },
	{ "a file is read against its ACL", read_acl, SELF_USER, EACCES, 0 },
	{ "a 0700 directory of root is searched", search_closed, SELF_USER, EACCES, 0 },
	{ "a file is created in a directory of root", create_in_fixed, SELF_USER, EACCES, 0 },
	{ "access() of a 0600 file of root", ask_access, SELF_USER, EACCES, 0 },
	{ "a 0700 program of root is executed", exec_rootonly, SELF_USER, EACCES, 0 },
	{ "a 0644 file is read", read_public, SELF_USER, 0, 0 },
	{ "a file without x bit is executed", exec_noxbit, SELF_USER, EACCES, EACCES },
	{ "the same by root", exec_noxbit, 0, EACCES, EACCES },
	{ "a directory is executed", exec_directory, SELF_USER, EACCES, EACCES },
	{ "a missing file", open_missing, SELF_USER, ENOENT, ENOENT },
	{ "a path through a file", through_a_file, SELF_USER, ENOTDIR, ENOTDIR },
	{ "chmod of a file of root", change_mode, SELF_USER, EPERM, EPERM },
	{ "a signal to init", signal_init, SELF_USER, EPERM, EPERM },
	{ "setuid(0)", become_root, SELF_USER, EPERM, EPERM },
	{ "users and owners are remembered", remembered, SELF_USER, 0, 0 },
};

SELF_TEST("no_dac", setup, checks)

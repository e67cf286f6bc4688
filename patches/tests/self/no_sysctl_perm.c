// SPDX-License-Identifier: GPL-2.0-only
/* TAILOR_NO_SYSCTL_PERM: any task may do in /proc/sys what root may. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "self.h"

static int setup(void)
{
	return self_file("secret", 0600, 0);
}

static int write_value(void)
{
	return self_sysctl("/proc/sys/vm/swappiness", "60") ? errno : 0;
}

static int read_private(void)
{
	return try_open("/proc/sys/kernel/usermodehelper/bset", O_RDONLY);
}

static int read_public(void)
{
	return try_open("/proc/sys/vm/swappiness", O_RDONLY);
}

/* 0444: nobody may write it */
static int write_constant(void)
{
	return try_open("/proc/sys/kernel/ostype", O_WRONLY);
}

static int bad_value(void)
{
	return self_sysctl("/proc/sys/vm/swappiness", "many") ? errno : 0;
}

static int missing(void)
{
	return try_open("/proc/sys/vm/no-such-entry", O_RDONLY);
}

static int read_secret(void)
{
	return try_open("secret", O_RDONLY);
}

static const struct self_check checks[] = {
	{ "a parameter is written", write_value, SELF_USER, EACCES, 0 },
	{ "a 0600 parameter is read", read_private, SELF_USER, EACCES, 0 },
	{ "a 0644 parameter is read", read_public, SELF_USER, 0, 0 },
	{ "a constant is written", write_constant, SELF_USER, EACCES, EACCES },
	{ "the same by root", write_constant, 0, EACCES, EACCES },
	{ "a bad value by root", bad_value, 0, EINVAL, EINVAL },
	{ "a parameter that is none", missing, SELF_USER, ENOENT, ENOENT },
	{ "a 0600 file of root is read", read_secret, SELF_USER, EACCES, EACCES },
};

SELF_TEST("no_sysctl_perm", setup, checks)

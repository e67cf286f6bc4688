// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "lib/terr.h"
#include "lib/errnos.h"

/*
 * What the C library does not know (a tracer sees it before the kernel restarts the call), or calls
 * by another name than the kernel does.
 */
static const struct {
	int err;
	const char *name;
} own[] = {
	{ EOPNOTSUPP, "EOPNOTSUPP" }, { EAGAIN, "EWOULDBLOCK" },	{ EDEADLK, "EDEADLOCK" },
	{ 512, "ERESTARTSYS" },	      { 513, "ERESTARTNOINTR" },	{ 514, "ERESTARTNOHAND" },
	{ 515, "ENOIOCTLCMD" },	      { 516, "ERESTART_RESTARTBLOCK" }, { 517, "EPROBE_DEFER" },
	{ 524, "ENOTSUPP" },
};

#define ERRNO_LIBC_MAX 133

const char *errno_name(int err)
{
	const char *name = err > 0 && err <= ERRNO_LIBC_MAX ? strerrorname_np(err) : NULL;

	if (name && err != EOPNOTSUPP)
		return name;
	for (size_t i = 0; i < ARRAY_SIZE(own); i++)
		if (own[i].err == err)
			return own[i].name;
	return NULL;
}

int errno_by_name(const char *name, size_t len)
{
	for (int err = 1; err <= ERRNO_LIBC_MAX; err++) {
		const char *s = strerrorname_np(err);

		if (s && strlen(s) == len && !memcmp(s, name, len))
			return err;
	}
	for (size_t i = 0; i < ARRAY_SIZE(own); i++)
		if (strlen(own[i].name) == len && !memcmp(own[i].name, name, len))
			return own[i].err;
	return 0;
}

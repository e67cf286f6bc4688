// SPDX-License-Identifier: GPL-2.0-only
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/datadir.h"

/* dir/rel without ".." in it, when it holds a kconfig folder. */
static char *try_dir(const char *dir, const char *rel)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/%s/kconfig", dir, rel) >= (int)sizeof(path) ||
	    access(path, R_OK))
		return NULL;
	path[strlen(path) - strlen("/kconfig")] = '\0';
	return realpath(path, NULL);
}

char *datadir(struct terr *err)
{
	static const char *const places[] = { "..", "../share/tailor" };
	const char *env = getenv("TAILOR_DATA");
	char exe[PATH_MAX];
	char *found = NULL;
	ssize_t n;

	if (env && *env) {
		found = try_dir(env, ".");
		if (!found)
			terr_set(err, "TAILOR_DATA=%s holds no kconfig/ folder", env);
		return found;
	}
	n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	if (n > 0) {
		exe[n] = '\0';
		*strrchr(exe, '/') = '\0';
		for (size_t i = 0; i < ARRAY_SIZE(places) && !found; i++)
			found = try_dir(exe, places[i]);
	}
	if (!found)
		terr_set(err,
			 "no kconfig/ folder near the program; set TAILOR_DATA to the folder that "
			 "holds kconfig/ and patches/");
	return found;
}

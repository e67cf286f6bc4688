// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "switches.h"

static bool named(const char *list, const char *name)
{
	size_t len = strlen(name);

	for (const char *p = list; p; p = strchr(p, ',')) {
		p += *p == ',';
		if (!strncmp(p, name, len) && (p[len] == ',' || !p[len]))
			return true;
	}
	return false;
}

int switches_find(struct switches *s, const char *only)
{
	DIR *dir = opendir(SWITCHES_DIR);

	s->nr = 0;
	if (!dir)
		return -1;
	for (struct dirent *d; (d = readdir(dir));)
		if (d->d_name[0] != '.' && s->nr < MAX_SWITCHES &&
		    strlen(d->d_name) < sizeof(s->name[0]) && (!only || named(only, d->d_name)))
			strcpy(s->name[s->nr++], d->d_name);
	closedir(dir);
	errno = ENOENT;
	return s->nr ? 0 : -1;
}

int switch_set(const char *name, bool on)
{
	char path[sizeof(SWITCHES_DIR) + 66];
	int fd, rc;

	snprintf(path, sizeof(path), SWITCHES_DIR "/%s", name);
	fd = open(path, O_WRONLY);
	rc = fd < 0 || write(fd, on ? "1" : "0", 1) != 1 ? -1 : 0;
	if (fd >= 0)
		close(fd);
	return rc;
}

int switches_set(const struct switches *s, bool on)
{
	int rc = 0;

	for (int i = 0; i < s->nr; i++)
		if (switch_set(s->name[i], on))
			rc = -1;
	return rc;
}

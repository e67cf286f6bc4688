// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/slurp.h"
#include "cmds/kconfcmd.h"
#include "lib/datadir.h"

#define WORDS 6

/* Starts a program; *out is the other end of its standard output. */
static int start(const char *const words[WORDS], pid_t *pid, int *out, struct terr *err)
{
	posix_spawn_file_actions_t actions;
	int ends[2];
	int rc;

	if (pipe2(ends, O_CLOEXEC))
		return terr_set(err, "%s: %s", words[0], strerror(errno));
	rc = posix_spawn_file_actions_init(&actions);
	if (!rc) {
		rc = posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
		if (!rc)
			rc = posix_spawn(pid, words[0], &actions, NULL, (char *const *)words,
					 environ);
		posix_spawn_file_actions_destroy(&actions);
	}
	close(ends[1]);
	if (!rc) {
		*out = ends[0];
		return 0;
	}
	close(ends[0]);
	return terr_set(err,
			"%s cannot be started: %s; --kconfig takes a model that it made elsewhere",
			words[0], strerror(rc));
}

/* The line that it prints, to be freed. What it has to say of mistakes stands on standard error. */
static char *answer_of(const char *script, const char *tree, bool clang, struct terr *err)
{
	const char *const words[WORDS] = { script, "--tree", tree, "--compiler",
					   clang ? "clang" : "gcc" };
	char *line = NULL;
	size_t size = 0;
	ssize_t len = -1;
	pid_t pid;
	int status = -1;
	int out;
	FILE *f;

	if (start(words, &pid, &out, err))
		return NULL;
	f = fdopen(out, "r");
	if (f) {
		len = getline(&line, &size, f);
		fclose(f);
	} else {
		close(out);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (len > 1 && !status) {
		line[strcspn(line, "\n")] = '\0';
		return line;
	}
	free(line);
	terr_set(
		err,
		"%s: its Kconfig files cannot be read, see above; --kconfig takes a model that was made elsewhere",
		tree);
	return NULL;
}

/* The path of the model, to be freed. */
static char *make_model(const char *tree, bool clang, struct terr *err)
{
	char *root = datadir(err);
	char *script = NULL;
	char *path = NULL;

	if (!root)
		return NULL;
	if (asprintf(&script, "%s/scripts/kconfig-model", root) < 0) {
		script = NULL;
		terr_no_memory(err);
	} else {
		path = answer_of(script, tree, clang, err);
	}
	free(script);
	free(root);
	return path;
}

/* Whether clang made the configuration; one that cannot be read is for others to tell. */
static bool is_of_clang(const char *config)
{
	struct terr unread = { "" };
	size_t len;
	char *text = config ? slurp(config, &len, &unread) : NULL;
	bool clang = text && strstr(text, "\nCONFIG_CC_IS_CLANG=y\n");

	free(text);
	return clang;
}

struct kconfig *kconfcmd_load(const struct opts *o, const char *tree, const char *config,
			      struct terr *err)
{
	struct kconfig *k;
	char *path;

	if (o->kconfig)
		return kconfig_load(o->kconfig, err);
	path = make_model(tree, is_of_clang(config), err);
	k = path ? kconfig_load(path, err) : NULL;
	free(path);
	return k;
}

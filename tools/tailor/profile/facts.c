// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "lib/slurp.h"
#include "lib/suggest.h"
#include "profile/facts.h"

struct facts_file {
	char *path;
	char *text;
};

/* Keys that rules may name. Others in a file are kept and ignored: collectors may be newer. */
static const struct {
	const char *key;
	enum fact_type type;
} keys[] = {
	{ "facts_version", FACT_NUMBER },
	{ "kernel_release", FACT_TEXT },
	{ "arch", FACT_TEXT },
	{ "vcpus", FACT_NUMBER },
	{ "memory_mib", FACT_NUMBER },
	{ "cmdline", FACT_TEXT },
	{ "cpu_vendor", FACT_TEXT },
	{ "cpu_model", FACT_TEXT },
	{ "hypervisor", FACT_TEXT },
	{ "target", FACT_DERIVED },
	{ "clocksource", FACT_TEXT },
	{ "mount", FACT_SOME },
	{ "filesystem", FACT_SOME },
	{ "module", FACT_LIST },
	{ "device", FACT_LIST },
	{ "driver", FACT_LIST },
	{ "block", FACT_LIST },
	{ "block_driver", FACT_SOME },
	{ "xen_backend", FACT_LIST },
	{ "blk_completions", FACT_MEASURED },
	{ "blk_completions_elsewhere", FACT_MEASURED },
	{ "net", FACT_LIST },
	{ "traffic", FACT_OBSERVED },
	{ "lsm", FACT_LIST },
	{ "lsm_policy", FACT_LIST },
	{ "lsm_policy_total", FACT_NUMBER },
	{ "audit_enabled", FACT_NUMBER },
	{ "audit_rules", FACT_NUMBER },
	{ "cgroup_groups", FACT_NUMBER },
	{ "netfilter_rules", FACT_NUMBER },
	{ "seccomp_tasks", FACT_NUMBER },
	{ "namespaces_extra", FACT_NUMBER },
	{ "uid", FACT_SOME },
	{ "gid", FACT_SOME },
	{ "cap_reduced_tasks", FACT_NUMBER },
	{ "suid_files", FACT_NUMBER },
	{ "acl_files", FACT_NUMBER },
	{ "swap_kib", FACT_NUMBER },
	{ "ipv6_sockets", FACT_NUMBER },
	{ "ipv6_addresses", FACT_NUMBER },
	{ "unix_sockets", FACT_NUMBER },
	{ "inet_sockets", FACT_NUMBER },
	{ "packet_sockets", FACT_NUMBER },
	{ "netlink_sockets", FACT_NUMBER },
	{ "inotify_watches", FACT_NUMBER },
	{ "fanotify_marks", FACT_NUMBER },
	{ "bpf_programs", FACT_NUMBER },
	{ "perf_events", FACT_NUMBER },
	{ "hugepages", FACT_NUMBER },
	{ "sysvipc_objects", FACT_NUMBER },
	{ "vulnerability", FACT_LIST },
	{ "binfmt", FACT_LIST },
	{ "writable_mounts", FACT_NUMBER },
	{ "readonly_mounts", FACT_NUMBER },
	{ "noexec_mounts", FACT_NUMBER },
	{ "ioscheduler", FACT_LIST },
	{ "open", FACT_STATE },
	{ "listen", FACT_STATE },
	{ "open_descriptors", FACT_NUMBER },
};

enum fact_type facts_type(const char *key)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (!strcmp(key, keys[i].key))
			return keys[i].type;
	return FACT_UNKNOWN;
}

const char *facts_source(const char *key)
{
	return facts_type(key) == FACT_DERIVED ? "hypervisor" : key;
}

bool facts_is_number(const char *key)
{
	enum fact_type type = facts_type(key);

	return type == FACT_NUMBER || type == FACT_MEASURED;
}

bool facts_may_lack(const char *key)
{
	enum fact_type type = facts_type(key);

	return type == FACT_MEASURED || type == FACT_OBSERVED;
}

const char *facts_near(const char *key)
{
	const char *names[ARRAY_SIZE(keys)];

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		names[i] = keys[i].key;
	return suggest_name(key, names, ARRAY_SIZE(keys));
}

static bool is_whole_number(const char *s)
{
	char *end;

	errno = 0;
	(void)strtoll(s, &end, 10);
	return end != s && *s != '-' && !*end && !errno;
}

static int check_value(const struct facts *facts, const struct fact *f, struct terr *err)
{
	const char *path = facts->files[f->file].path;
	enum fact_type type = facts_type(f->key);

	if (type == FACT_DERIVED)
		return terr_set(err,
				"%s:%d: \"%s\" is not a fact to collect: give tailor plan --%s",
				path, f->line, f->key, f->key);
	if (facts_is_number(f->key) && !is_whole_number(f->value))
		return terr_set(err, "%s:%d: %s: \"%s\" is not a whole number of 0 or more", path,
				f->line, f->key, f->value);
	if (!facts_is_number(f->key) && type != FACT_TEXT)
		return 0;
	for (size_t i = 0; i < facts->nr; i++)
		if (facts->v[i].file == f->file && !strcmp(facts->v[i].key, f->key))
			return terr_set(
				err,
				"%s:%d: %s stands a second time (first in line %d), but has "
				"only one value; collect the facts again",
				path, f->line, f->key, facts->v[i].line);
	return 0;
}

static int push_fact(struct facts *facts, const struct fact *f, struct terr *err)
{
	struct fact *v = array_grow(facts->v, facts->nr, sizeof(*v));

	if (!v)
		return terr_set(err, "facts: out of memory");
	facts->v = v;
	v[facts->nr++] = *f;
	return 0;
}

static int add_fact(struct facts *facts, char *line, int nr, struct terr *err)
{
	const char *path = facts->files[facts->nr_files - 1].path;
	char *colon = strchr(line, ':');
	struct fact f = { .line = nr, .file = facts->nr_files - 1 };

	if (!colon)
		return terr_set(err, "%s:%d: not a \"key: value\" line; is it a facts file?", path,
				nr);
	*colon = '\0';
	f.key = slurp_trim(line);
	f.value = slurp_trim(colon + 1);
	if (check_value(facts, &f, err))
		return -1;
	return push_fact(facts, &f, err);
}

int facts_add(struct facts *facts, const char *key, const char *value, const struct fact *from,
	      struct terr *err)
{
	const struct fact f = {
		.key = key,
		.value = value,
		.line = from ? from->line : 0,
		.file = from ? from->file : FACTS_SAID,
	};

	return push_fact(facts, &f, err);
}

static int parse_text(struct facts *facts, char *rest, struct terr *err)
{
	char *line;
	int nr = 0;

	while ((line = slurp_line(&rest))) {
		nr++;
		line = slurp_trim(line);
		if (*line && *line != '#' && add_fact(facts, line, nr, err))
			return -1;
	}
	return 0;
}

/* Its last fact says how many stand before it. */
static int check_end(const struct facts *facts, struct terr *err)
{
	const char *path = facts->files[facts->nr_files - 1].path;
	const struct fact *last = &facts->v[facts->nr - 1];
	long long nr = -1;

	for (size_t i = 0; i < facts->nr; i++)
		nr += facts->v[i].file == facts->nr_files - 1;
	if (strcmp(last->key, "facts_end"))
		return terr_set(
			err,
			"%s: has no \"facts_end:\" line as its last: it was cut off; collect the "
			"facts again with stap/collect-facts",
			path);
	if (is_whole_number(last->value) && strtoll(last->value, NULL, 10) == nr)
		return 0;
	return terr_set(
		err,
		"%s:%d: facts_end counts %s facts, but %lld stand before it; the file was cut "
		"or edited: collect the facts again with stap/collect-facts",
		path, last->line, last->value, nr);
}

static int check_version(const struct facts *facts, struct terr *err)
{
	const char *path = facts->files[facts->nr_files - 1].path;

	for (size_t i = 0; i < facts->nr; i++) {
		const struct fact *f = &facts->v[i];

		if (f->file != facts->nr_files - 1 || strcmp(f->key, "facts_version"))
			continue;
		if (atoi(f->value) == FACTS_VERSION)
			return check_end(facts, err);
		if (atoi(f->value) == FACTS_VERSION_ENDLESS)
			return 0;
		return terr_set(
			err,
			"%s:%d: facts_version %s is not the one understood here (%d); collect "
			"the facts again with stap/collect-facts",
			path, f->line, f->value, FACTS_VERSION);
	}
	return terr_set(err,
			"%s: has no \"facts_version: %d\" line; collect the facts with "
			"stap/collect-facts",
			path, FACTS_VERSION);
}

int facts_load(struct facts *facts, const char *path, struct terr *err)
{
	struct facts_file *files = array_grow(facts->files, facts->nr_files, sizeof(*files));
	struct facts_file *f;
	size_t len;

	if (!files)
		return terr_set(err, "%s: out of memory", path);
	facts->files = files;
	f = &files[facts->nr_files];
	f->path = strdup(path);
	if (!f->path)
		return terr_set(err, "%s: out of memory", path);
	f->text = slurp(path, &len, err);
	facts->nr_files++;
	if (!f->text || parse_text(facts, f->text, err))
		return -1;
	return check_version(facts, err);
}

void facts_free(struct facts *facts)
{
	for (size_t i = 0; i < facts->nr_files; i++) {
		free(facts->files[i].path);
		free(facts->files[i].text);
	}
	free(facts->files);
	free(facts->v);
	memset(facts, 0, sizeof(*facts));
}

const char *facts_path(const struct facts *facts, const struct fact *fact)
{
	return fact->file == FACTS_SAID ? "--target" : facts->files[fact->file].path;
}

static bool file_has(const struct facts *facts, size_t file, const char *key)
{
	for (size_t i = 0; i < facts->nr; i++)
		if (facts->v[i].file == file && !strcmp(facts->v[i].key, key))
			return true;
	return false;
}

#define OUR_INIT "init=/usr/lib/tailor/init"

/*
 * Whether the kernel started our own first process: the last init= of the words before "--", which
 * the kernel leaves to the process.
 */
static bool is_our_init(const char *cmdline)
{
	bool ours = false;

	for (const char *s = cmdline; *(s += strspn(s, " \t"));) {
		size_t n = strcspn(s, " \t");

		if (n == 2 && !strncmp(s, "--", n))
			break;
		if (!strncmp(s, "init=", 5))
			ours = n == strlen(OUR_INIT) && !strncmp(s, OUR_INIT, n);
		s += n;
	}
	return ours;
}

/* Whether the file tells what is open: it was looked for, or nothing can be but what the log has.
 */
static bool tells_state(const struct facts *facts, size_t file)
{
	if (file_has(facts, file, "open_descriptors"))
		return true;
	for (size_t i = 0; i < facts->nr; i++) {
		const struct fact *f = &facts->v[i];

		if (f->file == file && !strcmp(f->key, "cmdline") && is_our_init(f->value))
			return true;
	}
	return false;
}

const char *facts_lacking(const struct facts *facts, const char *key)
{
	enum fact_type type = facts_type(key);

	/* It follows from another one, unless somebody said it. */
	if (type == FACT_DERIVED)
		return file_has(facts, FACTS_SAID, key) ? NULL
							: facts_lacking(facts, facts_source(key));
	if (type == FACT_LIST || (facts_may_lack(key) && facts_first(facts, key)))
		return NULL;
	for (size_t i = 0; i < facts->nr_files; i++)
		if (type == FACT_STATE ? !tells_state(facts, i) : !file_has(facts, i, key))
			return facts->files[i].path;
	return NULL;
}

const char *facts_first(const struct facts *facts, const char *key)
{
	for (size_t i = 0; i < facts->nr; i++)
		if (!strcmp(facts->v[i].key, key))
			return facts->v[i].value;
	return NULL;
}

const char *facts_endless(const struct facts *facts)
{
	for (size_t i = 0; i < facts->nr; i++)
		if (!strcmp(facts->v[i].key, "facts_version") &&
		    atoi(facts->v[i].value) == FACTS_VERSION_ENDLESS)
			return facts_path(facts, &facts->v[i]);
	return NULL;
}

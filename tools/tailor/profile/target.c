// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "base/suggest.h"
#include "profile/target.h"

/* What runs on it also runs on: firecracker's hypervisor is KVM. */
static const struct {
	const char *name;
	const char *facts[2];
} targets[] = {
	{ "kvm", { "kvm" } },	    { "firecracker", { "kvm", "firecracker" } },
	{ "xen", { "xen" } },	    { "microsoft", { "microsoft" } },
	{ "vmware", { "vmware" } }, { "tcg", { "tcg" } },
	{ "metal", { "metal" } },
};

static bool is_hypervisor(const char *s)
{
	return !strcmp(s, "kvm") || !strcmp(s, "xen") || !strcmp(s, "microsoft") ||
	       !strcmp(s, "vmware");
}

static int unknown_target(const char *name, size_t len, struct terr *err)
{
	const char *names[ARRAY_SIZE(targets)];
	char copy[64];
	const char *near;

	for (size_t i = 0; i < ARRAY_SIZE(targets); i++)
		names[i] = targets[i].name;
	snprintf(copy, sizeof(copy), "%.*s", (int)(len < sizeof(copy) ? len : sizeof(copy) - 1),
		 name);
	near = suggest_name(copy, names, ARRAY_SIZE(targets));
	return terr_set(
		err,
		"--target: \"%s\" is none of kvm, firecracker, xen, microsoft, vmware, tcg, "
		"metal%s%s%s",
		copy, near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

static int add_target(struct facts *facts, const char *name, size_t len, struct terr *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
		if (strlen(targets[i].name) != len || memcmp(targets[i].name, name, len))
			continue;
		for (size_t k = 0; k < ARRAY_SIZE(targets[i].facts); k++)
			if (targets[i].facts[k] &&
			    facts_add(facts, "target", targets[i].facts[k], NULL, err))
				return -1;
		return 0;
	}
	return unknown_target(name, len, err);
}

/* Of each file that says what its guest ran on. */
static int add_found(struct facts *facts, bool emulated_as_kvm, bool *guessed, struct terr *err)
{
	const size_t nr = facts->nr;

	for (size_t i = 0; i < nr; i++) {
		const struct fact f = facts->v[i];
		bool known = is_hypervisor(f.value);
		const char *name = known ? f.value : !strcmp(f.value, "none") ? "metal" : "tcg";

		if (strcmp(f.key, "hypervisor"))
			continue;
		if (facts_add(facts, "target", name, &f, err))
			return -1;
		if (strcmp(name, "tcg") || !emulated_as_kvm)
			continue;
		if (facts_add(facts, "target", "kvm", &f, err))
			return -1;
		*guessed = true;
	}
	return 0;
}

int target_add(struct facts *facts, const char *list, bool *guessed, struct terr *err)
{
	*guessed = false;
	if (!list)
		return add_found(facts, true, guessed, err);
	for (;;) {
		size_t len = strcspn(list, ",");

		if (add_target(facts, list, len, err))
			return -1;
		if (!list[len])
			return 0;
		list += len + 1;
	}
}

int target_as_found(struct facts *facts, struct terr *err)
{
	bool guessed;

	return add_found(facts, false, &guessed, err);
}

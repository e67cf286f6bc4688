// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "lib/suggest.h"
#include "profile/target.h"

static const char *const targets[] = { "kvm", "xen", "microsoft", "vmware", "tcg", "metal" };

/* The maker of the machine may stand there, as "vmware, inc."; NULL: none that rules know. */
static const char *hypervisor_in(const char *value)
{
	static const char *const names[] = { "kvm", "xen", "microsoft", "vmware" };
	const size_t len = strcspn(value, " ,\t");

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strlen(names[i]) == len && !memcmp(names[i], value, len))
			return names[i];
	return strcmp(value, "none") ? NULL : "metal";
}

static int unknown_target(const char *name, size_t len, struct terr *err)
{
	char copy[64];
	const char *near;

	snprintf(copy, sizeof(copy), "%.*s", (int)(len < sizeof(copy) ? len : sizeof(copy) - 1),
		 name);
	near = suggest_name(copy, targets, ARRAY_SIZE(targets));
	return terr_set(err,
			"--target: \"%s\" is none of kvm, xen, microsoft, vmware, tcg, metal%s%s%s",
			copy, near ? "; did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

static int add_said(struct facts *facts, const char *name, size_t len, struct terr *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(targets); i++)
		if (strlen(targets[i]) == len && !memcmp(targets[i], name, len))
			return facts_add(facts, "target", targets[i], NULL, err);
	return unknown_target(name, len, err);
}

/* Of each file that says what its guest ran on. Another name is that of an emulator. */
static int add_found(struct facts *facts, bool emulated_as_kvm, const char **guessed,
		     struct terr *err)
{
	const size_t nr = facts->nr;

	for (size_t i = 0; i < nr; i++) {
		const struct fact f = facts->v[i];
		const char *name = hypervisor_in(f.value);

		if (strcmp(f.key, "hypervisor"))
			continue;
		if (facts_add(facts, "target", name ? name : "tcg", &f, err))
			return -1;
		if (name || !emulated_as_kvm)
			continue;
		if (facts_add(facts, "target", "kvm", &f, err))
			return -1;
		*guessed = f.value;
	}
	return 0;
}

int target_add(struct facts *facts, const char *list, const char **guessed, struct terr *err)
{
	*guessed = NULL;
	if (!list)
		return add_found(facts, true, guessed, err);
	for (;;) {
		size_t len = strcspn(list, ",");

		if (add_said(facts, list, len, err))
			return -1;
		if (!list[len])
			return 0;
		list += len + 1;
	}
}

int target_as_found(struct facts *facts, struct terr *err)
{
	const char *guessed;

	return add_found(facts, false, &guessed, err);
}

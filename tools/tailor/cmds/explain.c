// SPDX-License-Identifier: GPL-2.0-only
/* tailor explain: why a plan keeps or removes a symbol, and what to do when that is wrong. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kconfig/fragment.h"
#include "output/json.h"
#include "plan/read.h"
#include "options.h"

static bool is(json_t *d, const char *key, const char *value)
{
	return !strcmp(plan_text(d, key), value);
}

/* Prints "label: words" with the words broken before column 80 and lined up. */
static void para(const char *label, const char *words)
{
	int col = printf("%-11s", label);

	while (*words) {
		int n = (int)strcspn(words, " ");

		if (col > 11 && col + 1 + n > 79) {
			printf("\n%11s", "");
			col = 11;
		}
		col += printf("%s%.*s", col > 11 ? " " : "", n, words);
		words += n;
		words += strspn(words, " ");
	}
	putchar('\n');
}

static const char *what_happens(json_t *d)
{
	if (is(d, "action", "remove"))
		return "is removed";
	if (is(d, "action", "apply"))
		return "is applied";
	return is(d, "action", "leave") ? "is not applied" : "stays";
}

static const char *what_it_does(json_t *d)
{
	if (json_is_true(json_object_get(d, "wanted")))
		return "the profile asks for it";
	if (*plan_text(d, "required_by"))
		return "a patch that is applied requires it";
	if (json_is_object(json_object_get(d, "forced")))
		return "what else stays cannot be without it";
	if (*plan_text(d, "replaced_by"))
		return "what stays in its place does the same";
	if (is(d, "verdict", "unused"))
		return "nothing in the profile uses it";
	if (is(d, "verdict", "decides-nothing"))
		return "it runs, but decides nothing";
	return "the profile shows a use";
}

static void print_evidence(json_t *d)
{
	json_t *all = json_object_get(d, "evidence");
	const char *label = "Evidence:";
	json_t *e;
	size_t i;

	json_array_foreach (all, i, e) {
		json_int_t count = json_integer_value(json_object_get(e, "count"));
		bool holds = json_is_true(json_object_get(e, "holds"));

		printf("%-11s%-3s %s", label, holds ? "yes" : "no", plan_text(e, "what"));
		if (count)
			printf(" (%" JSON_INTEGER_FORMAT "%s)", count,
			       is(e, "source", "log") ? (count == 1 ? " call" : " calls") : "");
		if (*plan_text(e, "where"))
			printf(", %s", plan_text(e, "where"));
		putchar('\n');
		label = "";
	}
	if (!json_array_size(all))
		para(label, "none is needed");
}

static const char *later(json_t *d)
{
	if (is(d, "kind", "patch"))
		return is(d, "fails", "open")
			       ? "A later workload that needs the check is not stopped: access is granted and no "
				 "error tells of it. Only for one trusted application."
			       : "A later workload is granted nothing and gets no error: what the patch "
				 "does not fit takes the kernel's ordinary way.";
	return is(d, "fails", "open")
		       ? "A later workload that needs it is not stopped: what it would have refused is granted "
			 "and no error tells of it. Only for one trusted application."
		       : "A later workload that needs it gets an error (ENOSYS for a system call).";
}

static void print_back(json_t *d, const char *plan)
{
	const char *name = plan_text(d, "name");
	char buf[1024];

	if (*plan_text(d, "required_by"))
		para("Needed by:", plan_text(d, "required_by"));
	if (*plan_text(d, "replaced_by"))
		para("In place:", plan_text(d, "replaced_by"));
	if (*plan_text(d, "blocked_by"))
		para("Blocked:", plan_text(d, "blocked_by"));
	if (is(d, "action", "remove"))
		snprintf(
			buf, sizeof(buf),
			"Profile the guest while it does what needs it and plan again; or keep it by "
			"hand: tailor plan --keep=%s ... --out %s",
			name, plan);
	else if (is(d, "action", "apply"))
		snprintf(buf, sizeof(buf),
			 "Plan again without it: tailor plan --keep=%s ... --out %s", name, plan);
	else
		return;
	para("Back:", buf);
}

static void print_decision(json_t *d, json_t *root, const char *plan)
{
	char buf[1024];

	printf("%s %s: %s\n\n", plan_text(d, "name"), what_happens(d), what_it_does(d));
	para("Why:", plan_text(d, "why"));
	print_evidence(d);
	snprintf(buf, sizeof(buf), "%s%s%s", plan_text(d, "rule"),
		 *plan_text(d, "patch") ? ", patch " : ", kernel ",
		 *plan_text(d, "patch") ? plan_text(d, "patch") : plan_text(d, "source"));
	para("Rule:", buf);
	snprintf(buf, sizeof(buf), "fails %s, needs --trust=%s; planned with --trust=%s",
		 plan_text(d, "fails"), plan_text(d, "trust"), plan_text(root, "trust"));
	para("Safety:", buf);
	if (is(d, "action", "remove") || is(d, "action", "apply"))
		para("Later:", later(d));
	print_back(d, plan);
	if (*plan_text(d, "expected"))
		para("Expected:", plan_text(d, "expected"));
	para("Measured:", *plan_text(d, "measured") ? plan_text(d, "measured") : "not measured");
}

/* No rule decides it: then the base sets it, or nothing does. */
static int explain_other(const char *symbol, const char *plan, struct terr *err)
{
	struct fragment config = { 0 };
	const struct frag_line *l = NULL;
	char *path;
	int rc = -1;

	if (asprintf(&path, "%s/tailored.config", plan) < 0)
		return terr_set(err, "out of memory");
	if (!fragment_load(&config, path, err))
		l = fragment_find(&config, symbol);
	if (l) {
		printf("%s is set to %s, whatever the log says\n\n", symbol, l->value);
		para("Why:", l->reason);
		rc = 0;
	} else {
		terr_set(err,
			 "%s: no decision about %s; what no rule and no base names is off "
			 "(allnoconfig) unless something that stays selects it",
			 plan, symbol);
	}
	fragment_free(&config);
	free(path);
	return rc;
}

static int explain(const struct opts *o, json_t *root, struct terr *err)
{
	json_t *found = o->format == FORMAT_JSON ? json_array() : NULL;
	int rc = 0;

	for (size_t i = 0; !rc && i < o->nr_paths; i++) {
		const char *symbol = o->paths[i];
		json_t *d;

		if (!strncmp(symbol, "CONFIG_", 7))
			symbol += 7;
		d = plan_decision(root, symbol);
		if (found && d) {
			json_array_append(found, d);
			continue;
		}
		if (i && !found)
			putchar('\n');
		if (d)
			print_decision(d, root, o->plan);
		else if (found)
			rc = terr_set(err, "%s: no decision about %s", o->plan, symbol);
		else
			rc = explain_other(symbol, o->plan, err);
	}
	if (found && !rc)
		return out_json_dump(found, stdout) ? terr_set(err, "cannot write the answer") : 0;
	json_decref(found);
	return rc;
}

int cmd_explain(const struct opts *o, struct terr *err)
{
	json_t *root;
	int rc;

	if (!o->plan)
		return terr_set(err, "no plan: give --plan DIR, the --out of tailor plan");
	if (!o->nr_paths)
		return terr_set(err, "which symbol? tailor explain --plan %s MULTIUSER", o->plan);
	root = plan_load(o->plan, err);
	if (!root)
		return -1;
	rc = explain(o, root, err);
	json_decref(root);
	return rc ? -1 : EXIT_FINE;
}

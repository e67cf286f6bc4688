// SPDX-License-Identifier: GPL-2.0-only
/*
 * libFuzzer target for "tailor diagnose": consoles, and files of symptoms. Whatever the bytes are,
 * nothing crashes, leaks or reads out of bounds, and what is refused is refused with words. The
 * first byte chooses what reads the rest: 0 is a file of symptoms, 1 a console.
 */
#include <stdlib.h>

#include "diagnose/diagnose.h"
#include "fuzz/fuzz_common.h"

static void ask(const struct symptoms *s, const struct console *c)
{
	const struct ruleset no_rules = { 0 };
	struct console_known known = { 0 };
	struct diagnosis d = { 0 };
	struct terr err = { "" };
	struct knames *kn = knames_open(s, &no_rules, NULL, &err);

	fuzz_check(kn && !diagnose(&d, c, &known, s, kn, &err));
	diagnosis_sort(&d);
	for (size_t i = 0; i < d.nr; i++)
		fuzz_check(d.v[i].symbol[0] && d.v[i].text && d.v[i].line >= c->v &&
			   d.v[i].line < c->v + c->nr);
	diagnosis_free(&d);
	/* beside itself a console has no clue */
	fuzz_check(!console_known_add(&known, c, &err));
	fuzz_check(!diagnose(&d, c, &known, s, kn, &err) && !d.nr);
	diagnosis_free(&d);
	console_known_free(&known);
	knames_close(kn);
}

static void read_console(const struct symptoms *s, const char *path)
{
	struct console c = { 0 };
	struct terr err = { "" };

	if (console_read(&c, path, &err))
		fuzz_check(err.msg[0]);
	else
		ask(s, &c);
	console_free(&c);
}

static void read_symptoms(char *path)
{
	struct symptoms s = { 0 };
	struct terr err = { "" };

	if (symptoms_load(&s, path, &err))
		fuzz_check(err.msg[0]);
	else
		read_console(&s, path);
	symptoms_free(&s);
}

/* $SYMPTOMS, as they come with tailor. */
static const struct symptoms *installed(void)
{
	static struct symptoms s;
	struct terr err = { "" };
	const char *path = getenv("SYMPTOMS");

	if (!s.nr_texts)
		fuzz_check(path && !symptoms_load(&s, path, &err));
	return &s;
}

static void read_console_alone(char *path)
{
	read_console(installed(), path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const fuzz_reader readers[] = { read_symptoms, read_console_alone };

	fuzz_read(data, size, readers, ARRAY_SIZE(readers));
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "lib/text.h"
#include "output/json.h"

json_t *out_json_string(const char *s)
{
	char *text = s ? text_escape(s, strlen(s)) : NULL;
	json_t *string = text ? json_string(text) : s ? NULL : json_null();

	free(text);
	return string;
}

json_t *out_json_input(const struct log_input *in)
{
	json_t *object = json_pack(
		"{s:I, s:I, s:I, s:o, s:b}", "lines", (json_int_t)in->lines, "events",
		(json_int_t)in->events, "unparsed", (json_int_t)in->unparsed, "lost",
		in->lost < 0 ? json_null() : json_integer(in->lost), "complete", (int)in->complete);

	if (object && in->backwards &&
	    json_object_set_new(object, "backwards", json_integer((json_int_t)in->backwards))) {
		json_decref(object);
		return NULL;
	}
	return object;
}

int out_json_dump(json_t *root, FILE *f)
{
	int rc =
		json_dumpf(root, f, JSON_INDENT(1) | JSON_REAL_PRECISION(15)) || fputc('\n', f) < 0;

	json_decref(root);
	return rc ? -1 : 0;
}

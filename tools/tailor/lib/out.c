// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/out.h"

/* --- files --- */

static int open_tmp(struct out *out, struct terr *err)
{
	mode_t mask = umask(0);
	int fd;

	umask(mask);
	if (asprintf(&out->tmp, "%s.tmp.XXXXXX", out->path) < 0) {
		out->tmp = NULL;
		return terr_set(err, "out of memory");
	}
	fd = mkstemp(out->tmp);
	if (fd < 0) {
		terr_set(err, "%s: cannot create: %s", out->path, strerror(errno));
		free(out->tmp);
		out->tmp = NULL;
		return -1;
	}
	fchmod(fd, 0666 & ~mask);
	out->f = fdopen(fd, "w");
	return 0;
}

int out_open(struct out *out, const char *path, struct terr *err)
{
	struct stat st;

	*out = (struct out){ 0 };
	if (!path || !strcmp(path, "-")) {
		out->f = stdout;
		return 0;
	}
	out->path = path;
	/* A device or pipe is written to as it is: renaming would replace it. */
	if (!stat(path, &st) && !S_ISREG(st.st_mode))
		out->f = fopen(path, "we");
	else if (open_tmp(out, err))
		return -1;
	if (out->f)
		return 0;
	terr_set(err, "%s: cannot open for writing: %s", path, strerror(errno));
	out_abort(out);
	return -1;
}

int out_close(struct out *out, struct terr *err)
{
	FILE *f = out->f;
	int failed = fflush(f) || ferror(f);
	int error = errno;

	if (f != stdout && fclose(f) && !failed) {
		failed = 1;
		error = errno;
	}
	out->f = NULL;
	if (!failed && out->tmp && rename(out->tmp, out->path)) {
		failed = 1;
		error = errno;
	}
	if (failed) {
		terr_set(err, "cannot write to %s: %s", out->path ? out->path : "standard output",
			 strerror(error));
		out_abort(out);
		return -1;
	}
	free(out->tmp);
	out->tmp = NULL;
	return 0;
}

void out_abort(struct out *out)
{
	if (out->f && out->f != stdout)
		fclose(out->f);
	out->f = NULL;
	if (out->tmp)
		unlink(out->tmp);
	free(out->tmp);
	out->tmp = NULL;
}

/* --- bytes --- */

/* Length of the valid UTF-8 sequence at s, 0 when there is none or it may not be printed. */
static size_t printable(const unsigned char *s, size_t len)
{
	uint32_t code;
	size_t n;

	if (s[0] < 0x80)
		return s[0] >= 0x20 && s[0] != 0x7f;
	n = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
	if (s[0] < 0xc2 || s[0] > 0xf4 || n > len)
		return 0;
	code = s[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (s[i] & 0x3fu);
	}
	/* Too long a form, surrogates, beyond the last code point, C1 controls. */
	if ((n == 3 && code < 0x800) || (n == 4 && code < 0x10000) || code > 0x10ffff ||
	    (code >= 0xd800 && code < 0xe000) || code < 0xa0)
		return 0;
	return n;
}

char *out_escape(const char *s, size_t len)
{
	char *text = malloc(4 * len + 1);
	char *to = text;

	if (!text)
		return NULL;
	for (size_t i = 0; i < len;) {
		size_t n = printable((const unsigned char *)s + i, len - i);

		if (n) {
			memcpy(to, s + i, n);
			to += n;
			i += n;
		} else {
			to += sprintf(to, "\\x%02x", (unsigned char)s[i++]);
		}
	}
	*to = '\0';
	return text;
}

/* --- JSON --- */

json_t *out_json_string(const char *s)
{
	char *text = s ? out_escape(s, strlen(s)) : NULL;
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

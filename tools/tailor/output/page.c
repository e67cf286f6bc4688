// SPDX-License-Identifier: GPL-2.0-only
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "lib/slurp.h"
#include "output/page.h"

enum asset {
	ASSET_PAGE,
	ASSET_CSS,
	ASSET_JS,
	ASSET_LICENCES,
	NR_ASSETS,
};

static const char *const asset_files[] = {
	[ASSET_PAGE] = "page.html",
	[ASSET_CSS] = "report.css",
	[ASSET_JS] = "report.js",
	[ASSET_LICENCES] = "licences.txt",
};

struct out_page {
	char *text[NR_ASSETS];
};

/* To be freed; NULL without memory, or with *err set when there is no home directory. */
static char *default_dir(struct terr *err)
{
	const char *cache = getenv("TAILOR_CACHE");
	const char *home = getenv("HOME");
	char *dir;

	if (!cache && !home) {
		terr_set(err, "neither TAILOR_CACHE nor HOME is set: give --assets=DIR, which "
			      "scripts/install-report-assets prints");
		return NULL;
	}
	if (asprintf(&dir, "%s%s/report-assets", cache ? cache : home,
		     cache ? "" : "/.cache/tailor") < 0)
		return NULL;
	return dir;
}

static char *read_asset(const char *dir, const char *name, struct terr *err)
{
	char *text = NULL;
	char *path;
	size_t len;

	if (asprintf(&path, "%s/%s", dir, name) < 0) {
		terr_set(err, "out of memory");
		return NULL;
	}
	if (access(path, R_OK))
		terr_set(err,
			 "%s is missing: run scripts/install-report-assets, and give "
			 "--assets the folder it prints if that is not the default",
			 path);
	else
		text = slurp(path, &len, err);
	free(path);
	return text;
}

struct out_page *out_page_open(const char *dir, struct terr *err)
{
	struct out_page *page = calloc(1, sizeof(*page));
	char *own = dir || !page ? NULL : default_dir(err);

	if (!page || (!dir && !own)) {
		terr_set(err, "out of memory");
		free(page);
		return NULL;
	}
	for (size_t i = 0; i < NR_ASSETS; i++) {
		page->text[i] = read_asset(dir ? dir : own, asset_files[i], err);
		if (!page->text[i]) {
			out_page_close(page);
			page = NULL;
			break;
		}
	}
	free(own);
	return page;
}

void out_page_close(struct out_page *page)
{
	if (!page)
		return;
	for (size_t i = 0; i < NR_ASSETS; i++)
		free(page->text[i]);
	free(page);
}

static void write_html(FILE *f, const char *s)
{
	for (; *s; s++) {
		switch (*s) {
		case '&':
			fputs("&amp;", f);
			break;
		case '<':
			fputs("&lt;", f);
			break;
		case '>':
			fputs("&gt;", f);
			break;
		default:
			fputc(*s, f);
		}
	}
}

static int write_data_chunk(const char *buf, size_t len, void *arg)
{
	FILE *f = arg;

	for (size_t i = 0; i < len; i++)
		if (buf[i] == '<')
			fputs("\\u003c", f);
		else
			fputc(buf[i], f);
	return ferror(f) ? -1 : 0;
}

/* Today, or the day of SOURCE_DATE_EPOCH, so that a page can be made again byte by byte. */
static void write_date(FILE *f)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	time_t now = epoch ? (time_t)strtoll(epoch, NULL, 10) : time(NULL);
	char text[32];
	struct tm tm;

	if (gmtime_r(&now, &tm) && strftime(text, sizeof(text), "%Y-%m-%d", &tm))
		fputs(text, f);
}

struct fill {
	const struct out_page *page;
	const char *title;
	const json_t *data;
};

/* All of it: "@" and "@media" are no marks. */
static bool is_mark(const char *s, size_t len, const char *mark)
{
	return len == strlen(mark) && !memcmp(s, mark, len);
}

static int write_mark(const struct fill *fill, const char *mark, size_t len, FILE *f)
{
	if (is_mark(mark, len, "@TITLE@"))
		write_html(f, fill->title);
	else if (is_mark(mark, len, "@DATE@"))
		write_date(f);
	else if (is_mark(mark, len, "@CSS@"))
		fputs(fill->page->text[ASSET_CSS], f);
	else if (is_mark(mark, len, "@JS@"))
		fputs(fill->page->text[ASSET_JS], f);
	else if (is_mark(mark, len, "@LICENCES@"))
		write_html(f, fill->page->text[ASSET_LICENCES]);
	else if (is_mark(mark, len, "@DATA@"))
		return json_dump_callback(fill->data, write_data_chunk, f,
					  JSON_COMPACT | JSON_REAL_PRECISION(15));
	else
		fwrite(mark, 1, len, f);
	return 0;
}

int out_page_write(const struct out_page *page, const char *title, const json_t *data, FILE *f,
		   struct terr *err)
{
	const struct fill fill = { .page = page, .title = title, .data = data };
	const char *rest = page->text[ASSET_PAGE];

	while (*rest) {
		size_t plain = strcspn(rest, "@");
		size_t mark;

		fwrite(rest, 1, plain, f);
		rest += plain;
		if (!*rest)
			break;
		mark = 1 + strspn(rest + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
		mark += rest[mark] == '@';
		if (write_mark(&fill, rest, mark, f))
			return terr_set(err, "cannot write the data of the page");
		rest += mark;
	}
	return 0;
}

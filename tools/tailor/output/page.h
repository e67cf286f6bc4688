/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The page of "tailor report": a template with the scripts, the style sheet and the data put in.
 *
 * An assets folder, made by scripts/install-report-assets, holds page.html with the marks @TITLE@,
 * @DATE@, @CSS@, @JS@, @LICENCES@ and @DATA@, each once, and what replaces four of them:
 * report.css, report.js, licences.txt.
 */
#ifndef TAILOR_OUTPUT_PAGE_H
#define TAILOR_OUTPUT_PAGE_H

#include <jansson.h>
#include <stdio.h>

#include "lib/terr.h"

struct out_page;

/* dir NULL: where scripts/install-report-assets puts them. NULL with *err set. */
struct out_page *out_page_open(const char *dir, struct terr *err);
void out_page_close(struct out_page *page);

/*
 * Writes the page. Text is escaped for HTML; in the data every "<" is written as \u003c, so that no
 * string in it can end its script element. 0, or -1 with *err set.
 */
int out_page_write(const struct out_page *page, const char *title, const json_t *data, FILE *f,
		   struct terr *err);

#endif /* TAILOR_OUTPUT_PAGE_H */

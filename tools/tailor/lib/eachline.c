// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>

#include "lib/eachline.h"

static int take_block(struct block *b, each_line_fn take, void *arg, struct terr *err)
{
	const char *p = b->start;
	struct scan scan;
	int rc = 0;

	memset(b->buf + (b->end - b->buf), '\n', BLOCK_PAD);
	scan_start(&scan, p);
	while (!rc && p < b->end) {
		struct line l;

		p = scan_line(&scan, p, &l);
		b->buf[l.end - b->buf] = '\0';
		rc = take(arg, &l, p <= b->end, err);
	}
	return rc;
}

int each_line(struct stream *src, each_line_fn take, void *arg, struct terr *err)
{
	struct block b = { .buf = malloc(BLOCK_ALLOC) };
	int rc = b.buf ? 0 : terr_set(err, "out of memory");

	while (!rc && (rc = stream_next(src, &b, err)) > 0) {
		rc = stream_fill(src, &b, err);
		if (rc > 0)
			rc = take_block(&b, take, arg, err);
	}
	free(b.buf);
	return rc;
}

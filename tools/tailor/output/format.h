/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TAILOR_OUTPUT_FORMAT_H
#define TAILOR_OUTPUT_FORMAT_H

enum tailor_format {
	FORMAT_TEXT,
	FORMAT_JSON,
	FORMAT_CSV,
	FORMAT_FOLDED,
	FORMAT_DOT,
};

#endif /* TAILOR_OUTPUT_FORMAT_H */

// SPDX-License-Identifier: GPL-2.0-only
#include "log/event.h"

const char *log_unit_name(enum log_unit unit)
{
	static const char *const names[] = {
		[LOG_UNIT_US] = "us",
		[LOG_UNIT_NS] = "ns",
		[LOG_UNIT_CYCLES] = "cycles",
	};

	return names[unit];
}

bool log_pos_before(struct log_pos a, struct log_pos b)
{
	if (a.file != b.file)
		return a.file < b.file;
	return a.block != b.block ? a.block < b.block : a.line < b.line;
}

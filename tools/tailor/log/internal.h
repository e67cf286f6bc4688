/* SPDX-License-Identifier: GPL-2.0-only */
/* What log.c (opening) and workers.c (reading, in several threads) share. */
#ifndef TAILOR_LOG_INTERNAL_H
#define TAILOR_LOG_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "log/log.h"
#include "log/logfile.h"

struct log {
	struct filter filter;
	unsigned int threads;
	struct log_file *files;
	size_t nr_files;
	enum log_unit unit;
	uint64_t first_time; /* of the first event, in unit */
	struct log_input input;

	/* While it is scanned. */
	pthread_mutex_t lock;
	size_t current; /* the file whose blocks are handed out */
	struct terr err;
	struct log_pos failed_at;
	atomic_bool failed;
};

#endif /* TAILOR_LOG_INTERNAL_H */

// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "log/internal.h"

static int common_unit(struct log *log, struct terr *err)
{
	log->unit = log->files[0].unit;
	for (size_t i = 1; i < log->nr_files; i++) {
		enum log_unit unit = log->files[i].unit;

		if (unit == log->unit)
			continue;
		if (unit == LOG_UNIT_CYCLES || log->unit == LOG_UNIT_CYCLES)
			return terr_set(err, "%s is in %s, %s in %s: they cannot be added up",
					log->files[0].path, log_unit_name(log->files[0].unit),
					log->files[i].path, log_unit_name(unit));
		log->unit = LOG_UNIT_NS;
	}
	for (size_t i = 0; i < log->nr_files; i++)
		if (log->files[i].unit != log->unit)
			log->files[i].scale = 1000;
	log->first_time = log->files[0].first_time * log->files[0].scale;
	return 0;
}

static int check_filters(struct log *log, struct terr *err)
{
	const struct log_filter *wanted = log->filter.wanted;

	for (size_t i = 0; i < log->nr_files; i++)
		if ((wanted->pid.nr || wanted->tid.nr) && log->files[i].form == PARSE_FIVE)
			return terr_set(err, "%s has no process ids to select by",
					log->files[i].path);
	if ((wanted->since.relative || wanted->until.relative) && !log->first_time)
		return terr_set(err, "%s begins with no event to count +TIME from",
				log->files[0].path);
	return 0;
}

struct log *log_open(const struct log_filter *wanted, unsigned int threads, char *const *paths,
		     size_t nr_paths, struct terr *err)
{
	static char *const standard_input[] = { "-" };
	struct log *log = calloc(1, sizeof(*log));

	if (!nr_paths) {
		paths = standard_input;
		nr_paths = 1;
	}
	if (!log)
		goto no_memory;
	pthread_mutex_init(&log->lock, NULL);
	log->threads = threads;
	log->files = calloc(nr_paths, sizeof(*log->files));
	if (!log->files)
		goto no_memory;
	if (filter_init(&log->filter, wanted, err))
		goto fail;
	for (; log->nr_files < nr_paths; log->nr_files++)
		if (logfile_open(&log->files[log->nr_files], paths[log->nr_files], err)) {
			log->nr_files++;
			goto fail;
		}
	if (common_unit(log, err) || check_filters(log, err))
		goto fail;
	return log;
no_memory:
	terr_set(err, "out of memory");
fail:
	log_close(log);
	return NULL;
}

void log_close(struct log *log)
{
	if (!log)
		return;
	for (size_t i = 0; i < log->nr_files; i++)
		logfile_free(&log->files[i]);
	free(log->files);
	filter_free(&log->filter);
	pthread_mutex_destroy(&log->lock);
	free(log);
}

enum log_unit log_unit(const struct log *log)
{
	return log->unit;
}

const char *log_header(const struct log *log, const char *key)
{
	const char *value = NULL;

	for (size_t i = 0; i < log->nr_files && !value; i++)
		value = logfile_key(&log->files[i], key);
	return value;
}

bool log_can_rewind(const struct log *log)
{
	bool can = true;

	for (size_t i = 0; i < log->nr_files; i++)
		can &= stream_can_rewind(log->files[i].source);
	return can;
}

void log_rewind(struct log *log)
{
	for (size_t i = 0; i < log->nr_files; i++) {
		struct log_file *f = &log->files[i];

		stream_rewind(f->source);
		f->exhausted = false;
		memset(&f->counts, 0, sizeof(f->counts));
	}
	log->current = 0;
}

const struct log_input *log_input(const struct log *log)
{
	return &log->input;
}

const char *log_pos_path(const struct log *log, struct log_pos pos)
{
	return log->files[pos.file].path;
}

uint64_t log_pos_line(const struct log *log, struct log_pos pos)
{
	return logfile_line(&log->files[pos.file], pos.block, pos.line);
}

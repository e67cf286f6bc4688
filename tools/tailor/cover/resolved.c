// SPDX-License-Identifier: GPL-2.0-only
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cover/resolved.h"

/* Where Debian puts debug information of a kernel. */
#define DEBUG_VMLINUX "/usr/lib/debug/boot/vmlinux-%s"
#define DEBUG_MODULES "/usr/lib/debug/lib/modules/%s"

static int read_files(struct resolved *r, char *const *paths, size_t nr, struct terr *err)
{
	r->files = calloc(nr, sizeof(struct coverage *));
	if (!r->files)
		return terr_set(err, "out of memory");
	for (size_t i = 0; i < nr; i++) {
		r->files[i] = coverage_read(paths[i], err);
		if (!r->files[i])
			return -1;
		r->nr_files++;
		if (strcmp(r->files[i]->kernel, r->files[0]->kernel) != 0)
			return terr_set(
				err,
				"%s was recorded on %s, but %s on %s; give those of one kernel",
				r->files[i]->path, r->files[i]->kernel, r->files[0]->path,
				r->files[0]->kernel);
	}
	return 0;
}

static int resolve(struct resolved *r, const char *vmlinux, const char *modules, struct terr *err)
{
	char debian_vmlinux[PATH_MAX];
	char debian_modules[PATH_MAX];

	snprintf(debian_vmlinux, sizeof(debian_vmlinux), DEBUG_VMLINUX, r->files[0]->kernel);
	snprintf(debian_modules, sizeof(debian_modules), DEBUG_MODULES, r->files[0]->kernel);
	r->al = addrline_open(vmlinux ? vmlinux : debian_vmlinux,
			      modules	? modules
			      : vmlinux ? NULL
					: debian_modules,
			      err);
	if (!r->al)
		return -1;
	for (size_t i = 0; i < r->nr_files; i++)
		if (addrline_add(r->al, r->files[i], err))
			return -1;
	if (addrline_resolve(r->al, err))
		return -1;
	for (size_t i = 0; i < r->al->nr_points; i++) {
		const struct al_point *p = &r->al->points[i];

		r->nr_without_line += p->file == ADDRLINE_NONE;
		r->nr_workload += !!(p->phases & 1u << COV_WORKLOAD);
		r->nr_late += !!(p->phases & 1u << COV_LATE);
	}
	return 0;
}

int resolved_read(struct resolved *r, char *const *paths, size_t nr, const char *vmlinux,
		  const char *modules, struct terr *err)
{
	*r = (struct resolved){ 0 };
	return read_files(r, paths, nr, err) || resolve(r, vmlinux, modules, err) ? -1 : 0;
}

void resolved_free(struct resolved *r)
{
	for (size_t i = 0; i < r->nr_files; i++)
		coverage_free(r->files[i]);
	free(r->files);
	addrline_close(r->al);
}

bool resolved_complete(const struct resolved *r)
{
	for (size_t i = 0; i < r->nr_files; i++)
		if (!coverage_complete(r->files[i]))
			return false;
	return true;
}

bool resolved_has_late(const struct resolved *r)
{
	for (size_t i = 0; i < r->nr_files; i++)
		if (r->files[i]->has_late)
			return true;
	return false;
}

bool resolved_warn(const struct resolved *r)
{
	size_t nr = 0;

	for (size_t i = 0; i < r->nr_files; i++) {
		const struct coverage *f = r->files[i];

		nr += f->nr;
		if (f->lost < 0)
			fprintf(stderr, "tailor: %s is not complete: it has no trailer\n", f->path);
		else if (f->lost)
			fprintf(stderr, "tailor: %s is not complete: %lld lost\n", f->path,
				(long long)f->lost);
	}
	if (r->al->nr_outside)
		fprintf(stderr, "tailor: %zu of %zu addresses are in no code that is known\n",
			r->al->nr_outside, nr);
	if (r->nr_without_line)
		fprintf(stderr, "tailor: %zu of %zu addresses have no line\n", r->nr_without_line,
			r->al->nr_points);
	return !resolved_complete(r);
}

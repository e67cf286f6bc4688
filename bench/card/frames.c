// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include "frames.h"

void *frames_reserve(struct frames *f, size_t bytes)
{
	if (!f->data || f->bytes + bytes > f->capacity) {
		size_t capacity = 2 * (f->bytes + bytes) + 4096;
		unsigned char *data = realloc(f->data, capacity);

		if (!data)
			return NULL;
		f->data = data;
		f->capacity = capacity;
	}
	return f->data + f->bytes;
}

int frames_add(struct frames *f, const struct iovec *iov, int nr_iov)
{
	uint32_t len = 0;
	unsigned char *at;

	for (int i = 0; i < nr_iov; i++)
		len += (uint32_t)iov[i].iov_len;
	at = frames_reserve(f, sizeof(len) + len);
	if (!at)
		return -1;
	memcpy(at, &len, sizeof(len));
	at += sizeof(len);
	for (int i = 0; i < nr_iov; i++) {
		memcpy(at, iov[i].iov_base, iov[i].iov_len);
		at += iov[i].iov_len;
	}
	f->bytes += sizeof(len) + len;
	f->nr++;
	return 0;
}

const unsigned char *frames_next(const struct frames *f, size_t *pos, uint32_t *len)
{
	const unsigned char *at = f->data + *pos;
	size_t left = f->bytes - *pos;

	if (left < sizeof(*len))
		return NULL;
	memcpy(len, at, sizeof(*len));
	if (*len > left - sizeof(*len))
		return NULL;
	*pos += sizeof(*len) + *len;
	return at + sizeof(*len);
}

void frames_clear(struct frames *f)
{
	f->bytes = 0;
	f->nr = 0;
}

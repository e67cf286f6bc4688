// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/array.h"
#include "lib/slice.h"
#include "log/params.h"

/* --- taking arguments apart --- */

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/* Where the argument that begins at s ends. */
static const char *arg_end(const char *s, const char *end)
{
	bool quoted = false;
	int depth = 0;

	for (; s < end; s++) {
		if (*s == '\\' && s + 1 < end)
			s++;
		else if (*s == '"')
			quoted = !quoted;
		else if (quoted)
			continue;
		else if (*s == '(' || *s == '[' || *s == '{')
			depth++;
		else if (*s == ')' || *s == ']' || *s == '}')
			depth -= depth > 0;
		else if ((*s == ' ' || *s == ',' || *s == '\t') && !depth)
			break;
	}
	return s;
}

bool arg_next(struct slice *rest, struct arg *a)
{
	const char *s = rest->s;
	const char *end = s + rest->len;
	const char *name;
	const char *stop;

	while (s < end && (*s == ' ' || *s == ',' || *s == '\t'))
		s++;
	if (s == end)
		return false;
	stop = arg_end(s, end);
	for (name = s; name < stop && is_name_char(*name); name++)
		;
	if (name > s && name < stop && *name == '=')
		*a = (struct arg){ s, (size_t)(name - s), name + 1, (size_t)(stop - name - 1) };
	else
		*a = (struct arg){ NULL, 0, s, (size_t)(stop - s) };
	*rest = (struct slice){ stop, (size_t)(end - stop) };
	return true;
}

/* --- which parameter --- */

static size_t nr_values(const struct log_params *p)
{
	return p->nr_values ? p->nr_values : AGG_VALUES;
}

/* Room for one more: the last in the alphabet gives way. NULL: name comes behind all of them. */
static struct param *give_way(struct log_params *p, const char *name, size_t len)
{
	struct param *last = &p->v[0];
	int diff;

	p->too_many = true;
	for (size_t i = 1; i < p->nr; i++)
		if (strcmp(p->v[i].name, last->name) > 0)
			last = &p->v[i];
	diff = strncmp(name, last->name, len);
	if (diff > 0 || (!diff && !last->name[len]))
		return NULL;
	free(last->values);
	return last;
}

/* *dropped: there is no place for it. NULL otherwise: out of memory. */
static struct param *new_param(struct log_params *p, const char *name, size_t len, bool *dropped)
{
	struct param *v;

	if (p->nr == PARAMS_MAX) {
		v = give_way(p, name, len);
		*dropped = !v;
		if (!v)
			return NULL;
	} else {
		v = array_grow(p->v, p->nr, sizeof(*v));
		if (!v)
			return NULL;
		p->v = v;
		v += p->nr++;
	}
	memset(v, 0, sizeof(*v));
	memcpy(v->name, name, len);
	v->position = SIZE_MAX;
	return v;
}

/* The next in order is the one asked for, but for calls with other arguments than usual. */
static struct param *find_param(struct log_params *p, const char *name, size_t len, size_t hint)
{
	for (size_t i = 0; i < p->nr; i++) {
		struct param *v = &p->v[(hint + i) % p->nr];

		if (!strncmp(v->name, name, len) && !v->name[len])
			return v;
	}
	return NULL;
}

/* Name of an argument, NULL for what is to be dropped: surplus registers, too long a name. */
static const char *name_of(const struct arg *a, size_t position, const struct syscall_def *def,
			   char buf[8], size_t *len)
{
	const char *name = a->name;

	*len = a->name_len;
	if (name)
		return *len <= PARAM_NAME_MAX ? name : NULL;
	if (def && def->nr_params >= 0) {
		name = position < (size_t)def->nr_params ? def->params[position] : NULL;
	} else if (position < SYSCALL_PARAMS) {
		snprintf(buf, 8, "arg%zu", position);
		name = buf;
	}
	*len = name ? strlen(name) : 0;
	return name;
}

bool log_params_find(const struct syscall_def *def, struct slice args, const char *name,
		     struct slice *value)
{
	struct arg a;

	for (size_t i = 0; arg_next(&args, &a); i++) {
		char buf[8];
		size_t len;
		const char *s = name_of(&a, i, def, buf, &len);

		if (!s || strncmp(s, name, len) || name[len])
			continue;
		*value = (struct slice){ a.value, a.value_len };
		return true;
	}
	return false;
}

/* --- its values --- */

static uint64_t hash_bytes(const char *s, size_t len)
{
	uint64_t h = 0xcbf29ce484222325ull ^ len;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)s[i]) * 0x100000001b3ull;
	return h ^ h >> 32;
}

static bool is_value(const struct param_value *v, uint64_t hash, const char *s, size_t len)
{
	return v->hash == hash && v->len == len &&
	       (len > AGG_VALUE_MAX || !memcmp(v->text, s, len));
}

static struct param_value *find_value(struct param *p, uint64_t hash, const char *s, size_t len)
{
	if (p->last < p->nr && is_value(&p->values[p->last], hash, s, len))
		return &p->values[p->last];
	for (size_t i = 0; i < p->nr; i++)
		if (is_value(&p->values[i], hash, s, len)) {
			p->last = i;
			return &p->values[i];
		}
	return NULL;
}

static int append(struct param *p, const struct param_value *value)
{
	if (p->nr == p->room) {
		size_t room = p->room ? 2 * p->room : 2;
		struct param_value *v = realloc(p->values, room * sizeof(*v));

		if (!v)
			return -1;
		p->values = v;
		p->room = room;
	}
	p->last = p->nr;
	p->values[p->nr++] = *value;
	return 0;
}

/* Takes n calls from each value; those that have no more are dropped. */
static void take_from_all(struct param *p, uint64_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < p->nr; i++) {
		if (p->values[i].calls <= n)
			continue;
		p->values[kept] = p->values[i];
		p->values[kept++].calls -= n;
	}
	p->nr = kept;
	p->missed += n;
}

/* A long value is shortened and told apart by its hash. */
static void set_text(struct param_value *v, const char *s)
{
	if (v->len <= AGG_VALUE_MAX) {
		memcpy(v->text, s, v->len);
		v->text[v->len] = '\0';
		return;
	}
	memcpy(v->text, s, AGG_VALUE_MAX - 20);
	snprintf(v->text + AGG_VALUE_MAX - 20, 21, "...#%016llx", (unsigned long long)v->hash);
}

static int add_value(struct param *p, size_t max, const char *s, size_t len)
{
	uint64_t hash = hash_bytes(s, len);
	struct param_value *found = find_value(p, hash, s, len);
	struct param_value v = { .hash = hash, .len = len, .calls = 1 };

	p->calls++;
	if (found) {
		found->calls++;
		return 0;
	}
	if (p->nr == max) {
		take_from_all(p, 1);
		return 0;
	}
	set_text(&v, s);
	return append(p, &v);
}

int log_params_add(struct log_params *p, const struct syscall_def *def, struct slice args)
{
	struct arg a;

	for (size_t i = 0; arg_next(&args, &a); i++) {
		char buf[8];
		size_t len;
		const char *name = name_of(&a, i, def, buf, &len);
		struct param *v = name ? find_param(p, name, len, i) : NULL;

		bool dropped = !name;

		if (!v && !dropped)
			v = new_param(p, name, len, &dropped);
		if (dropped)
			continue;
		if (!v || add_value(v, nr_values(p), a.value, a.value_len))
			return -1;
		if (i < v->position)
			v->position = i;
	}
	return 0;
}

static int by_calls(const void *a, const void *b)
{
	const struct param_value *x = a;
	const struct param_value *y = b;

	if (x->calls != y->calls)
		return x->calls < y->calls ? 1 : -1;
	return strcmp(x->text, y->text);
}

void log_params_sort(struct param *p)
{
	if (p->nr)
		qsort(p->values, p->nr, sizeof(*p->values), by_calls);
}

/* The merge of two Misra-Gries summaries: the sum, less the largest count that does not fit. */
static int merge_values(struct param *p, size_t max, const struct param *from)
{
	for (size_t i = 0; i < from->nr; i++) {
		const struct param_value *v = &from->values[i];
		struct param_value *found = find_value(p, v->hash, v->text, v->len);

		if (found)
			found->calls += v->calls;
		else if (append(p, v))
			return -1;
	}
	p->calls += from->calls;
	p->missed += from->missed;
	log_params_sort(p);
	if (from->position < p->position)
		p->position = from->position;
	if (p->nr > max)
		take_from_all(p, p->values[max].calls);
	return 0;
}

int log_params_merge(struct log_params *p, const struct log_params *from)
{
	p->nr_values = from->nr_values;
	p->too_many |= from->too_many;
	for (size_t i = 0; i < from->nr; i++) {
		const struct param *f = &from->v[i];
		struct param *v = find_param(p, f->name, strlen(f->name), i);
		bool dropped = false;

		if (!v)
			v = new_param(p, f->name, strlen(f->name), &dropped);
		if (dropped)
			continue;
		if (!v || merge_values(v, nr_values(p), f))
			return -1;
	}
	return 0;
}

void log_params_free(struct log_params *p)
{
	for (size_t i = 0; i < p->nr; i++)
		free(p->v[i].values);
	free(p->v);
}

void log_params_recount_start(struct log_params *p, bool copy)
{
	for (size_t i = 0; i < p->nr; i++) {
		for (size_t j = 0; j < p->v[i].nr; j++)
			p->v[i].values[j].calls = 0;
		if (copy) {
			p->v[i].calls = 0;
			p->v[i].missed = 0;
		}
	}
}

void log_params_recount(struct log_params *p, const struct syscall_def *def, struct slice args)
{
	struct arg a;

	for (size_t i = 0; arg_next(&args, &a); i++) {
		char buf[8];
		size_t len;
		const char *name = name_of(&a, i, def, buf, &len);
		struct param *v = name ? find_param(p, name, len, i) : NULL;
		struct param_value *value;

		if (!v)
			continue;
		value = find_value(v, hash_bytes(a.value, a.value_len), a.value, a.value_len);
		if (value)
			value->calls++;
	}
}

void log_params_keep_certain(struct log_params *p)
{
	for (size_t i = 0; i < p->nr; i++) {
		struct param *v = &p->v[i];
		size_t kept = 0;

		if (!v->missed)
			continue;
		v->missed = v->calls / (nr_values(p) + 1);
		for (size_t j = 0; j < v->nr; j++)
			if (v->values[j].calls > v->missed)
				v->values[kept++] = v->values[j];
		v->nr = kept;
	}
}

static int by_position(const void *a, const void *b)
{
	const struct param *x = a;
	const struct param *y = b;

	if (x->position != y->position)
		return x->position < y->position ? -1 : 1;
	return strcmp(x->name, y->name);
}

void log_params_order(struct log_params *p)
{
	if (p->nr)
		qsort(p->v, p->nr, sizeof(*p->v), by_position);
}

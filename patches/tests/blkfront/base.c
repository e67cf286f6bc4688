// SPDX-License-Identifier: GPL-2.0-only
/* Messages, module parameters and bitmaps. */
#include "machine.h"

struct machine machine;

static void say(const char *fmt, va_list args)
{
	if (machine.cfg.verbose)
		vfprintf(stderr, fmt, args);
}

void kernel_log(const char *fmt, ...)
{
	va_list args;

	count(&machine.stats.said, 1);
	va_start(args, fmt);
	say(fmt, args);
	va_end(args);
}

void kernel_alert(const char *fmt, ...)
{
	va_list args;

	if (strstr(fmt, "disabled for further use")) {
		count(&machine.stats.deaths, 1);
		/* Who found it out has to see to it that nobody else looks. */
		if (this_cpu.channel &&
		    __atomic_fetch_add(&this_cpu.channel->deaths, 1, __ATOMIC_RELAXED))
			check_fail("a ring is disabled that was disabled before");
		WRITE_ONCE(machine.dead, 1);
		unseen_signal(&machine.progress);
	}
	va_start(args, fmt);
	say(fmt, args);
	va_end(args);
}

void kernel_bug(const char *file, int line, const char *what)
{
	fprintf(stderr, "FAIL: kernel BUG at %s:%d: %s\n", file, line, what);
	_Exit(3);
}

void kernel_warn(const char *file, int line)
{
	check_fail("WARNING at %s:%d", file, line);
}

#define MAX_PARAMETERS 16
static struct parameter {
	const char *name;
	void *var;
	size_t size;
} parameters[MAX_PARAMETERS];

void module_parameter(const char *name, void *var, size_t size)
{
	for (unsigned int i = 0; i < MAX_PARAMETERS; i++) {
		if (!parameters[i].name) {
			parameters[i] = (struct parameter){ name, var, size };
			return;
		}
	}
	abort();
}

int module_set(const char *name, unsigned int value)
{
	for (unsigned int i = 0; i < MAX_PARAMETERS && parameters[i].name; i++) {
		if (strcmp(parameters[i].name, name))
			continue;
		if (parameters[i].size == sizeof(bool))
			*(bool *)parameters[i].var = value;
		else
			*(unsigned int *)parameters[i].var = value;
		return 0;
	}
	return -ENOENT;
}

void bitmap_set(unsigned long *map, unsigned int start, unsigned int nbits)
{
	for (unsigned int i = start; i < start + nbits; i++)
		*BIT_WORD(map, i) |= BIT_MASK(i);
}

void bitmap_clear(unsigned long *map, unsigned int start, unsigned int nbits)
{
	for (unsigned int i = start; i < start + nbits; i++)
		*BIT_WORD(map, i) &= ~BIT_MASK(i);
}

unsigned long find_next_bit(const unsigned long *map, unsigned long size, unsigned long from)
{
	while (from < size && !(*BIT_WORD(map, from) & BIT_MASK(from)))
		from++;
	return from;
}

int tailor_register(struct tailor_switch *sw)
{
	return sw ? 0 : -EINVAL;
}

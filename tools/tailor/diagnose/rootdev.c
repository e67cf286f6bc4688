// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose/rootdev.h"

#define NAME_LEN 64
#define MAX_DISKS 32

struct rootdev_state {
	const struct console *c;
	char root[NAME_LEN];   /* what was asked for, without /dev/ */
	char fstype[NAME_LEN]; /* rootfstype= */
	char tried[160];       /* filesystems, blanks around each */
	char disk[MAX_DISKS][NAME_LEN];
	size_t nr_disks;
	bool in_tried; /* the last line was about those */
	bool mmio;     /* virtio_mmio.device= */
	bool failed;
	size_t line; /* that says it */
	int error;
};

/* Copies the word at s: up to a blank, or to the quote that closes it. */
static void copy_word(char *buf, const char *s)
{
	size_t len = *s == '"' ? strcspn(++s, "\"") : strcspn(s, " \",");

	if (!strncmp(s, "/dev/", 5) && len > 5) {
		s += 5;
		len -= 5;
	}
	snprintf(buf, NAME_LEN, "%.*s", (int)(len < NAME_LEN ? len : NAME_LEN - 1), s);
}

/* The value of the last "key" on a command line. */
static void take_option(const char *line, const char *key, char *buf)
{
	for (const char *s = line; (s = strstr(s, key)); s++)
		if (s > line && s[-1] == ' ')
			copy_word(buf, s + strlen(key));
}

static void take_command_line(struct rootdev_state *st, const char *line)
{
	take_option(line, "root=", st->root);
	take_option(line, "rootfstype=", st->fstype);
	st->mmio |= strstr(line, " virtio_mmio.device=") != NULL;
}

static void add_disk(struct rootdev_state *st, const char *name, size_t len)
{
	if (st->nr_disks < MAX_DISKS && len && len < NAME_LEN)
		snprintf(st->disk[st->nr_disks++], NAME_LEN, "%.*s", (int)len, name);
}

/*
 * The length of the disk's name in that of a partition: vda of vda1, nvme0n1 of nvme0n1p2. 0 where
 * it is none: md0, sr0 and dm-0 are whole.
 */
static size_t whole_disk(const char *name)
{
	static const char *const lettered[] = { "sd", "vd", "hd", "xvd" };
	size_t end = strlen(name);

	while (end && isdigit((unsigned char)name[end - 1]))
		end--;
	if (!name[end])
		return 0;
	if (end > 1 && name[end - 1] == 'p' && isdigit((unsigned char)name[end - 2]))
		return end - 1;
	for (size_t i = 0; i < ARRAY_SIZE(lettered); i++)
		if (!strncmp(name, lettered[i], strlen(lettered[i])))
			return end;
	return 0;
}

/* Whether "unknown-block(254,1)" names a device that the kernel has: then its major number is not
 * 0. */
static bool has_major(const char *line)
{
	const char *block = strstr(line, "unknown-block(");

	return block && strtoul(block + strlen("unknown-block("), NULL, 10);
}

/* VFS: Cannot open root device "vda1" or unknown-block(0,0): error -6 */
static void take_failure(struct rootdev_state *st, const char *line, size_t i)
{
	const char *name = strstr(line, "root device ");
	const char *error = strstr(line, ": error ");

	st->failed = true;
	st->line = i;
	if (name && strncmp(name + 12, "\"\"", 2) && strncmp(name + 12, "\"(null)", 7))
		copy_word(st->root, name + 12);
	if (error)
		st->error = atoi(error + 8);
	/* A partition whose device has a major number is one of a disk that is there. */
	if (st->error == -6 && has_major(line))
		add_disk(st, st->root, whole_disk(st->root));
	/* The panic alone: the device could be opened, and no file system knew it. */
	if (!st->error && has_major(line) && strstr(line, "Unable to mount root fs"))
		st->error = -19;
}

/* "fe00          409600 vda" of the list of partitions. */
static void take_partition(struct rootdev_state *st, const char *line)
{
	char *end;
	const char *s = line + strspn(line, " ");

	strtoul(s, &end, 16);
	if (end - s != 4 || *end != ' ')
		return;
	s = end + strspn(end, " ");
	strtoul(s, &end, 10);
	if (end == s || *end != ' ')
		return;
	s = end + strspn(end, " ");
	add_disk(st, s, strcspn(s, " "));
}

/* "virtio_blk virtio0: [vda] 16777216 512-byte logical blocks": the driver found the disk. */
static bool take_capacity(struct rootdev_state *st, const char *line)
{
	const char *name = strstr(line, ": [");
	size_t len;

	if (!name || !strstr(line, "-byte logical blocks"))
		return false;
	name += strlen(": [");
	len = strcspn(name, "]");
	if (name[len] == ']' && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789") == len)
		add_disk(st, name, len);
	return true;
}

/* Those that were tried stand in the same line, or in lines of their own. */
static bool take_tried(struct rootdev_state *st, const char *line)
{
	const char *s = strstr(line, "No filesystem could mount root, tried:");
	size_t len = strlen(st->tried);

	/* Newer kernels list all that they have. Where the device could not be opened, none was
	 * tried. */
	if (!s && !st->failed)
		s = strstr(line, "List of all bdev filesystems:");
	if (s) {
		snprintf(st->tried, sizeof(st->tried), "%s ", strchr(s, ':') + 1);
		return st->in_tried = true;
	}
	line += strspn(line, " ");
	st->in_tried = st->in_tried && *line && !strpbrk(line, " :");
	if (st->in_tried)
		snprintf(st->tried + len, sizeof(st->tried) - len, "%s ", line);
	return st->in_tried;
}

/* The panic repeats what the line before it says, with less in it. */
static bool is_failure(const struct rootdev_state *st, const char *line)
{
	if (strstr(line, "VFS: Cannot open root device "))
		return true;
	return !st->failed && (strstr(line, "VFS: Unable to mount root fs on ") ||
			       strstr(line, "Waiting for root device "));
}

static void take_line(struct rootdev_state *st, size_t i)
{
	const char *line = st->c->v[i].s;

	if (take_tried(st, line) || take_capacity(st, line))
		return;
	if (strstr(line, "ommand line: "))
		take_command_line(st, line);
	else if (is_failure(st, line))
		take_failure(st, line, i);
	else if (isxdigit((unsigned char)*line) || *line == ' ')
		take_partition(st, line);
}

/* Disks that are no place for a root file system. */
static bool is_real(const char *disk)
{
	static const char *const others[] = { "ram", "loop", "sr", "zram", "fd", "mtdblock" };

	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (!strncmp(disk, others[i], strlen(others[i])))
			return false;
	return true;
}

/* Whether name is a partition of the disk: vda1 of vda, nvme0n1p2 of nvme0n1. */
static bool is_part_of(const char *name, const char *disk)
{
	size_t len = strlen(disk);

	if (strncmp(name, disk, len))
		return false;
	name += len;
	if (len && isdigit((unsigned char)disk[len - 1]) && *name++ != 'p')
		return false;
	return isdigit((unsigned char)*name) && !name[strspn(name, "0123456789")];
}

static bool has_disk(const struct rootdev_state *st)
{
	for (size_t i = 0; i < st->nr_disks; i++)
		if (is_real(st->disk[i]))
			return true;
	return false;
}

/* The kind of table that the name speaks of, where the disk is there and the partition is not. */
static const char *partition_table(const struct rootdev_state *st)
{
	if (!strncasecmp(st->root, "PARTUUID=", 9) && has_disk(st))
		return strlen(st->root + 9) == 11 && st->root[17] == '-' ? "of an mbr" : "of a gpt";
	if (!strncasecmp(st->root, "PARTLABEL=", 10) && has_disk(st))
		return "of a gpt";
	for (size_t i = 0; i < st->nr_disks; i++)
		if (is_part_of(st->root, st->disk[i]))
			return "of some table";
	return NULL;
}

static const char *disk_name(const struct rootdev_state *st)
{
	static const char *const keys[] = { "PARTUUID=", "PARTLABEL=", "UUID=", "LABEL=" };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (!strncasecmp(st->root, keys[i], strlen(keys[i])))
			return keys[i][0] == 'P' ? "by partition" : "by uuid";
	return *st->root ? st->root : "without name";
}

static void put_words(const struct rootdev_state *st, char *buf, size_t size)
{
	const char *table = partition_table(st);

	if (*st->tried)
		snprintf(buf, size, "rootdev: filesystem %s is missing, tried:%s",
			 *st->fstype ? st->fstype : "unknown", st->tried);
	else if (st->error == -19)
		snprintf(buf, size, "rootdev: filesystem %s is missing",
			 *st->fstype ? st->fstype : "unknown");
	else if (table)
		snprintf(buf, size, "rootdev: partition %s is missing, %s", st->root, table);
	else
		snprintf(buf, size, "rootdev: disk %s is missing%s%s", disk_name(st),
			 st->mmio ? ", virtio_mmio.device is given" : "",
			 *st->fstype ? ", a filesystem is given" : "");
}

bool rootdev_find(const struct console *c, struct rootdev *out)
{
	struct rootdev_state st = { .c = c };

	for (size_t i = 0; i < c->nr; i++)
		take_line(&st, i);
	if (!st.failed)
		return false;
	out->line = st.line;
	put_words(&st, out->words, sizeof(out->words));
	for (char *p = out->words; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return true;
}

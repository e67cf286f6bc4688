/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Facts about a guest, collected in it by stap/collect-facts: "key: value" lines, "#" comments,
 * the first key is "facts_version: 2", the last "facts_end: N", the number of the others. Several
 * files may be read together (several runs of one appliance): lists are joined, and a comparison
 * looks at the values of all of them.
 */
#ifndef TAILOR_PROFILE_FACTS_H
#define TAILOR_PROFILE_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/terr.h"

#define FACTS_VERSION 2
/* The version before had no "facts_end". */
#define FACTS_VERSION_ENDLESS 1

enum fact_type {
	FACT_UNKNOWN,  /* not a key that rules may name */
	FACT_TEXT,     /* one value; a file without it was not fully collected */
	FACT_NUMBER,   /* one whole number, as above */
	FACT_LIST,     /* repeated; none at all means that there are none */
	FACT_SOME,     /* repeated; there is always one, so none at all means not collected */
	FACT_STATE,    /* repeated; none means that there are none, if the file tells such things */
	FACT_MEASURED, /* one whole number that a measurement adds; a file need not have it */
	FACT_DERIVED, /* follows from another one, or is said on the command line; no file has it */
	FACT_OBSERVED, /* repeated; a file need not have it, and then it is not known */
};

struct fact {
	const char *key;
	const char *value;
	int line;
	size_t file; /* FACTS_SAID: not of a file */
};

#define FACTS_SAID SIZE_MAX

struct facts {
	struct fact *v;
	size_t nr;
	size_t nr_files;
	struct facts_file *files; /* texts that the facts point into */
};

/* Adds a file. On an error *facts is still to be freed. */
int facts_load(struct facts *facts, const char *path, struct terr *err);
/* The first of version 1, which cannot tell whether it is whole; NULL: there is none. */
const char *facts_endless(const struct facts *facts);
/*
 * Adds a fact that follows from others; key and value stay the caller's and must live as long.
 * from: the fact that it follows from, in whose place evidence points; NULL: somebody said so on
 * the command line.
 */
int facts_add(struct facts *facts, const char *key, const char *value, const struct fact *from,
	      struct terr *err);
void facts_free(struct facts *facts);

enum fact_type facts_type(const char *key);
/* The key that a file has to have for this one to be known: itself but for FACT_DERIVED. */
const char *facts_source(const char *key);
/* Whether a file that lacks the key is complete all the same. */
bool facts_may_lack(const char *key);
/* Whether its values are whole numbers, so that they can be compared with > and <. */
bool facts_is_number(const char *key);
/* The known key most like this one; NULL: none is near. */
const char *facts_near(const char *key);

const char *facts_path(const struct facts *facts, const struct fact *fact);
/*
 * What running tasks hold open (FACT_STATE) is told by files that have "open_descriptors". A file
 * without it, of an older collector, tells nothing about it; but where the first process is our own
 * (init=/usr/lib/tailor/init) nothing runs before the profile begins, and the log has it all.
 *
 *	open: KIND COUNT TASK...	KIND: signalfd, timerfd, inotify, fanotify, eventfd, epoll,
 *		io_uring, bpf-prog, bpf-map, bpf-link, btf, perf_event, userfaultfd, pidfd, memfd,
 *		other anonymous inodes by their name; mqueue; lock-flock, lock-posix, lock-ofdlck,
 *		lock-lease; tcp, tcp6, udp, udp6, raw, raw6, icmp, unix-stream, unix-dgram,
 *		unix-seqpacket, packet, netlink-NAME, socket (of another family); a node of /dev;
 *		what no task holds: quota, acct, kexec, aio, ip-rule, xfrm
 *	listen: PROTOCOL PORT TASK
 *	open_descriptors: N		of all tasks
 *
 * The first file that lacks a key which every file (or, of what was measured or observed, one file)
 * has to have; NULL: none.
 */
const char *facts_lacking(const struct facts *facts, const char *key);
/* First value of a key; NULL: there is none. */
const char *facts_first(const struct facts *facts, const char *key);

#endif /* TAILOR_PROFILE_FACTS_H */

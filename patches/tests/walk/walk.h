/* SPDX-License-Identifier: GPL-2.0-only */
/* What the two halves of the walk suite share: where a path leads, and what makes it lead
 * elsewhere. */
#ifndef WALK_H
#define WALK_H

#include <stdbool.h>
#include <sys/types.h>

#define WALK_DISK "/disk"	  /* ext4 */
#define WALK_OTHER "/other"	  /* ext2, mounted again with and without ACLs */
#define WALK_XFS "/xfs"		  /* these three with the kernel of mutations.patch alone */
#define WALK_CLIENT "/client"	  /* 9p */
#define WALK_CLIENT_2 "/client-2" /* 9p, the same folder of the same server */
#define WALK_USER 1000		  /* who owns nothing */
#define WALK_SWITCH "VFS_BYPASS_WALK"
#define WALK_PROFILE "walk"			       /* of AppArmor */
#define WALK_GRANTS "/tests/" WALK_PROFILE ".grants"   /* all, and CAP_DAC_READ_SEARCH */
#define WALK_REFUSES "/tests/" WALK_PROFILE ".refuses" /* all but that */
#define WALK_BROKEN 255 /* above every errno: the question could not be asked */

/* A file that holds that many bytes, and its directories. 0 or -1. */
int walk_make(const char *path, int size);

/* What open() or stat() says of a path: how many bytes it has, or -errno. */
int walk_ask(const char *path, bool by_open);

/* 0 or errno */
int walk_write(const char *path, const char *text);
int walk_load(const char *policy);
int walk_confine(void); /* this process, by the profile */
int walk_become(unsigned int uid);
int walk_reconfigure(const char *mounted, const char *flag, const char *key, const char *value);

/* The mode as an ACL, and what one user may do, if that is not negative. 0 or errno. */
int walk_set_acl(const char *path, unsigned int mode, int user_may);

/* A process that asks. */
struct asker {
	pid_t pid;
	int to, from;
};

/* As root in the profile, or as WALK_USER. 0 or -1. */
int asker_start(struct asker *asker, bool confined);
int asker_ask(const struct asker *asker, const char *path);
bool asker_send(const struct asker *asker, const char *path);
int asker_answer(const struct asker *asker);
int asker_end(const struct asker *asker);

/* The path leads to that many bytes, or ends with -errno, however often it is asked. */
bool walk_always(const struct asker *asker, const char *path, int want);

/* Facts: does it hold? on: with memos. */
bool walk_renamed(bool on);
bool walk_replaced(bool on);
bool walk_moved_below(bool on);
bool walk_mounts(void);
bool walk_begins_in_mounts(void);
bool walk_begins_in_dirs(void);
bool walk_no_xdev(void);
bool walk_raw_acl(void);
bool walk_other_client(void);

/* Print TAP; false when any line is "not ok". more: with what only the kernel of mutations.patch
 * has. */
bool walk_facts(const char *only, bool more);
bool walk_costs(void);
bool walk_race(unsigned int rounds, bool flip, bool more);

#endif /* WALK_H */

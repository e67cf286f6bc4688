/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the self-tests of the patches share. A test is a table of operations, each with the error
 * it ends with while the switch is off (the vanilla kernel) and while it is on (what the patch
 * declares). It is run as "<test> off" and "<test> on" and prints TAP lines. "<test> differs" is
 * success when any of its operations is to end in another way with the switch on; of a patch
 * that no program can notice none is.
 */
#ifndef SELF_H
#define SELF_H

#include <stddef.h>

#define SELF_DIR "/tmp/self" /* a fresh tmpfs, mode 0755, where the operations run */
#define SELF_USER 1000	     /* the user that owns nothing */
#define SELF_OTHER 2000	     /* somebody else */

struct self_check {
	const char *what;
	int (*op)(void); /* 0, or the errno it ended with */
	unsigned int uid;
	int off; /* errno while the switch is off, 0 for success */
	int on;	 /* errno while it is on */
};

struct self_test {
	const char *name;
	int (*setup)(void); /* once for each run, as root; 0 or -1 */
	const struct self_check *checks;
	size_t nr_checks;
};

/* What the main() of a test does; its value is the exit status. */
int self_main(const struct self_test *test, int argc, char **argv);

/* The main() of the test of that name, with its setup function and its array of checks. */
#define SELF_TEST(test_name, test_setup, test_checks)                                      \
	int main(int argc, char **argv)                                                    \
	{                                                                                  \
		static const struct self_test test = { test_name, test_setup, test_checks, \
						       sizeof(test_checks) /               \
							       sizeof(test_checks[0]) };   \
                                                                                           \
		return self_main(&test, argc, argv);                                       \
	}

/* Helpers for operations and setups. Those named try_ return 0 or errno. */
int self_errno(long rc);
int self_file(const char *path, unsigned int mode, unsigned int uid);
int self_program(const char *path, unsigned int mode, unsigned int uid);
int self_sysctl(const char *path, const char *value);
int try_open(const char *path, int flags);
int try_exec(const char *path);

#endif /* SELF_H */

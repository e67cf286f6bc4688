// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random operations on two kernels, or on one trial kernel with its switches off and on.
 *
 *	random compare [-n OPS] [-u UID] [-s NAME,NAME...] SEED...
 *
 * in the guest: each seed with all switches off, the first one twice, and with those switches on
 * (default: all); prints TAP.
 *
 *	random log [-n OPS] [-u UID] FILE SEED...
 *
 * in the guest: the lines of each seed to FILE, ended by a line "end".
 *
 *	random flip [-n OPS] [-u UID] [-s NAME,NAME...] SEED...
 *
 * in the guest: each seed, and another sequence beside it, while those switches are turned on and
 *off all the time, as fast as it goes; prints TAP. Nothing is compared: it is for kernels that
 *watch themselves, in real time.
 *
 *	random diff A B
 *
 * on the host: the first line that differs between two such files; 1 if there is one.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../self/net.h"
#include "../self/switches.h"
#include "random.h"

#define TOP "/tmp/random"
#define DISK "/tmp/disk" /* where the ext4 file system is mounted; a folder of it is TOP/e */
#define DISK_DEVICE "/dev/vda"
#define PROFILE "random" /* of AppArmor */
#define PROFILE_FILE "/tests/random.policy"
#define PAGE_BYTES 4096
#define LINE_BYTES 1200 /* room for an operation, on average */
#define GUARD_US 200000 /* who sleeps longer than that does so for good */
#define MANY_HANDLES 60
#define STACK_BYTES 262144
#define TIME_WAIT_LIMIT "/proc/sys/net/ipv4/tcp_max_tw_buckets"
#define MANY_CONNECTIONS "1000000" /* more than all sequences of a boot close */

struct job {
	unsigned int ops;
	unsigned int uid;
	char *only;		 /* names of switches, with commas; NULL for all */
	struct guarded *guarded; /* of both sequences that may run at a time */
};

static int fail(const char *what)
{
	printf("not ok - random: %s: %s\n", what, strerror(errno));
	return -1;
}

/* --- the file systems */

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type;
	return ftw->level ? remove(path) : 0;
}

static int write_file(const char *path, size_t len, unsigned int uid)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	unsigned char byte;
	int rc = fd < 0 ? -1 : 0;

	for (size_t i = 0; !rc && i < len; i += 997) {
		byte = (unsigned char)(i / 997 + 1);
		rc = pwrite(fd, &byte, 1, (off_t)i) == 1 ? 0 : -1;
	}
	if (!rc)
		rc = ftruncate(fd, (off_t)len) || fchown(fd, uid, uid) ? -1 : 0;
	if (fd >= 0)
		close(fd);
	return rc;
}

/* What each file system holds at first. */
static int populate(const char *fs, unsigned int uid)
{
	static const struct {
		const char *name;
		size_t len;
	} files[] = {
		{ "f0", 10000 }, { "f1", 100 }, { "big", 100000 }, { "d0/f0", 5000 }, { "d2/f0", 0 }
	};
	static const char *const dirs[] = { "d0", "d0/d1", "d2" };
	static const char *const links[][2] = { { "f0", "s0" },
						{ "d0", "s1" },
						{ "d0/d1", "s2" },
						{ "../t", "s3" },
						{ "loop", "loop" } };

	if (chdir(fs) || chown(".", uid, uid))
		return -1;
	for (size_t i = 0; i < 3; i++)
		if (mkdir(dirs[i], 0755) || chown(dirs[i], uid, uid))
			return -1;
	for (size_t i = 0; i < 5; i++)
		if (write_file(files[i].name, files[i].len, uid) ||
		    symlink(links[i][0], links[i][1]))
			return -1;
	return mkfifo("fifo", 0644) || chown("fifo", uid, uid) || chdir(TOP) ? -1 : 0;
}

static int make_dir(const char *path)
{
	return mkdir(path, 0755) && errno != EEXIST ? -1 : 0;
}

static int make_nodes(void)
{
	static const struct {
		const char *name;
		unsigned int minor;
	} nodes[] = { { "dev/null", 3 }, { "dev/zero", 5 }, { "dev/full", 7 } };

	for (size_t i = 0; i < 3; i++)
		if (mknod(nodes[i].name, S_IFCHR | 0666, makedev(1, nodes[i].minor)) ||
		    chmod(nodes[i].name, 0666))
			return -1;
	return 0;
}

/* A root with a fresh tmpfs, ramfs and folder of the disk, the same each time. */
static int fresh_files(unsigned int uid)
{
	static const char *const dirs[] = { "t", "r", "e", "dev", "proc", "sys" };

	if (chdir("/") || make_dir(TOP) || make_dir(DISK))
		return -1;
	umount2(TOP, MNT_DETACH);
	if ((mount(DISK_DEVICE, DISK, "ext4", 0, NULL) && errno != EBUSY) ||
	    mount("top", TOP, "tmpfs", 0, "mode=0755") || chdir(TOP))
		return -1;
	for (size_t i = 0; i < 6; i++)
		if (mkdir(dirs[i], 0755))
			return -1;
	nftw(DISK "/run", remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
	if ((rmdir(DISK "/run") && errno != ENOENT) || mkdir(DISK "/run", 0755) || make_nodes() ||
	    mount("t", "t", "tmpfs", 0, "size=64m,mode=0755") ||
	    mount("r", "r", "ramfs", 0, "mode=0755") ||
	    mount(DISK "/run", "e", NULL, MS_BIND, NULL) ||
	    mount("proc", "proc", "proc", 0, NULL) || mount("sys", "sys", "sysfs", 0, NULL))
		return -1;
	return populate("t", uid) || populate("r", uid) || populate("e", uid) ? -1 : 0;
}

/* --- the network */

/*
 * A closed connection is remembered for a minute. With fewer places than are closed in that time,
 * the clock decides which of them are forgotten at once, and so which of their peers are reset.
 */
static int set_up_network(void)
{
	int fd = open(TIME_WAIT_LIMIT, O_WRONLY);
	size_t len = strlen(MANY_CONNECTIONS);
	int rc = fd < 0 || write(fd, MANY_CONNECTIONS, len) != (ssize_t)len ? -1 : 0;

	if (fd >= 0)
		close(fd);
	return rc || net_set_loopback(true) ? -1 : 0;
}

static int report_network(void)
{
	long forgotten = net_counter("/proc/net/netstat", "TcpExt:", "TCPTimeWaitOverflow");

	printf("%s - random: every closed connection was remembered\n",
	       forgotten ? "not ok" : "ok");
	if (forgotten)
		printf("# TCPTimeWaitOverflow is %ld, raise MANY_CONNECTIONS\n", forgotten);
	return forgotten ? 1 : 0;
}

/* --- one sequence */

/* Memory with nothing behind it. */
static void *pages(size_t len, int protection)
{
	char *p = mmap(NULL, len + PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
		       -1, 0);

	if (p == MAP_FAILED || munmap(p + len, PAGE_BYTES) || mprotect(p, len, protection))
		return NULL;
	return p;
}

static int set_up(struct world *w)
{
	unsigned char *data = pages(BUF_BYTES, PROT_READ | PROT_WRITE);

	w->buf = pages(BUF_BYTES, PROT_READ | PROT_WRITE);
	w->readonly = pages(PAGE_BYTES, PROT_READ);
	w->short_path = pages(PAGE_BYTES, PROT_READ | PROT_WRITE);
	if (!data || !w->buf || !w->readonly || !w->short_path)
		return -1;
	for (size_t i = 0; i < BUF_BYTES; i++)
		data[i] = (unsigned char)(i % 251 ^ i >> 8);
	w->data = data;
	return 0;
}

static void on_alarm(int nr)
{
	(void)nr;
}

/* Users are confined by a profile of AppArmor, whose module is asked on every kernel of this test.
 * 0 or -1. */
static int load_profile(void)
{
	static char policy[65536];
	int in = open(PROFILE_FILE, O_RDONLY), out;
	ssize_t len = in < 0 ? -1 : read(in, policy, sizeof(policy));

	if (mount("security", "/sys/kernel/security", "securityfs", 0, NULL) && errno != EBUSY)
		return -1;
	out = open("/sys/kernel/security/apparmor/.replace", O_WRONLY);
	if (len <= 0 || out < 0 || write(out, policy, (size_t)len) != len)
		return -1;
	return close(in) || close(out) ? -1 : 0;
}

static int confine(void)
{
	static const char words[] = "changeprofile " PROFILE;
	int fd = open("/proc/self/attr/current", O_WRONLY);

	return fd < 0 || write(fd, words, sizeof(words) - 1) < 0 ? -1 : close(fd);
}

static int become(const struct job *job)
{
	const struct rlimit files = { MAX_FD, MAX_FD };
	const struct sigaction alarm = { .sa_handler = on_alarm };
	unsigned int uid = job->uid;
	int top = open(TOP, O_RDONLY | O_DIRECTORY);

	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	sigaction(SIGALRM, &alarm, NULL);
	umask(022);
	if (uid && confine())
		return -1;
	if (top < 0 || dup2(top, TOP_FD) < 0 || fchdir(TOP_FD) || chroot(".") ||
	    close_range(0, TOP_FD - 1, 0) || setrlimit(RLIMIT_NOFILE, &files))
		return -1;
	return uid && (setgroups(0, NULL) || setresgid(uid, uid, uid) || setresuid(uid, uid, uid))
		       ? -1
		       : 0;
}

/* The process that does the operation says so to the one that waits for the sequence. */
static void run_guarded(struct world *w, const struct op *op)
{
	if (op->flags & OP_BLOCKS) {
		w->guarded->turn++;
		w->guarded->pid = getpid();
	}
	op->run(w);
	w->guarded->pid = 0;
}

struct call {
	const struct op *op;
	struct world *w;
};

static int in_clone(void *arg)
{
	struct call *call = arg;

	run_guarded(call->w, call->op);
	return 0;
}

/* In a process that shares memory and descriptors: then files are counted as threads count them. */
static void run_shared(struct world *w, const struct op *op)
{
	static char stack[STACK_BYTES] __attribute__((aligned(16)));
	struct call call = { op, w };
	pid_t pid = clone(in_clone, stack + STACK_BYTES,
			  CLONE_VM | CLONE_FILES | CLONE_FS | CLONE_VFORK | SIGCHLD, &call);

	waitpid(pid, NULL, 0);
}

/* In a copy: what it opens and closes is gone with it, what it does to files is not. */
static void run_copy(struct world *w, const struct op *op)
{
	pid_t pid = fork();

	if (pid == 0) {
		run_guarded(w, op);
		_exit(0);
	}
	waitpid(pid, NULL, 0);
}

static void run_op(struct world *w, const struct op *op)
{
	unsigned int luck = below(w, 100);
	bool elsewhere = op->flags & OP_ELSEWHERE;

	if (elsewhere && luck < 2)
		run_copy(w, op);
	else if (elsewhere && luck < 12)
		run_shared(w, op);
	else
		run_guarded(w, op);
}

static const struct op *find_op(const struct op *const *groups, unsigned int at)
{
	for (; *groups; groups++)
		for (const struct op *op = *groups; op->name; op++) {
			if (at < op->weight)
				return op;
			at -= op->weight;
		}
	return NULL;
}

static unsigned int total_weight(const struct op *const *groups)
{
	unsigned int sum = 0;

	for (; *groups; groups++)
		for (const struct op *op = *groups; op->name; op++)
			sum += op->weight;
	return sum;
}

/* Each operation has a generator of its own, so that what one takes of it is no matter to the next.
 */
static void run_sequence(struct world *w, unsigned int ops)
{
	static const struct op *const groups[] = { path_ops, file_ops, pipe_ops, socket_ops,
						   poll_ops, task_ops, NULL };
	unsigned int total = total_weight(groups);

	for (w->op = 1; w->op <= ops; w->op++) {
		const struct op *op;

		w->rng = w->seed * 0x2545f4914f6cdd1dULL + w->op;
		next(w);
		op = find_op(groups, below(w, total));
		while (w->nr_handles > MANY_HANDLES) {
			int fd = some_handle(w, KIND_ANY)->fd;

			close(fd);
			drop_fd(w, fd);
		}
		more(w, "%u %s:", w->op, op->name);
		run_op(w, op);
		let_others_run();
		more(w, "\n");
	}
}

/* The process of one seed, whose lines go to *log, which the caller made; or -1. */
static pid_t fork_seed(const struct job *job, uint64_t seed, struct log *log,
		       struct guarded *guarded)
{
	static struct world w;
	pid_t pid;

	log->used = 0;
	*guarded = (struct guarded){ 0 };
	w = (struct world){ .seed = seed, .log = log, .guarded = guarded };
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		if (set_up(&w) || become(job))
			_exit(1);
		run_sequence(&w, job->ops);
		_exit(0);
	}
	return pid < 0 ? fail("no process") : pid;
}

static pid_t start_seed(const struct job *job, uint64_t seed, struct log *log)
{
	return fresh_files(job->uid) ? fail("no fresh files")
				     : fork_seed(job, seed, log, job->guarded);
}

/* --- what waits for good is interrupted */

/* Behind those words in a file of /proc. */
static bool proc_says(const char *path, const char *words, const char *want)
{
	char text[8192];
	ssize_t n;
	int fd = open(path, O_RDONLY);
	const char *at;

	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n > 0 ? n : 0] = '\0';
	at = strstr(text, words);
	return at && !strncmp(at + strlen(words), want, strlen(want));
}

/* A clock that counts instructions runs ahead while all wait for a disk, so that is no sleep. */
static bool sleeps(pid_t pid)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	return proc_says(path, ") ", "S") && proc_says("/proc/stat", "procs_blocked ", "0\n");
}

struct watch {
	unsigned int turn;
	uint64_t since_us;
};

static void watch(const struct guarded *guarded, struct watch *seen)
{
	struct timespec now;
	uint64_t now_us;
	pid_t pid = guarded->pid;

	clock_gettime(CLOCK_MONOTONIC, &now);
	now_us = (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
	if (!pid || seen->turn != guarded->turn || !sleeps(pid)) {
		seen->turn = guarded->turn;
		seen->since_us = now_us;
	} else if (now_us - seen->since_us >= GUARD_US) {
		kill(pid, SIGALRM);
		seen->since_us = now_us;
	}
}

/* What it came to, by the status of wait(). */
static int end_seed(const struct log *log, int status)
{
	size_t shown = log->used < 300 ? log->used : 300;

	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return 0;
	printf("# %.*s\n", (int)shown, log->text + log->used - shown);
	return fail("the sequence did not end");
}

/* The lines of one seed in *log. */
static int run_seed(const struct job *job, uint64_t seed, struct log *log)
{
	const struct timespec tick = { .tv_nsec = GUARD_US / 4 * 1000 };
	struct watch seen = { 0 };
	pid_t pid = start_seed(job, seed, log), ended = 0;
	int status;

	while (pid > 0 && !ended) {
		nanosleep(&tick, NULL);
		watch(job->guarded, &seen);
		ended = waitpid(pid, &status, WNOHANG);
	}
	if (pid < 0)
		return -1;
	return ended == pid ? end_seed(log, status) : fail("no status");
}

/* --- comparisons */

static bool same(const struct log *a, const struct log *b)
{
	return a->used == b->used && !memcmp(a->text, b->text, a->used);
}

static void print_difference(const struct difference *d, const char *a, const char *b)
{
	printf("# line %u\n# %s: %.*s\n# %s: %.*s\n", d->line, a, d->a_len, d->a, b, d->b_len,
	       d->b);
}

/* Which of the switches makes a difference alone? */
static int find_guilty(const struct job *job, const struct switches *s, uint64_t seed,
		       const struct log *off, struct log *log)
{
	for (int i = 0; i < s->nr; i++) {
		if (switch_set(s->name[i], true) || run_seed(job, seed, log) ||
		    switch_set(s->name[i], false))
			return fail(s->name[i]);
		if (!same(off, log))
			printf("# it differs with %s alone\n", s->name[i]);
	}
	return 0;
}

static int report(const struct job *job, uint64_t seed, const struct log *a, const struct log *b,
		  const char *what)
{
	struct difference d;
	bool ok = same(a, b);

	printf("%s - random: seed %llu, %u operations as uid %u: %s\n", ok ? "ok" : "not ok",
	       (unsigned long long)seed, job->ops, job->uid, what);
	if (ok)
		return 0;
	d = log_compare(a->text, a->used, b->text, b->used);
	print_difference(&d, "first ", "second");
	printf("# again: patches/tests/random/run --seed %llu --ops %u --uid %u\n",
	       (unsigned long long)seed, job->ops, job->uid);
	return 1;
}

static int compare(const struct job *job, char **seeds)
{
	static struct switches s;
	struct log *log[3];
	int failed = 0;

	for (int i = 0; i < 3; i++) {
		log[i] = log_new((size_t)job->ops * LINE_BYTES);
		if (!log[i])
			return fail("no memory for the lines");
	}
	if (switches_find(&s, job->only) || switches_set(&s, false) || set_up_network())
		return fail("cannot begin");
	for (char **p = seeds; *p; p++) {
		uint64_t seed = strtoull(*p, NULL, 0);

		if (run_seed(job, seed, log[0]))
			return -1;
		if (p == seeds) {
			if (run_seed(job, seed, log[1]))
				return -1;
			failed |= report(job, seed, log[0], log[1],
					 "the same twice, without switches");
		}
		if (switches_set(&s, true) || run_seed(job, seed, log[1]) ||
		    switches_set(&s, false))
			return -1;
		if (report(job, seed, log[0], log[1], "the same with the switches off and on")) {
			if (!failed && find_guilty(job, &s, seed, log[0], log[2]))
				return -1;
			failed = 1;
		}
	}
	return report_network() || failed;
}

/* What began with a switch off ends with it on, and the other way round; and another sequence
 * changes the same files. */
static int flip_seed(const struct job *job, const struct switches *s, uint64_t seed,
		     struct log *const log[2])
{
	struct world luck = { .rng = seed };
	struct watch seen[2] = { { 0 } };
	unsigned long flips = 0;
	int status[2] = { 0 };
	pid_t pid[2];

	pid[0] = start_seed(job, seed, log[0]);
	pid[1] = pid[0] < 0 ? -1 : fork_seed(job, ~seed, log[1], job->guarded + 1);
	if (pid[1] < 0)
		return -1;
	for (int running = 2; running; flips++) {
		for (int i = 0; i < 2; i++) {
			if (!pid[i])
				continue;
			watch(job->guarded + i, &seen[i]);
			if (waitpid(pid[i], &status[i], WNOHANG) == pid[i]) {
				pid[i] = 0;
				running--;
			}
		}
		if (switch_set(s->name[below(&luck, (unsigned int)s->nr)], chance(&luck, 50)))
			return fail("a switch");
	}
	if (end_seed(log[0], status[0]) || end_seed(log[1], status[1]))
		return -1;
	printf("ok - random: seed %llu, twice %u operations as uid %u: %lu times a switch was set meanwhile\n",
	       (unsigned long long)seed, job->ops, job->uid, flips);
	return 0;
}

static int flip(const struct job *job, char **seeds)
{
	static struct switches s;
	struct log *log[2];

	for (int i = 0; i < 2; i++) {
		log[i] = log_new((size_t)job->ops * LINE_BYTES);
		if (!log[i])
			return fail("no memory");
	}
	if (switches_find(&s, job->only) || set_up_network())
		return fail("cannot begin");
	for (; *seeds; seeds++)
		if (flip_seed(job, &s, strtoull(*seeds, NULL, 0), log))
			return -1;
	return switches_set(&s, false) ? fail("a switch") : report_network();
}

static int write_log(const struct job *job, const char *file, char **seeds)
{
	struct log *log = log_new((size_t)job->ops * LINE_BYTES);
	FILE *out = fopen(file, "w");

	if (!log || !out || set_up_network())
		return fail(file);
	for (; *seeds; seeds++) {
		if (run_seed(job, strtoull(*seeds, NULL, 0), log))
			return -1;
		fprintf(out, "seed %s\n", *seeds);
		fwrite(log->text, 1, log->used, out);
	}
	fprintf(out, "end\n");
	return fclose(out) ? fail(file) : report_network();
}

static int diff(const char *a, const char *b)
{
	const char *name[2] = { a, b };
	char *text[2];
	struct difference d;
	size_t len[2];

	for (int i = 0; i < 2; i++) {
		FILE *in = fopen(name[i], "r");

		text[i] = NULL;
		len[i] = 0;
		if (!in || getdelim(&text[i], &len[i], '\0', in) < 0)
			return fail(name[i]);
		len[i] = strlen(text[i]);
		fclose(in);
	}
	d = log_compare(text[0], len[0], text[1], len[1]);
	if (d.line)
		print_difference(&d, a, b);
	free(text[0]);
	free(text[1]);
	return d.line ? 1 : 0;
}

static int usage(void)
{
	fprintf(stderr,
		"usage: random compare|flip|log|diff [-n OPS] [-u UID] [-s NAMES] ARGUMENT...\n");
	return 2;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	struct job job = { .ops = 10000 };
	int opt;

	while ((opt = getopt(argc - 1, argv + 1, "n:u:s:")) != -1) {
		if (opt == 'n')
			job.ops = (unsigned int)strtoul(optarg, NULL, 0);
		else if (opt == 'u')
			job.uid = (unsigned int)strtoul(optarg, NULL, 0);
		else if (opt == 's')
			job.only = optarg;
		else
			return usage();
	}
	argv += 1 + optind;
	argc -= 1 + optind;
	job.guarded = mmap(NULL, 2 * sizeof(*job.guarded), PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (job.guarded == MAP_FAILED)
		return -fail("no memory to share");
	if (job.uid && strcmp(what, "diff") && load_profile())
		return -fail("the profile cannot be loaded");
	if (!strcmp(what, "compare") && argc > 0)
		return compare(&job, argv) ? 1 : 0;
	if (!strcmp(what, "flip") && argc > 0)
		return flip(&job, argv) ? 1 : 0;
	if (!strcmp(what, "log") && argc > 1)
		return write_log(&job, argv[0], argv + 1) ? 1 : 0;
	if (!strcmp(what, "diff") && argc == 2)
		return diff(argv[0], argv[1]) ? 1 : 0;
	return usage();
}

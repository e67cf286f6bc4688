// SPDX-License-Identifier: GPL-2.0-only
/*
 * Instructions per operation with a switch of the trial kernel off and on, interleaved in one
 * boot. Under QEMU's -icount shift=0 the time stamp counter counts executed instructions.
 * Prints "sample,<who>,<operation>,<switch>,<round>,<off>,<on>" with instructions per operation.
 *
 * usage: ablate all | idle | OPERATION LOOPS
 *   idle             on any kernel: no switch is touched, both figures are of the kernel as it is
 *   OPERATION LOOPS  on any kernel: that operation so many times, for an exact profile
 * (bench/profile)
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/epoll.h>
#include <sys/sem.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>

#include "../patches/tests/self/net.h"

#define SWITCHES "/sys/kernel/debug/tailor"
#define FILE_PATH "/tmp/ablate/www/html/index.html" /* owned by root, mode 0644 */
#define OWN_PATH "/tmp/ablate/own"		    /* owned by who runs */
#define DATA_PATH "/tmp/ablate/data/file"
#define CACHED_PATH                                                                              \
	"/tmp/ablate/ram/file" /* without the option read as the files of ext4 are, unlike those \
				  of tmpfs */

/* Ticks are 1e7 instructions apart: a loop of this length sees one in ten times at most. */
#define LOOPS 200
#define LONG_INSN 150000 /* an operation of that length is repeated a tenth as often */
#define ROUNDS 15
#define MAX_SWITCHES 64

struct bench {
	int fd;
	int own;
	int cached;
	int pair[2];
	int pipe[2];
	struct net_pair tcp;
	int listener;
	uint16_t port;
	int epoll; /* waits for data on tcp.server */
	int sem;
	int sysctl;
	char buf[4096];
};

struct op {
	const char *name;
	int (*run)(struct bench *b); /* negative on failure */
};

static int op_open(struct bench *b)
{
	struct stat st;
	int fd = open(FILE_PATH, O_RDONLY);

	return fd < 0 || fstat(fd, &st) || read(fd, b->buf, sizeof(b->buf)) < 0 ? -1 : close(fd);
}

static int op_stat(struct bench *b)
{
	struct stat st;

	(void)b;
	return stat(FILE_PATH, &st);
}

static int op_fstat(struct bench *b)
{
	struct stat st;

	return fstat(b->fd, &st);
}

static int op_openclose(struct bench *b)
{
	int fd = open(FILE_PATH, O_RDONLY);

	(void)b;
	return fd < 0 ? -1 : close(fd);
}

static int op_pread(struct bench *b)
{
	return (int)pread(b->fd, b->buf, 64, 0);
}

static int op_openw(struct bench *b)
{
	int fd = open(OWN_PATH, O_WRONLY);

	(void)b;
	return fd < 0 ? -1 : close(fd);
}

static int op_create(struct bench *b)
{
	int fd = open(DATA_PATH, O_WRONLY | O_CREAT | O_EXCL, 0644);

	(void)b;
	return fd < 0 || close(fd) ? -1 : unlink(DATA_PATH);
}

static int op_chmod(struct bench *b)
{
	return fchmod(b->own, 0644);
}

static int op_chown(struct bench *b)
{
	/* away and back, which only root may */
	return fchown(b->own, 1, 1) ? -1 : fchown(b->own, 0, 0);
}

static int op_send(struct bench *b)
{
	return send(b->pair[0], b->buf, 64, 0) != 64 ? -1 : (int)recv(b->pair[1], b->buf, 64, 0);
}

static int op_pread_page(struct bench *b)
{
	return (int)pread(b->fd, b->buf, sizeof(b->buf), 0);
}

static int op_pread_cached(struct bench *b)
{
	return (int)pread(b->cached, b->buf, 64, 0);
}

static int op_pread_cached_page(struct bench *b)
{
	return (int)pread(b->cached, b->buf, sizeof(b->buf), 0);
}

static int op_pipe(struct bench *b)
{
	return write(b->pipe[1], b->buf, 64) != 64 ? -1 : (int)read(b->pipe[0], b->buf, 64);
}

/* A server's headers and body to the client that waits for them. */
static int op_writev(struct bench *b)
{
	struct iovec iov[2] = { { b->buf, 128 }, { b->buf, sizeof(b->buf) - 128 } };

	return writev(b->tcp.server, iov, 2) != sizeof(b->buf)
		       ? -1
		       : (int)recv(b->tcp.client, b->buf, sizeof(b->buf), 0);
}

static int op_sendfile(struct bench *b)
{
	off_t at = 0;

	return sendfile(b->tcp.server, b->fd, &at, sizeof(b->buf)) != sizeof(b->buf)
		       ? -1
		       : (int)recv(b->tcp.client, b->buf, sizeof(b->buf), 0);
}

/* A request and its reply, the server woken by epoll. */
static int op_epoll(struct bench *b)
{
	struct epoll_event event;

	return write(b->tcp.client, b->buf, 64) != 64 || epoll_wait(b->epoll, &event, 1, -1) != 1 ||
			       read(b->tcp.server, b->buf, 64) != 64 ||
			       write(b->tcp.server, b->buf, 64) != 64
		       ? -1
		       : (int)read(b->tcp.client, b->buf, 64);
}

/* A server asks until there is nothing more. */
static int op_accept_nothing(struct bench *b)
{
	return accept(b->listener, NULL, NULL) < 0 && errno == EAGAIN ? 0 : -1;
}

/* A whole connection with one request, as a web server's; the client closes first. */
static int op_connection(struct bench *b)
{
	struct net_pair c = { .client = socket(AF_INET, SOCK_STREAM, 0) };

	if (c.client < 0 || net_to(c.client, b->port))
		return -1;
	c.server = accept(b->listener, NULL, NULL);
	if (c.server < 0 || op_accept_nothing(b) || write(c.client, b->buf, 64) != 64 ||
	    read(c.server, b->buf, 64) != 64 ||
	    write(c.server, b->buf, sizeof(b->buf)) != sizeof(b->buf) ||
	    recv(c.client, b->buf, sizeof(b->buf), MSG_WAITALL) != sizeof(b->buf))
		return -1;
	return net_close(&c);
}

static int op_mmap(struct bench *b)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, b->fd, 0);

	return p == MAP_FAILED ? -1 : munmap(p, 4096);
}

static int op_kill(struct bench *b)
{
	(void)b;
	return kill(getppid(), 0);
}

static int op_semop(struct bench *b)
{
	struct sembuf up = { 0, 1, IPC_NOWAIT }, down = { 0, -1, IPC_NOWAIT };

	return semop(b->sem, &up, 1) ? -1 : semop(b->sem, &down, 1);
}

static int op_sysctl(struct bench *b)
{
	return (int)pread(b->sysctl, b->buf, 64, 0);
}

static int op_getpid(struct bench *b)
{
	(void)b;
	return (int)syscall(SYS_getppid);
}

/* This program once more, which ends at once. */
static int op_exec(struct bench *b)
{
	int status;
	pid_t pid = fork();

	(void)b;
	if (pid == 0) {
		execl("/proc/self/exe", "ablate", NULL);
		_exit(127);
	}
	return pid < 0 || waitpid(pid, &status, 0) != pid || status ? -1 : 0;
}

static const struct op ops[] = {
	{ "open+fstat+read+close", op_open },
	{ "open+close", op_openclose },
	{ "stat", op_stat },
	{ "fstat", op_fstat },
	{ "pread", op_pread },
	{ "open-write+close", op_openw },
	{ "create+unlink", op_create },
	{ "fchmod", op_chmod },
	{ "fchown-twice", op_chown },
	{ "pread-4k", op_pread_page },
	{ "pread-ramfs", op_pread_cached },
	{ "pread-4k-ramfs", op_pread_cached_page },
	{ "send+recv", op_send },
	{ "pipe-write+read", op_pipe },
	{ "tcp-writev+recv", op_writev },
	{ "tcp-sendfile+recv", op_sendfile },
	{ "tcp-request+epoll", op_epoll },
	{ "accept-nothing", op_accept_nothing },
	{ "tcp-connection", op_connection },
	{ "mmap-exec+munmap", op_mmap },
	{ "kill0", op_kill },
	{ "semop", op_semop },
	{ "sysctl-read", op_sysctl },
	{ "fork+exec", op_exec },
	{ "getppid", op_getpid },
};

static int fail(const char *what)
{
	printf("# %s: %s\n", what, strerror(errno));
	return 1;
}

/*
 * Instructions per operation, or 0 when the operation fails. What earlier loops left for later
 * (RCU callbacks) runs in the pause, which costs no time on this clock; so what an operation
 * leaves for later itself is not in its figure.
 */
static double measure(const struct op *op, struct bench *b)
{
	static const struct timespec pause = { .tv_nsec = 50000000 };
	uint64_t start;
	int loops;

	nanosleep(&pause, NULL);
	/* once more than counted: what was not yet cached */
	start = __rdtsc();
	if (op->run(b) < 0)
		return 0;
	loops = __rdtsc() - start < LONG_INSN ? LOOPS : LOOPS / 10;
	start = __rdtsc();
	for (int i = 0; i < loops; i++)
		if (op->run(b) < 0)
			return 0;
	return (double)(__rdtsc() - start) / loops;
}

struct switches {
	char name[MAX_SWITCHES][256];
	int fd[MAX_SWITCHES];
	int nr;
};

static int open_switches(struct switches *s)
{
	struct dirent **d;
	int nr = scandir(SWITCHES, &d, NULL, alphasort);

	for (int i = 0; i < nr; i++) {
		char path[sizeof(SWITCHES) + 256];

		if (d[i]->d_name[0] == '.')
			continue;
		if (s->nr == MAX_SWITCHES)
			return -1;
		snprintf(s->name[s->nr], sizeof(s->name[0]), "%s", d[i]->d_name);
		snprintf(path, sizeof(path), SWITCHES "/%s", d[i]->d_name);
		s->fd[s->nr] = open(path, O_WRONLY);
		if (s->fd[s->nr] < 0)
			return -1;
		s->nr++;
	}
	return s->nr ? 0 : -1;
}

/* One switch, or all that there are for which == nr. The descriptors were opened by root. */
static int set_switch(const struct switches *s, int which, const char *value)
{
	for (int i = 0; i < s->nr; i++)
		if ((which == s->nr || which == i) && write(s->fd[i], value, 1) != 1)
			return -1;
	return 0;
}

static int make_file(const char *path)
{
	static const char page[4096] = "data";
	int fd = open(path, O_WRONLY | O_CREAT, 0644);

	return fd < 0 || write(fd, page, sizeof(page)) != sizeof(page) ? -1 : close(fd);
}

static int make_files(void)
{
	int fd;

	if (mkdir("/tmp/ablate", 0755) || mkdir("/tmp/ablate/www", 0755) ||
	    mkdir("/tmp/ablate/www/html", 0755) || mkdir("/tmp/ablate/data", 0777) ||
	    chmod("/tmp/ablate/data", 0777))
		return -1;
	if (mkdir("/tmp/ablate/ram", 0755) || mount("ram", "/tmp/ablate/ram", "ramfs", 0, NULL) ||
	    make_file(FILE_PATH) || make_file(CACHED_PATH))
		return -1;
	fd = open(OWN_PATH, O_WRONLY | O_CREAT, 0644);
	return fd < 0 ? -1 : close(fd);
}

static int open_network(struct bench *b)
{
	struct epoll_event event = { .events = EPOLLIN };

	b->listener = net_bound(SOCK_STREAM, &b->port);
	b->epoll = epoll_create1(0);
	return b->listener < 0 || listen(b->listener, 16) ||
			       fcntl(b->listener, F_SETFL, O_NONBLOCK) || net_connect(&b->tcp) ||
			       epoll_ctl(b->epoll, EPOLL_CTL_ADD, b->tcp.server, &event)
		       ? -1
		       : 0;
}

static int open_all(struct bench *b)
{
	b->fd = open(FILE_PATH, O_RDONLY);
	b->own = open(OWN_PATH, O_RDWR);
	b->cached = open(CACHED_PATH, O_RDONLY);
	b->sysctl = open("/proc/sys/vm/swappiness", O_RDONLY);
	/* a tailored kernel may lack these: then their operations alone fail */
	b->sem = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, b->pair))
		b->pair[0] = b->pair[1] = -1;
	return b->fd < 0 || b->own < 0 || b->cached < 0 || b->sysctl < 0 || pipe(b->pipe) ||
			       open_network(b)
		       ? -1
		       : 0;
}

/* Both sides of one round. Which comes first alternates, since the second finds warmer caches. */
static int measure_pair(const struct op *op, const struct switches *s, int which, int round,
			struct bench *b, double insn[2])
{
	for (int i = 0; i < 2; i++) {
		int on = (round + i) & 1;

		if (set_switch(s, which, on ? "1" : "0"))
			return -1;
		insn[on] = measure(op, b);
	}
	return set_switch(s, which, "0");
}

static int measure_switch(const char *who, const struct op *op, const struct switches *s, int which,
			  struct bench *b)
{
	const char *all = s->nr ? "ALL" : "none";
	const char *name = which == s->nr ? all : s->name[which];

	for (int round = 0; round < ROUNDS; round++) {
		double insn[2];

		if (measure_pair(op, s, which, round, b, insn))
			return fail("cannot set a switch");
		if (insn[0] == 0 || insn[1] == 0) {
			/* not for this user: said, left out */
			printf("# %s: %s fails with %s\n", who, op->name, name);
			return 0;
		}
		printf("sample,%s,%s,%s,%d,%.2f,%.2f\n", who, op->name, name, round, insn[0],
		       insn[1]);
	}
	return 0;
}

static int measure_all(const char *who, const struct switches *s, struct bench *b)
{
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		for (int which = 0; which <= s->nr; which++)
			if (measure_switch(who, &ops[i], s, which, b))
				return 1;
	return 0;
}

/* A kernel without users has no other than root, which is no failure. */
static int no_such_user(void)
{
	const bool has_users = errno != ENOSYS;

	fail("setuid");
	return has_users;
}

static int run_as(const char *who, unsigned int uid, const struct switches *s)
{
	static struct bench b;
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		return fail("fork");
	if (pid == 0) {
		if (chown(OWN_PATH, uid, uid))
			_exit(fail("chown"));
		if (uid &&
		    (setgroups(0, NULL) || setresgid(uid, uid, uid) || setresuid(uid, uid, uid)))
			_exit(no_such_user());
		if (open_all(&b))
			_exit(fail("open"));
		status = measure_all(who, s, &b);
		fflush(stdout);
		_exit(status);
	}
	return waitpid(pid, &status, 0) != pid || !WIFEXITED(status) ? 1 : WEXITSTATUS(status);
}

static int repeat(const char *name, long loops)
{
	static struct bench b;

	if (open_all(&b))
		return fail("open");
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		if (strcmp(ops[i].name, name))
			continue;
		while (loops-- > 0)
			if (ops[i].run(&b) < 0)
				return fail(name);
		return 0;
	}
	printf("# no operation %s\n", name);
	return 2;
}

int main(int argc, char **argv)
{
	static struct switches s;

	if (argc == 1)
		return 0; /* op_exec() */
	umask(022);
	if (make_files())
		return fail("/tmp/ablate");
	if (net_set_loopback(true))
		return fail("lo");
	if (argc == 3)
		return repeat(argv[1], atol(argv[2]));
	if (strcmp(argv[1], "idle") && open_switches(&s))
		return fail(SWITCHES);
	return run_as("root", 0, &s) || run_as("uid33", 33, &s);
}

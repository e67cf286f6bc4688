// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs a program that does not outlive those it runs for.
 *
 * usage: leash [-t SECONDS] [-w PID:START]... COMMAND...
 *   -t SECONDS    end the program after that, from 1 to 1000000000
 *   -w PID:START  end it when that process ends; START is its start time, field 22 of
 *                 /proc/PID/stat, since another process may get the same number
 * Exit: that of the program, 128 + N when signal N ended it, 124 when the time was over, 125 when a
 * process of -w is gone. INT, TERM and HUP end the program first, then leash by the same signal;
 * and when leash is killed, the kernel kills the program.
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	MAX_WATCHED = 64,
	MAX_SECONDS = 1000000000,
	EXIT_TIME = 124,
	EXIT_GONE = 125,
	EXIT_NO_COMMAND = 127,
	GRACE_MS = 2000,
	RECHECK_MS = 200
};

/* A process that the program runs for; fd is -1 where the kernel has no pidfd_open(). */
struct watched {
	pid_t pid;
	unsigned long long start;
	int fd;
};

static long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

/* The same process as when it was named, and not only its remains. */
static bool is_alive(const struct watched *w)
{
	char path[64], line[1024], state;
	unsigned long long start;
	const char *rest;
	FILE *f;
	bool read;

	snprintf(path, sizeof(path), "/proc/%d/stat", w->pid);
	f = fopen(path, "r");
	if (!f)
		return false;
	read = fgets(line, sizeof(line), f);
	fclose(f);
	/* the name of the program stands in brackets and may hold some */
	rest = read ? strrchr(line, ')') : NULL;
	if (!rest ||
	    sscanf(rest + 1,
		   " %c %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %llu",
		   &state, &start) != 2)
		return false;
	return start == w->start && state != 'Z' && state != 'X';
}

/* A number of digits alone that ends at *end, from 1 to max; 0: there is none. */
static unsigned long long number_at(const char *text, unsigned long long max, char **end)
{
	unsigned long long n;

	*end = (char *)text;
	if (*text < '0' || *text > '9')
		return 0;
	errno = 0;
	n = strtoull(text, end, 10);
	return errno || n > max ? 0 : n;
}

static bool watch(struct watched *w, const char *text)
{
	char *end;

	w->pid = (pid_t)number_at(text, INT_MAX, &end);
	if (!w->pid || *end != ':')
		return false;
	w->start = number_at(end + 1, ULLONG_MAX, &end);
	if (!w->start || *end)
		return false;
	w->fd = (int)syscall(SYS_pidfd_open, w->pid, 0);
	return true;
}

static pid_t start_command(char **command, const sigset_t *before)
{
	pid_t parent = getpid();
	pid_t pid = fork();

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_GONE);
	/* what a shell starts in the background ignores these */
	signal(SIGINT, SIG_DFL);
	signal(SIGQUIT, SIG_DFL);
	sigprocmask(SIG_SETMASK, before, NULL);
	execvp(command[0], command);
	fprintf(stderr, "leash: %s: %s\n", command[0], strerror(errno));
	_exit(EXIT_NO_COMMAND);
}

/* Whether the program has ended, and how. */
static bool has_ended(pid_t pid, int *status)
{
	return waitpid(pid, status, WNOHANG) == pid;
}

/* Ends the program: it is asked to, and killed when it does not. */
static void end(pid_t pid, int signals)
{
	long long until = now_ms() + GRACE_MS;
	struct pollfd fd = { .fd = signals, .events = POLLIN };
	struct signalfd_siginfo info;
	int status;

	kill(pid, SIGTERM);
	while (!has_ended(pid, &status)) {
		long long left = until - now_ms();

		if (left <= 0) {
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			return;
		}
		if (poll(&fd, 1, (int)left) > 0 && read(signals, &info, sizeof(info)) < 0)
			return;
	}
}

/* What ended the wait: a signal to leash (its number), 0 for the program, or below. */
enum { TIME_OVER = -1, SOMEBODY_GONE = -2 };

static int wait_for_end(pid_t pid, int signals, const struct watched *watched, int nr,
			long long until, int *status)
{
	struct pollfd fds[MAX_WATCHED + 1];
	struct signalfd_siginfo info;

	for (int i = 0; i < nr; i++)
		fds[i] = (struct pollfd){ .fd = watched[i].fd, .events = POLLIN };
	fds[nr] = (struct pollfd){ .fd = signals, .events = POLLIN };
	for (;;) {
		long long left = until ? until - now_ms() : RECHECK_MS;
		int timeout = -1;

		if (has_ended(pid, status))
			return 0;
		if (left <= 0)
			return TIME_OVER;
		for (int i = 0; i < nr; i++) {
			if (!is_alive(&watched[i]))
				return SOMEBODY_GONE;
			if (watched[i].fd < 0)
				timeout = RECHECK_MS;
		}
		if (until && (timeout < 0 || left < timeout))
			timeout = left < 1000000000 ? (int)left : 1000000000;
		if (poll(fds, (nfds_t)nr + 1, timeout) < 0 || !(fds[nr].revents & POLLIN))
			continue;
		if (read(signals, &info, sizeof(info)) == sizeof(info) && info.ssi_signo != SIGCHLD)
			return (int)info.ssi_signo;
	}
}

/* When the time is over; 0: text is no number of seconds. */
static long long end_of_time(const char *text)
{
	char *end;
	unsigned long long seconds = number_at(text, MAX_SECONDS, &end);

	return seconds && !*end ? now_ms() + (long long)seconds * 1000 : 0;
}

static int usage(void)
{
	fprintf(stderr, "usage: leash [-t SECONDS] [-w PID:START]... COMMAND...\n");
	return 2;
}

int main(int argc, char **argv)
{
	struct watched watched[MAX_WATCHED];
	int nr = 0, option, status = 0, why, signals;
	long long until = 0;
	sigset_t set, before;
	pid_t pid;

	while ((option = getopt(argc, argv, "+t:w:")) != -1) {
		if (option == 't' && !(until = end_of_time(optarg))) {
			fprintf(stderr, "leash: -t %s: want a number of seconds from 1 to %d\n",
				optarg, MAX_SECONDS);
			return usage();
		}
		if (option == 'w' && nr == MAX_WATCHED) {
			fprintf(stderr, "leash: -w %s: no more than %d processes are watched\n",
				optarg, MAX_WATCHED);
			return usage();
		}
		if (option == 'w' && !watch(&watched[nr++], optarg)) {
			fprintf(stderr, "leash: -w %s: want PID:START, two numbers above 0\n",
				optarg);
			return usage();
		}
		if (option == '?')
			return usage();
	}
	if (optind == argc)
		return usage();

	/* a signal that is ignored would not come: what a shell starts in the background ignores
	 * some */
	sigemptyset(&set);
	for (const int *s = (const int[]){ SIGINT, SIGTERM, SIGHUP, SIGCHLD, 0 }; *s; s++) {
		signal(*s, SIG_DFL);
		sigaddset(&set, *s);
	}
	sigprocmask(SIG_BLOCK, &set, &before);
	for (const int *s = (const int[]){ SIGINT, SIGTERM, SIGHUP, SIGCHLD, 0 }; *s; s++)
		sigdelset(&before, *s);
	signals = signalfd(-1, &set, SFD_CLOEXEC);
	if (signals < 0) {
		perror("leash: signalfd");
		return 1;
	}
	pid = start_command(argv + optind, &before);
	if (pid < 0) {
		perror("leash: fork");
		return 1;
	}
	why = wait_for_end(pid, signals, watched, nr, until, &status);
	if (why == 0)
		return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	end(pid, signals);
	if (why == TIME_OVER)
		return EXIT_TIME;
	if (why == SOMEBODY_GONE) {
		fprintf(stderr, "leash: a script that this runs for has ended\n");
		return EXIT_GONE;
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	raise(why);
	return 128 + why;
}

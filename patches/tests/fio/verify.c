// SPDX-License-Identifier: GPL-2.0-only
/*
 * fio of the image on /dev/vda, with the switches of a trial kernel off and with all on: what it
 * writes it must read back. Prints TAP.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../self/switches.h"

#define ROOT "/tmp/root"

static int mount_image(void)
{
	return mkdir(ROOT, 0755) || mount("/dev/vda", ROOT, "ext4", 0, NULL) ||
			       mount("/dev", ROOT "/dev", NULL, MS_BIND, NULL) ||
			       mount("proc", ROOT "/proc", "proc", 0, NULL) ||
			       mount("tmp", ROOT "/tmp", "tmpfs", 0, NULL)
		       ? -1
		       : 0;
}

/* The exit status of fio; what it reports goes to the console. */
static int run_fio(const char *engine)
{
	char engine_arg[32];
	int status;
	pid_t pid;

	snprintf(engine_arg, sizeof(engine_arg), "--ioengine=%s", engine);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		if (chroot(ROOT) || chdir("/"))
			_exit(126);
		dup2(STDERR_FILENO, STDOUT_FILENO);
		execl("/usr/bin/fio", "fio", "--name=verify", "--filename=/var/tmp/verify",
		      "--size=8m", "--rw=randrw", "--bsrange=512-32k", "--bs_unaligned=1",
		      "--randseed=7", "--verify=crc32c", "--verify_fatal=1", "--do_verify=1",
		      "--verify_backlog=64", "--thread", engine_arg, (char *)NULL);
		_exit(127);
	}
	return pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status)
		       ? -1
		       : WEXITSTATUS(status);
}

int main(void)
{
	static const char *const engines[] = { "sync", "psync", "vsync", "libaio", "mmap" };
	static struct switches s;
	int failed = 0;

	if (mount_image() || switches_find(&s, NULL)) {
		printf("not ok - fio: the image cannot be used: %s\n", strerror(errno));
		return 1;
	}
	for (int on = 0; on < 2; on++) {
		if (switches_set(&s, on))
			failed = 1;
		for (size_t i = 0; i < sizeof(engines) / sizeof(engines[0]); i++) {
			int status = run_fio(engines[i]);

			printf("%s - fio: %s reads what it wrote, switches %s (exit %d)\n",
			       status ? "not ok" : "ok", engines[i], on ? "on" : "off", status);
			failed |= status != 0;
		}
	}
	return failed;
}

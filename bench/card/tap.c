// SPDX-License-Identifier: GPL-2.0-only
/*
 * A TAP device that is none. QEMU gets a descriptor (-netdev tap,fd=33) and asks it what it would
 * ask a device of the kernel; the answers come from here, because this library stands before the C
 * library (LD_PRELOAD). So the card keeps what a card behind a TAP has (checksums and segmentation
 * left to the host), no device, name space or right is needed, and a frame is here the moment that
 * the card sends it. What the card is to receive never comes by the descriptor: lockstep.c hands it
 * over at its time.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include <net/if.h>
#include <linux/if_tun.h>

#include "frames.h"

#define TAP_FD 33
#define EXPORTED __attribute__((visibility("default")))

struct frames tap_sent;

/* A socket whose other end stays open and silent: QEMU polls it and never finds anything. */
__attribute__((constructor)) static void open_tap(void)
{
	int pair[2];

	if (!getenv("TAILOR_CARD"))
		return;
	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) || fcntl(pair[1], F_DUPFD, TAP_FD + 1) < 0 ||
	    dup2(pair[0], TAP_FD) < 0)
		abort();
	close(pair[0]);
	close(pair[1]);
	/* Programs that QEMU's wrapper starts are no machines. */
	unsetenv("TAILOR_CARD");
}

EXPORTED ssize_t writev(int fd, const struct iovec *iov, int nr_iov)
{
	ssize_t (*next)(int fd, const struct iovec *iov, int nr_iov);
	ssize_t len = 0;

	if (fd != TAP_FD) {
		*(void **)&next = dlsym(RTLD_NEXT, "writev");
		return next(fd, iov, nr_iov);
	}
	if (frames_add(&tap_sent, iov, nr_iov)) {
		errno = ENOBUFS;
		return -1;
	}
	for (int i = 0; i < nr_iov; i++)
		len += (ssize_t)iov[i].iov_len;
	return len;
}

EXPORTED int ioctl(int fd, unsigned long request, ...)
{
	int (*next)(int fd, unsigned long request, void *arg);
	struct ifreq *interface;
	va_list args;
	void *arg;

	va_start(args, request);
	arg = va_arg(args, void *);
	va_end(args);
	if (fd != TAP_FD || request == FIONBIO) {
		*(void **)&next = dlsym(RTLD_NEXT, "ioctl");
		return next(fd, request, arg);
	}
	if (request == TUNGETIFF) {
		interface = arg;
		memset(interface, 0, sizeof(*interface));
		strcpy(interface->ifr_name, "tailor");
		interface->ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR;
	} else if (request == TUNGETFEATURES) {
		*(unsigned int *)arg = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR;
	}
	/* Header lengths, offloads and buffers: as asked for. */
	return 0;
}

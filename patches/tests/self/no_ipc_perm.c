// SPDX-License-Identifier: GPL-2.0-only
/* TAILOR_NO_IPC_PERM: System V IPC objects are open to every task. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <unistd.h>

#include "self.h"

/* Objects are found by key, so that the operations need no state of the set-up. */
enum { KEY_SHM = 0x7a11, KEY_SEM, KEY_MSG };

static int setup(void)
{
	int shm = shmget(KEY_SHM, 4096, IPC_CREAT | 0600);
	int sem = semget(KEY_SEM, 1, IPC_CREAT | 0600);
	int msg = msgget(KEY_MSG, IPC_CREAT | 0600);

	return shm < 0 || sem < 0 || msg < 0 || self_file("secret", 0600, 0) ? -1 : 0;
}

static int attach(void)
{
	void *p = shmat(shmget(KEY_SHM, 0, 0), NULL, 0);

	return p == (void *)-1 ? errno : 0;
}

static int up(void)
{
	struct sembuf op = { .sem_num = 0, .sem_op = 1 };

	return self_errno(semop(semget(KEY_SEM, 0, 0), &op, 1));
}

static int send(void)
{
	struct {
		long type;
		char text[1];
	} msg = { 1, { 'x' } };

	return self_errno(msgsnd(msgget(KEY_MSG, 0), &msg, sizeof(msg.text), IPC_NOWAIT));
}

static int ask_for_write(void)
{
	return self_errno(shmget(KEY_SHM, 0, 0200));
}

static int set_mode(void)
{
	struct shmid_ds ds = { .shm_perm.mode = 0600 };

	return self_errno(shmctl(shmget(KEY_SHM, 0, 0), IPC_SET, &ds));
}

/* who made it is still known; IPC_STAT asks for read permission itself */
static int remembered(void)
{
	struct shmid_ds ds;

	if (shmctl(shmget(KEY_SHM, 0, 0), IPC_STAT, &ds))
		return errno;
	return ds.shm_perm.cuid != 0 || (ds.shm_perm.mode & 0777) != 0600 ? EINVAL : 0;
}

static int destroy(void)
{
	return self_errno(msgctl(msgget(KEY_MSG, 0), IPC_RMID, NULL));
}

static int bad_id(void)
{
	return self_errno(shmctl(0x7fffffff, IPC_RMID, NULL));
}

static int missing_key(void)
{
	return self_errno(shmget(KEY_SHM + 100, 0, 0));
}

static int read_secret(void)
{
	return try_open("secret", O_RDONLY);
}

static const struct self_check checks[] = {
	{ "shared memory of root is attached", attach, SELF_USER, EACCES, 0 },
	{ "a semaphore of root is raised", up, SELF_USER, EACCES, 0 },
	{ "a message to a queue of root", send, SELF_USER, EACCES, 0 },
	{ "shmget for writing", ask_for_write, SELF_USER, EACCES, 0 },
	{ "IPC_STAT shows the creator and the mode", remembered, SELF_USER, EACCES, 0 },
	{ "the same by root", remembered, 0, 0, 0 },
	{ "a user who is nobody's owner changes the owner", set_mode, SELF_OTHER, EPERM, 0 },
	{ "a queue of root is removed", destroy, SELF_USER, EPERM, 0 },
	{ "an identifier that is none", bad_id, SELF_USER, EINVAL, EINVAL },
	{ "a key that is none", missing_key, SELF_USER, ENOENT, ENOENT },
	{ "a 0600 file of root is read", read_secret, SELF_USER, EACCES, EACCES },
};

SELF_TEST("no_ipc_perm", setup, checks)

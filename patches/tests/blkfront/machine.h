/* SPDX-License-Identifier: GPL-2.0-only */
/* The machine that the driver finds itself in: a guest with one disk, and the domain behind it. */
#ifndef MACHINE_H
#define MACHINE_H

#include "kernel.h"
#include "seen.h"
#include "unseen.h"

#define MAX_CHANNELS 64
#define SLOT_SECTORS 256u
#define SECTOR 512u
/* A flush has no place on the disk; this one says whose it is. */
#define FLUSH_SECTOR (1ull << 40)

struct config {
	u64 seed;
	unsigned int ios, rounds, rings, order, submitters, depth, segments, grants;
	unsigned int persistent, trusted, flush, barrier, discard, secure, elevator, plug, purge,
		poll, fua, rings_after, late, races, cpus, offered, calm, rest, unbind, gone,
		unfinished;
	unsigned int errors, delay, resume, verbose;
	const char *hostile;
};

struct channel {
	unsigned int irq;
	irq_handler_t handler;
	void *dev_id;
	pthread_t thread;
	pthread_mutex_t running;
	bool bound;
	u32 stop, pending, masked, disabled, deaths;
	struct unseen_event to_front, to_back;
	/* What the producer indices of the shared ring order, for the sanitizer. */
	u32 requests, responses;
};

struct stats {
	u64 issued, completed, sectors, failed, busy, abandoned, resumes;
	u64 forged, deaths;
	u64 in_flight_at_end;
	u64 under_lock, batched, remote, spin_locks, irq_locks;
	u64 interrupts, spurious, kicks;
	u64 grant_allocs, grants_exhausted;
	/* Lines for the log of the kernel, alerts apart. */
	u64 said;
};

/* A part of the disk that has one I/O at a time; only what is not seen looks into it. */
struct slot;

struct machine {
	struct config cfg;
	struct stats stats;
	struct xenbus_driver *driver;
	struct xenbus_device dev;
	struct gendisk *disk;
	struct channel channels[MAX_CHANNELS];
	unsigned int nr_channels;
	struct channel *ring_channel[MAX_HCTX];
	struct unseen_event progress;
	u32 stop, dead, armed, paused, connected;
	/* Nobody answers any more, so that I/O may end with an error at any time. */
	u32 nobody_answers;
	u64 failures;
};
extern struct machine machine;

/* --- check.c: each I/O once, after its answer, with its data */

struct job {
	struct slot *slot;
	enum req_op op;
	bool fua;
	u32 first, sectors;
	u32 gen;
	struct bio *bio;
};

__attribute__((format(printf, 1, 2))) void check_fail(const char *fmt, ...);
void slots_init(unsigned int nr);
void slots_free(void);
struct slot *slot_nr(unsigned int nr);
bool slot_take(struct slot *slot);
void slot_release(struct slot *slot);
sector_t slot_sector(const struct slot *slot);
void slot_issue(struct slot *slot, struct job *job);
void slot_complete(struct slot *slot, struct job *job, blk_status_t status);
/* The backend took that request, and is about to answer it. */
struct slot *slot_taken(u8 op, sector_t sector, u32 sectors);
void slot_answered(struct slot *slot, int status);
u32 slots_in_flight(bool print);
void slots_recover(void);
/* The I/O of that slot, if it did not end. */
struct job *slot_abandoned(u32 nr);
void pattern_fill(void *p, sector_t sector, u32 gen);
/* Whether that is a pattern of that sector; says which. */
bool pattern_read(const void *p, sector_t sector, u32 *gen);

/* --- grants.c */

/* For gnttab_grant_foreign_access_ref(), instead of "read-only". */
#define GRANT_OF_RING 2
/* The first ones are not given away. */
#define GRANTS_RESERVED 8u
void grants_init(unsigned int nr);
void grants_finish(void);
void *grant_pin(grant_ref_t ref);
void grant_unpin(grant_ref_t ref);
/* How many references are not free. */
u32 grants_held(void);

/* --- events.c */

struct channel *channel_of_port(unsigned int port);
void channel_notify(struct channel *channel);
void channels_idle(void);
void channels_finish(void);

/* --- xenbus.c */

void store_write(const char *dir, const char *node, unsigned int value);
bool store_read(const char *dir, const char *node, unsigned int *value);
void store_clear(void);
void store_remove(const char *dir, const char *node);
/* No transaction can be started. */
void store_refuse(bool refuse);

/* --- mq.c, load.c, backend.c, mm.c */

struct request *mq_get_request(struct request_queue *q, struct blk_mq_hw_ctx *hctx);
void mq_issue(struct request *list);
/* Requests of a queue that is polled are REQ_POLLED. */
struct blk_mq_hw_ctx *mq_hctx_of(struct request_queue *q, enum hctx_type type, u32 cpu);
bool mq_poll(struct blk_mq_hw_ctx *hctx);
void mq_start(void);
void mq_stop(void);
void load_start(void);
void load_stop(void);
bool load_finished(void);
/* Returns when no submitter is in the driver, nor will be until it goes on. */
void load_pause(void);
void load_continue(void);
/* What a program and write-back submit while the disk is removed; from the thread that removes it.
 */
void load_write_back(struct request_queue *q);
/* Each queue once. Returns whether any had something. */
bool load_poll(struct request_queue *q);
void job_end(struct job *job, blk_status_t status);
void backends_start(void);
void backends_stop(void);
/* They answer nothing more, but keep mapped what they have mapped until they let go. */
void backends_hold(void);
void backends_let_go(void);
/* main.c: what was to become of the backend while its disk is removed */
void backend_goes(void);
void disk_free(void);
bool hostile_loses(void);
/* Frees the I/Os that will never end. */
void jobs_abandon(void);
void mm_finish(void);
void thread_start(pthread_t *thread, void *(*fn)(void *), void *arg);
void thread_seed(u64 stream);

/* --- driver.c: the driver, and what the harness must know of its inside */

void driver_known_races(struct xenbus_device *dev);
unsigned int driver_rings(struct xenbus_device *dev);
/* Whether the driver ends requests that nobody will answer. */
bool driver_ends_all(void);
/* How many references all disks keep, as the driver counts them. */
int driver_grefs_kept(void);

#endif

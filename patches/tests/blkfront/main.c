// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs drivers/block/xen-blkfront.c in user space, unchanged, against a backend that is a thread.
 *
 * usage: blkfront [NAME=VALUE]...   (names: options[] below; hostile=KIND,... see hostile.c)
 *
 * What is modelled:
 *
 * - CPUs are threads: submitters, an interrupt thread a ring, one for remote completions, kblockd,
 *   a worker, a backend a ring. All run in parallel and are preempted anywhere.
 *
 * - The ring, its macros and its protocol are those of the tree (io/ring.h, io/blkif.h), and so is
 *   the text of the driver. What it calls is here: blk-mq (mq.c), grants (grants.c), event channels
 *   (events.c), xenbus (xenbus.c), workqueues (work.c), locks (lock.c), pages (mm.c).
 *
 * - READ_ONCE and WRITE_ONCE are relaxed atomics, smp_store_release and smp_load_acquire are those
 *   of C11, locks are mutexes. The barriers of the ring are edges that they alone make (barrier.c).
 *
 * - Whatever the harness itself needs to wait, wake, count and check orders nothing in the eyes of
 *   the thread sanitizer: unseen.c, check.c, grants.c and backend.c are built without it. Edges are
 *   made only where a kernel makes them: tags, lists of requests, workqueues, quiescing, joining.
 *
 * - The backend tells the sanitizer what it reads and writes on the ring and in granted pages. So
 *   whoever uses data too early, or gives memory away too early, is seen wherever that happens. A
 *   hostile backend tells it nothing, and makes no edge between what it saw and what it answers.
 *
 * What is not:
 *
 * - Weaker machines than x86: a missing barrier is found as a missing edge, not by executing the
 *   other order. smp_rmb, smp_wmb and smp_mb make no edge, so code that relies on them alone is
 *   reported; a missing full barrier is found only if a notification gets lost by that.
 *
 * - Interrupts do not interrupt, they run beside. Locks remember whether that would be a deadlock.
 *
 * - Time-outs of requests, schedulers (elevator=1 takes their path only), hotplug of CPUs, failing
 *   allocations, pages larger than those of Xen (so no request is split in two).
 *
 * What is checked: check.c says it for I/O, grants.c for grants, mm.c for pages, lock.c for locks.
 * Races of vanilla that are known and let pass are in driver.c and connect(); races=1 lets none
 * pass.
 */
#include <unistd.h>

#include "machine.h"

#define NODENAME "device/vbd/51712"
#define OTHEREND "backend/vbd/1/51712"

static const struct option {
	const char *name;
	size_t at;
	unsigned int value;
	const char *what;
} options[] = {
#define OPTION(name, value, what)                                 \
	{                                                         \
#name, offsetof(struct config, name), value, what \
	}
	OPTION(ios, 20000, "I/Os of a round"),
	OPTION(rounds, 1, "times that the device is connected and removed, each with its seed"),
	OPTION(rings, 1, "rings"),
	OPTION(order, 0, "order of the pages of a ring"),
	OPTION(submitters, 2, "submitting threads"),
	OPTION(depth, 32, "I/Os in flight of each"),
	OPTION(segments, 32, "pages of the largest I/O"),
	OPTION(grants, 16384, "grants there are"),
	OPTION(persistent, 1, "the backend keeps grants mapped"),
	OPTION(trusted, 1, "0: data goes through pages of the driver"),
	OPTION(flush, 1, "the backend flushes"),
	OPTION(barrier, 0, "the backend has barriers, so FUA"),
	OPTION(discard, 1, "the backend discards"),
	OPTION(secure, 0, "the backend discards securely"),
	OPTION(elevator, 0, "requests go through a list"),
	OPTION(plug, 16, "requests issued together, at most"),
	OPTION(errors, 0, "of 1024 reads and writes the backend fails"),
	OPTION(delay, 200, "us that the backend waits now and then, at most"),
	OPTION(resume, 0, "times that the domain is suspended and resumed in a round"),
	OPTION(purge, 0, "unused grants are purged during a resume, too"),
	OPTION(rings_after, 0, "rings after a resume (0: as many as before)"),
	OPTION(poll, 0, "queues that are polled, besides"),
	OPTION(fua, 11, "pages of the largest FUA write"),
	OPTION(late, 0, "interrupts arrive while the device is removed"),
	OPTION(cpus, MAX_HCTX, "processors, as far as the number of queues goes"),
	OPTION(offered, 0, "rings that the backend offers before the first resume (0: all)"),
	OPTION(calm, 0, "nothing is in flight when the domain is suspended"),
	OPTION(rest, 0, "after the load the disk rests, and must give its grants back"),
	OPTION(unbind, 0, "the disk is removed from a backend that lives, with I/O in flight"),
	OPTION(gone, 0,
	       "the disk is removed with I/O in flight when the backend is 1 closing, 2 dead, "
	       "3 closing with pages mapped; 4 it dies meanwhile"),
	OPTION(unfinished, 0,
	       "the disk is removed after a resume 1 before the backend came, 2 that failed"),
	OPTION(races, 0, "races of vanilla that are known fail, too"),
	OPTION(verbose, 0, "print what the kernel would"),
#undef OPTION
};

static unsigned int *option_value(const struct option *option)
{
	return (unsigned int *)((char *)&machine.cfg + option->at);
}

static void usage(void)
{
	printf("usage: blkfront [NAME=VALUE]...\n  seed=N, hostile=KIND,... and\n");
	for (u32 i = 0; i < ARRAY_SIZE(options); i++)
		printf("  %-12s %6u  %s\n", options[i].name, options[i].value, options[i].what);
	exit(2);
}

static void parse(const char *arg)
{
	const char *value = strchr(arg, '=');

	if (!value)
		usage();
	value++;
	if (!strncmp(arg, "seed=", 5)) {
		machine.cfg.seed = strtoull(value, NULL, 0);
		return;
	}
	if (!strncmp(arg, "hostile=", 8)) {
		machine.cfg.hostile = *value ? value : NULL;
		return;
	}
	for (u32 i = 0; i < ARRAY_SIZE(options); i++) {
		size_t n = strlen(options[i].name);

		if (!strncmp(arg, options[i].name, n) && arg[n] == '=') {
			*option_value(&options[i]) = (unsigned int)strtoul(value, NULL, 0);
			return;
		}
	}
	usage();
}

void thread_start(pthread_t *thread, void *(*fn)(void *), void *arg)
{
	if (pthread_create(thread, NULL, fn, arg))
		abort();
}

void thread_seed(u64 stream)
{
	rng_seed(READ_ONCE(machine.cfg.seed), stream);
}

/* --- one life of the device */

/* Of this life */
static unsigned int resumes;

/* Every other backend that the domain comes to offers another number. */
static unsigned int rings_offered(void)
{
	const struct config *cfg = &machine.cfg;

	if (cfg->rings_after && resumes % 2)
		return cfg->rings_after;
	return cfg->offered ?: cfg->rings + cfg->poll;
}

static void write_store(void)
{
	const struct config *cfg = &machine.cfg;

	store_clear();
	store_write(NODENAME, "virtual-device", 51712);
	store_write(OTHEREND, "sectors", cfg->submitters * cfg->depth * SLOT_SECTORS);
	store_write(OTHEREND, "info", 0);
	store_write(OTHEREND, "sector-size", SECTOR);
	store_write(OTHEREND, "feature-flush-cache", cfg->flush);
	store_write(OTHEREND, "feature-barrier", cfg->barrier);
	store_write(OTHEREND, "feature-discard", cfg->discard);
	store_write(OTHEREND, "discard-secure", cfg->secure);
	store_write(OTHEREND, "feature-persistent", cfg->persistent);
	store_write(OTHEREND, "feature-max-indirect-segments", cfg->segments > 11 ? 256 : 0);
	store_write(OTHEREND, "multi-queue-max-queues", rings_offered());
	store_write(OTHEREND, "state", XenbusStateConnected);
	store_write(OTHEREND, "max-ring-page-order", cfg->order);
}

static void connect(void)
{
	static const struct xenbus_device_id id = { "vbd" };

	machine.dev = (struct xenbus_device){ .devicetype = "vbd",
					      .nodename = NODENAME,
					      .otherend = OTHEREND,
					      .otherend_id = 1,
					      .state = XenbusStateInitialising };
	write_store();
	if (machine.driver->probe(&machine.dev, &id))
		check_fail("probe");
	machine.driver->otherend_changed(&machine.dev, XenbusStateInitWait);
	if (!machine.cfg.races)
		driver_known_races(&machine.dev);
	if (driver_rings(&machine.dev) != rings_offered())
		check_fail("%u rings instead of %u", driver_rings(&machine.dev), rings_offered());
	backends_start();
	machine.driver->otherend_changed(&machine.dev, XenbusStateConnected);
	if (!machine.disk) {
		check_fail("the device does not connect");
		exit(1);
	}
	/*
	 * Another known race: nothing orders what a connected device has before the word that it
	 * is connected, which interrupts and the worker read without a lock.
	 */
	if (!machine.cfg.races)
		seen_release(&machine.connected);
	WRITE_ONCE(machine.armed, 1);
}

#define TICK_US 2000u
/* Nothing completes for so long: of a backend that answers that means lost I/O. */
#define LOST_US 5000000u
#define HOSTILE_LOST_US 50000u

static void wait_for_load(void)
{
	u64 since = unseen_now_us(), completed = 0;

	for (;;) {
		u64 now = unseen_now_us(), is = counted(&machine.stats.completed);

		if (load_finished() && !slots_in_flight(false))
			return;
		if (READ_ONCE(machine.dead))
			return;
		if (is != completed) {
			completed = is;
			since = now;
		}
		if (now - since > (hostile_loses() ? HOSTILE_LOST_US : LOST_US))
			return;
		unseen_sleep_us(TICK_US);
	}
}

/* Another backend answers what the old one did not; the driver must issue all of that again. */
static void suspend(void)
{
	/* So that all that can be is in flight. */
	if (machine.cfg.unfinished)
		backends_stop();
	load_pause();
	while (machine.cfg.calm && slots_in_flight(false) && !READ_ONCE(machine.dead))
		load_poll(machine.disk->queue);
	if (!machine.cfg.purge)
		workers_freeze(true);
	backends_stop();
	channels_idle();
	mq_stop();
	slots_recover();
	resumes++;
	write_store();
	machine.dev.state = XenbusStateInitialising;
}

static void suspend_and_resume(void)
{
	suspend();
	if (machine.driver->resume(&machine.dev))
		check_fail("resume");
	backends_start();
	mq_start();
	machine.driver->otherend_changed(&machine.dev, XenbusStateConnected);
	workers_freeze(false);
	load_continue();
	count(&machine.stats.resumes, 1);
}

static void suspend_now_and_then(void)
{
	for (u32 i = 0; i < machine.cfg.resume; i++) {
		u64 until = counted(&machine.stats.completed) +
			    machine.cfg.ios / (machine.cfg.resume + 1);

		while (counted(&machine.stats.completed) < until && !load_finished() &&
		       !READ_ONCE(machine.dead))
			unseen_sleep_us(500);
		suspend_and_resume();
	}
}

/* Interrupts without a reason, of a backend that is about to go. */
static struct storm {
	pthread_t thread;
	u32 stop;
} storm;

static void *storm_thread(void *arg)
{
	(void)arg;
	while (!READ_ONCE(storm.stop))
		for (u32 i = 0; i < MAX_HCTX && machine.ring_channel[i]; i++)
			channel_notify(machine.ring_channel[i]);
	return NULL;
}

static void storm_start(void)
{
	WRITE_ONCE(storm.stop, 0);
	thread_start(&storm.thread, storm_thread, NULL);
	unseen_sleep_us(100);
}

static void storm_stop(void)
{
	WRITE_ONCE(storm.stop, 1);
	pthread_join(storm.thread, NULL);
}

static void disconnect(void)
{
	load_stop();
	backends_stop();
	channels_idle();
	/* What is lost by now the driver may end, but nobody would have. */
	if (!machine.cfg.hostile && !READ_ONCE(machine.dead))
		slots_in_flight(true);
	if (machine.cfg.late)
		storm_start();
	store_write(OTHEREND, "state", XenbusStateClosing);
	machine.driver->otherend_changed(&machine.dev, XenbusStateClosing);
	machine.driver->remove(&machine.dev);
	if (machine.cfg.late)
		storm_stop();
}

/* What requests keep while there are none: a quarter of the grants, and nothing once the disk
 * rests. */
static void check_rest(void)
{
	const u32 of_rings = driver_rings(&machine.dev) << machine.cfg.order;
	const u64 since = unseen_now_us();
	u32 kept = grants_held() - of_rings;

	if (machine.cfg.persistent)
		return;
	if (kept > machine.cfg.grants / 4)
		check_fail("a disk without I/O keeps %u of %u grants", kept, machine.cfg.grants);
	while (grants_held() > of_rings && unseen_now_us() - since < LOST_US)
		unseen_sleep_us(TICK_US);
	if (grants_held() > of_rings)
		check_fail("a disk that rests keeps %u grants", grants_held() - of_rings);
}

/* --- removed while it is in use */

static void wait_for_half(void)
{
	const u64 until = counted(&machine.stats.completed) + machine.cfg.ios / 2;

	while (counted(&machine.stats.completed) < until && !load_finished() &&
	       !READ_ONCE(machine.dead))
		unseen_sleep_us(500);
}

enum { CLOSING = 1, DEAD, HOLDS, DIES };

/* No answer any more, but all that the submitters can have in flight. */
static void backend_stops(void)
{
	if (machine.cfg.gone == HOLDS)
		backends_hold();
	else
		backends_stop();
	WRITE_ONCE(machine.nobody_answers, 1);
	unseen_sleep_us(TICK_US);
	load_stop();
	channels_idle();
	if (machine.cfg.gone == DIES)
		return;
	if (machine.cfg.gone == DEAD) {
		store_remove(OTHEREND, "state");
		return;
	}
	store_write(OTHEREND, "state", XenbusStateClosing);
	machine.driver->otherend_changed(&machine.dev, XenbusStateClosing);
}

void backend_goes(void)
{
	if (machine.cfg.gone == HOLDS)
		backends_let_go();
	if (machine.cfg.gone == DIES)
		store_write(OTHEREND, "state", XenbusStateClosed);
}

static void resume_in_vain(void)
{
	suspend();
	load_stop();
	WRITE_ONCE(machine.nobody_answers, 1);
	count(&machine.stats.in_flight_at_end, slots_in_flight(false));
	store_write(OTHEREND, "state", XenbusStateInitWait);
	store_refuse(machine.cfg.unfinished == 2);
	if (machine.driver->resume(&machine.dev) != (machine.cfg.unfinished == 2 ? -EIO : 0))
		check_fail("resume");
	store_refuse(false);
	workers_freeze(false);
	mq_start();
	load_continue();
}

static void remove_in_use(void)
{
	u64 said;

	wait_for_half();
	if (machine.cfg.gone)
		backend_stops();
	else if (machine.cfg.unfinished)
		resume_in_vain();
	else
		load_stop();
	if (!machine.cfg.unfinished)
		count(&machine.stats.in_flight_at_end, slots_in_flight(false));
	said = counted(&machine.stats.said);
	machine.driver->remove(&machine.dev);
	/* A backend decides how often the driver asks it for its pages, but not what that logs. */
	if (counted(&machine.stats.said) > said + 1)
		check_fail("the removal says %llu things instead of one",
			   (unsigned long long)(counted(&machine.stats.said) - said));
}

static void round_of(u64 seed)
{
	WRITE_ONCE(machine.cfg.seed, seed);
	WRITE_ONCE(machine.stop, 0);
	WRITE_ONCE(machine.dead, 0);
	WRITE_ONCE(machine.nobody_answers, 0);
	resumes = 0;
	WRITE_ONCE(machine.nr_channels, 0);
	WRITE_ONCE(machine.armed, 0);
	memset(machine.channels, 0, sizeof(machine.channels));
	memset(machine.ring_channel, 0, sizeof(machine.ring_channel));
	rng_seed(seed, 0);
	grants_init(machine.cfg.grants);
	slots_init(machine.cfg.submitters * machine.cfg.depth);
	connect();
	mq_start();
	load_start();
	if (machine.cfg.resume)
		suspend_now_and_then();
	if (machine.cfg.unbind || machine.cfg.gone || machine.cfg.unfinished) {
		remove_in_use();
	} else {
		wait_for_load();
		if (machine.cfg.rest)
			check_rest();
		disconnect();
	}
	if (READ_ONCE(machine.dead) && !machine.cfg.hostile)
		check_fail("the driver gives the device up");
	if (driver_grefs_kept())
		check_fail("%d references are counted, but no disk keeps any", driver_grefs_kept());
	count(&machine.stats.abandoned, slots_in_flight(!hostile_loses()));
	jobs_abandon();
	workers_idle();
	channels_finish();
	grants_finish();
	slots_free();
	disk_free();
	mm_finish();
}

static void print_figures(u64 us)
{
	const struct stats *s = &machine.stats;
	const struct {
		const char *name;
		u64 value;
	} figures[] = {
		{ "I/Os", s->completed },
		{ "sectors", s->sectors },
		{ "errors", s->failed },
		{ "refused", s->busy },
		{ "abandoned", s->abandoned },
		{ "resumes", s->resumes },
		{ "in flight when the disk went", s->in_flight_at_end },
		{ "forged", s->forged },
		{ "given up", s->deaths },
		{ "ended under a lock", s->under_lock },
		{ "elsewhere", s->remote },
		{ "in batches", s->batched },
		{ "locks", s->spin_locks },
		{ "locks in interrupts", s->irq_locks },
		{ "interrupts", s->interrupts },
		{ "of these spurious", s->spurious },
		{ "notifications", s->kicks },
		{ "grant allocations", s->grant_allocs },
		{ "of these in vain", s->grants_exhausted },
	};

	printf("#");
	for (u32 i = 0; i < ARRAY_SIZE(figures); i++)
		if (figures[i].value)
			printf(" %s %llu,", figures[i].name, (unsigned long long)figures[i].value);
	printf(" %.1f s\n", (double)us / 1e6);
}

int main(int argc, char **argv)
{
	u64 start = unseen_now_us(), seed;

	for (u32 i = 0; i < ARRAY_SIZE(options); i++)
		*option_value(&options[i]) = options[i].value;
	machine.cfg.seed = 1;
	for (int i = 1; i < argc; i++)
		parse(argv[i]);
	seed = machine.cfg.seed;
	module_set("max_queues", machine.cfg.rings);
	if (machine.cfg.poll && module_set("poll_queues", machine.cfg.poll))
		check_fail("this driver does not poll");
	module_set("max_ring_page_order", machine.cfg.order);
	module_set("trusted", machine.cfg.trusted);
	module_set("feature_persistent", machine.cfg.persistent);
	module_set("max_indirect_segments", machine.cfg.segments);
	workers_start();
	if (driver_init())
		check_fail("the driver does not load");
	for (u32 i = 0; i < machine.cfg.rounds; i++) {
		alarm(300);
		round_of(seed + i);
		if (machine.failures) {
			fprintf(stderr, "seed %llu\n", (unsigned long long)(seed + i));
			break;
		}
	}
	if (!machine.stats.in_flight_at_end && (machine.cfg.gone || machine.cfg.unfinished))
		check_fail("nothing was in flight when the disk went");
	driver_exit();
	workers_stop();
	print_figures(unseen_now_us() - start);
	return machine.failures ? 1 : 0;
}

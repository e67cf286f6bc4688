// SPDX-License-Identifier: GPL-2.0-only
/* The driver as it is in its tree, and what the harness must know of its inside. */
#include DRIVER_SOURCE

#include "machine.h"

#ifdef HARNESS_TSAN
void AnnotateBenignRaceSized(const char *file, int line, const volatile void *mem, size_t size,
			     const char *why);
#else
#define AnnotateBenignRaceSized(file, line, mem, size, why) ((void)(mem))
#endif

/*
 * Races of vanilla that are known and let pass, and nothing else. Both are of one device with
 * several rings, each with a lock of its own: an interrupt gives the device up, or finds that a
 * feature does not work (these are bits of one byte, so one ring can undo what another one does).
 */
void driver_known_races(struct xenbus_device *dev)
{
	struct blkfront_info *info = dev_get_drvdata(&dev->dev);

	AnnotateBenignRaceSized(__FILE__, __LINE__, &info->connected, sizeof(info->connected),
				"state of the device");
	AnnotateBenignRaceSized(
		__FILE__, __LINE__, &info->rq + 1,
		(size_t)((char *)&info->discard_granularity - (char *)(&info->rq + 1)), "features");
}

unsigned int driver_rings(struct xenbus_device *dev)
{
	struct blkfront_info *info = dev_get_drvdata(&dev->dev);

	return info->nr_rings;
}

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
 * Races of vanilla that are known and let pass, and nothing else: the state of the device is read by
 * each ring under a lock of its own, or none; an interrupt of one ring may set it.
 */
void driver_known_races(struct xenbus_device *dev)
{
	struct blkfront_info *info = dev_get_drvdata(&dev->dev);

	AnnotateBenignRaceSized(__FILE__, __LINE__, &info->connected, sizeof(info->connected),
				"state of the device");
}

unsigned int driver_rings(struct xenbus_device *dev)
{
	struct blkfront_info *info = dev_get_drvdata(&dev->dev);

	return info->nr_rings;
}

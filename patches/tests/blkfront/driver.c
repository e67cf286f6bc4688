// SPDX-License-Identifier: GPL-2.0-only
/* The driver as it is in its tree, and what the harness must know of its inside. */
#include DRIVER_SOURCE

#include "machine.h"

/*
 * Races of vanilla that are known and let pass unless races=1, and nothing else. An interrupt gives
 * the device up, or finds that a feature does not work, under the lock of its ring, and other rings
 * do not care (features are bits of one byte, so one ring can undo what another one does).
 */
void driver_known_races(struct xenbus_device *dev)
{
	struct blkfront_info *info = dev_get_drvdata(&dev->dev);
	char *features = (char *)(&info->rq + 1);

	seen_benign(&info->connected, sizeof(info->connected), "state of the device");
	seen_benign(features, (unsigned long)((char *)&info->discard_granularity - features),
		    "features");
}

bool driver_ends_all(void)
{
	return IS_ENABLED(CONFIG_TAILOR_XEN_BLKFRONT_GONE);
}

int driver_grefs_kept(void)
{
#ifdef CONFIG_TAILOR_XEN_BLKFRONT_OWN
	return atomic_read(&grefs_kept);
#else
	return 0;
#endif
}

unsigned int driver_rings(struct xenbus_device *dev)
{
	struct blkfront_info *info = dev_get_drvdata(&dev->dev);

	return info->nr_rings;
}

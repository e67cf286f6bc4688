# why: a disk begins to poll when it comes to a backend of more rings
# says: division by zero
# switches: XEN_BLKFRONT_OWN XEN_BLKFRONT_REAP XEN_BLKFRONT_GONE XEN_BLKFRONT_POLL
# build: asan
# run: rings=2 submitters=2 poll=2 offered=1 rings_after=4 cpus=2 calm=1 resume=1 ios=2000
/^static void blkif_add_polled_rings/,/^}/ s/if (info->rq)/if (false)/
/^static void blkif_map_queues/,/^}/ {
	s/min(set->nr_hw_queues,/set->nr_hw_queues -/
	s/info->nr_rings - info->nr_polled)/info->nr_polled/
}

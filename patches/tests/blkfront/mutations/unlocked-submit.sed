# why: queue_rq does not take ring_lock
# build: tsan
# run: rings=1 submitters=3
/^static blk_status_t blkif_queue_rq/,/^}/ s/spin_\(un\)\?lock_irq[a-z]*(&rinfo->ring_lock, flags);/(void)flags;/

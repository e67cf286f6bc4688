# why: queue_rq does not take ring_lock
# says: data race .*(unlocked-submit.c|list.h)
# build: tsan
# run: rings=1 submitters=3
/^static blk_status_t blkif_queue_rq/,/^}/ s/spin_\(un\)\?lock_irq[a-z]*(&rinfo->ring_lock, flags);/(void)flags;/

# why: submitters take places in the ring without its lock
# says: data race .* in blkif_place_request|data race .*own-unlocked.c
# switches: XEN_BLKFRONT_OWN XEN_BLKFRONT_REAP
# build: tsan
# run: rings=1 submitters=3 persistent=0
/^static blk_status_t blkif_queue_own/,/^}/ s/spin_\(un\)\?lock(&rinfo->ring_lock);/;/

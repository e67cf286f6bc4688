# why: a request comes to rings that a failed resume has freed
# says: BUG .*nr_rings
# switches: XEN_BLKFRONT_GONE
# build: plain
# run: rings=2 submitters=3 unfinished=2 rounds=5 ios=2000
/^static blk_status_t blkif_queue_rq(/,/^}/ s/unlikely(READ_ONCE(info->gone))/false/

# why: a request says that it waits before it is built
# says: data race|in flight|refused
# switches: XEN_BLKFRONT_OWN XEN_BLKFRONT_REAP
# build: tsan
# run: hostile=early rounds=300 rings=1 submitters=4 persistent=1 ios=1000
/^static unsigned long blkif_ring_get_request/,/^}/ s/^\t\trinfo->shadow\[id\].request = req;/&\n\t\tsmp_store_release(\&rinfo->shadow[id].status, REQ_WAITING);/
/^static bool blkif_is_pending/,/^}/ s/return (int)(READ_ONCE(rinfo->pushed) - s->slot) > 0;/return true;/

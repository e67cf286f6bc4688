# why: two tasks take responses from a polled ring together
# says: data race|is completed before its answer|in flight|gives the device up
# switches: XEN_BLKFRONT_OWN XEN_BLKFRONT_REAP XEN_BLKFRONT_POLL
# build: tsan
# run: rings=1 poll=1 submitters=4 persistent=0
/^static int blkif_poll/,/^}/ s/xchg_acquire(&rinfo->polling, true)/xchg_acquire(\&rinfo->polling, false)/

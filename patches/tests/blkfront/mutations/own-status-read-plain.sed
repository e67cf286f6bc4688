# why: the interrupt reads without an acquire whether a request waits
# says: data race .* in blkif_
# switches: XEN_BLKFRONT_OWN XEN_BLKFRONT_REAP
# build: tsan
# run: hostile=early rounds=60 rings=1 submitters=3 persistent=1 ios=1000
/^static bool blkif_is_pending/,/^}/ s/smp_load_acquire(&s->status)/READ_ONCE(s->status)/

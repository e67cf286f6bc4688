# why: a polled ring is free before the disk is known to be disabled
# says: disabled that was disabled before
# switches: XEN_BLKFRONT_OWN XEN_BLKFRONT_REAP XEN_BLKFRONT_GONE XEN_BLKFRONT_POLL
# build: plain
# run: rings=1 poll=1 submitters=4 hostile=far-id rounds=100 ios=1000 delay=0
/^static int blkif_poll_ring/,/^}/ {
	s/^\tsmp_store_release(&rinfo->polling, false);/\t;/
	s/^\tif (unlikely(err))/\tsmp_store_release(\&rinfo->polling, false);\n\tfor (int i = 0; err \&\& i < 1000; i++)\n\t\tsched_yield();\n&/
}

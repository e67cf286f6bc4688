# why: a request says that it waits before it stands in the ring
# says: data race
# switches: XEN_BLKFRONT_OWN XEN_BLKFRONT_REAP
# build: tsan
# run: hostile=early rounds=60 rings=1 submitters=3 persistent=1 ios=1000
/^static void blkif_place_request/,/^}/ {
	s/^\tsmp_store_release(&s->status, REQ_WAITING);/\t;/
	s/^\ts->slot = /\tsmp_store_release(\&s->status, REQ_WAITING);\n&/
}

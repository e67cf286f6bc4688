# why: a request ends though the backend holds its pages
# says: a page is freed that the backend was granted|keeps grant
# switches: XEN_BLKFRONT_GONE
# build: plain
# run: rings=2 submitters=3 gone=3 persistent=0 rounds=5 ios=2000
/^static unsigned int blkif_fail_ring/,/^}/ s/!blkif_end_access(rinfo, s)/& \&\& !s/

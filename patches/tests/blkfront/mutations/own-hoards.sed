# why: requests keep references without a bound
# says: a disk without I/O keeps
# switches: XEN_BLKFRONT_OWN XEN_BLKFRONT_REAP XEN_BLKFRONT_GONE
# build: plain
# run: rings=4 submitters=4 persistent=0 grants=8192 rest=1 ios=40000
/^static bool blkif_keeps_too_many/,/^}/ s/return /return false \&\& /

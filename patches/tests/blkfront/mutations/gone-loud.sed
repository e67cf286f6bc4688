# why: a backend that holds its pages fills the log
# says: the removal says
# switches: XEN_BLKFRONT_GONE
# build: plain
# run: rings=2 submitters=3 gone=3 persistent=0 rounds=10 ios=2000
/^static void blkfront_watch_backend/,/^}/ s/^\t\twatch->told = true;/\t\t;/

# why: the backend is looked at once, not until the disk is gone
# says: waits for good
# switches: XEN_BLKFRONT_GONE
# build: plain
# run: rings=2 submitters=3 gone=4 rounds=5 ios=2000
/^static void blkfront_watch_backend/,/^}/ s/^\tschedule_delayed_work(.*;/\t;/

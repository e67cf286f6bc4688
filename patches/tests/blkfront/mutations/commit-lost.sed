# why: a batch that ends before its last request came is not published
# says: is lost
# switches: XEN_BLKFRONT_COMMIT
# build: plain
# run: rings=4 submitters=1 depth=8 rounds=60 ios=100
/^static void blkif_commit_rqs/,/^}/ s/push_\(own_\)\?requests(rinfo)/false/

# why: references that a removal takes from a backend stay counted
# says: references are counted, but no disk keeps any
# switches: XEN_BLKFRONT_AFFINITY XEN_BLKFRONT_KICK XEN_BLKFRONT_COMMIT XEN_BLKFRONT_REAP XEN_BLKFRONT_GONE XEN_BLKFRONT_OWN
# build: plain
# run: rings=2 submitters=3 gone=3 persistent=0 rounds=5 ios=2000
/^static bool blkif_end_access/,/^}/ s/^\t\t\tblkif_count_grefs(rinfo->dev_info, -1);/\t\t\t;/

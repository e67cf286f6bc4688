# why: a disk that rests keeps its references
# says: a disk that rests keeps
# switches: XEN_BLKFRONT_OWN XEN_BLKFRONT_REAP XEN_BLKFRONT_GONE
# build: plain
# run: rings=1 submitters=2 persistent=0 rest=1
s/if (info->feature_persistent || blkfront_own(info))/if (info->feature_persistent)/

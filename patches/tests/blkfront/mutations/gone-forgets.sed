# why: grants are forgotten that only the request has
# says: not given back|were not freed|LeakSanitizer
# switches: XEN_BLKFRONT_GONE
# build: asan
# run: hostile=keep persistent=0 rounds=20 ios=3000 rings=2 submitters=3 delay=0 gone=1
/^static void blkif_forget_listed(/,/^}/ s/if (grants\[i\]->gref == INVALID_GRANT_REF)/if (grants[i])/

# why: a backend that lives is taken for one that has gone
# says: is completed before its answer|ends with 10
# switches: XEN_BLKFRONT_GONE
# build: plain
# run: rings=2 submitters=3 unbind=1 rounds=5 ios=2000
/^static bool blkfront_is_gone/,/^}/ s/return err != 1 || .*;/return err == 1 || state;/

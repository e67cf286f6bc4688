# why: grants that a refused response gave back are freed with its request, too
# says: heap-use-after-free .* in blkif_free_ring
# switches: XEN_BLKFRONT_GONE
# build: asan
# run: hostile=keep persistent=0 rounds=20 ios=3000 rings=2 submitters=3 delay=0 gone=1
/^static void blkif_free_ring(/,/^}/ s/^\t\tblkif_forget_grants(rinfo);/\t\tif (!rinfo)\n&/

# why: bios that a resume put aside do not end
# says: waits for good|is lost
# switches: XEN_BLKFRONT_GONE
# build: plain
# run: rings=2 submitters=3 unfinished=1 rounds=5 ios=2000
/^static unsigned int blkfront_fail_requests/,/^}/ s/^\t\tbio_io_error(bio);/\t\t;/

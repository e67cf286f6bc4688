# why: an I/O error ends as success
# says: was answered -1 but ends with 0
# build: plain
# run: rings=1 errors=20
/^static irqreturn_t blkif_interrupt/,/^}/ s/blkif_req(req)->error = BLK_STS_IOERR;/blkif_req(req)->error = BLK_STS_OK;/

# why: access is ended after the I/O is
# says: data race|a page is freed that the backend was granted|is ended
# build: tsan
# run: rings=1 persistent=0
/^static irqreturn_t blkif_interrupt/,/^}/ {
	s/^\t\treq  = rinfo->shadow\[id\].request;/&\n\t\tblkif_req(req)->error = BLK_STS_OK;\n\t\tblk_mq_complete_request(req);/
	s/^\t\t\tblk_mq_complete_request(req);/\t\t\t;/
}

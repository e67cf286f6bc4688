# why: a request ends before its data is copied out of the granted page
# says: is not what was written|heap-use-after-free
# build: asan
# run: rings=1
/^static irqreturn_t blkif_interrupt/,/^}/ {
	s/^\t\treq  = rinfo->shadow\[id\].request;/&\n\t\tblkif_req(req)->error = BLK_STS_OK;\n\t\tblk_mq_complete_request(req);/
	s/^\t\t\tblk_mq_complete_request(req);/\t\t\t;/
}

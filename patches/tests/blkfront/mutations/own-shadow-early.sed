# why: the request ends before its data is copied out of the page of its shadow
# says: is not what was written|heap-use-after-free|in flight
# switches: XEN_BLKFRONT_OWN XEN_BLKFRONT_REAP
# build: asan
# run: rings=1 submitters=3 persistent=1
/^static struct request \*blkif_reap_one/,/^}/ {
	s/^\treq = s->request;/&\n\tblkif_req(req)->error = BLK_STS_OK;\n\tif (!blk_mq_complete_request_remote(req))\n\t\tblkif_complete_rq(req);/
	s/return blkif_take_request(s);/return blkif_take_request(s) ? NULL : NULL;/
}

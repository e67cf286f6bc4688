# why: a request ends twice
# says: is completed that is not in flight|ends that is not in flight
# build: plain
# run: rings=2 submitters=2
/^static irqreturn_t blkif_interrupt/,/^}/ s/^\t\t\tblk_mq_complete_request(req);/{ blk_mq_complete_request(req); blk_mq_complete_request(req); }/

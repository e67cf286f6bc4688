# why: a request ends twice
# build: plain
# run: rings=2 submitters=2
/^static irqreturn_t blkif_interrupt/,/^}/ s/^\t\t\tblk_mq_complete_request(req);/{ blk_mq_complete_request(req); blk_mq_complete_request(req); }/

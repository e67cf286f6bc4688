# why: a response to what is not waiting is taken for good
# says: in flight|no such grant|SEGV|was not granted|in blkif_completion
# build: tsan
# run: hostile=duplicate rounds=40 rings=1 persistent=0
/^static irqreturn_t blkif_interrupt/,/^}/ s/if (rinfo->shadow\[id\].status != REQ_WAITING)/if (0)/

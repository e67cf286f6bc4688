# why: a response to what is not waiting is taken for good
# build: tsan
# run: hostile=duplicate rounds=40 rings=1 persistent=0
/^static irqreturn_t blkif_interrupt/,/^}/ s/if (rinfo->shadow\[id\].status != REQ_WAITING)/if (0)/

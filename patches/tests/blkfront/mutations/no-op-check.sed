# why: a response of another operation is taken for good
# says: BUG
# build: plain
# run: hostile=wrong-op rounds=40 rings=1
/^static irqreturn_t blkif_interrupt/,/^}/ s/if (bret.operation != op)/if (0)/

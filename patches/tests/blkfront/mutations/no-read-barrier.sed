# why: responses are read without a barrier after the producer index
# says: data race .* in blkif_interrupt
# build: tsan
# run: rings=1
/^static irqreturn_t blkif_interrupt/,/^}/ s/virt_rmb();/barrier();/

# why: the interrupt does not take ring_lock
# says: data race .*(unlocked-interrupt.c|list.h)
# build: tsan
# run: rings=1
/^static irqreturn_t blkif_interrupt/,/^}/ s/spin_\(un\)\?lock_irq[a-z]*(&rinfo->ring_lock, flags);/(void)flags;/

# why: ring_lock is taken with interrupts on, though an interrupt takes it
# says: held with interrupts on
# build: plain
# run: rings=1
/^static blk_status_t blkif_queue_rq/,/^}/ {
	s/spin_lock_irqsave(&rinfo->ring_lock, flags);/(void)flags, spin_lock(\&rinfo->ring_lock);/
	s/spin_unlock_irqrestore(&rinfo->ring_lock, flags);/spin_unlock(\&rinfo->ring_lock);/
}

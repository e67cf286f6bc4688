# why: an id out of range is taken for good
# says: in blkif_interrupt|xen-blkfront.c|no-id-check.c
# build: asan
# run: hostile=far-id rounds=40 rings=1
/^static irqreturn_t blkif_interrupt/,/^}/ s/if (id >= BLK_RING_SIZE(info))/if (0)/

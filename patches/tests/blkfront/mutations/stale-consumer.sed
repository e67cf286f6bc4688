# why: the interrupt does not remember which responses it saw
# says: gives the device up
# build: plain
# run: rings=1
/^static irqreturn_t blkif_interrupt/,/^}/ s/^\trinfo->ring.rsp_cons = i;/\trinfo->ring.rsp_cons = i - (i % 64 == 0);/

# why: the id is checked in one copy of the response and used from the ring
# says: in blkif_interrupt|response-read-twice.c
# build: asan
# run: hostile=tear rounds=400 rings=1
/^static irqreturn_t blkif_interrupt/,/^}/ s/^\t\trinfo->shadow\[id\].status = REQ_PROCESSING;/\t\tid = RING_GET_RESPONSE(\&rinfo->ring, i)->id;\n&/

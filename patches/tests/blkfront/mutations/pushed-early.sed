# why: a request is pushed before it is written
# says: not the one issued|is on the ring again|data race .* in shared_read|not granted
# build: tsan
# run: rings=1
/^static int blkif_queue_request/,/^}/ s/^{/{\n\trinfo->ring.req_prod_pvt++;\n\tint notify;\n\tRING_PUSH_REQUESTS_AND_CHECK_NOTIFY(\&rinfo->ring, notify);\n\tif (notify)\n\t\tnotify_remote_via_irq(rinfo->irq);\n\trinfo->ring.req_prod_pvt--;/

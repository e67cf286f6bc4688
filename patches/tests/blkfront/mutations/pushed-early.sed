# why: a request is pushed before it is written
# build: tsan
# run: rings=1
/^static int blkif_queue_request/,/^}/ s/^{/{\n\trinfo->ring.req_prod_pvt++;\n\tint notify;\n\tRING_PUSH_REQUESTS_AND_CHECK_NOTIFY(\&rinfo->ring, notify);\n\tif (notify)\n\t\tnotify_remote_via_irq(rinfo->irq);\n\trinfo->ring.req_prod_pvt--;/

# why: requests that a resume put aside do not end
# says: waits for good
# switches: XEN_BLKFRONT_GONE
# build: plain
# run: rings=2 submitters=3 unfinished=1 barrier=1 flush=0 rounds=5 ios=2000
/^static unsigned int blkfront_fail_requests/,/^}/ s/list_for_each_entry_safe(req, next, &info->requests, queuelist)/list_for_each_entry_safe(req, next, \&info->requests, queuelist) if (!req)/

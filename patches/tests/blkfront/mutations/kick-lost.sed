# why: a queue that was stopped is not started again
# says: is lost
# switches: XEN_BLKFRONT_KICK
# build: plain
# run: rings=2 submitters=3 persistent=0 grants=100
/^static void kick_own_queue/,/^}/ s/if (!xchg(&rinfo->stopped, false))/if (!xchg(\&rinfo->stopped, false) || info->nr_rings)/

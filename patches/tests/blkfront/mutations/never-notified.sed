# why: the backend is not notified
# says: is lost \(the backend never saw it\)
# build: plain
# run: rings=1
/^static inline void flush_requests/,/^}/ s/if (notify)/if (notify \&\& (rinfo->ring.req_prod_pvt \& 15))/

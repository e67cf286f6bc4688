# why: the producer index of requests is stored without a barrier
# says: data race .* in shared_read
# build: tsan
# run: rings=1
/^static inline void flush_requests/,/^}/ s/RING_PUSH_REQUESTS_AND_CHECK_NOTIFY(&rinfo->ring, notify);/WRITE_ONCE(rinfo->ring.sring->req_prod, rinfo->ring.req_prod_pvt); notify = 1;/

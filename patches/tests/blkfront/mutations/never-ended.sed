# why: one request of a hundred does not end
# says: is lost \(answered, not completed\)
# build: plain
# run: rings=1
/^static irqreturn_t blkif_interrupt/,/^}/ s/^\t\tif (likely(!blk_should_fake_timeout(req->q)))/\t\tstatic int nr;\n\t\tif (++nr % 100)/

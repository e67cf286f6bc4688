# why: data of a read goes to the wrong place of its page
# says: is not what was written|heap
# build: plain
# run: rings=1 trusted=0 persistent=0
/^static int blkif_completion/,/^}/ s/data.bvec_offset = sg->offset;/data.bvec_offset = 0;/

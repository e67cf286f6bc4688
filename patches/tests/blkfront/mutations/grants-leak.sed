# why: a page stays granted after its I/O
# says: a page is freed that the backend was granted
# build: plain
# run: rings=1 persistent=0
/^static int blkif_completion/,/^}/ s/if (!gnttab_try_end_foreign_access(s->grants_used\[i\]->gref))/if (0)/

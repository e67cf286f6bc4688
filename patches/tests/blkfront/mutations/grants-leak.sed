# why: a page stays granted after its I/O
# build: plain
# run: rings=1 persistent=0
/^static int blkif_completion/,/^}/ s/if (!gnttab_try_end_foreign_access(s->grants_used\[i\]->gref))/if (0)/

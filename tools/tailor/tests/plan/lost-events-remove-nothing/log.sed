s/lost=0/lost=3/

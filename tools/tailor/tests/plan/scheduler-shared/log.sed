0,/sendfile\t/s/sendfile\t/ioprio_set\t/

0,/sendfile\t/s/sendfile\t/ptrace\t/

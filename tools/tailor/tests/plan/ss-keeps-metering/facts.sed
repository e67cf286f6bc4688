s/^module: ext4/&\nmodule: tcp_diag/

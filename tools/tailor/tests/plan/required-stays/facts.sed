s/^inet_sockets: 1/inet_sockets: 0/

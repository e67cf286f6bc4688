$a\
open: signalfd 2 systemd systemd-journal\
open: /dev/net/tun 1 openvpn\
listen: tcp 22 sshd

def d(n): .decisions[] | select(.name == n);
([d("SIGNALFD", "TIMERFD", "EVENTFD", "INOTIFY_USER", "IO_URING", "USERFAULTFD", "PACKET", "TUN")] |
	all(.action == "keep" and (.blocked_by | test("\"fact open has .*\" cannot be answered: .*facts has no \"open\""))))
and (d("EPOLL") | .action == "keep" and .blocked_by == null)
and (d("SWAP") | .action == "remove")

def d(n): .decisions[] | select(.name == n);
(d("SIGNALFD") | .verdict == "used" and .action == "keep" and ([.evidence[].what] == ["fact open has signalfd"]))
and (d("TUN") | .action == "keep") and (d("TIMERFD") | .action == "remove") and (d("INOTIFY_USER") | .action == "remove")

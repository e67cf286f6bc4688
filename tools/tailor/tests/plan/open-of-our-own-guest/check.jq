def d(n): .decisions[] | select(.name == n);
([d("SIGNALFD", "TIMERFD", "EVENTFD", "INOTIFY_USER", "IO_URING", "PACKET")] | all(.action == "remove" and .blocked_by == null))

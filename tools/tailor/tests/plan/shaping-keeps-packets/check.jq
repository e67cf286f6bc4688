def d(n): .decisions[] | select(.name == n);
[d("TAILOR_LOOPBACK_DIRECT"), d("TAILOR_LOOPBACK_IP") | .action == "leave" and .blocked_by == "conflicts with NET_SCHED, which is on"] | length == 2 and all

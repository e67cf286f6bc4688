def d(n): .decisions[] | select(.name == n);
(d("TAILOR_NO_TCP_METERING") | .action == "leave" and .blocked_by == "conflicts with INET_DIAG, which is on")

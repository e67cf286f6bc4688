def d(n): .decisions[] | select(.name == n);
(d("TAILOR_NO_TCP_METERING") | .action == "leave" and .verdict == "used"
	and (.evidence | any(.what == "param setsockopt.optname = 37" and .holds and .count > 0)))

def d(n): .decisions[] | select(.name == n);
(d("NO_HZ_IDLE") | .value == "n" and .replaced_by == "NO_HZ_FULL") and (d("NO_HZ_FULL") | .value == "y")
and (d("AUDIT") | .value == "y")

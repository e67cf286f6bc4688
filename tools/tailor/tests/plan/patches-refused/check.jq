def d(n): .decisions[] | select(.name == n);
(d("TAILOR_NO_DAC") | .action == "leave" and .verdict == "used" and .evidence[0].count == 1)
and (d("TAILOR_NO_LSM") | .action == "leave" and .verdict == "decides-nothing")
and (d("TAILOR_NO_IPV6") | .action == "leave" and .blocked_by == "conflicts with IPV6, which is on")

def d(n): .decisions[] | select(.name == n);
(d("TAILOR_RX_IPV4") | .action == "leave" and .verdict == "used")
and (d("TAILOR_LOOPBACK_DIRECT") | .action == "leave" and .verdict == "used")
and (d("TAILOR_LOOPBACK_IP") | .action == "leave" and .verdict == "used")

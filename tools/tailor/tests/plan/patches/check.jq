def d(n): .decisions[] | select(.name == n);
(d("TAILOR_NO_LSM") | .action == "leave" and .value == "n" and .blocked_by == "requires SECURITY, which is off" and .patch == "20-lsm.patch")
and (d("TAILOR_OR") | .action == "leave" and .blocked_by == "conflicts with TAILOR_EITHER, which is on")
and (d("TAILOR_NO_DAC") | .action == "apply" and .value == "y" and .verdict == "decides-nothing")
and (d("TAILOR_NO_GAIN") | .action == "leave" and .value == "n" and .blocked_by == "it was measured to gain nothing")

def d(n): .decisions[] | select(.name == n);
(d("TAILOR_OWN") | .action == "apply" and .wanted and .required_by == null)
and (d("TAILOR_KICK") | .action == "apply" and .required_by == "TAILOR_COMMIT")
and (d("TAILOR_FIX") | .action == "apply")

def d(n): .decisions[] | select(.name == n);
(d("TAILOR_FIX") | .action == "apply" and .required_by == null)
and (d("TAILOR_OWN") | .action == "leave" and .blocked_by == "nothing in the profile asks for it")
and (d("TAILOR_BATCH") | .action == "leave")

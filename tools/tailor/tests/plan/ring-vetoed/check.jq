def d(n): .decisions[] | select(.name == n);
(d("TAILOR_REAP") | .blocked_by == "requires TAILOR_COMMIT, which is off")
and (d("TAILOR_KICK") | .required_by == null and (.blocked_by | startswith("nothing in the profile asks for it")))

def d(n): .decisions[] | select(.name == n);
(d("TAILOR_REAP") | .action == "apply" and .blocked_by == null and .required_by == null and .wanted
	and (.evidence[] | select(.what == "lock &rinfo->ring_lock contentions > 0")
		| .source == "locks" and .count == 463 and .holds and (.where | endswith("lockstat-after.txt:6"))))
and (d("TAILOR_COMMIT") | .action == "apply" and .value == "y" and .blocked_by == null and .required_by == "TAILOR_REAP")
and (d("TAILOR_KICK") | .action == "apply" and .required_by == "TAILOR_COMMIT" and (.wanted | not))
and (d("TAILOR_POLL") | .action == "leave" and .verdict == "decides-nothing" and .blocked_by == "nothing in the profile asks for it")
and (d("TAILOR_STEER") | .action == "leave" and (.blocked_by | test("blk_completions_elsewhere > 0\" cannot be answered: .*facts has no")))
and (d("TAILOR_BACKEND") | .action == "leave" and .blocked_by == null)

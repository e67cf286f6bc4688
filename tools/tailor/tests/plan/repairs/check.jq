def d(n): .decisions[] | select(.name == n);
(d("AUDIT") | .action == "keep" and .verdict == "decides-nothing"
	and .blocked_by == "kept: the tailored kernel without it failed the workload: audit: Protocol not supported; found by repair with 3 kernels")
and (d("TAILOR_NO_DAC") | .action == "leave" and (.blocked_by | startswith("not applied: the tailored kernel with it did not boot")))

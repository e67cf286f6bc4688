def d(n): .decisions[] | select(.name == n);
(d("TAILOR_REAP") | .wanted and (.evidence[] | select(.what == "hotspot xen_hypercall_xen_version > 1")
	| .source == "hotspots" and .count == 24 and (.where | endswith("perf-separated-ring.txt:10"))))
and (d("TAILOR_KICK") | .required_by == "TAILOR_COMMIT" and (.wanted | not))

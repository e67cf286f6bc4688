[.rows[] | [.scenario, .metric, .guest, .arms[1].tests]] == [
	["s", "busy_ns_per_request", true, 2], ["s", "busy_cycles_per_request", false, 2],
	["t", "busy_ns_per_request", true, 2], ["t", "busy_cycles_per_request", false, 2]]
and (.rows[0].arms[1] | (.p - 2 / 924 | fabs < 1e-12) and (.p_corrected - 4 / 924 | fabs < 1e-12)
	and .p_corrected_text == "p=0.004" and .verdict == "better")
and .refusal == null and .sample == "boot"

def near(x): . - x | fabs < 1e-9;
def row(metric): .rows[] | select(.metric == metric);

(.rows | map(.metric) == ["insn_per_request", "user_insn_per_request", "kernel_insn_per_request", "intrusion_factor"])
and (row("insn_per_request") | .exact == false and (.arms[1] | .verdict == "better" and .p_text == "p<0.001"))
and (row("intrusion_factor")
	| .exact and .scenario == "requests" and .unit == "" and .better == "lower"
	and (.arms[0] | .median == 10 and .verdict == "baseline" and (has("percent") | not))
	and (.arms[1]
		| .n == 1 and .boots == 1 and .median == 5 and .percent == -50 and .ratio == 2 and .ratio_text == "2.00x less"
		and .ci_low == null and .spread_percent == null and .spread_of == null
		and (has("p") | not) and (has("u") | not) and .verdict == "exact" and .failed == false))
and (row("kernel_insn_per_request").arms[1] | (.percent | near(-5000 / 90)) and .ratio == 2.25)
and (row("user_insn_per_request").arms[1] | .percent == 0 and .ratio_text == "")
and (.failures == 0)

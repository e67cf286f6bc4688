def near(x): . - x | fabs < 1e-9;

(.format == 1)
and (.accelerator == "tcg-icount") and (.bed.image_sha256 == "aa11")
and (.banner | startswith("These figures are instruction counts, not time"))
and (.arms | map(.name) == ["stock", "tailored"])
and (.arms[1].kernel.release == "6.1.0-tailored")
and (.sample == "boot") and (.failures == 0) and (.alpha == 0.05) and (.threshold_percent == 1)
and (.rows | length == 1)
and (.rows[0] | .scenario == "requests" and .metric == "insn_per_request" and .better == "lower")
and (.rows[0].arms[0]
	| .n == 10 and .boots == 10 and .median == 104.5 and .ci_low == 101 and .ci_high == 108
	and (.ci_level | near(0.978515625)) and .min == 100 and .max == 109
	and (.spread_percent | near(350 / 104.5)) and .spread_of == "interval"
	and .verdict == "baseline" and (has("p") | not)
	and .samples[1] == {"boot": 2, "run": 1, "value": 108} and (.samples | length == 10))
and (.rows[0].arms[1]
	| .median == 54.5 and (.percent | near(-5000 / 104.5)) and (.ratio | near(104.5 / 54.5))
	and .ratio_text == "1.92x fewer" and .u == 100 and (.p - 2 / 184756 | fabs < 1e-15)
	and .p_text == "p<0.001" and .p_method == "exact" and .verdict == "better" and .failed == false)
and .notes == [] and .refusal == null
and (.rows[0].arms[1] | .tests == 1 and .p_corrected == .p)
and (.geomeans == [])

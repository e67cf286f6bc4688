def near(x): . - x | fabs < 1e-9;

(.banner | startswith("These figures are counts: a real KVM"))
and (.rows | map(.guest) == [true, true])
and (.rows[1].arms[1] | .verdict == "better" and .tests == 2 and (.p_corrected | near(4 / 924)))
and (.rows[0].arms[1] | .verdict == "~")
and .refusal == null and .failures == 0

def d(n): .decisions[] | select(.name == n);
(d("NO_HZ_IDLE") | .value == "y") and (d("NO_HZ_FULL") | .value == "n") and (d("VIRT_CPU_ACCOUNTING_GEN") | .value == "n")
and (d("AUDIT") | .value == "y")

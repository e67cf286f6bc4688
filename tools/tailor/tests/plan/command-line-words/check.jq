def kept(n): .decisions[] | select(.name == n) | .verdict == "used" and .action == "keep";
kept("SLUB_DEBUG") and kept("NO_HZ_FULL") and kept("VIRT_CPU_ACCOUNTING_GEN") and kept("IMA")
and kept("LOCKUP_DETECTOR") and kept("DETECT_HUNG_TASK")

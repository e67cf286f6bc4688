def d(n): .decisions[] | select(.name == n);
(d("SMP") | .action == "keep" and .evidence[0].count == 4 and (.evidence[0].where | endswith("facts:4")))
and (d("NO_HZ_IDLE") | .action == "keep")
and (d("NUMA") | .action == "remove")

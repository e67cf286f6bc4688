def d(n): .decisions[] | select(.name == n);
(d("VM_EVENT_COUNTERS") | .verdict == "used" and .action == "keep")
and (d("SCHEDSTATS") | .verdict == "decides-nothing" and .action == "remove")

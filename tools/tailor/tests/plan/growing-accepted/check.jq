def d(n): .decisions[] | select(.name == n);
(d("AUDIT") | .action == "remove") and (d("HIGH_RES_TIMERS") | .action == "keep") and (.saturation.growing | test("still growing"))

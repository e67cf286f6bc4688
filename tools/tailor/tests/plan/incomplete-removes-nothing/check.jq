def d(n): .decisions[] | select(.name == n);
([.decisions[] | select(.action == "remove") | .name] == ["NO_HZ_IDLE"])
and (d("AUDIT") | .action == "keep" and (.blocked_by | startswith("the log is not complete")))
and (.input.complete | not)

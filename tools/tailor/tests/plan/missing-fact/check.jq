def d(n): .decisions[] | select(.name == n);
(d("AUDIT") | .action == "keep" and (.blocked_by | test("audit_rules")))
and (d("SECCOMP") | .action == "remove")

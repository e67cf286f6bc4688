def d(n): .decisions[] | select(.name == n);
([.decisions[] | select(.action == "remove" and .fails == "open")] | length == 0)
and (d("MULTIUSER") | .action == "keep" and .verdict == "decides-nothing" and .blocked_by == "only with --trust=single: it fails open")
and (d("CPU_MITIGATIONS") | .action == "keep")
and (d("SECCOMP") | .action == "remove")
and (d("AUDIT") | .action == "keep" and .blocked_by == "required by SECURITY_APPARMOR, which stays")
and .trust == "shared"

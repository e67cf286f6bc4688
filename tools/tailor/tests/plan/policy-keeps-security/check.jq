def d(n): .decisions[] | select(.name == n);
(d("SECURITY") | .verdict == "used" and .action == "keep")
and (d("SECURITY_APPARMOR") | .verdict == "used" and .action == "keep")
and (d("MULTIUSER") | .action == "keep" and .blocked_by == "required by SECURITY, which stays")
and (d("SECURITY_TOMOYO") | .action == "remove")

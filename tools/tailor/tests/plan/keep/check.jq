def d(n): .decisions[] | select(.name == n);
(d("AUDIT") | .action == "keep" and .verdict == "decides-nothing" and .blocked_by == "--keep=AUDIT")

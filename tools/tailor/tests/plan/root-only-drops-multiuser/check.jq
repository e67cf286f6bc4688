def d(n): .decisions[] | select(.name == n);
d("MULTIUSER") | .verdict == "decides-nothing" and .action == "remove" and .value == "n" and .fails == "open" and .blocked_by == null

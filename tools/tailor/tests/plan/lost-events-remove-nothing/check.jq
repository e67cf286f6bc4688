def d(n): .decisions[] | select(.name == n);
d("AUDIT") | .action == "keep"

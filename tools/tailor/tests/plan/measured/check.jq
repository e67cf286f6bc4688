def d(n): .decisions[] | select(.name == n);
(d("AUDIT") | .measured == "-1,234 of 100,000 instructions a request (n = 6)" and .action == "remove")
and (d("SECCOMP") | .measured == null)

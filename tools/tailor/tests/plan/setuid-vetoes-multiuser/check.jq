def d(n): .decisions[] | select(.name == n);
(d("MULTIUSER") | .verdict == "used" and .action == "keep" and .value == "y"
	and (.evidence | length == 1 and .[0].what == "syscall setuid" and .[0].count == 1 and (.[0].where | endswith("log:200"))))
and (d("SECURITY") | .verdict == "decides-nothing" and .action == "remove")

def d(n): .decisions[] | select(.name == n);
(d("AUDIT") | .verdict == "decides-nothing" and .action == "keep" and (.blocked_by | test("still growing: 1 of 10 .*log:411")))
and ([.decisions[] | select(.action == "remove" and .verdict != "used") | .name] == [])
and (.saturation.uses == {seen: 10, late: 1}) and (.saturation.syscalls | .late == 1) and (.saturation.growing | test("log:411"))

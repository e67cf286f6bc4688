([.decisions[] | select(.action == "remove") | .name] | index("USERS")) != null
and .saturation.addresses == {seen: 900, late: 7} and .saturation.symbols == {seen: 2, late: 0} and .saturation.growing == null

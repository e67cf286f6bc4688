([.decisions[] | select(.action == "remove")] == []) and ([.decisions[] | select(.name == "USERS") | .blocked_by | test("still growing")] == [true])
and .saturation.addresses == {seen: 900, late: 7} and .saturation.symbols == {seen: 2, late: 1} and (.saturation.growing | test("MIGRATION"))

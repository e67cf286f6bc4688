[.decisions[] | select(.name | test("IOSCHED_(BFQ|DEADLINE)$")) | .action] == ["keep", "keep"]

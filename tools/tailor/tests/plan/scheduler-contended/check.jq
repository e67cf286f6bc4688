[.decisions[] | select(.name | test("IOSCHED_(BFQ|KYBER)$")) | .action] == ["remove", "remove"]

.decisions[] | select(.name == "TAILOR_REAP") | .blocked_by | test("lockstat-disabled.txt are not complete")

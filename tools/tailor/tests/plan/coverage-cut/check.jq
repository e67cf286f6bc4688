([.decisions[] | select(.action == "remove")] | length == 0) and (.decisions[] | select(.name == "USERS") | .blocked_by | contains("it was cut off"))

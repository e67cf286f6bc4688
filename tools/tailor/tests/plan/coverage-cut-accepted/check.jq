[.decisions[] | select(.action == "remove")] | length > 0

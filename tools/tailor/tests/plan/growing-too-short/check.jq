[.decisions[] | select(.action == "remove") | .name] == ["NO_HZ_IDLE"]

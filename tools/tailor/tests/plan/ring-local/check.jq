[.decisions[] | select(.patch and .wanted == false) | .blocked_by] | unique == [null, "nothing in the profile asks for it"]

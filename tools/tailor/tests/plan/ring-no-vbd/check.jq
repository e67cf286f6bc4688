[.decisions[] | select(.patch and .name != "TAILOR") | .action == "leave" and .blocked_by == null] | all

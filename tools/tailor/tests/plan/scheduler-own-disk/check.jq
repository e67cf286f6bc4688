.decisions[] | select(.name == "MQ_IOSCHED_DEADLINE") | .action == "keep"

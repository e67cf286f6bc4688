def d(n): .decisions[] | select(.name == n);
(d("MQ_IOSCHED_DEADLINE") | .action == "remove" and .verdict == "decides-nothing")
and (d("IOSCHED_BFQ") | .action == "keep" and .verdict == "used")
and (d("MQ_IOSCHED_KYBER") | .action == "keep" and .verdict == "used")

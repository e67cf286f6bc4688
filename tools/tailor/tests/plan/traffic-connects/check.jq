def d(n): .decisions[] | select(.name == n);
def all_of(names; f): (names | split(" ")) as $names | [.decisions[] | select(.name | IN($names[])) | f] | length == ($names | length) and all;
(d("TAILOR_ROUTE_ONCE") | .action == "apply" and .wanted)
and all_of("TAILOR_LOOPBACK_DIRECT TAILOR_RX_IPV4 TAILOR_LOOPBACK_IP TAILOR_NO_LOCAL_PROBE TAILOR_NO_LOCAL_METRICS TAILOR_BACKLOG_ALONE"; .action == "leave")

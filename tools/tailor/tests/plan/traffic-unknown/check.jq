def d(n): .decisions[] | select(.name == n);
def all_of(names; f): (names | split(" ")) as $names | [.decisions[] | select(.name | IN($names[])) | f] | length == ($names | length) and all;
all_of("TAILOR_LOOPBACK_DIRECT TAILOR_RX_IPV4 TAILOR_LOOPBACK_IP TAILOR_NO_LOCAL_PROBE TAILOR_NO_LOCAL_METRICS TAILOR_BACKLOG_ALONE TAILOR_ROUTE_ONCE"; .action == "leave" and (.blocked_by | test("^nothing in the profile asks for it; \"fact traffic has [a-z]+\" cannot be answered: .*facts has no \"traffic\"$")))
and all_of("TAILOR_ACCEPT_EMPTY TAILOR_NO_TCP_METERING TAILOR_SKB_HEAD"; .action == "apply")

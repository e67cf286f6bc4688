def d(n): .decisions[] | select(.name == n);
def all_of(names; f): (names | split(" ")) as $names | [.decisions[] | select(.name | IN($names[])) | f] | length == ($names | length) and all;
all_of("TAILOR_LOOPBACK_DIRECT TAILOR_RX_IPV4 TAILOR_LOOPBACK_IP TAILOR_NO_TCP_METERING"; .action == "leave" and .blocked_by == "conflicts with BPF_SYSCALL, which is on")
and (d("BPF_SYSCALL") | .action == "keep")
and (d("TAILOR_BACKLOG_ALONE") | .action == "apply")

def d(n): .decisions[] | select(.name == n);
(d("AUDIT") | .action == "remove") and (d("HIGH_RES_TIMERS") | .action == "keep")
and .saturation == {syscalls: {seen: .saturation.syscalls.seen, late: 0}, errors: {seen: 0, late: 0}, uses: {seen: 9, late: 0}, addresses: null, symbols: null, growing: null}

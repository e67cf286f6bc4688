def d(n): .decisions[] | select(.name == n);
(d("IPV6") | .action == "keep" and .evidence[0].what == "param socket.family = AF_INET6")
and (d("INET") | .action == "keep")
and (d("NET") | .action == "keep")

.decisions | (map(select(.name == "MOVED"))[0] | .action == "keep" and .part_of == null and (.blocked_by | test("required by EPOLL"))) and (map(select(.name == "USERS"))[0].action == "remove")

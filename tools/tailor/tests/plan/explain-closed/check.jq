def d(n): .decisions[] | select(.name == n);
.closed and (.kconfig | endswith("common/model.json"))
and (d("USERS") | .action == "keep" and .forced == {by: "EPOLL", relation: "selects", place: "init/Kconfig:8"})
and (d("ANON_INODES") | .action == "keep" and .forced == {by: "EPOLL", relation: "depends on", place: "init/Kconfig:7"})
and (d("HZ_250") | .action == "remove" and .forced == null)

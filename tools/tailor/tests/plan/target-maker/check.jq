def all_of(names; f): (names | split(" ")) as $names | [.decisions[] | select(.name | IN($names[])) | f] | length == ($names | length) and all;
all_of("HYPERVISOR_GUEST HYPERV"; .action == "keep") and all_of("KVM_GUEST XEN"; .action == "remove")
